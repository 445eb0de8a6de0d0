"""What the desk of a matter is shown of others that are likely the same, and what it can do about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases import lifecycle, words
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Case, CasePair
from gongzhi.cases.queries import access, likeness
from gongzhi.cases.queries.likeness import Likely
from gongzhi.cases.queries.merged import MAIN_STATES
from gongzhi.core.actor import Actor

AT_DESK = frozenset({State.REGISTERED, State.ACCEPTED})
"""While a matter lies at a desk its page looks for others like it; later whoever asks opens a page of its
own."""
_FURTHER = (State.HANDLING, State.DISPATCHED, State.ACCEPTED, State.REGISTERED, State.RESOLVED)
"""Which of two matters leads: the one further on its way; an answered one only when none is handled."""


@dataclass(frozen=True, slots=True)
class LikelyShown:
    """A matter that is likely the same, as the page of a case shows it."""

    likely: Likely
    state: str
    tone: str
    lead: str
    """The number of the one that would lead when the viewer presses to merge; "" when they cannot."""
    this_leads: bool


@dataclass(frozen=True, slots=True)
class ApartShown:
    """A matter that somebody said is not the same."""

    number: str
    title: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LikelyPanel:
    rows: list[LikelyShown]
    apart: list[ApartShown]
    may_judge: bool
    """Whether the viewer may merge and tell apart; others see the list only."""


def may_judge(viewer: Actor, case: Case) -> bool:
    """Whether the viewer works at the desk that could merge this case."""
    return viewer.is_staff and access.may(viewer, case, Move.MERGE)


def panel_at_desk(viewer: Actor, case: Case, *, at: datetime) -> LikelyPanel | None:
    """Return the panel for the page of a case while it lies at a desk; else None, without a query."""
    if case.status not in AT_DESK or not access.reads_words(viewer):
        return None
    return panel(viewer, case, at=at)


def panel(viewer: Actor, case: Case, *, at: datetime) -> LikelyPanel:
    """Return the matters in the viewer's sight that are likely the same as this one. Eight queries at most,
    a few more on PostgreSQL; nine when somebody told two matters apart."""
    pairs = likeness.pairs_of(case)
    found = likeness.likely_duplicates(viewer=viewer, case=case, at=at, pairs=pairs)
    judges = may_judge(viewer, case)
    others = {
        row.pk: row
        for row in Case.objects.filter(pk__in=[likely.key for likely in found])
        .select_related("desk")
        .only("pk", "status", "registered_at", "desk__path")
    } if found else {}  # fmt: skip
    rows = [_shown(viewer, case, others[likely.key], likely, judges=judges) for likely in found]
    return LikelyPanel(rows, _apart(viewer, case, pairs), judges)


def _shown(viewer: Actor, case: Case, other: Case, likely: Likely, *, judges: bool) -> LikelyShown:
    lead = leading(case, other)
    rests = None if lead is None else (other if lead is case else case)
    can = judges and rests is not None and rests.status in lifecycle.OPEN_STATES
    can = can and rests is not None and access.may(viewer, rests, Move.MERGE)
    state = State(other.status)
    return LikelyShown(
        likely=likely,
        state=str(words.STATES[state]),
        tone=words.STATE_TONES.get(state, "quiet"),
        lead=lead.number if can and lead is not None else "",
        this_leads=lead is case,
    )


def leading(case: Case, other: Case) -> Case | None:
    """Return which of the two would lead: the one further on its way, of equals the older; None when neither
    is handled any more."""
    able = [each for each in (case, other) if State(each.status) in MAIN_STATES]
    return min(able, key=lambda each: (_FURTHER.index(State(each.status)), each.pk), default=None)


def _apart(viewer: Actor, case: Case, pairs: Sequence[CasePair]) -> list[ApartShown]:
    said = {pair.other(case): pair for pair in pairs if pair.apart_at is not None}
    if not said:
        return []
    seen = access.visible_cases(viewer).filter(pk__in=said).only("pk", "title", "registered_at")
    rows = [(row, said[row.pk]) for row in seen.order_by("-pk")]
    return [
        ApartShown(row.number, row.title, _name(pair), pair.apart_at or case.moved_at) for row, pair in rows
    ]


def _name(pair: CasePair) -> str:
    return pair.apart_by.full_name if pair.apart_by else ""
