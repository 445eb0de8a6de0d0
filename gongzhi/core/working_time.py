"""Working time of an office: which minutes count, and what a limit counted in them means.

Pure: no table, no setting, no clock. Moments are aware; results are UTC. Working time is counted in whole
minutes and a moment belongs to the minute it falls in: splitting an interval never gains or loses one.
The invariant: `minutes_between` is the difference of two positions on one line of working minutes, and `add`
finds the moment at a position; everything else follows. Decisions and their reasons: docs/adr/0002.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar.constants import holidays, workdays
from django.utils.translation import gettext as _

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
ONE_DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


class LimitUnit(StrEnum):
    """What a limit counts: minutes of office time, or hours of the plain clock for emergencies."""

    WORKING_MINUTES = "working_minutes"
    PLAIN_HOURS = "plain_hours"


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time to do something in. Raises ValueError when it is not positive."""

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"a limit must be positive, not {self.amount}")

    @property
    def minutes(self) -> int:
        return self.amount * MINUTES_PER_HOUR if self.unit is LimitUnit.PLAIN_HOURS else self.amount


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval that does not count, half-open. `until` is None while the pause lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office is open on a working day, in local time. Raises ValueError for periods that overlap."""

    periods: tuple[tuple[time, time], ...] = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
    zone: ZoneInfo = SHANGHAI

    def __post_init__(self) -> None:
        marks = [mark for period in self.minute_periods for mark in period]
        if not marks or any(later <= earlier for earlier, later in pairwise(marks)):
            raise ValueError("office hours need periods that run forward and do not touch")

    @property
    def minute_periods(self) -> tuple[tuple[int, int], ...]:
        """The periods as minutes since midnight."""
        return tuple((_minute_of(start), _minute_of(end)) for start, end in self.periods)

    @property
    def minutes_per_day(self) -> int:
        return sum(end - start for start, end in self.minute_periods)


def _minute_of(moment: time) -> int:
    return moment.hour * MINUTES_PER_HOUR + moment.minute


@lru_cache(maxsize=1)
def known_years() -> frozenset[int]:
    """The years whose holidays the national calendar holds. A year counts once its National Day is in."""
    return frozenset(day.year for day in holidays if (day.month, day.day) == (10, 1))


def known_until() -> date:
    """The last day the national calendar knows."""
    return date(max(known_years()), 12, 31)


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of working time. `before[i]` is the working minutes of the year before its day `i`."""

    first: int
    before: tuple[int, ...]
    open_days: tuple[bool, ...]

    @property
    def total(self) -> int:
        return self.before[-1]


