"""Who sees a dispute, who reads what was said in it, and who may move it: one rule each.

Seen (number, kind, dates, outcome) is a dispute by whose post views mediation where it was first taken up,
and by its mediators. Read (parties, minutes, agreement) it is by its mediators, by the heads of the
committees that had it, and by those who read the words of the matter it belongs to.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.numbers import normalise_code
from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.core.errors import Invalid, NotFound
from gongzhi.mediation import lifecycle, numbers, rules
from gongzhi.mediation.lifecycle import Move, State, Who
from gongzhi.mediation.models import Dispute, Mediator, Party
from gongzhi.orgs import paths
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Post, Unit, User
from gongzhi.orgs.permissions import Permission, posts_granting, visible
from gongzhi.rulebook.queries import in_force

_WITH = ("committee", "committee__parent", "origin_unit", "case")


class DisputeNotFound(NotFound):
    """No such dispute, or not within the viewer's sight: the same on purpose."""


def visible_disputes(viewer: Actor) -> QuerySet[Dispute]:
    """Return the disputes the viewer may know of."""
    in_scope = Dispute.objects.filter(visible(viewer, Permission.MEDIATION_VIEW, "origin_unit__path"))
    if viewer.user_id is None or not posts_granting(viewer, Permission.MEDIATION_MEDIATE):
        return in_scope
    mine = Mediator.objects.filter(user=viewer.user_id, until__isnull=True)
    # Joined and not alternatives in one condition, which no index would serve.
    keys = in_scope.values_list("pk", flat=True).union(mine.values_list("dispute", flat=True))
    return Dispute.objects.filter(pk__in=keys)


def get_dispute(*, viewer: Actor, number: str) -> Dispute:
    """Return the dispute with this public number. Raises DisputeNotFound when absent or out of sight."""
    key, printed = numbers.parse_number(number)
    dispute = visible_disputes(viewer).select_related(*_WITH).filter(pk=key).first()
    if dispute is None or dispute.number != printed:
        raise DisputeNotFound
    return dispute


def get_by_code(*, number: str, code: str) -> Party:
    """Return the party whose code this is. A wrong number and a wrong code raise DisputeNotFound alike."""
    key, printed = numbers.parse_number(number)
    related = [f"dispute__{name}" for name in _WITH]
    parties = list(Party.objects.filter(dispute=key).select_related("dispute", *related))
    given, found = normalise_code(code), None
    for party in parties:
        wanted = numbers.party_code(party.dispute.number, party.position)
        if constant_time_compare(given, wanted) and party.dispute.number == printed:
            found = party
    if found is None:
        raise DisputeNotFound
    return found


def lock_dispute(dispute: Dispute) -> Dispute:
    """Return the dispute as it is now, locked until the end of the transaction."""
    locked = Dispute.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("committee", "committee__parent", "origin_unit").get(pk=dispute.pk)


def mediates(actor: Actor, dispute: Dispute) -> bool:
    if actor.user_id is None or not posts_granting(actor, Permission.MEDIATION_MEDIATE):
        return False
    now = Mediator.objects.filter(dispute=dispute, user=actor.user_id, until__isnull=True)
    return now.exists()


def reads_words(viewer: Actor, dispute: Dispute) -> bool:
    """Whether the viewer reads parties, minutes and agreement. At most two queries."""
    return dispute.pk in read_among(viewer, [dispute])


def read_among(viewer: Actor, disputes: Iterable[Dispute]) -> set[int]:
    """Return the keys of those disputes whose words the viewer reads. At most two queries."""
    rows = list(disputes)
    heads = [post.unit_path for post in posts_granting(viewer, Permission.MEDIATION_LEAD)]
    found = {row.pk for row in rows if any(_had_it(row, path) for path in heads)}
    rest = [row for row in rows if row.pk not in found]
    if rest and viewer.user_id is not None and posts_granting(viewer, Permission.MEDIATION_MEDIATE):
        mine = Mediator.objects.filter(dispute__in=rest, user=viewer.user_id, until__isnull=True)
        found |= set(mine.values_list("dispute", flat=True))
    cases = [row.case_id for row in rest if row.case_id and row.pk not in found]
    if cases and case_access.reads_words(viewer):
        sight = case_access.visible_cases(viewer, permission=Permission.CASE_WORDS).filter(pk__in=cases)
        seen = set(sight.values_list("pk", flat=True))
        found |= {row.pk for row in rest if row.case_id in seen}
    return found


def _had_it(dispute: Dispute, path: str) -> bool:
    """Whether the committee at this path is one of those from the first to the present one."""
    below = paths.contains(path, dispute.origin_unit.path)
    return below and paths.contains(dispute.committee.path, path)


def stands_right(actor: Actor, dispute: Dispute, who: Who, permission: Permission | None) -> bool:
    """Whether `actor` stands to the dispute in this relation, holding the permission where one is named."""
    if who is Who.PARTY:
        return actor.kind is ActorKind.RESIDENT
    if permission is None or actor.kind is not ActorKind.STAFF:
        return False
    if who is Who.MEMBER:
        return any(post.unit_id == dispute.committee_id for post in posts_granting(actor, permission))
    return mediates(actor, dispute)


def may(actor: Actor, dispute: Dispute, move: Move) -> bool:
    """Whether the actor may make the move, leaving aside whether the state allows it."""
    return any(stands_right(actor, dispute, who, p) for who, p in lifecycle.STEPS[move].who)


def possible_moves(actor: Actor, dispute: Dispute) -> tuple[Move, ...]:
    """Return the moves the actor can make now, in the order of the table. One query."""
    relations = {
        (who, permission): stands_right(actor, dispute, who, permission)
        for who, permission in {pair for step in lifecycle.STEPS.values() for pair in step.who}
    }
    now = lifecycle.possible_moves(State(dispute.state))
    return tuple(m for m in now if any(relations[pair] for pair in lifecycle.STEPS[m].who))


def leading(dispute: Dispute) -> Mediator | None:
    """Return who leads the mediation now."""
    return Mediator.objects.filter(dispute=dispute, until__isnull=True, leading=True).first()


class MayNotMediate(Invalid):
    code = "may_not_mediate"
    message = _("This person may not mediate here.")
    hint = _("Members of the committee and three-line people of the place may; the rule says who.")


def candidates(committee: Unit, level: str, *, at: datetime, origin: Unit | None = None) -> list[User]:
    """Return who may lead or take part at this committee by the rule in force, by name. One query.

    Its own people, and for a dispute that began further down those of the committees it came from.
    """
    row = in_force(rules.MEDIATORS, at=at).params.of(level)
    day = orgs.day_of(at)
    place = Q(unit=committee)
    if origin is not None and origin.pk != committee.pk:
        place |= Q(unit__path__in=_paths_between(committee, origin))
    if level == "county":
        place |= Q(unit__parent=committee, unit__kind="department")
    held = Post.objects.filter(
        orgs.valid_on(day), place, role__in={*row.leading, *row.joining}, user__is_active=True
    )
    return list(User.objects.filter(pk__in=held.values("user")).order_by("full_name", "pk"))


def _paths_between(committee: Unit, origin: Unit) -> list[str]:
    parts = paths.codes(origin.path)
    every = ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    return [path for path in every if paths.contains(committee.path, path)]


def may_lead(user: User, committee: Unit, level: str, *, at: datetime) -> bool:
    """Whether the rule lets this person lead at this committee."""
    row = in_force(rules.MEDIATORS, at=at).params.of(level)
    held = Post.objects.filter(
        orgs.valid_on(orgs.day_of(at)), user=user, unit=committee, role__in=row.leading
    )
    return held.exists()
