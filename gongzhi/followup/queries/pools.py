"""What stands for a draw, and what must be called back in any case; for the worker."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from gongzhi.cases.lifecycle import Channel, Move
from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.cases.models import Case, Rating, SpotCheck, Transition
from gongzhi.cases.queries import places
from gongzhi.core.working_time import SHANGHAI
from gongzhi.followup.lifecycle import Reason, Stratum
from gongzhi.followup.models import IS_OPEN, Draw, FollowUp
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.queries import units_by_id

_CENTRES = frozenset({UnitKind.VILLAGE, UnitKind.TOWN, UnitKind.COUNTY})
_ON_THE_SPOT = "spot"


@dataclass(slots=True)
class Pool:
    """What one unit answered or filed on one day, by stratum."""

    unit: Unit
    day: date
    cases: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    without_number: int = 0

    @property
    def heaps(self) -> dict[str, list[str]]:
        """The public numbers by stratum, each heap in order."""
        return {name: sorted(case.number for case in cases) for name, cases in sorted(self.cases.items())}


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a local day and that of the next one."""
    start = datetime.combine(day, time(), SHANGHAI)
    return start, start + timedelta(days=1)


def pools_for_job(day: date, *, bad_score: int) -> list[Pool]:
    """Return what stands for the draw of a day, by unit: filed on it, or answered on it and still not judged.

    Bad ratings are called in any case and stand for no draw; neither does what is on a call list already or
    was drawn for a check by the village. Units whose lots were drawn are left out.
    """
    start, end = bounds(day)
    on_list = FollowUp.objects.filter(case=OuterRef("pk"), round=OuterRef("reworks"), main__isnull=True)
    closed = Q(status=CaseState.CLOSED, closed_at__gte=start, closed_at__lt=end)
    waiting = Q(status=CaseState.RESOLVED, resolved_at__gte=start, resolved_at__lt=end)
    pools: dict[int, Pool] = {}
    drawn = set(Draw.objects.filter(day=day).values_list("unit", flat=True))
    for stood in (closed, waiting):
        rows = (
            Case.objects.filter(stood)
            .exclude(channel=Channel.IMPORT)
            .exclude(Q(solved=False) | Q(score__isnull=False, score__lte=bad_score))
            .exclude(Exists(on_list))
            .exclude(Exists(SpotCheck.objects.filter(case=OuterRef("pk"))))
            .exclude(unit__in=drawn)
            .select_related("unit")
            .order_by("pk")
        )
        for case in rows:
            pool = pools.setdefault(case.unit_id, Pool(case.unit, day))
            if case.anonymous or not case.reporter_phone_index:
                pool.without_number += 1
            else:
                pool.cases[stratum_of(case)].append(case)
    return list(pools.values())


def stratum_of(case: Case) -> Stratum:
    if case.settled_at_level == _ON_THE_SPOT:
        return Stratum.SPOT
    if case.status == CaseState.RESOLVED:
        return Stratum.WAITING
    return Stratum.SOLVED if case.solved else Stratum.UNRATED


def bad_ratings_for_job(*, since: datetime, bad_score: int, most: int) -> QuerySet[Rating]:
    """Return judgements of "not solved" or with a bad score that are on no list, the oldest first."""
    same = FollowUp.objects.filter(case=OuterRef("case"), round=OuterRef("round"))
    on_list = Q(Exists(same.filter(main=OuterRef("main")))) | (
        Q(main__isnull=True) & Q(Exists(same.filter(main__isnull=True)))
    )
    rows = Rating.objects.filter(Q(solved=False) | Q(score__lte=bad_score), case__rated_at__gte=since)
    return (
        rows.exclude(case__channel=Channel.IMPORT)
        .exclude(on_list)
        .select_related("case__unit", "main__unit")
        .order_by("at", "pk")[:most]
    )


def turned_bad_for_job(*, bad_score: int) -> QuerySet[FollowUp]:
    """Return calls that were drawn and wait, and whose answer has been judged badly since."""
    bad = Rating.objects.filter(
        Q(solved=False) | Q(score__lte=bad_score), case=OuterRef("case"), round=OuterRef("round"), main=None
    )
    drawn = FollowUp.objects.filter(IS_OPEN, reason=Reason.DRAWN)
    return drawn.filter(Exists(bad)).select_related("case", "caller").order_by("pk")


def answering_unit(case: Case) -> Unit:
    """Return whose the newest answer to the case is, for one that has been sent back since. One query."""
    answers = Transition.objects.filter(case=case, move__in=[Move.RESOLVE, Move.SETTLE])
    row = answers.select_related("by_unit").order_by("-seq").first()
    unit = row.by_unit if row else None
    if unit is None:
        return case.unit
    return next((each for each in places.chain(unit) if each.kind != UnitKind.GRID), case.unit)


def calling_units(units: list[Unit]) -> dict[int, Unit]:
    """Return for each unit the next centre above it in the tree; the county calls for itself.

    A query for each level."""
    by_key = {unit.pk: unit for unit in units}
    while missing := {u.parent_id for u in by_key.values() if u.parent_id} - set(by_key):
        by_key |= dict(units_by_id(missing))
    return {unit.pk: _above(unit, by_key) for unit in units}


def _above(unit: Unit, by_key: dict[int, Unit]) -> Unit:
    if unit.kind == UnitKind.COUNTY:
        return unit
    above = by_key.get(unit.parent_id or 0)
    while above is not None and above.kind not in _CENTRES:
        above = by_key.get(above.parent_id or 0)
    return above or unit


def handled_by_caller_for_job() -> Iterator[FollowUp]:
    """Yield open calls whose matter has come to the very unit that was to call."""
    rows = FollowUp.objects.filter(IS_OPEN).filter(Q(case__unit=F("caller")) | Q(main__unit=F("caller")))
    yield from rows.exclude(caller__kind=UnitKind.COUNTY).select_related("caller").order_by("pk")
