"""Reading counted figures for pages: no page counts cases, so a dashboard costs the same at any size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from gongzhi.cases import rules
from gongzhi.cases.measures import MEASURES, Measure
from gongzhi.cases.models import Case, StaleFigure, UnitFigure
from gongzhi.cases.queries.measures import month_of, rows_behind, rule_of
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, can
from gongzhi.rulebook.queries import InForce

TREND_MONTHS = 12
COMPARED = ("registered", "response", "solution", "satisfaction", "unrated", "on_time", "median_time")
"""Measures of the table that compares the units directly below."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A measure in a month, and in the month before; None where nothing was counted yet."""

    measure: Measure
    now: UnitFigure | None
    before: UnitFigure | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    unit: Unit
    above: list[Unit]
    month: date
    whole: Mapping[str, Counted]
    """Measures without parts, by code."""
    parts: Mapping[str, list[UnitFigure]]
    """Distributions of the month, by code, in the order of the measure's values."""
    trend: list[tuple[date, UnitFigure | None]]
    trend_measure: Measure
    children: list[tuple[Unit, Mapping[str, UnitFigure]]]
    counted_at: datetime | None
    is_stale: bool
    """Something moved after the count; the worker counts again within a minute."""
    rule: InForce[rules.MeasureParams]


def top_unit(*, viewer: Actor) -> Unit:
    """Return the unit whose dashboard the viewer sees first. Raises NotFound."""
    units = orgs.top_units(viewer, permission=Permission.FIGURES_VIEW)
    if not units:
        raise NotFound
    return units[0]


def months_before(month: date, count: int) -> list[date]:
    """Return `count` months up to and with `month`, oldest first."""
    months = [month]
    while len(months) < count:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def dashboard_of(*, viewer: Actor, unit: Unit, month: date, trend: str, at: datetime) -> Dashboard:
    """Return everything the dashboard of a unit shows. Six queries, whatever the number of cases and units.

    Raises NotFound when the viewer may not read the unit's figures, or for an unknown measure.
    """
    require_figures(viewer, unit)
    chosen = get_measure(trend)
    *_others, before, month = months_before(month, 2)
    rows = list(UnitFigure.objects.filter(unit=unit, month__in=[before, month]))
    by_key = {(row.month, row.measure, row.part): row for row in rows}
    whole = {
        measure.code: Counted(
            measure, by_key.get((month, measure.code, "")), by_key.get((before, measure.code, ""))
        )
        for measure in MEASURES.values()
        if not measure.values
    }
    parts = {
        measure.code: [
            row for part in measure.values if (row := by_key.get((month, measure.code, part))) is not None
        ]
        for measure in MEASURES.values()
        if measure.values
    }
    return Dashboard(
        unit=unit,
        above=[
            row for row in orgs.ancestors(unit) if can(viewer, Permission.FIGURES_VIEW, unit_path=row.path)
        ],
        month=month,
        whole=whole,
        parts=parts,
        trend=_trend(unit, chosen, month),
        trend_measure=chosen,
        children=_children(unit, month, at),
        counted_at=min((row.as_of for row in rows if row.month == month), default=None),
        is_stale=StaleFigure.objects.filter(unit=unit, month=month).exists(),
        rule=rule_of(month, at=at),
    )


def _trend(unit: Unit, measure: Measure, month: date) -> list[tuple[date, UnitFigure | None]]:
    months = months_before(month, TREND_MONTHS)
    wanted = UnitFigure.objects.filter(unit=unit, month__in=months, measure=measure.code, part="")
    found = {row.month: row for row in wanted}
    return [(each, found.get(each)) for each in months]


def _children(unit: Unit, month: date, at: datetime) -> list[tuple[Unit, Mapping[str, UnitFigure]]]:
    below = list(orgs.children(unit, on=orgs.day_of(at)))
    figures: dict[int, dict[str, UnitFigure]] = {}
    wanted = UnitFigure.objects.filter(unit__in=below, month=month, measure__in=COMPARED, part="")
    for row in wanted:
        figures.setdefault(row.unit_id, {})[row.measure] = row
    return [(row, figures.get(row.pk, {})) for row in below]


def require_figures(viewer: Actor, unit: Unit) -> None:
    """Raise NotFound when the viewer may not read the unit's figures."""
    if not _reads(viewer, unit):
        raise NotFound


def _reads(viewer: Actor, unit: Unit) -> bool:
    return can(viewer, Permission.FIGURES_VIEW, unit_path=unit.path)


def get_measure(code: str) -> Measure:
    """Return the measure with this code. Raises NotFound."""
    measure = MEASURES.get(code)
    if measure is None:
        raise NotFound
    return measure


@dataclass(frozen=True, slots=True)
class Behind:
    """The list behind a figure: the same condition that counted it, as the rows are now."""

    measure: Measure
    figure: UnitFigure | None
    rows: QuerySet[Case]
    rule: InForce[rules.MeasureParams]

    def expected(self, only: str) -> int | None:
        """Return how many rows the figure says there are."""
        if self.figure is None:
            return None
        hits = self.figure.hits or 0
        if self.figure.part or only == "hits":
            return hits
        return self.figure.base - hits if only == "misses" else self.figure.base


def list_behind(
    *, viewer: Actor, unit: Unit, measure_code: str, month: date, at: datetime, part: str = "", only: str = ""
) -> Behind:
    """Return the list behind a figure, newest first. One query for the figure; the rows are lazy.

    Raises NotFound for an unknown measure or part, or a unit out of scope.
    """
    require_figures(viewer, unit)
    measure = get_measure(measure_code)
    if (part and part not in measure.values) or (only and measure.hits is None):
        raise NotFound
    rule = rule_of(month, at=at)
    rows = rows_behind(measure, unit=unit, month=month, rule=rule.params, part=part, only=only)
    shown = part or (measure.values[0] if measure.values else "")
    figure = UnitFigure.objects.filter(unit=unit, month=month, measure=measure.code, part=shown).first()
    if figure is not None and measure.values and not part:
        # The whole of a distribution: every part knows its base.
        figure.part, figure.hits = "", None
    return Behind(measure, figure, rows.select_related("place", "unit", "category", "owner"), rule)


def was_counted(*, unit: Unit, month: date, after: datetime) -> bool:
    return UnitFigure.objects.filter(unit=unit, month=month, as_of__gt=after).exists()


def export_rows(behind: Behind, *, pieces: int) -> Iterator[Sequence[Case]]:
    """Yield the cases of a list in pieces; memory holds one piece, whatever the length."""
    piece: list[Case] = []
    for case in behind.rows.iterator(chunk_size=pieces):
        piece.append(case)
        if len(piece) == pieces:
            yield piece
            piece = []
    if piece:
        yield piece


def this_month(at: datetime) -> date:
    return month_of(at)
