"""Where a matter belongs, for every kind of unit: its chain, centres, desk, reach, and who sees it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.cases.actions import dispatching, handling, intake, judging
from gongzhi.cases.lifecycle import Channel, Kind, Level, Outcome, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import access, categories, places
from gongzhi.cases.tests.playing import one_more
from gongzhi.core.actor import resident
from gongzhi.core.errors import Invalid
from gongzhi.orgs.models import Unit, UnitKind
from tests.cast import Cast

pytestmark = pytest.mark.django_db
RESIDENT = resident("王桂芳")


@pytest.fixture
def units(cast: Cast) -> dict[str, Unit]:
    known = cast.units
    return {
        "county": known.county,
        "department": known.department,
        "town": known.town,
        "village": known.village,
        "sister": known.sister_village,
        "other_town": known.other_town,
        "other_village": known.other_village,
        "station": one_more("610921100SL", "城关水利站", UnitKind.STATION, known.town),
        "other_station": one_more("610921107SL", "漩涡水利站", UnitKind.STATION, known.other_town),
        "grid": one_more("610921100222-01", "三元村一网格", UnitKind.GRID, known.village),
    }


@pytest.mark.parametrize(
    ("unit", "level", "chain", "desk"),
    [
        ("county", Level.COUNTY, ["county"], "county"),
        ("department", Level.COUNTY, ["department", "county"], "county"),
        ("town", Level.TOWN, ["town", "county"], "town"),
        ("station", Level.TOWN, ["station", "town", "county"], "town"),
        ("village", Level.VILLAGE, ["village", "town", "county"], "village"),
        ("grid", Level.VILLAGE, ["grid", "village", "town", "county"], "village"),
    ],
)
def test_level_chain_desk_and_sight_of_every_kind_of_unit(
    units: dict[str, Unit], unit: str, level: Level, chain: list[str], desk: str
) -> None:
    here = units[unit]
    assert places.level_of(here) is level
    assert places.chain(here) == [units[name] for name in chain]
    assert places.entry_desk(here) == units[desk]
    below_county = {units[name].pk for name in chain if name != "county"}
    assert set(places.units_that_see(here)) == (below_county or {units["county"].pk})


@pytest.mark.parametrize(
    ("unit", "centres"),
    [
        ("county", [None, None, "county"]),
        ("department", [None, None, "county"]),
        ("town", [None, "town", "county"]),
        ("station", [None, "town", "county"]),
        ("village", ["village", "town", "county"]),
        ("grid", ["village", "town", "county"]),
    ],
)
def test_the_centre_of_each_level_or_none(
    units: dict[str, Unit], unit: str, centres: list[str | None]
) -> None:
    for level, centre in zip((Level.VILLAGE, Level.TOWN, Level.COUNTY), centres, strict=True):
        if centre is None:
            with pytest.raises(Invalid):
                places.centre_at(units[unit], level)
        else:
            assert places.centre_at(units[unit], level) == units[centre]


def test_registering_at_a_centre_asks_the_database_nothing_about_places(units: dict[str, Unit]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for name in ("county", "town", "village"):
            places.units_that_see(places.entry_desk(units[name]))
    assert len(asked) == 0


def test_a_desk_reaches_its_own_area_and_a_village_the_stations_of_its_town(units: dict[str, Unit]) -> None:
    reach = {
        "village": {"village", "grid", "station"},
        "town": {"town", "village", "sister", "grid", "station"},
        "other_town": {"other_town", "other_village", "other_station"},
        "county": set(units),
    }
    for desk, reached in reach.items():
        assert {name for name, unit in units.items() if places.in_reach(units[desk], unit)} == reached, desk


def test_a_unit_whose_code_begins_like_another_is_not_below_it(cast: Cast) -> None:
    longer = one_more("6109211002", "长码镇", UnitKind.TOWN, cast.units.county)
    assert longer.code.startswith(cast.units.town.code)
    assert not places.in_reach(cast.units.town, longer)


def registered(place: Unit, at: datetime) -> Case:
    return intake.register_case(
        matter=intake.Matter(text="路塌了。", place=place),
        reporter=intake.Reporter(),
        channel=Channel.WEB,
        by=RESIDENT,
        at=at,
    )


def accepted(case: Case, cast: Cast, at: datetime) -> Case:
    road = categories.get_category("0101")
    assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
    return dispatching.accept_case(case=case, assessment=assessment, by=cast.clerk.actor, at=at)


def with_village(cast: Cast, at: datetime) -> Case:
    case = accepted(registered(cast.units.village, at), cast, at)
    clerk = cast.clerk.actor
    case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=clerk, at=at)
    return handling.sign_case(case=case, by=clerk, at=at)


def test_a_matter_of_a_grid_lies_at_the_desk_of_its_village(
    units: dict[str, Unit], cast: Cast, at: datetime
) -> None:
    case = registered(units["grid"], at)
    assert (case.desk, case.unit, case.level) == (units["village"], units["village"], "village")
    case = accepted(case, cast, at)
    case = dispatching.dispatch_case(case=case, unit=units["grid"], by=cast.clerk.actor, at=at)
    assert (case.unit, case.level) == (units["grid"], "village")
    assert {row.unit_id for row in access.who_sees(case)} == {
        units[name].pk for name in ("grid", "village", "town")
    }


def test_a_level_that_escalated_a_matter_gets_it_back_neither_by_referral_nor_by_dispatch(
    units: dict[str, Unit], cast: Cast, at: datetime
) -> None:
    case = with_village(cast, at)
    case = dispatching.escalate_case(
        case=case, tried="试过。", why_not="要机械。", by=cast.clerk.actor, at=at
    )
    town = cast.town_dispatcher.actor
    for name in ("village", "sister", "grid"):
        with pytest.raises(Invalid):
            dispatching.dispatch_case(case=case, unit=units[name], by=town, at=at)
        with pytest.raises(Invalid):
            dispatching.refer_down(case=case, unit=units[name], reason="还是村里办。", by=town, at=at)
    case = dispatching.dispatch_case(case=case, unit=units["station"], by=town, at=at)
    assert (case.unit, case.level) == (units["station"], "town")


def test_a_second_press_of_dispatch_hands_nothing_over_twice(
    units: dict[str, Unit], cast: Cast, at: datetime
) -> None:
    case = accepted(registered(units["village"], at), cast, at)
    case = dispatching.dispatch_case(case=case, unit=units["grid"], by=cast.clerk.actor, at=at)
    with pytest.raises(dispatching.AlreadyThere):
        dispatching.dispatch_case(case=case, unit=units["grid"], by=cast.clerk.actor, at=at)
    case = dispatching.dispatch_case(case=case, unit=units["station"], by=cast.clerk.actor, at=at)
    assert case.moves == 4


def test_a_unit_may_be_chosen_until_the_day_it_ends(units: dict[str, Unit], cast: Cast, at: datetime) -> None:
    case = accepted(registered(units["village"], at), cast, at)
    grid = units["grid"]
    grid.valid_until = at.date()
    with pytest.raises(Invalid):
        dispatching.dispatch_case(case=case, unit=grid, by=cast.clerk.actor, at=at)
    grid.valid_until = at.date().replace(day=at.day + 1)
    assert dispatching.dispatch_case(case=case, unit=grid, by=cast.clerk.actor, at=at).unit == grid


def test_a_station_escalates_to_the_county_and_the_county_has_nowhere_to_escalate(
    units: dict[str, Unit], cast: Cast, at: datetime
) -> None:
    case = accepted(registered(units["village"], at), cast, at)
    case = dispatching.dispatch_case(case=case, unit=units["station"], by=cast.clerk.actor, at=at)
    [post] = cast.officer.actor.posts
    station = replace(
        cast.officer.actor,
        posts=(
            replace(post, unit_id=units["station"].pk, unit_path=units["station"].path, unit_kind="station"),
        ),
    )
    case = handling.sign_case(case=case, by=station, at=at)
    case = dispatching.escalate_case(case=case, tried="试过。", why_not="要资金。", by=station, at=at)
    assert (case.unit, case.desk, case.level) == (units["county"], units["county"], "county")
    case = handling.sign_case(case=case, by=cast.county_dispatcher.actor, at=at)
    with pytest.raises(dispatching.NoHigherLevel):
        dispatching.escalate_case(
            case=case, tried="试过。", why_not="要资金。", by=cast.county_dispatcher.actor, at=at
        )


def test_a_matter_at_the_county_is_handled_again_there(cast: Cast, at: datetime) -> None:
    case = with_village(cast, at)
    case = dispatching.escalate_case(
        case=case, tried="试过。", why_not="要机械。", by=cast.clerk.actor, at=at
    )
    case = handling.sign_case(case=case, by=cast.town_dispatcher.actor, at=at)
    case = dispatching.escalate_case(
        case=case, tried="试过。", why_not="要资金。", by=cast.town_dispatcher.actor, at=at
    )
    county = cast.county_dispatcher.actor
    case = dispatching.dispatch_case(case=case, unit=cast.units.department, by=county, at=at)
    case = handling.sign_case(case=case, by=cast.officer.actor, at=at)
    for _ in range(3):
        case = handling.resolve_case(
            case=case, outcome=Outcome.SOLVED, answer="修好了。", by=cast.officer.actor, at=at
        )
        case = judging.say_not_solved(case=case, words="没有。", by=RESIDENT, at=at)
    assert (case.unit, case.level, case.owner_id) == (
        cast.units.department,
        "county",
        cast.officer.user.pk,
    )


def test_whoever_has_a_matter_to_handle_cannot_withdraw_it_for_the_resident(cast: Cast, at: datetime) -> None:
    case = with_village(cast, at)
    with pytest.raises(judging.OwnAnswer):
        judging.withdraw_case(case=case, words="他说不用了。", by=cast.clerk.actor, at=at)
    with pytest.raises(Invalid):
        judging.withdraw_case(case=case, words="", by=cast.town_dispatcher.actor, at=at)
    case = judging.withdraw_case(case=case, words="他来电话说不用了。", by=cast.town_dispatcher.actor, at=at)
    assert (case.status, case.due_at) == ("withdrawn", None)


def test_settling_a_registered_matter_keeps_how_long_the_answer_took(cast: Cast, at: datetime) -> None:
    case = registered(cast.units.village, at)
    intake.settle_case(
        case=case,
        result="当场修好。",
        category=categories.get_category("1101"),
        by=cast.line_person.actor,
        at=at + timedelta(minutes=5),
    )
    case.refresh_from_db()
    assert (case.answer_seconds, case.settled_at_level, case.tier) == (300, "spot", "small")


def test_an_urgency_that_does_not_exist_is_refused_in_words(cast: Cast, at: datetime) -> None:
    with pytest.raises(Invalid):
        intake.register_case(
            matter=intake.Matter(text="路塌了。", place=cast.units.village, urgency="nonsense"),
            reporter=intake.Reporter(),
            channel=Channel.WEB,
            by=RESIDENT,
            at=at,
        )
