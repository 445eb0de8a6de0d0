"""Lists of calls and the figures over them, by the same conditions: every figure opens its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.db.models.functions import TruncDate

from gongzhi.core.actor import Actor
from gongzhi.core.working_time import SHANGHAI
from gongzhi.hotline import rules
from gongzhi.hotline.lifecycle import Direction, Outcome
from gongzhi.hotline.models import Call, FormerEnding
from gongzhi.hotline.queries import access
from gongzhi.orgs.models import User
from gongzhi.orgs.queries import day_of
from gongzhi.rulebook.queries import in_force

COMING = Q(direction=Direction.IN.value, offered_at__isnull=False)
"""Calls that a telephone system told of: only they have a wait."""
_ANSWERED = COMING & Q(answered_at__isnull=False)
PERCENT = 100
_PERIOD = timedelta(days=29)
"""What is counted before a period is chosen: thirty days."""
_LONGEST = timedelta(days=366)
"""Days of one table."""
_OPEN = Q(answered_at__isnull=False, outcome="")


def _always(condition: Q) -> Callable[[int], Q]:
    return lambda seconds: condition


CONDITIONS: Mapping[str, Callable[[int], Q]] = {
    "offered": _always(COMING),
    "answered": _always(_ANSWERED),
    "in_time": lambda seconds: _ANSWERED & Q(wait_seconds__lte=seconds),
    "abandoned": _always(COMING & Q(outcome=Outcome.ABANDONED.value)),
    "handled": _always(_ANSWERED & Q(outcome=Outcome.CONSULT.value)),
    "matters": _always(_ANSWERED & Q(outcome=Outcome.MATTER.value)),
    "unwritten": _always(_ANSWERED & Q(outcome="")),
    "corrected": _always(_ANSWERED & Q(corrected_at__isnull=False)),
}
"""Which calls stand behind a figure; the number is the rule's seconds for an answer in time."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. Dates count by when the call began, in local time."""

    outcome: str = ""
    direction: str = ""
    line: str = ""
    agent: User | None = None
    measure: str = ""
    mine: bool = False
    open: bool = False
    """Answered, and nothing written down yet."""
    first: date | None = None
    last: date | None = None


def answer_seconds(*, last: date | None, at: datetime) -> int:
    """Return the seconds within which an answer is in time, by the rule of the end of a period."""
    end = min(at, midnight(last + timedelta(days=1))) if last else at
    return in_force(rules.STANDARD, at=end).params.answer_seconds


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def period_of(first: date | None, last: date | None, *, at: datetime) -> tuple[date, date]:
    """Return the days that figures are counted over: thirty up to `last` or today unless `first` is chosen,
    and never more than a table bears."""
    end = last or day_of(at)
    return max(first or end - _PERIOD, end - _LONGEST), end


def list_calls(*, viewer: Actor, filters: Filters, at: datetime) -> QuerySet[Call]:
    """Return the calls in sight that the filters leave, the newest first."""
    found = access.visible_calls(viewer).filter(_condition(viewer, filters, at=at))
    related = ("unit", "agent", "case", "place")
    return found.select_related(*related).order_by("-started_at", "-pk")


def _condition(viewer: Actor, filters: Filters, *, at: datetime) -> Q:
    found = Q()
    if measure := CONDITIONS.get(filters.measure):
        found &= measure(answer_seconds(last=filters.last, at=at))
    for name in ("outcome", "direction", "line"):
        if value := getattr(filters, name):
            found &= Q(**{name: value})
    if filters.agent is not None:
        found &= Q(agent=filters.agent)
    if filters.mine:
        found &= Q(agent=viewer.user_id or 0)
    if filters.open:
        found &= _OPEN
    if filters.first:
        found &= Q(started_at__gte=midnight(filters.first))
    if filters.last:
        found &= Q(started_at__lt=midnight(filters.last + timedelta(days=1)))
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of one group of calls. `key` is the day, the agent's account or the line."""

    key: str
    label: str
    counts: Mapping[str, int]
    wait: float | None
    """Average seconds until a person answered."""

    def share(self, of: str, among: str) -> float | None:
        """Return a share in percent, or None where there is nothing to count among."""
        return PERCENT * self.counts[of] / self.counts[among] if self.counts[among] else None

    @property
    def connected(self) -> float | None:
        return self.share("answered", "offered")

    @property
    def in_time(self) -> float | None:
        return self.share("in_time", "answered")

    @property
    def handled(self) -> float | None:
        return self.share("handled", "answered")


