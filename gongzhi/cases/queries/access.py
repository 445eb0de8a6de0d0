"""Who sees a case and who may move it: one rule each, read by lists, pages, API and actions alike.

A staff member sees a case when a unit in the scope of a post that grants `case.view` has sight of it. Sight
rows are written for a unit and all units above it, so the question is one look-up by unit, whatever the size.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import constant_time_compare

from gongzhi.cases import lifecycle, numbers
from gongzhi.cases.lifecycle import Move, Who
from gongzhi.cases.models import Case, CaseSight, HelpCall, PetitionReview
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.core.errors import NotFound
from gongzhi.orgs import paths
from gongzhi.orgs.models import UnitKind
from gongzhi.orgs.permissions import Permission, can, posts_granting

_WITH = ("place", "desk", "unit", "category", "owner", "registered_by")


_HELP = "_help_calls"
"""Where a loaded case keeps its calls for help, so that asking for many moves is one query."""
IMPORT_DOOR = "import"
"""The system plays the offices of imported history, never the resident."""


FOLLOW_UP_DOOR = "follow_up"
"""Through it comes who calls a reporter back: the right to it hangs on the call, not on the post alone."""


class CaseNotFound(NotFound):
    """No such case, or not within the viewer's sight: the same on purpose."""


def visible_cases(viewer: Actor, *, permission: Permission = Permission.CASE_VIEW) -> QuerySet[Case]:
    """Return the cases the viewer's posts give sight of. A county post sees every case of the county."""
    posts = posts_granting(viewer, permission)
    if any(post.unit_kind == UnitKind.COUNTY for post in posts):
        return Case.objects.all()
    if not posts:
        return Case.objects.none()
    units = sorted({post.unit_id for post in posts})
    return Case.objects.filter(Exists(CaseSight.objects.filter(case=OuterRef("pk"), unit__in=units)))


def sees(viewer: Actor, case: Case) -> bool:
    return visible_cases(viewer).filter(pk=case.pk).exists()


def get_case(*, viewer: Actor, number: str) -> Case:
    """Return the case with this public number. Raises CaseNotFound when absent or out of sight."""
    case = visible_cases(viewer).select_related(*_WITH).filter(pk=_key(number)).first()
    if case is None or case.number != _tidy(number):
        raise CaseNotFound
    return case


def get_case_by_receipt(*, number: str, code: str) -> Case:
    """Return the case whose receipt this is. Raises CaseNotFound for a wrong number and a wrong code
    alike."""
    case = Case.objects.select_related(*_WITH).filter(pk=_key(number)).first()
    given = numbers.normalise_code(code)
    wanted = numbers.receipt_code(case.number, case.receipt_serial) if case else numbers.receipt_code("-")
    if not constant_time_compare(given, wanted) or case is None or case.number != _tidy(number):
        raise CaseNotFound
    return case


def lock_case(case: Case) -> Case:
    """Return the case as it is now, locked until the end of the transaction."""
    locked = Case.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("place", "desk", "unit", "category").get(pk=case.pk)


def stands_right(actor: Actor, case: Case, who: Who, permission: Permission | None) -> bool:
    """Whether `actor` stands to the case in this relation, holding the permission where one is named."""
    if who is Who.SYSTEM or actor.door == IMPORT_DOOR:
        return actor.kind is ActorKind.SYSTEM and who is not Who.REPORTER
    if who is Who.REPORTER:
        return actor.kind is ActorKind.RESIDENT
    if who is Who.ANYONE:
        return True
    if permission is None or actor.kind is not ActorKind.STAFF:
        return False
    if who is Who.MEMBER:
        return any(post.unit_id == case.unit_id for post in posts_granting(actor, permission))
    if who is Who.REVIEWER:
        reviewer = reviewing_unit(case)
        return any(post.unit_id == reviewer for post in posts_granting(actor, permission))
    if who in (Who.HELPER, Who.CALLER):
        wanted = helping_units(case) if who is Who.HELPER else calling_units(case)
        return any(post.unit_id in wanted for post in posts_granting(actor, permission))
    if who is Who.FOLLOW_UP:
        through = actor.door == FOLLOW_UP_DOOR
        return through and stands_higher(actor, case, permission) and not has_in_hand(actor, case)
    if who is Who.HIGHER:
        return stands_higher(actor, case, permission)
    unit = case.desk if who is Who.DESK else case.place
    return can(actor, permission, unit_path=unit.path)


