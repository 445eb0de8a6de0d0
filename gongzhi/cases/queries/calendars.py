"""The office calendar that holds at a moment: hours by rule, days by the national calendar and its
overrides, and for a unit its own days and those of the units above it."""

from collections.abc import Mapping
from datetime import date, datetime, time

from gongzhi.cases import rules
from gongzhi.core import queries as core_queries
from gongzhi.core.working_time import OfficeCalendar, OfficeHours
from gongzhi.orgs.models import Unit
from gongzhi.orgs.queries import days
from gongzhi.rulebook.queries import in_force

_MOST_KEPT = 64
"""Calendars of units kept in a process: building one counts the days of a year."""
_kept: dict[tuple[OfficeHours, tuple[tuple[date, bool], ...]], OfficeCalendar] = {}


def at(moment: datetime) -> OfficeCalendar:
    """Return the office calendar of the county by the rule in force at `moment`."""
    return _calendar(moment, {})


def of(unit: Unit, *, at: datetime) -> OfficeCalendar:
    """Return the office calendar of a unit by the rule in force at `at`, with its own days off and on."""
    return _calendar(at, days.overrides_of(unit))


def _calendar(moment: datetime, own: Mapping[date, bool]) -> OfficeCalendar:
    periods = in_force(rules.OFFICE_HOURS, at=moment).params.periods
    hours = OfficeHours(
        periods=tuple((time.fromisoformat(p.opens), time.fromisoformat(p.closes)) for p in periods)
    )
    county = core_queries.office_calendar(hours)
    if not own:
        return county
    key = (hours, tuple(sorted({**county.overrides, **own}.items())))
    if key not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = OfficeCalendar(hours, {**county.overrides, **own})
    return _kept[key]


def closing_time(at: datetime) -> time:
    """Return the local time at which offices close by the rule in force at `at`."""
    return max(time.fromisoformat(p.closes) for p in in_force(rules.OFFICE_HOURS, at=at).params.periods)
