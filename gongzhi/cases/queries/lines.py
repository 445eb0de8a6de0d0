"""Rows of lists: what one line about a case says to this viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases import deadlines, words
from gongzhi.cases.lifecycle import ClockKind, Level, State, Urgency
from gongzhi.cases.models import Case, Clock, Supervision
from gongzhi.cases.queries import access, calendars, categories
from gongzhi.core.actor import Actor
from gongzhi.language.snippets import Piece, snippet

_SNIPPET = 60
"""Technical: signs of a text shown under its title, about a line on a phone and a half."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list. `title` is the subject for a viewer who does not read what was said."""

    case: Case
    number: str
    title: str
    subject: str
    state: str
    state_tone: str
    level: str
    urgency: str
    """Empty for an ordinary one."""
    due_at: datetime | None
    clock: str
    remaining: int
    working_day: int | None
    soon: bool
    is_paused: bool
    is_supervised: bool
    snippet: list[Piece]
    """Where the words looked for stand in what was said; empty when none were typed."""


def lines_of(
    cases: Iterable[Case], *, viewer: Actor, at: datetime, soon_until: datetime, looked_for: str = ""
) -> list[Line]:
    """Return the lines for these cases, in their order. Two queries, however many there are.

    The cases come with place, unit, category and owner.
    """
    rows = list(cases)
    running: dict[int, Clock] = {}
    for clock in Clock.objects.filter(case__in=rows, stopped_at__isnull=True).order_by("-due_at"):
        running[clock.case_id] = clock
    open_orders = Supervision.objects.filter(case__in=rows, answered_at__isnull=True)
    supervised = set(open_orders.values_list("case", flat=True))
    reads, calendar = access.reads_words(viewer), calendars.at(at)

    def line(case: Case) -> Line:
        clock = running.get(case.pk)
        plain = clock is not None and clock.plain
        subject = categories.name_of(case.category) if case.category else ""
        return Line(
            case=case,
            number=case.number,
            title=case.title if reads else subject,
            subject=subject if reads else "",
            state=str(words.STATES[State(case.status)]),
            state_tone=words.STATE_TONES.get(State(case.status), "quiet"),
            level=str(words.LEVELS[Level(case.level)]),
            urgency=str(words.URGENCIES[Urgency(case.urgency)]) if case.urgency != Urgency.ORDINARY else "",
            due_at=case.due_at,
            clock=str(words.CLOCKS[ClockKind(clock.kind)]) if clock else "",
            remaining=deadlines.between(calendar, at, case.due_at, plain=plain) if case.due_at else 0,
            working_day=None if plain else calendar.hours.minutes_per_day,
            soon=case.due_at is not None and case.due_at <= soon_until,
            is_paused=clock is not None and clock.paused_at is not None,
            is_supervised=case.pk in supervised,
            snippet=_snippet(case, looked_for) if reads and looked_for else [],
        )

    return [line(case) for case in rows]


def _snippet(case: Case, words: str) -> list[Piece]:
    said = (case.text, case.title, case.answer, case.place_detail)
    return next(filter(None, (snippet(text, words, longest=_SNIPPET) for text in said)), [])
