"""Reads of core: the office calendar in force and the signs of life of the workers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, QuerySet
from django_tasks_db.models import DBTaskResult

from gongzhi.core.models import CalendarOverride, TimedJobRun, WorkerSeen
from gongzhi.core.working_time import OfficeCalendar, OfficeHours

CALENDAR_CACHE_SECONDS = 30
_calendars: dict[OfficeHours, tuple[float, OfficeCalendar]] = {}


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day as the calendar page shows it."""

    day: date
    is_working: bool
    override: bool
    note: str
    holiday: str
    is_assumed: bool
    """Beyond the national calendar and not set by hand."""


def office_calendar(hours: OfficeHours) -> OfficeCalendar:
    """Return the calendar in force for `hours`, at most half a minute old.

    One query, or none; its tables are kept with it, so hold it for a whole run of computations.
    """
    known = _calendars.get(hours)
    if known is not None and time.monotonic() - known[0] < CALENDAR_CACHE_SECONDS:
        return known[1]
    overrides = dict(CalendarOverride.objects.values_list("day", "is_working"))
    if known is not None and known[1].overrides == overrides:
        calendar = known[1]
    else:
        calendar = OfficeCalendar(hours, overrides)
    _calendars[hours] = (time.monotonic(), calendar)
    return calendar


def forget_calendars() -> None:
    """Drop the calendars kept in this process; others notice within half a minute."""
    _calendars.clear()


def list_overrides() -> QuerySet[CalendarOverride]:
    """Return all days set by hand, earliest first."""
    return CalendarOverride.objects.order_by("day")


def calendar_year(year: int, *, hours: OfficeHours | None = None) -> list[CalendarDay]:
    """Return every day of `year` with what it is and why. One query. Raises ValueError outside 1 to 9999."""
    notes = {row.day: row for row in CalendarOverride.objects.filter(day__year=year)}
    calendar = OfficeCalendar(hours or OfficeHours(), {day: row.is_working for day, row in notes.items()})
    return [_calendar_day(calendar, day, notes.get(day)) for day in _days_of(year)]


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))


def _calendar_day(calendar: OfficeCalendar, day: date, row: CalendarOverride | None) -> CalendarDay:
    return CalendarDay(
        day=day,
        is_working=calendar.is_working_day(day),
        override=row is not None,
        note=row.note if row else "",
        holiday=calendar.holiday_name(day),
        is_assumed=calendar.warning_for(day) is not None,
    )


def worker_seen_at() -> datetime | None:
    """Return when any worker last gave a sign of life; None when none ever did."""
    newest: datetime | None = WorkerSeen.objects.aggregate(newest=Max("seen_at"))["newest"]
    return newest


def list_timed_jobs() -> QuerySet[TimedJobRun]:
    """Return the plan of the timed jobs by name, with their last failure."""
    return TimedJobRun.objects.order_by("name")


def count_waiting_tasks() -> int:
    """Return how many queued tasks wait to be run; served by the partial index of ready tasks."""
    return DBTaskResult.objects.ready().count()
