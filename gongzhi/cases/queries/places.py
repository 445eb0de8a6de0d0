"""Where a case belongs: the centre of a place, the levels of units, and which units see what."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gongzhi.cases import lifecycle
from gongzhi.cases.lifecycle import Level
from gongzhi.core.errors import Invalid
from gongzhi.orgs import paths
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit, UnitKind

_LEVEL_OF_KIND = {
    UnitKind.COUNTY: Level.COUNTY,
    UnitKind.DEPARTMENT: Level.COUNTY,
    UnitKind.TOWN: Level.TOWN,
    UnitKind.STATION: Level.TOWN,
    UnitKind.VILLAGE: Level.VILLAGE,
    UnitKind.GRID: Level.VILLAGE,
}
_CENTRES = {Level.VILLAGE: UnitKind.VILLAGE, Level.TOWN: UnitKind.TOWN, Level.COUNTY: UnitKind.COUNTY}

COUNTY_DEPTH = 2
_VILLAGE_BELOW_COUNTY = 2


def level_of(unit: Unit) -> Level:
    """Return the level a unit works at. Raises Invalid for a unit above the county."""
    level = _LEVEL_OF_KIND.get(UnitKind(unit.kind))
    if level is None:
        raise Invalid(field="unit")
    return level


def chain(unit: Unit) -> list[Unit]:
    """Return the unit and everything above it up to the county, lowest first. One query."""
    codes = unit.path.strip("/").split("/")
    found = {u.code: u for u in Unit.objects.filter(code__in=codes)}
    upward = [found[code] for code in reversed(codes) if code in found]
    return [u for u in upward if u.kind in _LEVEL_OF_KIND]


def centre_at(unit: Unit, level: Level) -> Unit:
    """Return the centre of `level` that the unit belongs to. Raises Invalid when there is none."""
    for candidate in chain(unit):
        if candidate.kind == _CENTRES[level]:
            return candidate
    raise Invalid(field="unit")


def centre_above(unit: Unit) -> Unit:
    """Return the centre one level above the unit: for a bureau or the county centre, the county centre."""
    above = lifecycle.level_above(level_of(unit)) or Level.COUNTY
    return centre_at(unit, above)


def entry_desk(place: Unit) -> Unit:
    """Return the centre at the case's place: the lowest village, town or county the place lies in.

    No query when the place is a centre itself, which nearly every place is.
    """
    if place.kind in _CENTRES.values():
        return place
    for candidate in chain(place):
        if candidate.kind in _CENTRES.values():
            return candidate
    raise Invalid(field="place")


def units_that_see(unit: Unit) -> list[int]:
    """Return the keys of the unit and of every unit above it below the county.

    No query for what lies one or two levels below the county: its own keys say it all.
    """
    below_county = paths.depth(unit.path) - COUNTY_DEPTH
    if 0 <= below_county <= 1:
        return [unit.pk]
    if below_county == _VILLAGE_BELOW_COUNTY and unit.parent_id is not None:
        return [unit.pk, unit.parent_id]
    return [u.pk for u in chain(unit) if u.kind != UnitKind.COUNTY] or [unit.pk]


def in_reach(desk: Unit, unit: Unit) -> bool:
    """Whether a desk may dispatch to the unit: its own area, or a station of the town the desk belongs to.

    A village that needs a county bureau escalates; the town or county dispatches there.
    """
    beside = unit.kind == UnitKind.STATION and unit.parent_id == desk.parent_id
    return unit.path.startswith(desk.path) or beside


def get_place(code: str, *, at: datetime, field: str) -> Unit:
    """Return the unit with this code that exists on the day of `at`. Raises Invalid, naming the input."""
    unit = orgs.find_unit(code)
    if unit is None or unit.kind not in _LEVEL_OF_KIND or not orgs.is_valid(unit, orgs.day_of(at)):
        raise Invalid(
            _("There is no unit with the code “%(code)s”.") % {"code": code},
            hint=_("Use a code from the list of units."),
            field=field,
        )
    return unit


def may_be_called(caller: Unit, unit: Unit, *, kinds: frozenset[str]) -> bool:
    """Whether `caller` may call the unit to help: of a kind the rule names, and where it is a village or a
    town station, of the caller's own town."""
    if unit.kind not in kinds or unit.pk == caller.pk:
        return False
    if unit.kind not in (UnitKind.STATION, UnitKind.VILLAGE, UnitKind.TOWN):
        return True
    near = unit.path.startswith(caller.path) or caller.path.startswith(unit.path)
    return near or (unit.kind == UnitKind.STATION and unit.parent_id == caller.parent_id)
