"""When people speak up and about what: seasons, days of the week, hours. Pure, from `data/rhythm.toml`."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from gongzhi.core.working_time import SHANGHAI, OfficeCalendar
from gongzhi.demo import content


def pick_category(rng: Random, *, month: int, community: bool) -> str:
    """Return a category code, as likely as people of such a place raise it in that month."""
    codes, weights = _weights(month, community)
    return rng.choices(codes, weights)[0]


@lru_cache(maxsize=24)
def _weights(month: int, community: bool) -> tuple[list[str], list[float]]:
    codes = list(content.scenes())
    return codes, [weight_of(code, month=month, community=community) for code in codes]


def weight_of(code: str, *, month: int, community: bool = False) -> float:
    """Return how often this category is raised in that month, relative to the others."""
    rows = content.rhythm()
    weight = float(content.longest(rows["weight"], code))
    for season in rows["season"]:
        if month in season["months"]:
            weight *= float(content.longest({"": 1.0, **season["factors"]}, code))
    rare = rows["unlikely"]["community" if community else "village"]
    return weight * (0.02 if code.startswith(tuple(rare)) else 1.0)


def pick_moment(rng: Random, *, first: date, days: int, pattern: str, calendar: OfficeCalendar) -> datetime:
    """Return when somebody speaks up within the days; `pattern` is desk (office days), open or emergency."""
    shares = content.rhythm()["weekdays"][pattern]
    dates = [first + timedelta(days=number) for number in range(days)]
    weights = [_day_weight(day, shares, pattern, calendar) for day in dates]
    day = rng.choices(dates, weights)[0]
    hour = rng.choices(range(24), content.rhythm()["hours"][pattern])[0]
    at = time(hour, rng.randrange(60), rng.randrange(60))
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def _day_weight(day: date, shares: list[int], pattern: str, calendar: OfficeCalendar) -> float:
    # A make-up Saturday is a working day like any other; a holiday on a Tuesday is not.
    if pattern != "desk":
        return shares[day.weekday()]
    return max(shares[:5]) if calendar.is_working_day(day) else min(shares)
