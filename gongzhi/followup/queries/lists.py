"""Call lists and the figures over them, by the same conditions: every figure opens its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from gongzhi.core.actor import Actor
from gongzhi.core.working_time import SHANGHAI
from gongzhi.followup.lifecycle import Reason, State
from gongzhi.followup.models import IS_OPEN, Draw, FollowUp
from gongzhi.followup.queries import access, pools
from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit, UnitKind

MEASURES: Mapping[str, Q] = {
    "listed": Q(),
    "drawn": Q(reason=Reason.DRAWN),
    "bad": Q(reason=Reason.BAD_RATING),
    "called": Q(attempts__gt=0),
    "reached": Q(state=State.REACHED),
    "late": Q(ended_at__gt=F("due_at")),
    "compared": Q(agrees__isnull=False),
    "agree": Q(agrees=True),
    "otherwise": Q(otherwise=True),
    "sent_back": Q(sent_back=True),
}
OPEN, DONE = "open", "done"
_SHOWN = timedelta(days=90)
"""The period of finished calls that is shown before one is chosen."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. Dates are days on which matters came onto the list."""

    state: str = ""
    reason: str = ""
    measure: str = ""
    unit: Unit | None = None
    own: bool = False
    """Answers of the unit itself only, not of those below."""
    first: date | None = None
    last: date | None = None


def list_followups(*, viewer: Actor, filters: Filters) -> QuerySet[FollowUp]:
    """Return the calls in sight: to be made, the soonest due first; else the newest first."""
    found = access.visible_followups(viewer).filter(_condition(filters))
    order = ("due_at", "pk") if filters.state == OPEN else ("-listed_at", "-pk")
    return found.select_related("case__place", "unit", "caller").order_by(*order)


def lately(filters: Filters, *, at: datetime) -> Filters:
    """Return the filters, bounded to the last ninety days where finished calls are listed with no period."""
    if filters.state == OPEN or filters.first is not None:
        return filters
    today = at.astimezone(SHANGHAI).date()
    return replace(filters, first=today - _SHOWN, last=today)


def _condition(filters: Filters) -> Q:
    found = MEASURES.get(filters.measure, Q())
    if filters.state:
        found &= IS_OPEN if filters.state == OPEN else Q(ended_at__isnull=False)
    if filters.reason:
        found &= Q(reason=filters.reason)
    if filters.unit is not None and filters.own:
        found &= Q(unit=filters.unit)
    elif filters.unit is not None:
        found &= Q(unit__in=Unit.objects.filter(paths.subtree(filters.unit.path)).values("pk"))
    if filters.first and filters.last:
        found &= _in_period("listed_at", filters.first, filters.last)
    return found


def _in_period(field: str, first: date, last: date) -> Q:
    return Q(**{f"{field}__gte": pools.bounds(first)[0], f"{field}__lt": pools.bounds(last)[1]})


@dataclass(frozen=True, slots=True)
class UnitRow:
    """The figures of one unit; `stood` is what stood for its draws."""

    unit: Unit
    stood: int
    counts: Mapping[str, int]


def figures(*, viewer: Actor, unit: Unit, first: date, last: date) -> list[UnitRow]:
    """Return the figures of every unit below `unit` that has any, by name. Two queries.

    Calls come onto the list the day after the draw's day; what stood is counted by the day of the draw.
    """
    filters = Filters(unit=unit, first=first, last=last)
    rows = list_followups(viewer=viewer, filters=filters).select_related(None).order_by()
    counting = {f"n_{code}": Count("pk", filter=condition) for code, condition in _counted()}
    counted: Iterable[Any] = rows.values("unit").annotate(**counting)
    below = Unit.objects.filter(paths.subtree(unit.path))
    if unit.kind != UnitKind.COUNTY:
        below = below.exclude(pk=unit.pk)  # Others call about its own answers, and see them.
    draws = Draw.objects.filter(_in_period("at", first, last), unit__in=below.values("pk"))
    stood = dict(draws.values_list("unit").annotate(n=Sum("stood")))
    counts = {row["unit"]: {code: row[f"n_{code}"] for code in MEASURES} for row in counted}
    units = Unit.objects.filter(pk__in={*counts, *stood}).order_by("path")
    none = dict.fromkeys(MEASURES, 0)
    return [UnitRow(each, stood.get(each.pk, 0), counts.get(each.pk, none)) for each in units]


def _counted() -> list[tuple[str, Q]]:
    return [(code, condition or Q(pk__isnull=False)) for code, condition in MEASURES.items()]


def month_to(at: datetime) -> tuple[date, date]:
    """Return the first day of the local month of `at`, and its local day."""
    today = at.astimezone(SHANGHAI).date()
    return today.replace(day=1), today
