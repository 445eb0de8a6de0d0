"""Reads of the tree of units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs import paths
from gongzhi.orgs.models import Post, Unit
from gongzhi.orgs.permissions import Permission, scope_paths, visible
from gongzhi.orgs.queries.dates import valid_on

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

SEARCH_LIMIT = 50
_BY_CODE = "SELECT * FROM orgs_unit WHERE code = %s"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A row of the unit pages: the unit, how many stand below it today, how many posts are held there."""

    unit: Unit
    below: int
    posts: int


def find_unit(code: str) -> Unit | None:
    """Return the unit with this code, also one that ended, or None.

    Written out because every matter that is registered names its place.
    """
    return next(iter(Unit.objects.raw(_BY_CODE, [code])), None)


def unit_at(code: str, at: date) -> Unit:
    """Return the unit with this code if it is valid on the day `at`, else raise NotFound."""
    unit = Unit.objects.filter(valid_on(at), code=code).first()
    if unit is None:
        raise NotFound
    return unit


def units_by_id(ids: Iterable[int]) -> Mapping[int, Unit]:
    """Return the units with these keys. One query by primary key whatever the number; unknown keys are left
    out.

    Not cached on purpose: asking whether a cache is fresh would cost the same query.
    """
    return Unit.objects.in_bulk(set(ids))


def get_unit(viewer: Actor, code: str, *, permission: Permission = Permission.UNIT_VIEW) -> Unit:
    """Return the unit if a post of `viewer` grants `permission` there; absent and out of scope raise
    NotFound.
    """
    unit = Unit.objects.filter(visible(viewer, permission), code=code).select_related("parent").first()
    if unit is None:
        raise NotFound
    return unit


def top_units(viewer: Actor, *, permission: Permission = Permission.UNIT_VIEW) -> list[Unit]:
    """Return the units at which the scope of `viewer` begins, in tree order."""
    return list(Unit.objects.filter(path__in=scope_paths(viewer, permission)))


def children(unit: Unit, *, on: date | None = None) -> QuerySet[Unit]:
    """List the units directly below, in code order; only those valid on the day, when one is given."""
    below = Unit.objects.filter(parent=unit)
    return below.filter(valid_on(on)) if on else below


def subtree(unit: Unit, *, on: date | None = None) -> QuerySet[Unit]:
    """List the unit and everything below it, in tree order; only those valid on the day, when one is
    given.
    """
    inside = Unit.objects.filter(paths.subtree(unit.path))
    return inside.filter(valid_on(on)) if on else inside


def ancestors(unit: Unit) -> list[Unit]:
    """Return the units above this one, top first. One query."""
    return list(Unit.objects.filter(code__in=paths.codes(unit.path)[:-1]).order_by("depth"))


def search_units(viewer: Actor, text: str, *, on: date) -> list[Unit]:
    """Return up to `SEARCH_LIMIT` valid units in the viewer's scope whose code begins with or whose name
    holds
    `text`, in tree order."""
    text = text.strip()
    if not text:
        return []
    matches = Q(code__startswith=text) | Q(name__icontains=text)
    in_scope = Unit.objects.filter(visible(viewer, Permission.UNIT_VIEW), valid_on(on), matches)
    return list(in_scope.select_related("parent")[:SEARCH_LIMIT])


def lines_below(unit: Unit, *, on: date, ended: bool = False) -> list[UnitLine]:
    """Return the units directly below with their counts; with `ended` those that no longer exist. One
    query.
    """
    below = Unit.objects.filter(parent=unit)
    below = below.exclude(valid_on(on)) if ended else below.filter(valid_on(on))
    return [UnitLine(row, row.n_below, row.n_posts) for row in _with_counts(below, on)]


class _Counts(TypedDict):
    n_below: int
    n_posts: int


def _with_counts(units: QuerySet[Unit], on: date) -> "QuerySet[WithAnnotations[Unit, _Counts]]":
    inside = Unit.objects.filter(valid_on(on), parent=OuterRef("pk")).order_by().values("parent")
    held = Post.objects.filter(valid_on(on), unit=OuterRef("pk")).order_by().values("unit")
    return units.annotate(
        n_below=Coalesce(Subquery(inside.annotate(n=Count("pk")).values("n")), 0),
        n_posts=Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0),
    )


def lock_unit(unit: Unit) -> Unit:
    """Return the unit as it is now, its row locked until the transaction ends."""
    return Unit.objects.select_for_update().get(pk=unit.pk)
