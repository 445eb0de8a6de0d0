"""Finding articles."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.core.actor import resident
from gongzhi.knowledge.actions import writing
from gongzhi.knowledge.queries import search
from gongzhi.knowledge.tests.conftest import Publish
from gongzhi.knowledge.tests.stage import number_of, words
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def keys(found: list[search.Found]) -> list[str]:
    return [one.key for one in found]


@pytest.mark.parametrize(
    "typed", ["低保", "保", "户口", "dibao", "db", "shenqing", "最低生活保障", "低保 身份证"]
)
def test_one_and_two_characters_and_pinyin_find_an_article(
    publish: Publish, at: datetime, typed: str
) -> None:
    article = publish()
    publish(
        title="水管冻裂了找谁", summary="先关总阀，再给水站打电话。", body="先关总阀。", keywords="停水 水管"
    )
    assert keys(search.public(typed, at))[:1] == [number_of(article)]


def test_a_sentence_finds_the_article_and_says_by_which_words(publish: Publish, at: datetime) -> None:
    article = publish()
    other = publish(
        title="水管冻裂了找谁", summary="先关总阀。", body="再给水站打电话。", keywords="停水 水管"
    )
    found = search.public("我妈七十了，想问一下低保怎么申请，要跑几趟", at)
    assert found[0].key == number_of(article)
    assert "低保怎么申请" in found[0].matched
    assert number_of(other) not in keys(found)


def test_an_article_that_shares_nothing_but_a_usual_word_is_not_found(
    publish: Publish, at: datetime, cast: Cast
) -> None:
    usual = [
        publish(title=f"{what}怎么申请", summary="到村委会。", body="打电话问镇上。", keywords=what)
        for what in ("危房改造", "临时救助", "大病补助", "助学贷款")
    ]
    asked = "残疾证怎么申请，要打电话吗"
    for found in (search.public(asked, at), search.find(cast.clerk.actor, asked, at)):
        assert found == []
    about = publish(title="残疾证到哪里办", summary="到残联。", body="先体检。", keywords="残联")
    for found in (search.public(asked, at), search.find(cast.clerk.actor, asked, at)):
        assert keys(found) == [number_of(about)]
    assert set(keys(search.public("申请", at))) == {number_of(each) for each in usual}, "typed alone it is"
    assert keys(search.public("助学贷款怎么申请得快", at))[:1] == [number_of(usual[3])]


def test_words_in_title_and_keywords_stand_before_words_in_the_text(publish: Publish, at: datetime) -> None:
    mentioned = publish(title="看病怎么报销", keywords="医保", body="吃低保的人报得多一些。")
    about = publish()
    assert keys(search.public("低保", at)) == [number_of(about), number_of(mentioned)]


def test_what_is_over_or_not_yet_valid_is_never_found(publish: Publish, at: datetime, cast: Cast) -> None:
    article = publish(last_day=date(2026, 3, 4))
    later = publish(title="低保新标准", valid_from=date(2026, 4, 1))
    assert keys(search.public("低保", at)) == [number_of(article)]
    tomorrow = at + timedelta(days=1)
    assert keys(search.public("低保", tomorrow)) == []
    assert keys(search.find(cast.clerk.actor, "低保", tomorrow)) == []
    assert keys(search.public("低保", at + timedelta(days=40))) == [number_of(later)]


def test_what_is_for_staff_is_found_by_staff_only(publish: Publish, at: datetime, cast: Cast) -> None:
    article = publish(audience="staff")
    assert keys(search.find(cast.peer_clerk.actor, "低保", at)) == [number_of(article)]
    for reader in (resident(), cast.manager.actor):
        assert search.find(reader, "低保", at) == []
    assert search.public("低保", at) == []


def test_drafts_and_withdrawn_articles_are_not_found(publish: Publish, at: datetime, cast: Cast) -> None:
    writing.start_article(unit=cast.units.village, words=words(), by=cast.clerk.actor, at=at)
    article = publish(title="低保什么时候发")
    assert keys(search.find(cast.clerk.actor, "低保", at)) == [number_of(article)]
    writing.withdraw(article=article, note="发放方式变了", by=cast.village_head.actor, at=at)
    assert search.find(cast.clerk.actor, "低保", at) == []


def test_staff_are_led_to_their_page_and_residents_to_theirs(
    publish: Publish, at: datetime, cast: Cast
) -> None:
    number = number_of(publish())
    assert search.find(cast.clerk.actor, "低保", at)[0].url == f"/knowledge/{number}/"
    assert search.find(resident(), "低保", at)[0].url == f"/help/{number}/"


def test_nothing_typed_finds_nothing(publish: Publish, at: datetime) -> None:
    publish()
    assert [search.public(typed, at) for typed in ("", "  ", "，。！", "\x00")] == [[], [], [], []]


def test_a_search_takes_few_questions_however_many_are_found(
    publish: Publish, at: datetime, cast: Cast
) -> None:
    for turn in range(5):
        publish(title=f"低保第{turn}问")
    search.public("低保怎么申请", at)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(search.find(cast.clerk.actor, "低保怎么申请", at)) == 5
    assert len(asked) <= 8


def test_only_what_shares_telling_words_is_proposed_while_somebody_writes(
    publish: Publish, at: datetime
) -> None:
    article = publish()
    assert keys(search.proposals("我家今年低保停了", at)) == [number_of(article)]
    assert search.proposals("门口的路灯坏了要怎么办", at) == []
    assert search.proposals("低保", at) == []


def test_words_that_stand_in_many_titles_propose_nothing(publish: Publish, at: datetime) -> None:
    article = publish()
    for what in ("宅基地", "农机补贴", "残疾证", "临时救助"):
        publish(title=f"{what}怎么申请", keywords=what, body="先填表。", summary="先填表，再公示。")
    assert keys(search.proposals("想问一下低保怎么申请", at)) == [number_of(article)]
    assert search.proposals("想问一下路灯怎么申请", at) == []
