"""The list of pages that are pictured holds every page: nobody has to remember to look at a new one."""

import pytest

from gongzhi.cases.lifecycle import State
from gongzhi.cases.views.resident.presses import PRESSES as OF_RESIDENTS
from gongzhi.cases.views.staff.presses import PRESSES as OF_STAFF
from scripts.pictures.matters import STORIES
from scripts.pictures.pages import MOVES, MOVES_WITHOUT_PICTURE, PAGES, WITHOUT_PICTURE
from tests.test_sweep import API_ROUTES, routes

pytestmark = pytest.mark.once

PICTURED = {shown.url_name for shown in PAGES}
NAMES = [shown.name for shown in PAGES]


def test_every_route_is_pictured_or_named_with_the_reason_why_not() -> None:
    missing = set(routes()) - API_ROUTES - PICTURED - set(WITHOUT_PICTURE)
    missing = {name for name in missing if not name.startswith("api:")}
    assert missing == set(), "a line in scripts/pictures/pages.py is missing"


def test_the_reasons_are_given_for_routes_that_exist_and_have_no_picture() -> None:
    assert set(WITHOUT_PICTURE) - set(routes()) == set(), "these routes are gone"
    assert set(WITHOUT_PICTURE) & PICTURED == set(), "these are pictured"
    assert all(WITHOUT_PICTURE.values())


def test_the_form_of_every_move_of_staff_is_pictured() -> None:
    pictured = {move for move, _story, _who in MOVES}
    assert pictured | set(MOVES_WITHOUT_PICTURE) == {str(move) for move in OF_STAFF}
    assert pictured & set(MOVES_WITHOUT_PICTURE) == set()
    assert all(MOVES_WITHOUT_PICTURE.values())


def test_every_press_of_residents_is_pictured() -> None:
    names = {f"press-{name}" for name in OF_RESIDENTS if name != "add"} | {"add"}
    assert names - set(NAMES) == set()


def test_a_case_page_and_a_page_of_the_matter_are_pictured_in_every_state() -> None:
    for prefix in ("case", "matter"):
        assert {f"{prefix}-{state}" for state in State} - set(NAMES) == set()


def test_every_story_that_is_shown_can_be_told_and_every_one_told_is_shown() -> None:
    shown = {name.removeprefix("case-") for name in NAMES if name.startswith("case-")}
    assert {before for before, _steps in STORIES.values()} <= {"registered", *STORIES}
    assert set(STORIES) - shown - {"contacted", "at_town"} == set(), "but those that others begin with"


def test_no_two_pages_have_the_same_name() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))
