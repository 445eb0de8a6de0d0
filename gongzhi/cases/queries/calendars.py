"""The office calendar that holds at a moment: hours by rule, days by the national calendar and its
overrides, and for a unit its own days and those of the units above it."""

from collections.abc import Mapping
from datetime import date, datetime, time

from gongzhi.cases import rules
from gongzhi.core import queries as core_queries
from gongzhi.core.working_time import OfficeCalendar, OfficeHours
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import in_force


def at(moment: datetime) -> OfficeCalendar:
    """Return the office calendar of the county by the rule in force at `moment`."""
    return _calendar(moment, {})


def of(unit: Unit, *, at: datetime) -> OfficeCalendar:
    """Return the office calendar of a unit by the rule in force at `at`, with its own days off and on."""
    return _calendar(at, {})


def _calendar(moment: datetime, own: Mapping[date, bool]) -> OfficeCalendar:
    periods = in_force(rules.OFFICE_HOURS, at=moment).params.periods
    hours = OfficeHours(
        periods=tuple((time.fromisoformat(p.opens), time.fromisoformat(p.closes)) for p in periods)
    )
    return core_queries.office_calendar(hours)


def closing_time(at: datetime) -> time:
    """Return the local time at which offices close by the rule in force at `at`."""
    return max(time.fromisoformat(p.closes) for p in in_force(rules.OFFICE_HOURS, at=at).params.periods)
