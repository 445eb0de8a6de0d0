"""Deadlines of cases, as pure functions over an office calendar.

A deadline is a stored moment, never a counter: missing a run of the worker must not change the answer.
All lengths are minutes; working minutes unless `plain`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gongzhi.core.working_time import OfficeCalendar


class Rung(Protocol):
    """What a rung of any ladder says about its moment."""

    @property
    def share(self) -> float | None: ...

    @property
    def minutes_after_due(self) -> int | None: ...


def add(calendar: OfficeCalendar, start: datetime, minutes: int, *, plain: bool) -> datetime:
    """Return the moment `minutes` after `start`."""
    return start + timedelta(minutes=minutes) if plain else calendar.add(start, minutes)


def between(calendar: OfficeCalendar, start: datetime, end: datetime, *, plain: bool) -> int:
    """Return the signed minutes from `start` to `end`."""
    return int((end - start).total_seconds() // 60) if plain else calendar.minutes_between(start, end)


def rung_at(
    calendar: OfficeCalendar, rung: Rung, *, due_at: datetime, limit_minutes: int, plain: bool
) -> datetime:
    """Return when a rung is taken: at a share of the limit, counted back from the due moment, or after it.

    Counting back keeps the answer right after pauses: the remaining share is what matters to the owner.
    """
    if rung.share is not None:
        return add(calendar, due_at, -round(limit_minutes * (1 - rung.share)), plain=plain)
    return add(calendar, due_at, rung.minutes_after_due or 0, plain=plain)


def next_rung_at(
    calendar: OfficeCalendar,
    rungs: Sequence[Rung],
    step: int,
    *,
    due_at: datetime,
    limit_minutes: int,
    plain: bool,
) -> datetime | None:
    """Return when rung number `step` (from 0) is taken, or None past the top of the ladder."""
    if step >= len(rungs):
        return None
    return rung_at(calendar, rungs[step], due_at=due_at, limit_minutes=limit_minutes, plain=plain)


def shifted(
    calendar: OfficeCalendar, *, due_at: datetime, paused_at: datetime, resumed_at: datetime, plain: bool
) -> datetime:
    """Return the new due moment after a pause: what was left when it began is left when it ends."""
    left = between(calendar, paused_at, due_at, plain=plain)
    return add(calendar, resumed_at, left, plain=plain)
