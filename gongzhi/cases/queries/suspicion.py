"""Detectors: what looks suspicious by itself, each one statement over the rows of a month.

A detector returns all it finds in the month, so running it again, late or in two processes finds the same.
Imported history is left out: nobody of this house handled it. What each misses: docs/flags.md.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.fields.json import KT
from django.db.models.functions import Length

from gongzhi.cases import deadlines, governance_rules, rules
from gongzhi.cases.flag_rules import FLAGS, FlagParams
from gongzhi.cases.lifecycle import Channel, Move, State
from gongzhi.cases.models import AnswerNetwork, Case, Category, Extension, Flag, Rating, Transition
from gongzhi.cases.queries import calendars
from gongzhi.cases.queries.measures import month_bounds, month_of
from gongzhi.rulebook.queries import in_force

Row = tuple[int, Any]
"""Key of a matter and the moment in it that counted."""
_DIGEST = 24


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector found: the flag it is, and the rows that stand behind it."""

    kind: str
    unit: int
    month: date
    rows: tuple[Row, ...]
    part: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        return f"{self.month:%Y-%m}{'-' if self.part else ''}{self.part}"


Detector = Callable[[date, FlagParams], Iterable[Found]]


_FROM_ABOVE: list[Detector] = []


def register(detector: Detector) -> None:
    """Add a detector of an app above, over rows of its own; called once, when its app starts."""
    _FROM_ABOVE.append(detector)


def find_for_job(*, at: datetime, since: datetime) -> Iterator[Found]:
    """Yield what looks suspicious in the months from that of `since` to that of `at`, by the rule in force.

    Shares are compared for months that are over.
    """
    params = in_force(FLAGS, at=at).params
    month = month_of(since)
    while month <= month_of(at):
        is_over = month < month_of(at)
        for detect in (*DETECTORS, *_FROM_ABOVE, *((unrated,) if is_over else ())):
            yield from detect(month, params)
        month = month_of(month_bounds(month)[1])


def in_month(name: str, month: date) -> Q:
    start, end = month_bounds(month)
    return Q(**{f"{name}__gte": start, f"{name}__lt": end})


def _cases(dated_by: str, month: date) -> QuerySet[Case]:
    return Case.objects.filter(in_month(dated_by, month)).exclude(channel=Channel.IMPORT)


def by_unit(
    kind: str, month: date, rows: Iterable[tuple[int, int, Any]], at_least: int, **facts: Any
) -> Iterator[Found]:
    """Group (unit, case, moment) by unit; few rows are chance."""
    for unit, own in groupby(sorted(rows), key=lambda row: row[0]):
        kept = tuple((case, moment) for _unit, case, moment in own)
        if len(kept) >= at_least:
            yield Found(kind, unit, month, kept, facts=facts)


def same_reply(month: date, params: FlagParams) -> Iterator[Found]:
    """The same text as answer to several matters of one unit."""
    rows = (
        _cases("resolved_at", month)
        .annotate(signs=Length("answer"))
        .filter(signs__gte=params.same_reply_signs)
        .annotate(same=Window(Count("pk"), partition_by=[F("unit"), F("answer")]))
        .filter(same__gte=params.same_reply)
        .order_by("unit", "answer", "pk")
        .values_list("unit", "answer", "pk", "resolved_at")
    )
    for (unit, answer), own in groupby(rows.iterator(), key=lambda row: (row[0], row[1])):
        digest = sha256(answer.encode()).hexdigest()[:_DIGEST]
        kept = tuple((case, moment) for _unit, _answer, case, moment in own)
        yield Found(Flag.Kind.SAME_REPLY, unit, month, kept, part=digest)


def quick(month: date, params: FlagParams) -> Iterator[Found]:
    """Answered within minutes of signing, and nobody spoke with the resident in between."""
    steps = Transition.objects.filter(case=OuterRef("pk"))
    signed = Subquery(
        steps.filter(move=Move.SIGN).order_by("-seq").values("at")[:1], output_field=DateTimeField()
    )
    rows = (
        _cases("resolved_at", month)
        .annotate(signed_at=signed)
        .filter(
            resolved_at__gte=F("signed_at"),
            resolved_at__lt=F("signed_at") + timedelta(minutes=params.quick_minutes),
        )
        .exclude(Exists(steps.filter(move=Move.CONTACT)))
        .values_list("unit", "pk", "resolved_at")
    )
    yield from by_unit(Flag.Kind.QUICK, month, rows, params.quick, minutes=params.quick_minutes)


