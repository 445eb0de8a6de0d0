"""Who sees a call list, and who may call: four eyes. One rule each, read by lists, pages and actions alike.

A post that grants `followup.call` sees the calls of its unit and of all below. It calls only about answers of
units strictly below, and nobody calls about a matter they answered, signed for or passed a judgement on.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Transition
from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.followup.models import IS_OPEN, FollowUp
from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, posts_granting, scope_paths

WITH = ("case__place", "case__unit", "case__desk", "case__category", "main__unit", "unit", "caller", "draw")
"""What `may_call` looks at."""
_HAD_A_HAND = (Move.SETTLE, Move.SIGN, Move.RESOLVE, Move.CONFIRM, Move.RATE, Move.NOT_SOLVED)


class FollowUpNotFound(NotFound):
    """No such call, or not within the viewer's sight: the same on purpose."""


def visible_followups(viewer: Actor) -> QuerySet[FollowUp]:
    """Return the calls of the viewer's units and all below. A county post sees every one."""
    posts = posts_granting(viewer, Permission.FOLLOWUP_CALL)
    if any(post.unit_kind == UnitKind.COUNTY for post in posts):
        return FollowUp.objects.all()
    condition = Q(pk__in=[])
    for scope in scope_paths(viewer, Permission.FOLLOWUP_CALL):
        condition |= Q(caller__in=Unit.objects.filter(paths.subtree(scope)).values("pk"))
    return FollowUp.objects.filter(condition)


def get_followup(*, viewer: Actor, key: int) -> FollowUp:
    """Return the call with this key. Raises FollowUpNotFound when absent or out of sight."""
    found = visible_followups(viewer).select_related(*WITH).filter(pk=key).first()
    if found is None:
        raise FollowUpNotFound
    return found


def lock_followup(followup: FollowUp) -> FollowUp:
    """Return the call as it is now, locked until the end of the transaction."""
    locked = FollowUp.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related(*WITH).get(pk=followup.pk)


def may_call(viewer: Actor, followup: FollowUp) -> bool:
    """Whether the viewer may make this call. One query."""
    if not stands_above(viewer, followup) or not case_access.reads_words(viewer):
        return False
    return not had_a_hand(viewer, followup)


def stands_above(viewer: Actor, followup: FollowUp) -> bool:
    """Whether a post of the viewer stands strictly above both whose answer it is and who has the matter."""
    permission = Permission.FOLLOWUP_CALL
    cases = [followup.case] + ([followup.main] if followup.main else [])
    for case in cases:
        above = case_access.stands_higher(viewer, case, permission)
        if not above or case_access.has_in_hand(viewer, case):
            return False
    at_county = followup.unit.kind == UnitKind.COUNTY
    posts = [
        post
        for post in posts_granting(viewer, permission)
        if paths.contains(post.unit_path, followup.unit.path)
    ]
    handles = {post.unit_id for post in posts_granting(viewer, Permission.CASE_HANDLE)}
    if at_county:
        return bool(posts) and followup.unit_id not in handles
    return any(post.unit_id != followup.unit_id for post in posts)


def had_a_hand(viewer: Actor, followup: FollowUp) -> bool:
    """Whether the viewer answered the matter, signed for it or passed on what the resident said."""
    keys = [followup.case_id] + ([followup.main_id] if followup.main_id else [])
    mine = Transition.objects.filter(case__in=keys, by_key=viewer.key, move__in=_HAD_A_HAND)
    return mine.exists()


def without_own(viewer: Actor, rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """Return the calls without those about matters the viewer had a hand in."""
    mine = Transition.objects.filter(case=OuterRef("case"), by_key=viewer.key, move__in=_HAD_A_HAND)
    return rows.exclude(Exists(mine))


def count_waiting(viewer: Actor) -> int | None:
    """Count what is to be called by the viewer's units; None without such a post. One query of an index."""
    units = {post.unit_id for post in posts_granting(viewer, Permission.FOLLOWUP_CALL)}
    if not units:
        return None
    return FollowUp.objects.filter(IS_OPEN, caller__in=units).count()