GROUPS = ("day", "agent", "line")


def figures(*, viewer: Actor, filters: Filters, at: datetime) -> Counted:
    """Return the figures of all calls the filters leave, in one query."""
    found = list_calls(viewer=viewer, filters=filters, at=at).select_related(None).order_by()
    row = found.aggregate(**_aggregates(filters, at=at))
    return _counted("", "", row)


def grouped(*, viewer: Actor, filters: Filters, by: str, at: datetime) -> list[Counted]:
    """Return the figures by day, agent or line, in one query; calls nobody took count under no agent."""
    found = list_calls(viewer=viewer, filters=filters, at=at).select_related(None).order_by()
    rows: Any
    if by == "day":
        rows = found.annotate(key=TruncDate("started_at", tzinfo=SHANGHAI)).values("key")
        names: tuple[str, ...] = ("key",)
    elif by == "agent":
        rows, names = found.values("agent__username", "agent__full_name"), ("agent__username",)
    else:
        rows, names = found.values("line"), ("line",)
    counted = rows.annotate(**_aggregates(filters, at=at)).order_by(*names)
    return [_counted(*_named(row, by), row) for row in counted if row["offered"]]


def _named(row: Mapping[str, object], by: str) -> tuple[str, str]:
    if by == "day":
        return str(row["key"]), str(row["key"])
    if by == "agent":
        return str(row["agent__username"] or ""), str(row["agent__full_name"] or "")
    return str(row["line"]), str(row["line"])


def _aggregates(filters: Filters, *, at: datetime) -> dict[str, Count | Avg]:
    seconds = answer_seconds(last=filters.last, at=at)
    counts = {name: Count("pk", filter=condition(seconds)) for name, condition in CONDITIONS.items()}
    return {**counts, "wait": Avg("wait_seconds", filter=_ANSWERED)}


def _counted(key: str, label: str, row: Mapping[str, object]) -> Counted:
    counts = {name: int(str(row[name])) for name in CONDITIONS}
    wait = row["wait"]
    return Counted(key, label, counts, None if wait is None else float(str(wait)))


def lines_in_use(*, viewer: Actor, since: datetime) -> list[str]:
    """Return the lines that were called lately, to filter by."""
    found = access.visible_calls(viewer).filter(started_at__gte=since).exclude(line="")
    return sorted(set(found.order_by().values_list("line", flat=True).distinct()))


def agents_in_use(*, viewer: Actor, since: datetime) -> list[tuple[str, str]]:
    """Return account and name of those who took calls lately, to filter by."""
    found = access.visible_calls(viewer).filter(started_at__gte=since, agent__isnull=False)
    rows = found.order_by().values_list("agent__username", "agent__full_name").distinct()
    return sorted(set(rows), key=lambda row: row[1])


def find_agent(username: str) -> User | None:
    return User.objects.filter(username=username).first() if username else None


def count_former(call: Call) -> int:
    """Return how often what was written down of a call has been corrected. One query."""
    return FormerEnding.objects.filter(call=call).count()


def former_of(call: Call) -> list[FormerEnding]:
    """Return what stood written down of a call before, the newest first. One query, none without
    corrections."""
    if call.corrected_at is None:
        return []
    found = FormerEnding.objects.filter(call=call).select_related("typed_by", "corrected_by", "case")
    return list(found.order_by("-pk"))
