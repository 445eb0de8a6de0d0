"""Where disputes end follows from how they go, and comes out near the source's figures."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from gongzhi.demo.disputes import Course, Temper, run_course

pytestmark = pytest.mark.once

MANY = 20_000
SOURCE = {"village": 557, "town": 331, "county": 6}
TAKEN_UP, SETTLED = 945, 894


def courses(temper: Temper | None = None) -> list[Course]:
    return [run_course(Random(f"1/dispute/{n}"), temper) for n in range(MANY)]


def shares(found: list[Course]) -> dict[str, float]:
    settled = [course for course in found if course.is_settled]
    counted = Counter(course.level for course in settled)
    return {level: counted[level] / len(settled) for level in SOURCE}


def test_settled_disputes_split_over_the_levels_near_the_source() -> None:
    found = courses()
    share = shares(found)
    assert share["village"] == pytest.approx(SOURCE["village"] / SETTLED, abs=0.015)
    assert share["town"] == pytest.approx(SOURCE["town"] / SETTLED, abs=0.015)
    assert share["county"] == pytest.approx(SOURCE["county"] / SETTLED, abs=0.0025)
    settled = sum(course.is_settled for course in found) / MANY
    assert settled == pytest.approx(SETTLED / TAKEN_UP, abs=0.012)


def test_the_split_is_no_typed_figure_but_follows_from_how_people_behave() -> None:
    stubborn = replace(Temper(), calm={"low": 0.7, "medium": 0.6, "high": 0.4})
    assert shares(courses(stubborn))["village"] < shares(courses())["village"] - 0.1


def test_graver_disputes_are_settled_higher_up() -> None:
    found = courses()
    by_risk = {
        risk: shares([course for course in found if course.risk == risk])["village"]
        for risk in ("low", "medium", "high")
    }
    assert by_risk["low"] > by_risk["medium"] > by_risk["high"]


def test_a_dispute_goes_up_one_level_at_a_time_and_never_down() -> None:
    order = ["village", "town", "county"]
    for course in courses()[:2000]:
        places = [order.index(level) for level in course.levels]
        assert places == list(range(places[0], places[-1] + 1))