@dataclass(frozen=True)
class OfficeCalendar:
    """Office hours on the national calendar with its make-up workdays, corrected by local `overrides`.

    Beyond the years the national calendar knows, Monday to Friday count and `warning_for` says so.
    """

    hours: OfficeHours = OfficeHours()
    overrides: Mapping[date, bool] = field(default_factory=dict)
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    _periods: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    _into_day: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_periods", self.hours.minute_periods)
        object.__setattr__(self, "_into_day", tuple(_minutes_into_day(self._periods)))

    # Days

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens on `day`: the override if there is one, else the national calendar."""
        chosen = self.overrides.get(day)
        if chosen is not None:
            return chosen
        if day.year in known_years():
            return day in workdays or (day.weekday() < 5 and day not in holidays)
        return day.weekday() < 5

    def warning_for(self, day: date) -> str | None:
        """Words for people when `day` is only assumed, else None."""
        if day.year in known_years() or day in self.overrides:
            return None
        return _(
            "The national holiday calendar is known for %(first)s to %(last)s. For %(year)s Monday to Friday"
            " are taken as working days until the calendar is updated or days are set by hand."
        ) % {"first": min(known_years()), "last": max(known_years()), "year": day.year}

    def holiday_name(self, day: date) -> str:
        """The name of the holiday in the national calendar, in English; empty for an ordinary day."""
        return str(chinese_calendar.get_holiday_detail(day)[1] or "") if day.year in known_years() else ""

    def local_day(self, moment: datetime) -> date:
        """The date on the office's wall at `moment`."""
        return _aware(moment).astimezone(self.hours.zone).date()

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); `day` itself is not counted.

        Zero gives `day`, or the next working day when the office is closed on it.
        """
        if count == 0:
            return day if self.is_working_day(day) else self.add_working_days(day, 1)
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _step in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def closing_moment(self, day: date) -> datetime:
        """When the office closes on `day`, should it open at all."""
        return self._moment(day.toordinal(), self._periods[-1][1])

    # Moments

    def is_working_moment(self, moment: datetime) -> bool:
        ordinal, minute = self._place(moment)
        return self._is_open(ordinal) and any(start <= minute < end for start, end in self._periods)

    def next_working_moment(self, moment: datetime) -> datetime:
        """`moment` when the office is open then, else its next opening."""
        if self.is_working_moment(moment):
            return moment.astimezone(UTC)
        ordinal, minute = self._place(moment)
        while True:
            if self._is_open(ordinal):
                for start, _end in self._periods:
                    if start >= minute:
                        return self._moment(ordinal, start)
            ordinal, minute = ordinal + 1, 0

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from `start` to `end`; negative when `end` is earlier."""
        from_year, from_minutes = self._position(start)
        to_year, to_minutes = self._position(end)
        if from_year == to_year:
            return to_minutes - from_minutes
        if from_year > to_year:
            return -self.minutes_between(end, start)
        between = sum(self._year(year).total for year in range(from_year, to_year))
        return between + to_minutes - from_minutes

    def add(self, start: datetime, minutes: int) -> datetime:
        """The moment `minutes` of working time after `start` (before it when negative).

        Exact to the minute: seconds of `start` are dropped, except that zero minutes give `start` itself.
        The end of a period is returned rather than the opening after it, and the reverse when going back.
        """
        if minutes == 0:
            return _aware(start).astimezone(UTC)
        year, position = self._position(start)
        position += minutes
        if minutes > 0:
            while position > self._year(year).total:
                position -= self._year(year).total
                year += 1
            return self._earliest_at(year, position)
        while position < 0:
            year -= 1
            position += self._year(year).total
        return self._latest_at(year, position)

    # Limits

    def due(self, start: datetime, limit: Limit, pauses: Iterable[Pause] = ()) -> datetime | None:
        """When `limit` runs out for something begun at `start`; None while a pause stops it."""
        return self.due_at_share(start, limit, pauses, percent=100)

    def due_at_share(
        self, start: datetime, limit: Limit, pauses: Iterable[Pause] = (), *, percent: int
    ) -> datetime | None:
        """When `percent` of `limit` is used up; None while a pause that stops it still lasts."""
        left = max(1, limit.minutes * percent // 100)
        for pause in _merged(pauses, start):
            used = self._count(start, pause.since, limit.unit)
            if used >= left:
                break
            if pause.until is None:
                return None
            left -= used
            start = pause.until
        return self._ahead(start, left, limit.unit)

    def used(self, start: datetime, end: datetime, unit: LimitUnit, pauses: Iterable[Pause] = ()) -> int:
        """Minutes as `unit` counts them from `start` to `end` without pauses; zero when `end` is earlier."""
        total = 0
        for pause in _merged(pauses, start):
            if pause.since >= end:
                break
            total += self._count(start, pause.since, unit)
            start = pause.until or end
        return total + max(0, self._count(start, end, unit)) if end > start else total

    def _count(self, start: datetime, end: datetime, unit: LimitUnit) -> int:
        if unit is LimitUnit.PLAIN_HOURS:
            return (end - start) // timedelta(minutes=1)
        return self.minutes_between(start, end)

    def _ahead(self, start: datetime, minutes: int, unit: LimitUnit) -> datetime:
        if unit is LimitUnit.PLAIN_HOURS:
            return (_aware(start) + timedelta(minutes=minutes)).astimezone(UTC)
        return self.add(start, minutes)

    # The line of working minutes, year by year

    def _place(self, moment: datetime) -> tuple[int, int]:
        local = _aware(moment).astimezone(self.hours.zone)
        return local.toordinal(), local.hour * MINUTES_PER_HOUR + local.minute

    def _moment(self, ordinal: int, minute: int) -> datetime:
        day = datetime.fromordinal(ordinal).replace(tzinfo=self.hours.zone)
        # Adding to an aware local time moves the hands of its clock, which is what opening hours mean.
        return (day + timedelta(minutes=minute)).astimezone(UTC)

    def _is_open(self, ordinal: int) -> bool:
        day = date.fromordinal(ordinal)
        year = self._year(day.year)
        return year.open_days[ordinal - year.first]

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._build_year(year)
        return known

    def _build_year(self, year: int) -> _Year:
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        open_days = tuple(self.is_working_day(date.fromordinal(o)) for o in range(first, last + 1))
        before, per_day = [0], self._into_day[-1]
        for is_open in open_days:
            before.append(before[-1] + (per_day if is_open else 0))
        return _Year(first, tuple(before), open_days)

    def _position(self, moment: datetime) -> tuple[int, int]:
        """The year of `moment` and the working minutes of that year before it."""
        local = _aware(moment).astimezone(self.hours.zone)
        year = self._year(local.year)
        index = local.toordinal() - year.first
        minutes = year.before[index]
        if year.open_days[index]:
            minutes += self._into_day[local.hour * MINUTES_PER_HOUR + local.minute]
        return local.year, minutes

    def _earliest_at(self, year: int, position: int) -> datetime:
        table = self._year(year)
        index = bisect_left(table.before, position) - 1
        minute = bisect_left(self._into_day, position - table.before[index])
        return self._moment(table.first + index, minute)

    def _latest_at(self, year: int, position: int) -> datetime:
        while position >= self._year(year).total:
            position -= self._year(year).total
            year += 1
        table = self._year(year)
        index = bisect_right(table.before, position) - 1
        minute = bisect_right(self._into_day, position - table.before[index]) - 1
        return self._moment(table.first + index, minute)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("working time needs a moment with a time zone")
    return moment


def _minutes_into_day(periods: tuple[tuple[int, int], ...]) -> Iterator[int]:
    """Working minutes of an open day before each of its minutes, and the whole day's at the end."""
    for minute in range(MINUTES_PER_DAY + 1):
        yield sum(max(0, min(minute, end) - start) for start, end in periods)


def _merged(pauses: Iterable[Pause], start: datetime) -> Iterator[Pause]:
    """The pauses after `start` in order, overlapping ones joined, empty and past ones left out."""
    current: Pause | None = None
    for pause in sorted(pauses, key=lambda each: each.since):
        since = max(pause.since, start)
        if pause.until is not None and pause.until <= since:
            continue
        if current is None:
            current = Pause(since, pause.until)
        elif current.until is None or since <= current.until:
            ends = None if current.until is None or pause.until is None else max(current.until, pause.until)
            current = Pause(current.since, ends)
        else:
            yield current
            current = Pause(since, pause.until)
    if current is not None:
        yield current
