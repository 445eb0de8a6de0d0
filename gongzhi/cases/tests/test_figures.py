"""Figures against a plain calculation over rows that were played through the real actions."""

import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from gongzhi.cases.actions import dispatching, figures, handling, intake, judging
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.measures import MEASURES, Measure, Shape
from gongzhi.cases.models import Case, CaseSight, FigureCursor, StaleFigure, Transition, UnitFigure
from gongzhi.cases.queries import categories, measures
from gongzhi.cases.queries import figures as queries
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

RESIDENT = resident("王桂芳")
SignIn = Callable[[Person], Client]
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _english() -> Iterable[None]:
    with translation.override("en"):
        yield


def raise_matter(place: Unit, at: datetime, *, channel: Channel = Channel.WEB) -> Case:
    matter = intake.Matter(text="路面塌陷，校车不敢过。", place=place)
    reporter = intake.Reporter(name="王桂芳")
    return intake.register_case(matter=matter, reporter=reporter, channel=channel, by=RESIDENT, at=at)


def answered(case: Case, by: Person, at: datetime, *, outcome: Outcome = Outcome.SOLVED) -> Case:
    """The whole way to an answer, by the clerk of the place."""
    road = categories.get_category("0101")
    chosen = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
    case = dispatching.accept_case(case=case, assessment=chosen, by=by.actor, at=at)
    case = dispatching.dispatch_case(case=case, unit=case.place, by=by.actor, at=at)
    case = handling.sign_case(case=case, by=by.actor, at=at)
    return handling.resolve_case(case=case, outcome=outcome, answer="修好了。", by=by.actor, at=at)


class Player:
    """Plays a random history of moves that the table allows, through the real actions."""

    def __init__(self, cast: Cast, seed: int, start: datetime) -> None:
        self.cast, self.random, self.at = cast, random.Random(seed), start

    def step_on(self) -> datetime:
        self.at += timedelta(hours=self.random.randint(1, 90))
        return self.at

    def play(self, count: int) -> None:
        for _number in range(count):
            self._one()

    def _one(self) -> None:
        chance = self.random
        clerk, place = chance.choice(
            [
                (self.cast.clerk, self.cast.units.village),
                (self.cast.peer_clerk, self.cast.units.other_village),
            ]
        )
        if chance.random() < 0.2 and clerk is self.cast.clerk:
            intake.settle_new_case(
                matter=intake.Matter(
                    text="路灯不亮。", place=place, category=categories.get_category("1101")
                ),
                reporter=intake.Reporter(name="王桂芳"),
                channel=Channel.VISIT,
                result="换了灯泡。",
                by=self.cast.line_person.actor,
                at=self.step_on(),
            )
            return
        case = raise_matter(place, self.step_on(), channel=chance.choice([Channel.WEB, Channel.HOTLINE]))
        if chance.random() < 0.15:
            return
        road = categories.get_category("0101")
        chosen = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
        case = dispatching.accept_case(case=case, assessment=chosen, by=clerk.actor, at=self.step_on())
        case = dispatching.dispatch_case(case=case, unit=place, by=clerk.actor, at=self.step_on())
        if chance.random() < 0.2:
            case = dispatching.return_case(
                case=case, reason="other_unit", words="不归村里管。", by=clerk.actor, at=self.step_on()
            )
            case = dispatching.dispatch_case(case=case, unit=place, by=clerk.actor, at=self.step_on())
        case = handling.sign_case(case=case, by=clerk.actor, at=self.step_on())
        if chance.random() < 0.5:
            case = handling.record_contact(case=case, words="打了电话。", by=clerk.actor, at=self.step_on())
        if chance.random() < 0.15:
            return
        for _round in range(2):
            case = handling.resolve_case(
                case=case,
                outcome=chance.choice(list(Outcome)),
                answer="办了。",
                by=clerk.actor,
                at=self.step_on(),
            )
            if _round == 0 and chance.random() < 0.3:
                case = judging.say_not_solved(case=case, words="还是不行。", by=RESIDENT, at=self.step_on())
                continue
            break
        draw = chance.random()
        if draw < 0.5:
            score = chance.choice([None, 1, 2, 3, 4, 5])
            solved = chance.random() < 0.7
            judging.confirm_case(case=case, solved=solved, score=score, by=RESIDENT, at=self.step_on())
        elif draw < 0.75 and case.rate_by is not None:
            judging.close_unrated(case=case, by=SYSTEM, at=max(self.step_on(), case.rate_by))


# A plain calculation: every row in hand, nothing of the code under test.

