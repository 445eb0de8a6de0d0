"""The plan of a month: the same for the same seed, the shares the paper gives, only moves that exist."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest

from gongzhi.cases.lifecycle import Channel, Level, Move, State, next_state
from gongzhi.core.working_time import SHANGHAI, OfficeCalendar
from gongzhi.demo.behaviour import Behaviour
from gongzhi.demo.county import DEMO_ACCOUNTS, County, build_county
from gongzhi.demo.plan import make_plan
from gongzhi.demo.steps import CasePlan
from gongzhi.orgs.permissions import ROLES, RoleCode

UNTIL = datetime(2026, 8, 23, 17, 0, tzinfo=SHANGHAI)
DONE = {Move.RESOLVE, Move.SETTLE}


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(1)


def plan(county: County, cases: int, *, seed: int = 1, **behaviour: float) -> list[CasePlan]:
    numbers = replace(Behaviour(), **behaviour)  # type: ignore[arg-type]
    return make_plan(
        county, seed=seed, cases=cases, days=30, until=UNTIL, calendar=OfficeCalendar(), behaviour=numbers
    )


@pytest.fixture(scope="module")
def month(county: County) -> list[CasePlan]:
    return plan(county, 1500)


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(county: County) -> None:
    assert plan(build_county(1), 40) == plan(county, 40)
    assert plan(county, 40) != plan(county, 40, seed=2)


def test_more_cases_leave_the_first_ones_as_they_are(county: County) -> None:
    few = {case.number: case for case in plan(county, 20)}
    many = {case.number: case for case in plan(county, 60)}
    assert few == {number: many[number] for number in few}


def test_every_story_takes_only_roads_of_the_table_of_moves(month: list[CasePlan]) -> None:
    for case in month:
        state: State | None = None
        for step in case.steps:
            state = next_state(state, step.move)


def test_a_story_runs_forward_and_ends_before_now(month: list[CasePlan]) -> None:
    for case in month:
        moments = [step.at for step in case.steps]
        assert moments == sorted(moments)
        assert moments[-1] <= UNTIL


def test_a_plan_shows_every_way_a_matter_can_go(month: list[CasePlan]) -> None:
    seen = {step.move for case in month for step in case.steps}
    by_the_worker = {Move.CLOSE_UNRATED}
    # Who checks and whose receipt is lost hangs on numbers and keys, which no seed fixes.
    not_shown = {Move.RATE, Move.ATTACH, Move.SIGN_STATEMENT, Move.UNPUBLISH, Move.CHECK, Move.REISSUE}
    # A plan is of one matter, and a review of a petition comes after the month that is played.
    of_two = {Move.MERGE, Move.UNMERGE, Move.JUDGE_MERGED}
    later = {Move.ASK_REVIEW, Move.DECIDE_REVIEW, Move.ORDER_ANEW}
    # Follow-up calls are drawn from what the month became.
    rare = {Move.CALL_OFF, Move.REASSIGN, Move.FOLLOW_UP}
    assert seen == set(Move) - by_the_worker - not_shown - of_two - later - rare


def test_more_than_97_in_100_ratings_are_satisfied(month: list[CasePlan]) -> None:
    scores = [int(step.data["score"]) for case in month for step in case.steps if step.move is Move.CONFIRM]
    assert len(scores) > 500
    assert sum(score >= 3 for score in scores) / len(scores) >= 0.97


def test_disputes_are_settled_at_village_town_and_county_as_in_the_paper(county: County) -> None:
    levels: Counter[str] = Counter()
    for case in plan(county, 3000):
        if case.message.kind == "dispute" and DONE & {step.move for step in case.steps}:
            levels[_settled_at(county, case)] += 1
    total = sum(levels.values())
    assert total > 200
    assert levels[Level.VILLAGE] / total == pytest.approx(557 / 894, abs=0.12)
    assert levels[Level.TOWN] / total == pytest.approx(331 / 894, abs=0.12)
    assert levels[Level.COUNTY] / total < 0.05


def _settled_at(county: County, case: CasePlan) -> str:
    answerer = next(step.by for step in reversed(case.steps) if step.move in DONE)
    unit = next(holder.unit for holder in county.holders if holder.username == answerer)
    kinds = {"village": Level.VILLAGE, "town": Level.TOWN, "station": Level.TOWN}
    return kinds.get(county.places[unit].kind, Level.COUNTY)


def test_numbers_of_behaviour_are_obeyed(county: County) -> None:
    nobody = plan(county, 200, declined=0.0, withdrawn=0.0, not_solved=0.0, returned=0.0, reopened=0.0)
    seen = {step.move for case in nobody for step in case.steps}
    assert not seen & {Move.DECLINE, Move.WITHDRAW, Move.NOT_SOLVED, Move.RETURN, Move.REOPEN}
    everybody = plan(county, 60, declined=1.0, on_the_spot=0.0)
    ordinary = [case for case in everybody if case.urgency != "emergency" and len(case.steps) > 1]
    assert ordinary
    assert all(case.steps[1].move is Move.DECLINE for case in ordinary)


def test_offices_work_in_office_hours_and_emergencies_at_night(month: list[CasePlan]) -> None:
    calendar = OfficeCalendar()
    for case in month:
        for step in case.steps:
            if step.move is Move.ACCEPT and case.urgency != "emergency":
                assert calendar.is_working_day(step.at.date())
    nights = [c for c in month if c.urgency == "emergency" and c.registered_at.hour < 6]
    assert nights


def test_reception_days_are_wednesdays(month: list[CasePlan]) -> None:
    heard = [case for case in month if case.channel is Channel.RECEPTION]
    assert heard
    assert sum(case.registered_at.weekday() == 2 for case in heard) / len(heard) > 0.95


def test_every_unit_has_people_with_roles_that_fit_it(county: County) -> None:
    for place in county.places.values():
        held = county.roster[place.code]
        assert held, place
        assert all(place.kind in ROLES[holder.role].unit_kinds for holder in held)
    villages = county.of_kind("village")
    assert len(villages) == 160
    assert {len(county.posts(v.code, RoleCode.LINE_PERSON)) for v in villages} == {3, 4, 5, 6}


def test_there_is_one_shown_account_for_each_role_that_staff_may_hold(county: County) -> None:
    shown = {holder.username: holder.role for holder in county.holders if holder.shown}
    assert shown == dict(DEMO_ACCOUNTS)
    assert set(shown.values()) == set(RoleCode)


def test_account_names_are_unique_whatever_their_case(county: County) -> None:
    names = [holder.username.lower() for holder in county.holders]
    assert len(names) == len(set(names))


def test_no_telephone_of_the_demonstration_can_ring(county: County, month: list[CasePlan]) -> None:
    people = [h.person for h in county.holders] + [c.reporter for c in month if c.reporter]
    assert all(len(p.phone) == 11 and p.phone.startswith("154000") for p in people)
    assert all(place.phone.startswith("0915-0") for place in county.places.values() if place.phone)


def test_every_category_has_a_bureau_that_lists_it(county: County) -> None:
    from gongzhi.demo import content

    bureaus = {row.code: row for row in content.departments() if row.level == "county"}
    for category in content.categories().values():
        mine = max(
            (p for p in bureaus[category.department].categories if category.code.startswith(p)), key=len
        )
        longer = [
            prefix
            for row in bureaus.values()
            for prefix in row.categories
            if category.code.startswith(prefix) and len(prefix) > len(mine)
        ]
        assert longer == [], category
