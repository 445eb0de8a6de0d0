"""Figures and the rows behind them, from one scoped condition.

`rows_behind` is the only place that turns a measure, a unit and a month into cases: the worker counts it, the
page lists it, an export walks it. A unit's figures cover the cases the unit has or had sight of.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from gongzhi.cases import rules
from gongzhi.cases.measures import MEASURES, Measure, Shape
from gongzhi.cases.models import Case, CaseSight, UnitFigure
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, can
from gongzhi.rulebook.queries import in_force

MEDIAN = 0.5
UPPER_QUARTILE = 0.75
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Figure:
    """One counted figure. `value` is a share from 0 to 1, a count, a mean, or working minutes, by shape."""

    measure: Measure
    part: str
    base: int
    hits: int | None
    value: float | None
    rule: str


def month_of(moment: datetime) -> date:
    """Return the first day of the local month of a moment."""
    return moment.astimezone(_zone()).date().replace(day=1)


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """Return the half-open period of a local month as two moments."""
    first = month.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    zone = _zone()
    return datetime.combine(first, time(), zone), datetime.combine(following, time(), zone)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def rows_behind(
    measure: Measure, *, unit: Unit, month: date, rule: rules.MeasureParams, part: str = "", only: str = ""
) -> QuerySet[Case]:
    """Return the cases a figure is counted from; `only` is `hits` or `misses` of a share, `part` of a split.

    Ordered by the moment that dates them, newest first, so that an index serves the page.
    """
    start, end = month_bounds(month)
    dated = Q(**{f"{measure.dated_by}__gte": start, f"{measure.dated_by}__lt": end})
    found = Case.objects.filter(dated, measure.base, seen_by(unit))
    if part:
        found = found.filter(**{measure.field: part})
    if only and measure.hits is not None:
        hits = measure.hits(rule)
        found = found.filter(hits) if only == "hits" else found.exclude(hits)
    return found.order_by(f"-{measure.dated_by}", "-id")


def seen_by(unit: Unit) -> Q:
    """Return the condition for cases a unit has or had sight of; the county has sight of all."""
    if unit.kind == UnitKind.COUNTY:
        return Q()
    return Q(Exists(CaseSight.objects.filter(case=OuterRef("pk"), unit=unit)))


def count_for_job(measure: Measure, *, unit: Unit, month: date, at: datetime) -> list[Figure]:
    """Count one measure of one unit and month by the rule in force at `at`; a split gives one a part."""
    rule = in_force(rules.MEASURES, at=at)
    rows = rows_behind(measure, unit=unit, month=month, rule=rule.params)
    if measure.shape is Shape.SPLIT:
        counts = dict(rows.order_by().values_list(measure.field).annotate(Count("pk")))
        whole = sum(counts.values())
        return [
            Figure(measure, part, whole, counts.get(part, 0), _share(counts.get(part, 0), whole), rule.label)
            for part in measure.values
        ]
    return [_figure(measure, rows.order_by(), rule.params, rule.label)]


def _figure(measure: Measure, rows: QuerySet[Case], rule: rules.MeasureParams, label: str) -> Figure:
    wanted: dict[str, Any] = {"base": Count("pk")}
    if measure.hits is not None:
        wanted["hits"] = Count("pk", filter=measure.hits(rule))
    if measure.shape is Shape.MEAN:
        wanted["total"] = Sum(measure.field)
    got = rows.aggregate(**wanted)
    base, hits = got["base"], got.get("hits")
    value: float | None = None
    if measure.shape is Shape.SHARE:
        value = _share(hits, base)
    elif measure.shape is Shape.MEAN:
        value = _share(got["total"], base)
    elif measure.shape is Shape.MEDIAN:
        value = quantile(rows, measure.field, MEDIAN, count=base)
    elif measure.quantile is not None:
        value = quantile(rows, measure.field, measure.quantile(rule), count=base)
    elif measure.shape is Shape.COUNT:
        value = float(base)
    return Figure(measure, "", base, hits, value, label)


def _share(hits: int | None, base: int) -> float | None:
    return (hits or 0) / base if base else None


def quantile(rows: QuerySet[Case], field: str, share: float, *, count: int) -> float | None:
    """Return a quantile with linear interpolation between neighbours (the "inclusive" method of Hyndman and
    Fan, type 7), or None without rows. Two rows are read, whatever the count."""
    if not count:
        return None
    place = (count - 1) * share
    below = int(place)
    near = list(rows.order_by(field).values_list(field, flat=True)[below : below + 2])
    return near[0] + (place - below) * (near[-1] - near[0]) if len(near) > 1 else float(near[0])


def figures_of(*, viewer: Actor, unit: Unit, month: date) -> tuple[list[UnitFigure], datetime | None]:
    """Return the counted figures of a unit and month with the moment they were counted. One query.

    Raises NotFound when the viewer may not read the unit's figures.
    """
    require_figures(viewer, unit)
    rows = list(UnitFigure.objects.filter(unit=unit, month=month).order_by("measure", "part"))
    return rows, min((row.as_of for row in rows), default=None)


def trend_of(*, viewer: Actor, unit: Unit, measure: str, months: Iterable[date]) -> list[UnitFigure]:
    """Return one measure of a unit over months, oldest first. One query. Raises NotFound."""
    require_figures(viewer, unit)
    return list(
        UnitFigure.objects.filter(unit=unit, measure=measure, part="", month__in=list(months)).order_by(
            "month"
        )
    )


def children_compared(*, viewer: Actor, unit: Unit, measure: str, month: date) -> QuerySet[UnitFigure]:
    """Return one measure of the units directly below. One query. Raises NotFound."""
    require_figures(viewer, unit)
    below = UnitFigure.objects.filter(unit__parent=unit, measure=measure, part="", month=month)
    return below.select_related("unit").order_by("unit__path")


def list_behind(
    *, viewer: Actor, unit: Unit, measure_code: str, month: date, at: datetime, part: str = "", only: str = ""
) -> QuerySet[Case]:
    """Return the list behind a figure. Raises NotFound for an unknown measure or a unit out of scope."""
    require_figures(viewer, unit)
    measure = MEASURES.get(measure_code)
    if measure is None:
        raise NotFound
    rule = in_force(rules.MEASURES, at=at).params
    rows = rows_behind(measure, unit=unit, month=month, rule=rule, part=part, only=only)
    return rows.select_related("place", "unit", "category")


def require_figures(viewer: Actor, unit: Unit) -> None:
    if not can(viewer, Permission.FIGURES_VIEW, unit_path=unit.path):
        raise NotFound


def touched_for_job(case_ids: Iterable[int]) -> Iterator[tuple[int, date]]:
    """Yield the units and months whose figures the given cases can change."""
    fields = sorted({m.dated_by for m in MEASURES.values()})
    months = {
        row[0]: {month_of(moment) for moment in row[1:] if moment is not None}
        for row in Case.objects.filter(pk__in=case_ids).values_list("pk", *fields)
    }
    seen = CaseSight.objects.filter(case__in=months).values_list("unit", "case")
    pairs = {(unit, month) for unit, case in seen for month in months[case]}
    county = (
        Unit.objects.filter(kind=UnitKind.COUNTY, code=settings.COUNTY_CODE)
        .values_list("pk", flat=True)
        .first()
    )
    if county is not None:
        pairs |= {(county, month) for found in months.values() for month in found}
    yield from sorted(pairs)


def days_to_reply_for_job(*, source: str) -> dict[str, float | None]:
    """Return median and 75th percentile of calendar days from message to reply of one import source.

    The same column and quantile as the measures `reply_time` and `reply_time_upper`.
    """
    measure = MEASURES["reply_time"]
    rows = Case.objects.filter(measure.base, source_ref__startswith=f"{source}:")
    count = rows.count()
    shares = {"median_days_to_reply": MEDIAN, "p75_days_to_reply": UPPER_QUARTILE}
    seconds = {name: quantile(rows, measure.field, share, count=count) for name, share in shares.items()}
    return {name: None if value is None else value / _SECONDS_A_DAY for name, value in seconds.items()}
