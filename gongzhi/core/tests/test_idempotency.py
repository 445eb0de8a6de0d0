"""Promises of requests that are sent twice."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from gongzhi.core.actions import idempotency
from gongzhi.core.actions.idempotency import Answer, KeyReused, StillRunning, UnusableKey, once
from gongzhi.core.actor import Actor, ActorKind, resident
from gongzhi.core.errors import Conflict, DomainError, Invalid
from gongzhi.core.models import CalendarOverride, IdempotencyRecord

CLERK = Actor(kind=ActorKind.STAFF, name="clerk", user_id=1)
OTHER = Actor(kind=ActorKind.STAFF, name="other", user_id=2)
pytestmark = pytest.mark.django_db


def work(day: str) -> Callable[[], Answer]:
    """Something that may not be done twice: the day is unique."""

    def run() -> Answer:
        row = CalendarOverride.objects.create(day=day, is_working=True)
        return Answer(201, {"day": day, "number": row.pk})

    return run


def test_the_second_request_gets_the_first_answer_and_does_nothing(at: datetime) -> None:
    first, was_old = once(key="k1", by=CLERK, at=at, fingerprint="f", run=work("2026-07-01"))
    second, is_old = once(key="k1", by=CLERK, at=at, fingerprint="f", run=work("2026-07-01"))
    assert (was_old, is_old) == (False, True)
    assert first == second
    assert CalendarOverride.objects.count() == 1


def test_the_same_key_with_other_content_is_a_conflict(at: datetime) -> None:
    once(key="k1", by=CLERK, at=at, fingerprint="f", run=work("2026-07-01"))
    with pytest.raises(KeyReused):
        once(key="k1", by=CLERK, at=at, fingerprint="other", run=work("2026-07-02"))
    assert CalendarOverride.objects.count() == 1


def test_two_people_may_use_the_same_key(at: datetime) -> None:
    once(key="k1", by=CLERK, at=at, fingerprint="f", run=work("2026-07-01"))
    answer, is_old = once(key="k1", by=OTHER, at=at, fingerprint="f", run=work("2026-07-02"))
    assert not is_old
    assert answer.body["day"] == "2026-07-02"


def test_a_refused_request_may_be_corrected_and_sent_again(at: datetime) -> None:
    def refuse() -> Answer:
        CalendarOverride.objects.create(day="2026-07-01", is_working=True)
        raise Invalid

    with pytest.raises(Invalid):
        once(key="k1", by=CLERK, at=at, fingerprint="f", run=refuse)
    assert CalendarOverride.objects.count() == 0
    _answer, is_old = once(key="k1", by=CLERK, at=at, fingerprint="corrected", run=work("2026-07-01"))
    assert not is_old


def test_a_request_inside_itself_is_told_to_wait(at: datetime) -> None:
    def run() -> Answer:
        return once(key="k1", by=CLERK, at=at, fingerprint="f", run=work("2026-07-01"))[0]

    with pytest.raises(StillRunning):
        once(key="k1", by=CLERK, at=at, fingerprint="f", run=run)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "号码", "a\nb", "a\x00"])
def test_an_unusable_key_is_refused_in_words(key: str, at: datetime) -> None:
    with pytest.raises(UnusableKey):
        once(key=key, by=CLERK, at=at, fingerprint="f", run=work("2026-07-01"))


def test_a_person_without_an_account_needs_a_key_that_nobody_guesses(at: datetime) -> None:
    with pytest.raises(UnusableKey):
        once(key="1", by=resident(), at=at, fingerprint="f", run=work("2026-07-01"))
    once(key=str(uuid4()), by=resident(), at=at, fingerprint="f", run=work("2026-07-01"))


def test_the_kept_answer_is_sealed_in_the_database(at: datetime) -> None:
    once(key="k1", by=CLERK, at=at, fingerprint="f", run=lambda: Answer(200, {"phone": "13800138000"}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, key_hash FROM core_idempotencyrecord")
        body, key_hash = cursor.fetchone()
    assert "13800138000" not in body
    assert key_hash != "k1"


def test_a_new_request_costs_two_queries_and_a_repeated_one_two(
    at: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2 + 2):  # and the savepoint of a transaction within the test's own
        once(key="k1", by=CLERK, at=at, fingerprint="f", run=lambda: Answer(200, {}))
    with django_assert_num_queries(2 + 2):
        once(key="k1", by=CLERK, at=at, fingerprint="f", run=lambda: Answer(200, {}))


def test_old_answers_are_forgotten_and_fresh_ones_kept(at: datetime) -> None:
    for key, age in (("old", timedelta(days=3)), ("fresh", timedelta(hours=1))):
        once(key=key, by=CLERK, at=at - age, fingerprint="f", run=lambda: Answer(200, {}))
    assert idempotency.forget_old(at=at) == 1
    assert once(key="fresh", by=CLERK, at=at, fingerprint="f", run=lambda: Answer(500, {}))[1]


def test_equal_content_has_one_fingerprint_whatever_the_order_of_names() -> None:
    print_of = idempotency.fingerprint_of
    assert print_of("POST", {"a": 1, "b": "二"}) == print_of("POST", {"b": "二", "a": 1})
    assert print_of("POST", {"a": 1}) != print_of("POST", {"a": "1"})
    assert print_of("ab", "c") != print_of("a", "bc")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_one_runs_and_the_others_get_its_answer(at: datetime) -> None:
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("an SQLite database in memory cannot be written by two at once")
    gate, outcomes = threading.Barrier(6), list[object]()

    def send() -> None:
        gate.wait()
        try:
            outcomes.append(once(key="k", by=CLERK, at=at, fingerprint="f", run=work("2026-07-01")))
        except DomainError as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    waiting = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert len(answers) + len(waiting) == 6
    assert len([old for _answer, old in answers if not old]) == 1
    assert len({answer.body["number"] for answer, _old in answers}) == 1
    assert CalendarOverride.objects.count() == 1
    assert IdempotencyRecord.objects.count() == 1
