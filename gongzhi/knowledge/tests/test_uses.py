"""Counting what helped and what was missed, without remembering who."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from gongzhi.core.actions.rates import TooOften
from gongzhi.core.actor import resident
from gongzhi.core.errors import Invalid, NotFound
from gongzhi.knowledge import jobs
from gongzhi.knowledge.actions.uses import record_miss, record_use, words_that_count
from gongzhi.knowledge.lifecycle import Where
from gongzhi.knowledge.models import ArticleUse, CountedOnce, MissedWord
from gongzhi.knowledge.queries import keeping
from gongzhi.knowledge.tests.conftest import Publish
from gongzhi.knowledge.tests.stage import number_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
VISITOR = resident(network="net")


def counted() -> dict[tuple[str, bool], int]:
    return {(row.where, row.solved): row.times for row in ArticleUse.objects.all()}


def test_a_visitor_counts_once_a_day_for_an_article(publish: Publish, at: datetime) -> None:
    key = number_of(publish())
    assert record_use(key, "page", True, VISITOR, at, visitor="one")
    assert not record_use(key, "page", False, VISITOR, at + timedelta(hours=3), visitor="one")
    assert record_use(key, "raise", True, VISITOR, at, visitor="two")
    assert record_use(key, "page", False, VISITOR, at + timedelta(days=1), visitor="one")
    assert counted() == {("page", True): 1, ("raise", True): 1, ("page", False): 1}


def test_staff_in_a_call_count_each_call(publish: Publish, at: datetime, cast: Cast) -> None:
    article = publish(audience="staff")
    for _call in range(2):
        assert record_use(number_of(article), Where.CALL, True, cast.clerk.actor, at)
    assert counted() == {("call", True): 2}
    assert keeping.helped(article, at=at) == {True: 2, False: 0}


def test_what_a_visitor_may_not_read_is_not_counted(publish: Publish, at: datetime) -> None:
    key = number_of(publish(audience="staff"))
    for unknown in (key, "HYZ-9999", "", "'"):
        with pytest.raises(NotFound):
            record_use(unknown, "page", True, VISITOR, at)
    with pytest.raises(Invalid):
        record_use(key, "elsewhere", True, VISITOR, at)


def test_one_connection_cannot_press_without_end(publish: Publish, at: datetime) -> None:
    key = number_of(publish())
    for turn in range(60):
        record_use(key, "page", True, VISITOR, at, visitor=f"v{turn}")
    with pytest.raises(TooOften):
        record_use(key, "page", True, VISITOR, at, visitor="v60")


def test_what_prevents_counting_twice_says_neither_who_nor_what_and_is_forgotten(
    publish: Publish, at: datetime
) -> None:
    key = number_of(publish())
    record_use(key, "page", True, VISITOR, at, visitor="session-key")
    row = CountedOnce.objects.get()
    assert "session" not in row.digest
    assert key not in row.digest
    jobs.forget(at=at + timedelta(days=2))
    assert CountedOnce.objects.exists()
    jobs.forget(at=at + timedelta(days=3))
    assert not CountedOnce.objects.exists()


def test_a_word_stands_in_clear_only_once_enough_visitors_missed_it(at: datetime, cast: Cast) -> None:
    for turn in range(4):
        record_miss(text="殡葬补贴", by=VISITOR, at=at, visitor=f"v{turn}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM knowledge_missedword")
        assert "殡葬" not in repr(cursor.fetchall())
    assert keeping.missed_words(viewer=cast.clerk.actor, at=at) == []
    record_miss(text="殡葬补贴", by=VISITOR, at=at, visitor="v5")
    assert [(row.word, row.times) for row in keeping.missed_words(viewer=cast.clerk.actor, at=at)] == [
        ("殡葬补贴", 5)
    ]


def test_one_visitor_alone_never_brings_a_word_into_the_clear(at: datetime, rules: None) -> None:
    for _press in range(8):
        record_miss(text="张三丰欠债", by=VISITOR, at=at, visitor="v")
    row = MissedWord.objects.get()
    assert (row.word, row.times) == ("", 1)


def test_words_nobody_looked_for_in_half_a_year_are_forgotten(at: datetime, rules: None) -> None:
    record_miss(text="殡葬补贴", by=VISITOR, at=at, visitor="v")
    jobs.forget(at=at + timedelta(days=180))
    assert MissedWord.objects.exists()
    jobs.forget(at=at + timedelta(days=181))
    assert not MissedWord.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("殡葬 补贴 殡葬", ["殡葬", "补贴"]),
        ("13900002207", []),
        ("电话13900002207", []),
        ("612425197001011234", []),
        ("我家隔壁老王把路占了不让走", []),
        ("WiFi", ["wifi"]),
        ("水", []),
        ("", []),
    ],
)
def test_only_short_words_without_long_numbers_count(typed: str, kept: list[str]) -> None:
    assert words_that_count(typed, longest=8) == kept
