"""Finding matters by words: one and two characters, names, numbers, pinyin; never past one's sight."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from gongzhi.cases.actions import indexing, intake, story
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case, CaseTerms, PublicTerms
from gongzhi.cases.queries import search
from gongzhi.cases.queries.board import BoardFilter, board
from gongzhi.cases.queries.lists import Filters, Queue, list_cases
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.core.actor import Actor
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person

SignIn = Callable[[Person], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp(cast: Cast, at: datetime) -> Case:
    return _raised(cast.units.village, "村口路灯不亮，王桂芳老人夜里摔了一跤，电话尾号2207。", at)


@pytest.mark.parametrize(
    "words",
    ["灯", "路灯", "路灯不亮", "王桂芳", "王桂芳 路灯", "2207", "22", "ludeng", "deng", "ld", "cunkouludeng"],
)
def test_a_matter_is_found_by_characters_names_numbers_and_pinyin(
    cast: Cast, lamp: Case, words: str, at: datetime
) -> None:
    indexing.index_new(at=at)
    assert _found(cast.clerk.actor, words) == [lamp.pk]


@pytest.mark.parametrize("words", ["井", "灯路", "王桂花", "2208", "luding", "", "，。", "%", '" OR "', "*"])
def test_what_was_not_said_finds_nothing(cast: Cast, lamp: Case, words: str, at: datetime) -> None:
    indexing.index_new(at=at)
    assert _found(cast.clerk.actor, words) == []


def test_a_matter_is_found_by_the_end_of_its_number(cast: Cast, lamp: Case, at: datetime) -> None:
    indexing.index_new(at=at)
    assert _found(cast.clerk.actor, lamp.number.rpartition("-")[2]) == [lamp.pk]


def test_newest_come_first_and_only_so_many(cast: Cast, at: datetime) -> None:
    made = [_raised(cast.units.village, f"第{n}盏路灯坏了。", at).pk for n in range(5)]
    indexing.index_new(at=at)
    found = search.find_keys(viewer=cast.clerk.actor, words="路灯", most=3)
    assert found.keys == made[:1:-1]
    assert not found.is_all
    assert search.find_keys(viewer=cast.clerk.actor, words="路灯", most=5).is_all


def test_a_neighbour_village_finds_nothing_and_the_county_everything(
    cast: Cast, lamp: Case, at: datetime
) -> None:
    indexing.index_new(at=at)
    assert _found(cast.peer_clerk.actor, "路灯") == []
    assert _found(cast.supervisor.actor, "路灯") == [lamp.pk]


def test_an_analyst_finds_nothing_by_words(cast: Cast, lamp: Case, at: datetime) -> None:
    indexing.index_new(at=at)
    assert _found(cast.analyst.actor, "路灯") == []


def test_the_list_holds_to_sight_whatever_the_index_says(cast: Cast, lamp: Case, at: datetime) -> None:
    indexing.index_new(at=at)
    # As if the index were wrong about who sees it.
    peer_unit = next(iter(cast.peer_clerk.actor.posts)).unit_id
    row = CaseTerms.objects.get(case=lamp)
    row.terms = sorted({*row.terms, *search.codes_of_sight(peer_unit)})
    row.save()
    assert _found(cast.peer_clerk.actor, "路灯") == [lamp.pk]
    assert _listed(cast.peer_clerk.actor, "路灯", at) == []
    assert _listed(cast.clerk.actor, "路灯", at) == [lamp.pk]


def test_the_list_of_open_matters_passes_over_finished_ones_with_the_same_words(
    cast: Cast, at: datetime
) -> None:
    stage = Stage(cast)
    done, still = stage.closed(), stage.handling()
    indexing.index_new(at=at)
    assert _listed(cast.clerk.actor, "塌方", at) == [still.pk]
    assert _listed(cast.clerk.actor, "塌方", at, open_only=False) == [still.pk, done.pk]


def test_the_answer_is_found_after_it_was_given(cast: Cast, at: datetime) -> None:
    stage = Stage(cast)
    case = stage.handling()
    indexing.index_new(at=at)
    assert _found(cast.clerk.actor, "修通") == []
    case = stage.resolved()
    indexing.index_new(at=at)
    assert _found(cast.clerk.actor, "修通") == [case.pk]


def test_indexing_twice_or_anew_changes_nothing(cast: Cast, lamp: Case, at: datetime) -> None:
    assert indexing.index_new(at=at) == 1
    assert indexing.index_new(at=at) == 0
    indexing.index_again(at=at)
    assert indexing.index_new(at=at) == 1
    assert _found(cast.clerk.actor, "路灯") == [lamp.pk]


def test_the_board_finds_by_released_words_and_never_by_private_ones(cast: Cast, at: datetime) -> None:
    stage = Stage(cast)
    case = stage.closed()
    public = story.PublicText(title="通组路修好", text="三组道路已经恢复。", answer="已修通。")
    story.publish_case(case=case, public=public, by=cast.clerk.actor, at=stage.tick())
    indexing.index_new(at=at)
    assert [m.number for m in board(BoardFilter(text="道路"), page=None).matters] == [case.number]
    assert [m.number for m in board(BoardFilter(text="路"), page=None).matters] == [case.number]
    assert not board(BoardFilter(text="王桂芳"), page=None).matters
    assert not board(BoardFilter(text="校车"), page=None).matters


def test_what_is_taken_off_the_board_is_no_longer_found_there(cast: Cast, at: datetime) -> None:
    stage = Stage(cast)
    case = stage.closed()
    public = story.PublicText(title="通组路修好", text="三组道路已经恢复。", answer="已修通。")
    case = story.publish_case(case=case, public=public, by=cast.clerk.actor, at=stage.tick())
    indexing.index_new(at=at)
    story.unpublish_case(case=case, words="撤下", by=cast.clerk.actor, at=stage.tick())
    assert not board(BoardFilter(text="道路"), page=None).matters
    indexing.index_new(at=at)
    assert not PublicTerms.objects.exists()
    assert search.find_public_keys("道路").keys == []


def test_the_staff_list_shows_where_the_words_stand(
    cast: Cast, lamp: Case, sign_in: SignIn, at: datetime
) -> None:
    indexing.index_new(at=at)
    page = sign_in(cast.clerk).get("/cases/", {"q": "桂芳"}).content.decode()
    assert "王<mark>桂芳</mark>老人" in page


def _raised(place: Unit, text: str, at: datetime) -> Case:
    matter = intake.Matter(text=text, place=place)
    return intake.register_case(
        matter=matter, reporter=intake.Reporter(), channel=Channel.WEB, by=RESIDENT, at=at
    )


def _found(viewer: Actor, words: str) -> list[int]:
    return search.find_keys(viewer=viewer, words=words).keys


def _listed(viewer: Actor, words: str, at: datetime, *, open_only: bool = True) -> list[int]:
    filters = Filters(words=words, open_only=open_only)
    found = list_cases(viewer=viewer, queue=Queue.ALL, filters=filters, at=at, soon_until=at)
    return [case.pk for case in found]
