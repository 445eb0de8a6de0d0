"""Posters that a unit hangs up: who may print one, for which place, with which words; and taking one back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import posters, rules
from gongzhi.cases.actions import moves
from gongzhi.cases.audit_events import POSTER_PRINTED, POSTER_PUT_BACK, POSTER_TAKEN_BACK
from gongzhi.cases.models import PosterLink
from gongzhi.cases.queries import posters as queries
from gongzhi.cases.resident_words import place_name
from gongzhi.core import links
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, NotAllowed
from gongzhi.core.texts import tidy
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, require
from gongzhi.rulebook.queries import in_force

_KINDS = frozenset({UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.GRID})


class AlreadyTakenBack(Conflict):
    code = "poster_taken_back"
    message = _("This poster was taken back already.")


class HoldsAlready(Conflict):
    code = "poster_holds"
    message = _("This poster holds: nobody took it back.")


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

    A grid's poster names the village, with the grid as the spot. The link of a poster that was taken back is
    made anew, and the older sheets stay dead. Raises NotAllowed, NotFound, Invalid.
    """
    require(by, Permission.CASE_PUBLISH, unit_path=unit.path)
    place = queries.place_of(unit)
    words = tidy(f"{unit.name} {spot}" if unit.kind == UnitKind.GRID else spot).strip()
    posters.check_spot(words)
    if by.user_id is None:
        raise NotAllowed
    link, _is_new = PosterLink.objects.get_or_create(
        place=place, spot=words, defaults={"printed_at": at, "printed_by_id": by.user_id}
    )
    link = _locked(link)
    if link.taken_back_at is not None:
        link.serial += 1
    link.taken_back_at, link.taken_back_by, link.reason = None, None, ""
    link.printed_at, link.printed_by_id = at, by.user_id
    link.save()
    _audit(POSTER_PRINTED, link, unit, by=by, at=at)
    return Poster(
        place_name(place.name),
        words,
        place.name,
        unit.phone or place.phone,
        links.public(_path(link)),
    )


@transaction.atomic
def take_back(*, link: PosterLink, unit: Unit, reason: str, by: Actor, at: datetime) -> PosterLink:
    """Take a poster back: whoever scans it chooses the place, and reads nothing of its words.

    What was raised by it stays as it is. Raises NotAllowed, Invalid, AlreadyTakenBack.
    """
    require(by, Permission.CASE_PUBLISH, unit_path=unit.path)
    link = _locked(link)
    if link.taken_back_at is not None:
        raise AlreadyTakenBack
    link.reason = moves.need_words(
        reason, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="reason"
    )
    link.taken_back_at, link.taken_back_by_id = at, by.user_id
    link.save()
    _audit(POSTER_TAKEN_BACK, link, unit, by=by, at=at)
    return link


@transaction.atomic
def put_back(*, link: PosterLink, unit: Unit, by: Actor, at: datetime) -> PosterLink:
    """Let the sheets of a poster that was taken back hold again. Raises NotAllowed, HoldsAlready."""
    require(by, Permission.CASE_PUBLISH, unit_path=unit.path)
    link = _locked(link)
    if link.taken_back_at is None:
        raise HoldsAlready
    link.taken_back_at, link.taken_back_by, link.reason = None, None, ""
    link.save()
    _audit(POSTER_PUT_BACK, link, unit, by=by, at=at)
    return link


def _locked(link: PosterLink) -> PosterLink:
    return PosterLink.objects.select_for_update(of=("self",), no_key=True).get(pk=link.pk)


def _audit(code: str, link: PosterLink, unit: Unit, *, by: Actor, at: datetime) -> None:
    data = {"spot": link.spot, "serial": link.serial, "reason": moves.words_digest(link.reason)}
    record(code, by=by, at=at, subject=f"unit:{unit.code}", unit_code=unit.code, data=data)


def _path(link: PosterLink) -> str:
    if not link.spot and not link.serial:
        return reverse("cases:poster_link", args=[link.place.code])
    said = posters.parts(link.place.code, link.spot, link.serial)
    return reverse("cases:poster_spot", args=[link.place.code, *said])
