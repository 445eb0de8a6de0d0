"""The places a resident may choose from: the county, its towns and villages that are valid on the day."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.resident_words import place_name
from gongzhi.core.errors import Invalid
from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.queries import day_of, valid_on

_KINDS = (UnitKind.COUNTY, UnitKind.TOWN, UnitKind.VILLAGE)


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    name: str
    """As people say it: 三元村."""


@dataclass(frozen=True, slots=True)
class Town:
    code: str
    name: str
    villages: tuple[Place, ...]


def _places(at: datetime) -> QuerySet[Unit]:
    county = paths.subtree(paths.root(settings.COUNTY_CODE))
    return Unit.objects.filter(county, valid_on(day_of(at)), kind__in=_KINDS)


def list_towns(*, at: datetime) -> list[Town]:
    """Return the towns of the county with their villages, in the order of their codes. One query."""
    rows = list(_places(at).exclude(kind=UnitKind.COUNTY).order_by("path"))
    return [
        Town(
            town.code,
            town.name,
            tuple(Place(v.code, place_name(v.name)) for v in rows if v.parent_id == town.pk),
        )
        for town in rows
        if town.kind == UnitKind.TOWN
    ]


def county_place(*, at: datetime) -> Unit | None:
    """Return the county itself, for who is not sure where it is; None before the units are imported."""
    return _places(at).filter(kind=UnitKind.COUNTY).first()


def find_place(code: str, *, at: datetime) -> Unit | None:
    """Return the county, town or village with this code, or None when it cannot be chosen. One query."""
    return _places(at).filter(code=code).first() if code else None


def get_place(code: str, *, at: datetime) -> Unit:
    """Return the place with this code. Raises Invalid when it cannot be chosen."""
    place = find_place(code, at=at)
    if place is None:
        raise Invalid(_("Please choose a village or a town from the list."), field="place")
    return place


def search(text: str, *, at: datetime) -> list[Town]:
    """Return the towns and villages whose name holds `text`; 村 and 镇 at its end may be left out."""
    wanted = text.strip()
    found = []
    for town in list_towns(at=at):
        villages = tuple(v for v in town.villages if wanted in v.name or wanted in f"{town.name}{v.name}")
        if wanted in town.name:
            found.append(town)
        elif villages:
            found.append(Town(town.code, town.name, villages))
    return found
