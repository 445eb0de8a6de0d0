"""The public notice board: only what a person released, in the words written for it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from gongzhi.cases.actions import dispatching, handling, indexing, intake, judging, story
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import categories
from gongzhi.core.actor import resident
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

RESIDENT = resident("王桂芳")
SECRETS = ("王桂芳", "13900002207", "w@example.org", "二组老王家隔壁", "她家的猪圈")


def answered(
    cast: Cast, at: datetime, *, where: Unit, by: Person, subject: str = "0101", outcome: str = Outcome.SOLVED
) -> Case:
    matter = intake.Matter(text="她家的猪圈挡了路。", place=where, place_detail="二组老王家隔壁")
    reporter = intake.Reporter(name="王桂芳", phone="13900002207", mail="w@example.org")
    case = intake.register_case(matter=matter, reporter=reporter, channel=Channel.WEB, by=RESIDENT, at=at)
    assessment = dispatching.Assessment(
        categories.get_category(subject), Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY
    )
    case = dispatching.accept_case(case=case, assessment=assessment, by=by.actor, at=at)
    case = dispatching.dispatch_case(case=case, unit=where, by=by.actor, at=at)
    case = handling.sign_case(case=case, by=by.actor, at=at)
    return handling.resolve_case(case=case, outcome=outcome, answer="王桂芳家已同意。", by=by.actor, at=at)


def published(cast: Cast, at: datetime, title: str = "村道被占", **kwargs: Any) -> Case:
    kwargs.setdefault("where", cast.units.village)
    kwargs.setdefault("by", cast.clerk)
    case = answered(cast, at, **kwargs)
    words = story.PublicText(title, "村道被建筑占用。", "已退让，道路恢复。")
    return story.publish_case(case=case, public=words, by=kwargs["by"].actor, at=at + timedelta(hours=1))


def words_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_board_shows_the_released_words_and_no_personal_field(
    client: Client, cast: Cast, at: datetime
) -> None:
    case = published(cast, at)
    for address in ("/board/", f"/board/{case.number}/", "/board/feed/", "/"):
        page = words_of(client, address)
        assert "村道被占" in page
        assert not [secret for secret in SECRETS if secret in page]


def test_a_matter_that_was_not_released_or_was_taken_off_is_not_there(
    client: Client, cast: Cast, at: datetime
) -> None:
    hidden = answered(cast, at, where=cast.units.village, by=cast.clerk)
    gone = published(cast, at, title="撤下的事")
    story.unpublish_case(case=gone, words="还有姓名。", by=cast.clerk.actor, at=at + timedelta(hours=2))
    for case in (hidden, gone):
        assert client.get(f"/board/{case.number}/").status_code == 404
    assert "这里还没有" in words_of(client, "/board/")
    assert "撤下的事" not in words_of(client, "/board/feed/")


def test_only_the_resident_says_solved(client: Client, cast: Cast, at: datetime) -> None:
    case = published(cast, at)
    assert "当事人还没评价" in words_of(client, "/board/")
    judging.say_not_solved(case=case, words="又占了。", by=RESIDENT, at=at + timedelta(hours=3))
    page = words_of(client, "/board/")
    assert "正在重办" in page
    assert "又占了" not in page


def test_filters_are_links_with_counts_and_work_together(client: Client, cast: Cast, at: datetime) -> None:
    published(cast, at, title="路的事", subject="0101")
    published(cast, at, title="水的事", subject="0201", outcome=Outcome.EXPLAINED)
    published(cast, at, title="漩涡的事", where=cast.units.other_village, by=cast.peer_clerk)
    page = words_of(client, f"/board/?town={cast.units.town.code}")
    assert "路的事" in page
    assert "水的事" in page
    assert "漩涡的事" not in page
    both = words_of(client, f"/board/?town={cast.units.town.code}&subject=02")
    assert "水的事" in both
    assert "路的事" not in both
    assert f"town={cast.units.town.code}&amp;subject=01" in page, "the other filter keeps the one chosen"
    assert "没有找到合适的" in words_of(client, f"/board/?town={cast.units.other_town.code}&subject=02")


def test_words_are_looked_for_in_what_is_public_only(client: Client, cast: Cast, at: datetime) -> None:
    published(cast, at)
    indexing.index_new(at=at)
    assert "村道被占" in words_of(client, "/board/?q=退让")
    assert "没有找到合适的" in words_of(client, "/board/?q=猪圈")


def test_words_find_nothing_that_was_taken_off_before_the_index_knows(
    client: Client, cast: Cast, at: datetime
) -> None:
    case = published(cast, at)
    indexing.index_new(at=at)
    story.unpublish_case(case=case, words="还有姓名。", by=cast.clerk.actor, at=at + timedelta(hours=2))
    assert "没有找到合适的" in words_of(client, "/board/?q=退让")


@pytest.mark.parametrize(
    "query", ["page=-1", "page=abc", "page=99999999999999", "town=%00x", "outcome=nonsense", "q=%25%27--"]
)
def test_a_strange_address_of_the_board_is_answered_in_words(
    client: Client, cast: Cast, at: datetime, query: str
) -> None:
    published(cast, at)
    assert client.get(f"/board/?{query}").status_code in (200, 400, 422)


def test_the_board_asks_the_database_the_same_number_of_times_with_many_matters(
    client: Client, cast: Cast, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for n in range(14):
        published(cast, at + timedelta(minutes=n), title=f"第{n}件")
    with django_assert_max_num_queries(8):
        assert "第13件" in words_of(client, "/board/")
    assert "第0件" in words_of(client, "/board/?page=2")


def test_the_feed_is_atom_with_addresses_of_the_public_site(client: Client, cast: Cast, at: datetime) -> None:
    case = published(cast, at)
    answer = client.get("/board/feed/", headers={"host": "localhost"})
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert f"http://localhost:8000/board/{case.number}/" in answer.content.decode()
