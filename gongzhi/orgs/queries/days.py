"""Days on which single units open or close against the calendar of the county; inherited down the tree."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit, UnitDay

_KEPT_SECONDS = 30
"""How long a process keeps a copy; the same as for the county's calendar."""
_Days = dict[str, dict[date, bool]]
_kept: tuple[float, _Days] | None = None


@dataclass(frozen=True, slots=True)
class OwnDay:
    """One day as the page of a unit shows it. `unit` says whose word it is."""

    day: date
    is_working: bool
    note: str
    unit: str
    is_own: bool


def overrides_of(unit: Unit) -> Mapping[date, bool]:
    """Return the days that hold for a unit: its own and those of the units above it, the lowest one's word
    counting. One query, or none; at most half a minute old."""
    days = _all()
    if not days:
        return {}
    found: dict[date, bool] = {}
    for path in _down_to(unit.path):
        found |= days.get(path, {})
    return found


def _all() -> _Days:
    global _kept
    if _kept is not None and time.monotonic() - _kept[0] < _KEPT_SECONDS:
        return _kept[1]
    days: _Days = {}
    rows = UnitDay.objects.values_list("unit__path", "day", "is_working")
    for path, day, is_working in rows:
        days.setdefault(path, {})[day] = is_working
    _kept = (time.monotonic(), days)
    return days


def forget_unit_days() -> None:
    """Drop the copy of this process; others notice within half a minute."""
    global _kept
    _kept = None


def _down_to(path: str) -> list[str]:
    """Return the paths from the top down to `path`, itself last."""
    found: list[str] = []
    for step in path.strip("/").split("/"):
        found.append(paths.join(found[-1], step) if found else paths.root(step))
    return found


def list_days(unit: Unit, *, since: date) -> list[OwnDay]:
    """Return the days from `since` on that hold for a unit, the earliest first. One query."""
    rows = UnitDay.objects.select_related("unit").filter(unit__path__in=_down_to(unit.path), day__gte=since)
    lowest: dict[date, UnitDay] = {}
    for row in rows.order_by("unit__depth"):
        lowest[row.day] = row
    return [
        OwnDay(day, row.is_working, row.note, row.unit.name, row.unit_id == unit.pk)
        for day, row in sorted(lowest.items())
    ]
