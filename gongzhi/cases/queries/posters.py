"""Links of posters: which a place has, and whether one that somebody scanned still holds."""

from dataclasses import dataclass

from gongzhi.cases import posters
from gongzhi.cases.models import PosterLink
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, require

_WHOLE = posters.Scanned()


@dataclass(frozen=True, slots=True)
class Hanging:
    """What a scanned link says: the words of its spot, and whether the poster holds."""

    spot: str = ""
    holds: bool = True
    is_ours: bool = True
    """False when the words were not signed by us."""


def place_of(unit: Unit) -> Unit:
    """Return the unit that the posters of a town, a village or a grid name. Raises NotFound for others."""
    place = unit.parent if unit.kind == UnitKind.GRID else unit
    if place is None or unit.kind not in (UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.GRID):
        raise NotFound
    return place


def links_of(unit: Unit, *, viewer: Actor) -> list[PosterLink]:
    """Return the links of a place's posters, those that hold first. Raises NotAllowed, NotFound."""
    require(viewer, Permission.CASE_PUBLISH, unit_path=unit.path)
    rows = PosterLink.objects.filter(place=place_of(unit)).select_related("printed_by", "taken_back_by")
    return sorted(rows, key=lambda row: (row.taken_back_at is not None, row.spot))


def get_link(unit: Unit, key: int, *, viewer: Actor) -> PosterLink:
    """Return one link of the unit's place. Raises NotAllowed, NotFound."""
    found = next((row for row in links_of(unit, viewer=viewer) if row.pk == key), None)
    if found is None:
        raise NotFound
    return found


def scanned(place: str, packed: str = "", signature: str = "", *, viewer: Actor) -> Hanging:
    """Say what the parts of a link mean, for anybody who scans it. One query.

    Words that we did not sign are left out. A link without a row was printed before rows were kept: it holds.
    """
    del viewer  # The link is all the right there is.
    read = posters.read(place, packed, signature) if packed else _WHOLE
    if read is None:
        return Hanging(is_ours=False)
    row = PosterLink.objects.filter(place__code=place, spot=read.spot).first()
    if row is None:
        return Hanging(read.spot, read.serial == 0)
    return Hanging(read.spot, row.taken_back_at is None and row.serial == read.serial)
