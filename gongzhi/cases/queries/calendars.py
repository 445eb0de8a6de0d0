"""The office calendar that holds at a moment: hours by rule, days by the national calendar and its
overrides."""

from datetime import datetime, time

from gongzhi.cases import rules
from gongzhi.core import queries as core_queries
from gongzhi.core.working_time import OfficeCalendar, OfficeHours
from gongzhi.rulebook.queries import in_force


def at(moment: datetime) -> OfficeCalendar:
    """Return the office calendar by the rule in force at `moment`."""
    periods = in_force(rules.OFFICE_HOURS, at=moment).params.periods
    hours = OfficeHours(
        periods=tuple((time.fromisoformat(p.opens), time.fromisoformat(p.closes)) for p in periods)
    )
    return core_queries.office_calendar(hours)