IN_BASE: dict[str, Callable[[Case], bool]] = {
    "registered": lambda c: True,
    "response": lambda c: c.dispatched_at is not None,
    "solution": lambda c: c.rated_at is not None,
    "satisfaction": lambda c: c.rated_at is not None and c.score is not None,
    "unrated": lambda c: c.status == State.CLOSED,
    "on_time": lambda c: c.resolved_at is not None and c.finish_on_time is not None,
    "median_time": lambda c: c.resolved_at is not None and c.finish_minutes is not None,
    "slow_time": lambda c: c.resolved_at is not None and c.finish_minutes is not None,
    "reply_time": lambda c: c.resolved_at is not None and c.answer_seconds is not None,
    "reply_time_upper": lambda c: c.resolved_at is not None and c.answer_seconds is not None,
    "returns": lambda c: c.dispatched_at is not None,
    "reworked": lambda c: True,
    "settled_level": lambda c: c.resolved_at is not None and bool(c.settled_at_level),
    "channel": lambda c: True,
    "acted_for": lambda c: True,
    "outcome": lambda c: c.resolved_at is not None and bool(c.outcome),
}
IS_HIT: dict[str, Callable[[Case], bool]] = {
    "response": lambda c: c.contact_on_time is True,
    "solution": lambda c: c.solved is True,
    "satisfaction": lambda c: (c.score or 0) >= 3,
    "unrated": lambda c: c.rated_at is None,
    "on_time": lambda c: c.finish_on_time is True,
    "returns": lambda c: c.returns > 0,
    "reworked": lambda c: c.reworks > 0,
    "acted_for": lambda c: c.registered_by_id is not None,
}
QUANTILES = {"median_time": 0.5, "slow_time": 0.9, "reply_time": 0.5, "reply_time_upper": 0.75}


def naive_rows(measure: Measure, unit: Unit, month: date) -> list[Case]:
    rows = []
    for case in Case.objects.all():
        dated: datetime | None = getattr(case, measure.dated_by)
        local = dated and (dated + timedelta(hours=8)).date().replace(day=1)
        seen = unit.kind == "county" or CaseSight.objects.filter(case=case, unit=unit).exists()
        if local == month and seen and IN_BASE[measure.code](case):
            rows.append(case)
    return rows


def naive_quantile(values: list[int], share: float) -> float | None:
    if not values:
        return None
    if len(values) == 1:
        return float(values[0])
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[round(share * 100) - 1]


def assert_right(unit: Unit, month: date) -> None:
    for measure in MEASURES.values():
        rows = naive_rows(measure, unit, month)
        found = {
            row.part: row for row in UnitFigure.objects.filter(unit=unit, month=month, measure=measure.code)
        }
        where = f"{measure.code} of {unit.name} in {month}"
        if measure.shape is Shape.SPLIT:
            counts = Counter(getattr(case, measure.field) for case in rows)
            assert {part: row.hits for part, row in found.items()} == {
                part: counts[part] for part in measure.values
            }, where
            assert {row.base for row in found.values()} == {len(rows)}, where
            continue
        figure = found[""]
        assert figure.base == len(rows), where
        if measure.code in IS_HIT:
            hits = sum(IS_HIT[measure.code](case) for case in rows)
            assert figure.hits == hits, where
        if measure.shape is Shape.SHARE:
            assert figure.value == (pytest.approx(hits / len(rows)) if rows else None), where
        if measure.shape is Shape.MEAN:
            mean = sum(case.returns for case in rows) / len(rows) if rows else None
            assert figure.value == pytest.approx(mean), where
        if measure.code in QUANTILES:
            values = sorted(getattr(case, measure.field) for case in rows)
            wanted = naive_quantile(values, QUANTILES[measure.code])
            assert figure.value == (pytest.approx(wanted) if wanted is not None else None), where


def counted_pairs() -> set[tuple[int, date]]:
    return set(UnitFigure.objects.values_list("unit", "month").distinct())


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_is_what_a_plain_loop_over_the_rows_gives(cast: Cast, at: datetime, seed: int) -> None:
    player = Player(cast, seed, at - timedelta(days=20))
    player.play(8)
    figures.refresh(at=player.at, seconds=60)
    player.play(4)
    figures.refresh(at=player.at, seconds=60)
    units = Unit.objects.in_bulk()
    for key, month in counted_pairs():
        assert_right(units[key], month)
    for unit in units.values():
        missed = {
            month
            for measure in MEASURES.values()
            for case in Case.objects.exclude(**{measure.dated_by: None})
            if (month := measures.month_of(getattr(case, measure.dated_by)))
            and (unit.pk, month) not in counted_pairs()
            and naive_rows(measure, unit, month)
        }
        assert not missed, f"months of {unit.name} that nobody counted"


