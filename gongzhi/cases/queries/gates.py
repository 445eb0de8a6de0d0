"""What still has to be recorded before a complex or major matter can be answered, by the rule in force."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from gongzhi.cases import governance_rules
from gongzhi.cases.lifecycle import Move, Tier
from gongzhi.cases.models import Case, MeetingDecision, PanelMember
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class Gate:
    """What is missing, in words, and the move that records it. Open when nothing is."""

    missing: tuple[str, ...] = ()
    move: Move | None = None
    rule: str = ""

    @property
    def is_open(self) -> bool:
        return not self.missing

    @property
    def words(self) -> str:
        return pgettext("between words", ", ").join(self.missing)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who took part, as pages show it."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DecisionShown:
    meeting: str
    held_on: date
    number: str
    words: str


def gate_of(case: Case, *, at: datetime) -> Gate:
    """Return what stands between the case and an answer. No query for a small one, else one."""
    if case.tier == Tier.MAJOR:
        if MeetingDecision.objects.filter(case=case).exists():
            return Gate()
        rule = in_force(governance_rules.TIER_GATE, at=at)
        return Gate((_("the decision of a meeting"),), Move.DECISION, rule.label)
    if case.tier != Tier.COMPLEX:
        return Gate()
    rule = in_force(governance_rules.TIER_GATE, at=at)
    seats = rule.params.seats_at(case.level)
    if not seats:
        return Gate()
    roles = PanelMember.objects.filter(case=case, level=case.level).values_list("role", flat=True)
    present = Counter(roles)
    language = get_language() or "zh-hans"
    missing = tuple(
        ngettext("%(n)d %(role)s", "%(n)d %(role)s", seat.at_least - present[seat.role])
        % {
            "n": seat.at_least - present[seat.role],
            "role": rule.params.role_name(seat.role, language=language),
        }
        for seat in seats
        if present[seat.role] < seat.at_least
    )
    return Gate(missing, Move.PANEL if missing else None, rule.label)


def panel_of(case: Case, *, at: datetime) -> list[Seat]:
    """Return who took part, in the order in which they were written down. One query for a complex matter."""
    if case.tier != Tier.COMPLEX:
        return []
    params = in_force(governance_rules.TIER_GATE, at=at).params
    language = get_language() or "zh-hans"
    rows = PanelMember.objects.filter(case=case).order_by("id")
    return [Seat(row.name, params.role_name(row.role, language=language)) for row in rows]


def decisions_on(case: Case) -> list[DecisionShown]:
    """Return the decisions of meetings, the newest first. One query for a major matter."""
    if case.tier != Tier.MAJOR:
        return []
    rows = MeetingDecision.objects.filter(case=case).order_by("-id")
    return [DecisionShown(row.meeting, row.held_on, row.number, row.words) for row in rows]
