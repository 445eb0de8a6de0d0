"""Posters that a unit hangs up: who may print one, for which place, with which words."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from gongzhi.audit.actions import record
from gongzhi.cases import posters
from gongzhi.cases.audit_events import POSTER_PRINTED
from gongzhi.cases.resident_words import place_name
from gongzhi.core import links
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.core.texts import tidy
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, require

_KINDS = frozenset({UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.GRID})


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster."""

    place: str
    """As people say it: 三元村."""
    spot: str
    office: str
    phone: str
    address: str
    """What the code opens."""


def takes_posters(unit: Unit) -> bool:
    """Whether posters are made for a unit of this kind."""
    return unit.kind in _KINDS


@transaction.atomic
def print_poster(*, unit: Unit, spot: str, by: Actor, at: datetime) -> Poster:
    """Return the poster of a town, a village or a grid, with a spot in words; one audit row.

    A grid's poster names the village, with the grid as the spot. Raises NotAllowed, NotFound, Invalid.
    """
    require(by, Permission.CASE_PUBLISH, unit_path=unit.path)
    is_grid = unit.kind == UnitKind.GRID
    place = unit.parent if is_grid else unit
    if place is None or not takes_posters(unit):
        raise NotFound
    words = tidy(f"{unit.name} {spot}" if is_grid else spot).strip()
    posters.check_spot(words)
    record(
        POSTER_PRINTED, by=by, at=at, subject=f"unit:{unit.code}", unit_code=unit.code, data={"spot": words}
    )
    return Poster(
        place_name(place.name),
        words,
        place.name,
        unit.phone or place.phone,
        links.public(_path(place, words)),
    )


def _path(place: Unit, words: str) -> str:
    if not words:
        return reverse("cases:poster_link", args=[place.code])
    return reverse("cases:poster_spot", args=[place.code, *posters.parts(place.code, words)])
