"""Figures and the rows behind them, from one scoped condition.

`rows_behind` is the only place that turns a measure, a unit and a month into cases: the worker counts it, the
page lists it, an export walks it. A unit's figures cover the cases the unit has or had sight of.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from gongzhi.cases import rules
from gongzhi.cases.measures import MEASURES, Measure, Shape
from gongzhi.cases.models import Case, CaseSight, Transition
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.rulebook.queries import InForce, in_force

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
    zone = _zone()
    return datetime.combine(first, time(), zone), datetime.combine(month_after(first), time(), zone)


def month_after(month: date) -> date:
    """Return the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def rule_of(month: date, *, at: datetime) -> InForce[rules.MeasureParams]:
    """Return the definitions a month is counted by: those in force at its end, or now while it runs.

    So a changed definition never changes a month that is over, and the list behind a figure is found by the
    same version that counted it.
    """
    _start, end = month_bounds(month)
    return in_force(rules.MEASURES, at=min(at, end - timedelta(microseconds=1)))


def rows_behind(
    measure: Measure, *, unit: Unit, month: date, rule: rules.MeasureParams, part: str = "", only: str = ""
) -> QuerySet[Case]:
    """Return the cases a figure is counted from; `only` is `hits` or `misses` of a share, `part` of a split.

    Ordered by the moment that dates them, newest first, so that an index serves the page.
    """
    found = _dated(measure.dated_by, unit, month).filter(measure.base)
    if part:
        found = found.filter(**{measure.field: part})
    if only and measure.hits is not None:
        hits = measure.hits(rule)
        found = found.filter(hits) if only == "hits" else found.exclude(hits)
    return found.order_by(f"-{measure.dated_by}", "-id")


def _dated(field: str, unit: Unit, month: date) -> QuerySet[Case]:
    start, end = month_bounds(month)
    return Case.objects.filter(seen_by(unit), **{f"{field}__gte": start, f"{field}__lt": end})


def seen_by(unit: Unit) -> Q:
    """Return the condition for cases a unit has or had sight of; the county has sight of all."""
    if unit.kind == UnitKind.COUNTY:
        return Q()
    return Q(Exists(CaseSight.objects.filter(case=OuterRef("pk"), unit=unit)))


def count_for_job(*, unit: Unit, month: date, at: datetime) -> list[Figure]:
    """Count every measure of one unit and month; a split gives one figure for each part.

    One query for each column that dates measures, and one for each quantile.
    """
    rule = rule_of(month, at=at)
    figures: list[Figure] = []
    for field in sorted({measure.dated_by for measure in MEASURES.values()}):
        measures = [measure for measure in MEASURES.values() if measure.dated_by == field]
        rows = _dated(field, unit, month)
        wanted = {
            f"{measure.code}_{name}": count
            for measure in measures
            for name, count in _counts(measure, rule.params).items()
        }
        got = rows.aggregate(**wanted)
        for measure in measures:
            figures += _figures(measure, rows, got, rule)
    return figures


def _counts(measure: Measure, rule: rules.MeasureParams) -> dict[str, Any]:
    """What is counted for a measure, over the rows that its month dates."""
    wanted: dict[str, Any] = {"base": Count("pk", filter=measure.base)}
    if measure.hits is not None:
        wanted["hits"] = Count("pk", filter=measure.base & measure.hits(rule))
    if measure.shape is Shape.MEAN:
        wanted["total"] = Sum(measure.field, filter=measure.base)
    for part in measure.values:
        wanted[f"part_{part}"] = Count("pk", filter=measure.base & Q(**{measure.field: part}))
    return wanted


def _figures(
    measure: Measure, rows: QuerySet[Case], got: dict[str, Any], rule: InForce[rules.MeasureParams]
) -> list[Figure]:
    base, hits = got[f"{measure.code}_base"], got.get(f"{measure.code}_hits")
    if measure.shape is Shape.SPLIT:
        counts = {part: got[f"{measure.code}_part_{part}"] for part in measure.values}
        return [
            Figure(measure, part, base, count, _share(count, base), rule.label)
            for part, count in counts.items()
        ]
    value: float | None = None
    if measure.shape is Shape.SHARE:
        value = _share(hits, base)
    elif measure.shape is Shape.MEAN:
        value = _share(got[f"{measure.code}_total"], base)
    elif measure.shape is Shape.COUNT:
        value = float(base)
    else:
        share = measure.quantile(rule.params) if measure.quantile else MEDIAN
        value = quantile(rows.filter(measure.base), measure.field, share, count=base)
    return [Figure(measure, "", base, hits, value, rule.label)]


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


def touched_for_job(case_ids: Collection[int]) -> set[tuple[int, date]]:
    """Return the units and months whose figures the given cases can change: every unit with sight of a case,
    in every month in which anything happened to it.

    Past moves count too: a matter that is handled again leaves the month in which it was resolved before.
    """
    months: dict[int, set[date]] = {}
    moments = Transition.objects.filter(case__in=case_ids).values_list("case", "at")
    # Registration is dated by the case, which may differ from its first move in imported rows.
    for case, moment in (*moments, *Case.objects.filter(pk__in=case_ids).values_list("pk", "registered_at")):
        months.setdefault(case, set()).add(month_of(moment))
    seen = CaseSight.objects.filter(case__in=case_ids).values_list("unit", "case")
    pairs = {(unit, month) for unit, case in seen for month in months.get(case, ())}
    county = Unit.objects.filter(kind=UnitKind.COUNTY, code=settings.COUNTY_CODE).values_list("pk", flat=True)
    return pairs | {(unit, month) for unit in county for found in months.values() for month in found}


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