def stands_higher(actor: Actor, case: Case, permission: Permission) -> bool:
    """Whether a post of the actor grants the permission at a unit strictly above the one that has the case.

    Nothing is above the county centre: there whoever watches and does not handle stands above.
    """
    above = [p for p in posts_granting(actor, permission) if paths.contains(p.unit_path, case.unit.path)]
    if any(post.unit_id != case.unit_id for post in above):
        return True
    handles = any(post.unit_id == case.unit_id for post in posts_granting(actor, Permission.CASE_HANDLE))
    return bool(above) and case.unit.kind == UnitKind.COUNTY and not handles


def help_calls(case: Case) -> list[HelpCall]:
    """Return the calls for help of the case, the oldest first. One query for a loaded case; an action that
    writes one calls `forget_help`."""
    held: list[HelpCall] | None = case.__dict__.get(_HELP)
    if held is None:
        held = list(HelpCall.objects.filter(case=case).select_related("unit", "caller").order_by("id"))
        case.__dict__[_HELP] = held
    return held


def forget_help(case: Case) -> None:
    case.__dict__.pop(_HELP, None)


def helping_units(case: Case) -> frozenset[int]:
    """Return the units that were called to help and have not answered yet."""
    return frozenset(call.unit_id for call in help_calls(case) if call.is_open)


def calling_units(case: Case) -> frozenset[int]:
    """Return the units that called others to help."""
    return frozenset(call.caller_id for call in help_calls(case))


def reviewing_unit(case: Case) -> int | None:
    """Return the centre that has to decide a review of a petition, or None. One query for a petition.

    A review just decided still counts, so that who decided may order the matter anew.
    """
    if case.route != lifecycle.Route.PETITION:
        return None
    rows = PetitionReview.objects.filter(case=case).order_by("-asked_at", "-id")
    return rows.values_list("unit", flat=True).first()


def may(actor: Actor, case: Case, move: Move) -> bool:
    """Whether the actor's posts allow the move, leaving aside whether the state does."""
    return any(stands_right(actor, case, who, permission) for who, permission in lifecycle.STEPS[move].who)


def possible_moves(actor: Actor, case: Case) -> tuple[Move, ...]:
    """Return the moves the actor can make now, in the order of the table."""
    return tuple(m for m in lifecycle.possible_moves(lifecycle.State(case.status)) if may(actor, case, m))


@dataclass(frozen=True, slots=True)
class Sight:
    unit_id: int
    unit_name: str
    unit_kind: str
    reason: str


def who_sees(case: Case) -> list[Sight]:
    """Return the units that see the case and why, lowest first. One query."""
    rows = CaseSight.objects.filter(case=case).select_related("unit").order_by("-unit__depth", "id")
    return [Sight(row.unit_id, row.unit.name, row.unit.kind, row.reason) for row in rows]


def _key(number: str) -> int:
    return numbers.parse_number(number) or 0


def _tidy(number: str) -> str:
    key = numbers.parse_number(number)
    return "" if key is None else numbers.canonical(number)


def may_read_contact(viewer: Actor, case: Case) -> bool:
    """Whether the viewer may open the reporter's name and address: who handles it, its desk, or a
    supervisor."""
    member = stands_right(viewer, case, Who.MEMBER, Permission.CASE_CONTACT)
    return member or stands_right(viewer, case, Who.DESK, Permission.CASE_CONTACT)


def has_in_hand(viewer: Actor, case: Case) -> bool:
    """Whether the viewer handles the case: its owner, or holding a post that handles matters at its unit.

    Whoever does never judges or withdraws it for the resident.
    """
    if not viewer.is_staff:
        return False
    at_unit = any(post.unit_id == case.unit_id for post in posts_granting(viewer, Permission.CASE_HANDLE))
    return viewer.user_id == case.owner_id or at_unit


def reads_words(viewer: Actor) -> bool:
    """Whether the viewer reads what was said in the cases they see; a data analyst sees dated facts only."""
    return bool(posts_granting(viewer, Permission.CASE_WORDS))
