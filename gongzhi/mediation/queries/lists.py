"""Lists of disputes and the figures over them, by the same conditions: every figure opens its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from gongzhi.cases.lifecycle import LEVELS
from gongzhi.core.actor import Actor
from gongzhi.core.working_time import SHANGHAI
from gongzhi.mediation import rules
from gongzhi.mediation.lifecycle import OPEN_STATES, TALKING_STATES, Performance, State
from gongzhi.mediation.models import Dispute, Mediator
from gongzhi.mediation.queries import access
from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import in_force


def _between(field: str) -> Callable[[date, date], Q]:
    def condition(first: date, last: date) -> Q:
        since = datetime.combine(first, time(), SHANGHAI)
        until = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
        return Q(**{f"{field}__gte": since, f"{field}__lt": until})

    return condition


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: which disputes count, by which date, and under which level they count."""

    condition: Q
    dated: Callable[[date, date], Q]
    level_field: str = "level"


MEASURES: Mapping[str, Measure] = {
    "opened": Measure(Q(), _between("opened_at")),
    "open": Measure(Q(state__in=sorted(TALKING_STATES)), _between("opened_at")),
    "agreed": Measure(Q(agreed_at__isnull=False), _between("agreed_at"), "agreed_level"),
    "performed": Measure(
        Q(agreed_at__isnull=False, performance=Performance.PERFORMED), _between("agreed_at"), "agreed_level"
    ),
    "broken": Measure(
        Q(agreed_at__isnull=False, performance__in=[Performance.PARTLY, Performance.NOT]),
        _between("agreed_at"),
        "agreed_level",
    ),
    "ended": Measure(Q(state=State.ENDED, agreed_at__isnull=True), _between("ended_at")),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. Dates count by the measure, else by the day of opening."""

    state: str = ""
    kind: str = ""
    level: str = ""
    risk: str = ""
    measure: str = ""
    unit: Unit | None = None
    mine: bool = False
    first: date | None = None
    last: date | None = None


def list_disputes(*, viewer: Actor, filters: Filters) -> QuerySet[Dispute]:
    """Return the disputes in sight, the newest first."""
    found = access.visible_disputes(viewer).filter(_condition(viewer, filters))
    return found.select_related("committee", "origin_unit", "case").order_by("-opened_at", "-pk")


def _condition(viewer: Actor, filters: Filters) -> Q:
    measure = MEASURES.get(filters.measure)
    found = measure.condition if measure else Q()
    if filters.state:
        found &= Q(state__in=sorted(OPEN_STATES)) if filters.state == "open" else Q(state=filters.state)
    for name in ("kind", "risk"):
        if value := getattr(filters, name):
            found &= Q(**{name: value})
    if filters.level:
        found &= Q(**{measure.level_field if measure else "level": filters.level})
    if filters.unit is not None:
        found &= paths.subtree(filters.unit.path, field="origin_unit__path")
    if filters.mine:
        named = Mediator.objects.filter(user=viewer.user_id or 0, until__isnull=True)
        found &= Q(pk__in=named.values("dispute"))
    if filters.first and filters.last:
        dated = measure.dated if measure else _between("opened_at")
        found &= dated(filters.first, filters.last)
    return found


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One measure: the whole and each level."""

    code: str
    total: int
    levels: Mapping[str, int]


def figures(*, viewer: Actor, unit: Unit, first: date, last: date) -> list[FigureRow]:
    """Return every measure of a unit and all below it in a period, by level. One query a measure."""
    rows = []
    for code, measure in MEASURES.items():
        filters = Filters(measure=code, unit=unit, first=first, last=last)
        found = list_disputes(viewer=viewer, filters=filters).order_by()
        counted = dict(
            found.values_list(measure.level_field).annotate(rows=Count("pk")).order_by(measure.level_field)
        )
        levels = {str(level): counted.get(str(level), 0) for level in LEVELS}
        rows.append(FigureRow(code, sum(levels.values()), levels))
    return rows


@dataclass(frozen=True, slots=True)
class Line:
    """A dispute in a list. `title` is empty for who reads no words of it."""

    number: str
    title: str
    kind: str
    dispute: Dispute
    is_late: bool


def lines(*, viewer: Actor, disputes: list[Dispute], language: str, at: datetime) -> list[Line]:
    """Return the lines of a page of disputes. At most two queries."""

    kinds = in_force(rules.KINDS, at=at).params
    usual = timedelta(days=in_force(rules.REMINDERS, at=at).params.usual)
    read = access.read_among(viewer, disputes)
    return [
        Line(
            number=row.number,
            title=row.title if row.pk in read else "",
            kind=kinds.label(row.kind, language=language),
            dispute=row,
            is_late=row.state in TALKING_STATES and row.opened_at + usual < at,
        )
        for row in disputes
    ]
