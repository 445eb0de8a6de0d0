"""The list behind a figure as a file for spreadsheets: dated facts, no words, nothing about the reporter."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gongzhi.cases import words
from gongzhi.cases.lifecycle import Channel, Kind, Level, Outcome, State, Urgency
from gongzhi.cases.queries import categories, figures
from gongzhi.cases.queries.figures import Behind

_EXPORT_PIECE = 500
"""Rows held in memory at once."""


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


Told = Callable[[int, bool], None]
"""Is told how many rows went out, and whether these were all."""


def lines_of_file(found: Behind, told: Told) -> Iterator[str]:
    """Give the lines, and tell once how many rows they were.

    The last line is held back until that is written down: who has the whole file stands in the log.
    """
    held, rows, whole = "", 0, False
    try:
        for number, line in enumerate(_lines(found)):
            if held:
                yield held
            held, rows = line, number
        whole = True
    finally:
        told(rows, whole)
    yield held


def _lines(found: Behind) -> Iterator[str]:
    """Give the line of headings and one for each row."""
    writer = csv.writer(_Line())
    # The mark of byte order makes spreadsheets read the file as UTF-8.
    yield "\ufeff" + str(writer.writerow([str(head) for head in _heads()]))
    for piece in figures.export_rows(found, pieces=_EXPORT_PIECE):
        for case in piece:
            yield str(writer.writerow([_safe(cell) for cell in _cells(case)]))


def _heads() -> list[Any]:
    return [
        _("Number"),
        _("Registered"),
        _("State"),
        _("Place"),
        _("Unit"),
        _("Subject"),
        _("Kind"),
        _("Urgency"),
        _("Level"),
        _("Came by"),
        _("Dispatched"),
        _("Reached in time"),
        _("Resolved"),
        _("Answered in time"),
        _("Working minutes"),
        _("Outcome"),
        _("Rated"),
        _("Solved"),
        _("Score"),
        _("Returns"),
        _("Handled again"),
    ]


def _cells(case: Any) -> list[Any]:
    return [
        case.number,
        _local(case.registered_at),
        words.STATES[State(case.status)],
        case.place.name,
        case.unit.name,
        categories.name_of(case.category) if case.category else "",
        words.KINDS[Kind(case.kind)] if case.kind else "",
        words.URGENCIES[Urgency(case.urgency)],
        words.LEVELS[Level(case.level)],
        words.CHANNELS[Channel(case.channel)],
        _local(case.dispatched_at),
        _yes(case.contact_on_time),
        _local(case.resolved_at),
        _yes(case.finish_on_time),
        case.finish_minutes,
        words.OUTCOMES[Outcome(case.outcome)] if case.outcome else "",
        _local(case.rated_at),
        _yes(case.solved),
        case.score,
        case.returns,
        case.reworks,
    ]


def _local(moment: datetime | None) -> str:
    return "" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _yes(value: bool | None) -> str:
    return "" if value is None else _("yes") if value else _("no")


def _safe(cell: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
