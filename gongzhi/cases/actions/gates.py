"""What a complex or major matter needs before it is answered: its panel, or the decision of a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import governance_rules, rules
from gongzhi.cases.actions import moves, story
from gongzhi.cases.lifecycle import Move, Tier
from gongzhi.cases.models import Case, MeetingDecision, PanelMember
from gongzhi.cases.pictures import Picture
from gongzhi.cases.queries import access, gates
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.rulebook.queries import in_force


class GateClosed(Conflict):
    """The tier of the matter asks for something that is not recorded yet."""

    code = "gate_closed"
    hint = _("Record it first; the page of the matter shows what is missing and offers the step.")

    def __init__(self, gate: gates.Gate) -> None:
        super().__init__(
            _("This cannot be answered yet. Still missing: %(missing)s.") % {"missing": gate.words},
            rule=gate.rule,
            next=str(gate.move or ""),
        )


class WrongTier(Conflict):
    code = "wrong_tier"
    message = _("This step belongs to matters of another tier.")
    hint = _("A complex matter names who took part; a major one the decision of a meeting.")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who took part, and as what, by the code of the rule."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting decided and where it is written down."""

    meeting: str
    held_on: date
    number: str
    words: str


def check(case: Case, *, by: Actor, at: datetime) -> None:
    """Raise GateClosed unless all is recorded that the tier of the case asks for. History is not asked."""
    if by.door == access.IMPORT_DOOR:
        return
    gate = gates.gate_of(case, at=at)
    if not gate.is_open:
        raise GateClosed(gate)


@transaction.atomic
def record_panel(*, case: Case, members: Sequence[Member], words: str = "", by: Actor, at: datetime) -> Case:
    """Record who took part in working out a complex matter; more can be added later.

    Raises WrongTier, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.PANEL, by=by, at=at)
    if case.tier != Tier.COMPLEX:
        raise WrongTier
    rule = in_force(governance_rules.TIER_GATE, at=at)
    there = set(PanelMember.objects.filter(case=case, level=case.level).values_list("name", flat=True))
    named = _named(members, rule.params, there)
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    names = "、".join(f"{rule.params.role_name(m.role, language=case.language)} {m.name}" for m in named)
    row = moves.finish(
        case,
        Move.PANEL,
        by=by,
        at=at,
        words=f"{names}\n{words}".strip(),
        public=False,
        rule=rule.label,
        data={"roles": sorted(member.role for member in named)},
    )
    PanelMember.objects.bulk_create(
        PanelMember(case=case, transition=row, role=member.role, name=member.name, level=case.level)
        for member in named
    )
    return case


def _named(
    members: Sequence[Member], params: governance_rules.TierGateParams, there: set[str]
) -> list[Member]:
    """Return the members to add: known roles, each person once. Raises Invalid."""
    known = {role.code for role in params.roles}
    longest = PanelMember._meta.get_field("name").max_length or 0
    found: dict[str, Member] = {}
    for member in members:
        name = moves.need_words(member.name, longest=longest, field="members")
        if member.role not in known:
            raise Invalid(_("Please choose a role from the list."), field="members")
        if name in found or name in there:
            raise Invalid(_("%(name)s is named twice.") % {"name": name}, field="members")
        found[name] = Member(member.role, name)
    if not found:
        raise Invalid(_("Please name at least one person."), field="members")
    return list(found.values())


@transaction.atomic
def record_decision(
    *, case: Case, decision: Decision, pictures: Sequence[Picture] = (), by: Actor, at: datetime
) -> Case:
    """Record what a meeting decided about a major matter, with pictures of the minutes if there are any.

    Raises WrongTier, Invalid, TooManyPictures, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.DECISION, by=by, at=at)
    if case.tier != Tier.MAJOR:
        raise WrongTier
    meeting = _fit_column(decision.meeting, "meeting")
    number = _fit_column(decision.number, "number")
    words = moves.need_words(decision.words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    if decision.held_on > timezone.localdate(at):
        raise Invalid(_("The day of the meeting lies in the future."), field="held_on")
    row = moves.finish(
        case,
        Move.DECISION,
        by=by,
        at=at,
        words=f"{meeting}（{number}）：{words}",
        rule=in_force(governance_rules.TIER_GATE, at=at).label,
        data={"meeting": meeting, "number": number, "held_on": decision.held_on.isoformat()},
    )
    MeetingDecision.objects.create(
        case=case,
        transition=row,
        meeting=meeting,
        number=number,
        held_on=decision.held_on,
        words=words,
        at=at,
    )
    story.attach_cleaned(case=case, cleaned=pictures, public=False, by=by, at=at)
    return case


def _fit_column(value: str, field: str) -> str:
    column = MeetingDecision._meta.get_field(field)
    return moves.need_words(value, longest=getattr(column, "max_length", 0) or 0, field=field)