def own_network(month: date, params: FlagParams) -> Iterator[Found]:
    """Called solved from a connection from which the unit wrote answers; not what staff passed on, which is
    recorded as such."""
    days = timedelta(days=params.network_days)
    written = AnswerNetwork.objects.filter(
        unit=OuterRef("case__unit"),
        network=OuterRef("network"),
        at__gte=OuterRef("at") - days,
        at__lte=OuterRef("at") + days,
    )
    passed_on = Transition.objects.filter(
        case=OuterRef("case"), at=OuterRef("at"), by_key__startswith="staff"
    )
    rows = (
        Rating.objects.filter(in_month("case__rated_at", month), Exists(written), solved=True)
        .exclude(network="")
        .exclude(Exists(passed_on))
        .values_list("case__unit", "case", "at")
    )
    yield from by_unit(Flag.Kind.OWN_NETWORK, month, _newest(rows), params.network, days=params.network_days)


def _newest(rows: Iterable[tuple[int, int, Any]]) -> list[tuple[int, int, Any]]:
    """Keep the newest moment of each matter."""
    kept = {(unit, case): moment for unit, case, moment in sorted(rows)}
    return [(unit, case, moment) for (unit, case), moment in kept.items()]


def longer_limit(month: date, params: FlagParams) -> Iterator[Found]:
    """Accepted under another subject than it was raised with, and the new one has a longer limit."""
    steps = Transition.objects.filter(case=OuterRef("pk"))
    changed = (
        _cases("registered_at", month)
        .filter(accepted_at__isnull=False)
        .annotate(
            was=Subquery(steps.filter(seq=1).annotate(code=KT("data__category")).values("code")[:1]),
            desk_then=Subquery(steps.filter(move=Move.ACCEPT).order_by("-seq").values("by_unit")[:1]),
        )
        .filter(was__isnull=False, desk_then__isnull=False)
        .exclude(category__code=F("was"))
        .values_list("desk_then", "pk", "accepted_at", "was", "category__code", "kind", "urgency")
    )
    kinds = dict(Category.objects.values_list("code", "kind"))
    rows = [
        (unit, case, moment)
        for unit, case, moment, was, code, kind, urgency in changed
        if _is_longer(moment, was, kinds.get(was, kind), code, kind, urgency)
    ]
    yield from by_unit(Flag.Kind.LONGER_LIMIT, month, rows, params.longer)


def _is_longer(moment: Any, was: str, was_kind: str, code: str, kind: str, urgency: str) -> bool:
    limits = in_force(rules.FINISH_LIMIT, at=moment).params
    before = limits.limit_for(kind=was_kind or kind, urgency=urgency, category=was)
    after = limits.limit_for(kind=kind, urgency=urgency, category=code)
    return before.plain == after.plain and after.minutes > before.minutes


def late_asking(month: date, params: FlagParams) -> Iterator[Found]:
    """More time asked for in the last moments in which one may ask."""
    asked = Extension.objects.filter(in_month("asked_at", month), due_at__isnull=False)
    rows = []
    for row in asked.select_related("unit").order_by("pk"):
        terms = in_force(governance_rules.EXTENSIONS, at=row.asked_at).params
        left = deadlines.between(
            calendars.of(row.unit, at=row.asked_at), row.asked_at, row.due_at or row.asked_at, plain=False
        )
        if left <= terms.before_due + params.late_minutes:
            rows.append((row.unit_id, row.case_id, row.asked_at))
    yield from by_unit(Flag.Kind.LATE_ASKING, month, _newest(rows), params.late, minutes=params.late_minutes)


def unrated(month: date, params: FlagParams) -> Iterator[Found]:
    """A larger share filed without a rating than is usual for the unit."""
    start, end = month_bounds(month)
    first = month
    for _step in range(params.unrated_months):
        first = month_of(month_bounds(first)[0] - timedelta(days=1))
    closed = Case.objects.filter(
        status=State.CLOSED, closed_at__gte=month_bounds(first)[0], closed_at__lt=end
    ).exclude(channel=Channel.IMPORT)
    now, silent = Q(closed_at__gte=start), Q(rated_at__isnull=True)
    for row in closed.values("unit").annotate(
        base=Count("pk", filter=now),
        hits=Count("pk", filter=now & silent),
        base_before=Count("pk", filter=~now),
        hits_before=Count("pk", filter=~now & silent),
    ):
        if min(row["base"], row["base_before"]) < params.unrated_base:
            continue
        share, usual = row["hits"] / row["base"], row["hits_before"] / row["base_before"]
        if share > usual + params.unrated_above:
            cases = closed.filter(now, silent, unit=row["unit"]).order_by("pk").values_list("pk", "closed_at")
            facts = {"share": share, "usual": usual}
            yield Found(Flag.Kind.UNRATED, row["unit"], month, tuple(cases), facts=facts)


DETECTORS: tuple[Detector, ...] = (same_reply, quick, own_network, longer_limit, late_asking)