@pytest.mark.parametrize("seed", range(3))
def test_the_list_behind_a_figure_has_exactly_its_rows(cast: Cast, at: datetime, seed: int) -> None:
    player = Player(cast, seed, at - timedelta(days=20))
    player.play(8)
    figures.refresh(at=player.at, seconds=60)
    for figure in UnitFigure.objects.select_related("unit"):
        measure = MEASURES[figure.measure]

        def length(only: str = "", figure: UnitFigure = figure) -> int:
            found = queries.list_behind(
                viewer=cast.supervisor.actor,
                unit=figure.unit,
                measure_code=figure.measure,
                month=figure.month,
                at=player.at,
                part=figure.part,
                only=only,
            )
            assert found.expected(only) == found.rows.count()
            return found.rows.count()

        assert length() == (figure.hits if figure.part else figure.base)
        if measure.hits is not None:
            assert (length("hits"), length("misses")) == (figure.hits, figure.base - (figure.hits or 0))


def test_a_figure_of_a_village_counts_nothing_outside_its_sight(cast: Cast, at: datetime) -> None:
    raise_matter(cast.units.village, at)
    raise_matter(cast.units.other_village, at)
    figures.refresh(at=at)
    counted = {
        row.unit.name: row.base
        for row in UnitFigure.objects.filter(measure="registered").select_related("unit")
    }
    assert counted == {
        cast.units.village.name: 1,
        cast.units.town.name: 1,
        cast.units.other_village.name: 1,
        cast.units.other_town.name: 1,
        cast.units.county.name: 2,
    }


def test_a_matter_handled_again_leaves_the_month_in_which_it_was_resolved_before(
    cast: Cast, at: datetime
) -> None:
    case = answered(raise_matter(cast.units.village, at), cast.clerk, at)
    figures.refresh(at=at)
    march = date(2026, 3, 1)
    resolved = UnitFigure.objects.filter(
        unit=cast.units.village, month=march, measure="outcome", part="solved"
    )
    assert resolved.get().hits == 1
    later = at + timedelta(days=40)
    judging.say_not_solved(case=case, words="还是不行。", by=RESIDENT, at=later)
    figures.refresh(at=later)
    assert resolved.get().hits == 0


def test_what_moved_is_counted_once_however_often_it_moved(cast: Cast, at: datetime) -> None:
    for _number in range(5):
        answered(raise_matter(cast.units.village, at), cast.clerk, at)
    assert Transition.objects.count() == 25
    assert figures.refresh(at=at) == 3, "village, town and county of one month"
    assert figures.refresh(at=at) == 0


def test_a_worker_killed_while_counting_leaves_nothing_out(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_matter(cast.units.village, at)
    real, calls = figures.count_unit, []

    def dies(**given: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(figures, "count_unit", dies)
    with pytest.raises(KeyboardInterrupt):
        figures.refresh(at=at)
    monkeypatch.setattr(figures, "count_unit", real)
    assert figures.refresh(at=at) == 2
    assert not StaleFigure.objects.exists()
    assert len(counted_pairs()) == 3


def test_a_transition_that_commits_after_later_ones_is_counted(cast: Cast, at: datetime) -> None:
    raise_matter(cast.units.village, at)
    figures.refresh(at=at)
    cursor = FigureCursor.objects.get()
    straggler = cursor.transition_id + 1

    def gaps() -> list[list[int]]:
        # On PostgreSQL keys begin anywhere, and everything before the first one is a gap too.
        return [gap[:2] for gap in FigureCursor.objects.get().gaps if gap[1] >= straggler]

    late = raise_matter(cast.units.other_village, at)
    # The row is there under a key above the straggler's, as when two transactions overlap.
    Transition.objects.filter(case=late).update(id=straggler + 5)
    figures.refresh(at=at)
    assert gaps() == [[straggler, straggler + 4]]
    early = raise_matter(cast.units.village, at)
    Transition.objects.filter(case=early).update(id=straggler + 2)
    figures.refresh(at=at)
    village = UnitFigure.objects.get(unit=cast.units.village, measure="registered")
    assert village.base == 2
    assert gaps() == [
        [straggler, straggler + 1],
        [straggler + 3, straggler + 4],
    ]
    figures.refresh(at=at + timedelta(hours=2))
    assert gaps() == [], "keys that were rolled back are given up"
