"""Where a matter from outside lies: a unit named by code or in words, or the nearest centre we know of.

There is no map of villages yet. What is not found goes to the county's desk, where a person reads it.
"""

import math
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.resident_words import place_name
from gongzhi.channels.open311.arguments import Point
from gongzhi.channels.rules import Centre
from gongzhi.core.errors import Invalid
from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.queries import day_of, valid_on

_KINDS = (UnitKind.COUNTY, UnitKind.TOWN, UnitKind.VILLAGE)
_KM_A_DEGREE = 111.2


def places(*, at: datetime) -> list[Unit]:
    """Return the county, its towns and villages of the day. One query."""
    county = paths.subtree(paths.root(settings.COUNTY_CODE))
    return list(Unit.objects.filter(county, valid_on(day_of(at)), kind__in=_KINDS).order_by("path"))


def locate(
    *,
    code: str = "",
    words: str = "",
    point: Point | None = None,
    centres: Sequence[Centre] = (),
    within_km: int = 0,
    at: datetime,
) -> Unit:
    """Return the unit named by its code, else in the words, else the nearest centre, else the county.

    One query. Raises Invalid for a code that is none of ours, or when there are no units at all.
    """
    found = places(at=at)
    if code:
        for each in found:
            if each.code == code:
                return each
        raise Invalid(_("There is no place with this code."), field="address_id")
    unit = in_words(words, found) or _nearest(point, found, centres, within_km)
    county = unit or next((each for each in found if each.kind == UnitKind.COUNTY), None)
    if county is None:
        raise Invalid(_("There is no place with this code."), field="address_id")
    return county


def in_words(words: str, found: Sequence[Unit]) -> Unit | None:
    """Return the place that a text names: the one village, or the one town; None when it is not clear.

    Of two villages with the same name the one whose town is named too; without a town neither.
    """
    flat = "".join(words.split())
    towns = [unit for unit in found if unit.kind == UnitKind.TOWN and unit.name in flat]
    named = [
        unit
        for unit in found
        if unit.kind == UnitKind.VILLAGE and (unit.name in flat or place_name(unit.name) in flat)
    ]
    if towns and named:
        keys = {town.pk for town in towns}
        named = [unit for unit in named if unit.parent_id in keys]
    longest = max((len(unit.name) for unit in named), default=0)
    named = [unit for unit in named if len(unit.name) == longest]
    if len(named) == 1:
        return named[0]
    return towns[0] if len(towns) == 1 else None


def _nearest(
    point: Point | None, found: Sequence[Unit], centres: Sequence[Centre], within_km: int
) -> Unit | None:
    if point is None:
        return None
    by_code = {unit.code: unit for unit in found}
    near = [(_km(point, each), each.unit) for each in centres if each.unit in by_code]
    distance, code = min(near, default=(math.inf, ""))
    return by_code[code] if distance <= within_km else None


def _km(point: Point, centre: Centre) -> float:
    """Kilometres on a plane, which is exact enough within a county."""
    latitude, longitude = float(point.latitude), float(point.longitude)
    north = latitude - centre.latitude
    east = (longitude - centre.longitude) * math.cos(math.radians(centre.latitude))
    return math.hypot(north, east) * _KM_A_DEGREE
