"""What `record` promises the actions of every app."""

import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from gongzhi.audit import codes
from gongzhi.audit.actions import record
from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import SYSTEM, Actor, ActorKind, HeldPost

AT = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
CODE = "audit.trial.recorded"


pytestmark = pytest.mark.usefixtures("trial_code")


@pytest.mark.django_db
def test_recording_an_event_is_one_insert_and_no_read() -> None:
    with CaptureQueriesContext(connection) as queries:
        record(CODE, by=SYSTEM, at=AT, subject="case:HY26-000123")
    assert [q["sql"].split()[0] for q in queries.captured_queries] == ["INSERT"]


@pytest.mark.django_db
def test_an_event_keeps_who_held_which_post_in_plain_words() -> None:
    post = HeldPost(1, "village_clerk", 2, "610921001001", "城关村", "1.2.", "village")
    clerk = Actor(kind=ActorKind.STAFF, name="王桂英", user_id=12, posts=(post,))
    record(
        CODE,
        by=clerk,
        at=AT,
        subject="case:HY26-000123",
        unit_code="610921001001",
        data={"新": "值", "a": AT},
    )
    event = AuditEvent.objects.get()
    assert (event.actor_key, event.actor_name) == ("staff:12", "王桂英")
    assert event.actor_posts == "village_clerk@610921001001"
    assert event.data == '{"a":"2024-03-04T02:00:00Z","新":"值"}'
    assert event.at == AT
    assert abs((event.recorded_at - datetime.now(UTC)).total_seconds()) < 60
    assert len(event.salt) == 32


@pytest.mark.django_db
def test_a_code_that_nobody_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="not declared"):
        record("audit.trial.forgotten", by=SYSTEM, at=AT, subject="case:1")


@pytest.mark.django_db
def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        record(CODE, by=SYSTEM, at=AT.replace(tzinfo=None), subject="case:1")


def test_a_code_is_declared_once_and_has_three_parts() -> None:
    with pytest.raises(ValueError, match="twice"):
        codes.declare(CODE, "again")  # type: ignore[arg-type]
    for wrong in ("audit.trial", "audit.Trial.recorded", "audit.trial.recorded;", ""):
        with pytest.raises(ValueError, match="form"):
            codes.declare(wrong, "wrong")  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_change_whose_event_could_not_be_written_is_not_committed_even_if_the_failure_is_caught() -> None:
    with transaction.atomic():
        with contextlib.suppress(IntegrityError):
            record(CODE, by=SYSTEM, at=AT, subject="")
        with pytest.raises(TransactionManagementError):
            AuditEvent.objects.count()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_event_of_a_change_that_is_rolled_back_is_gone_with_it() -> None:
    with transaction.atomic():
        record(CODE, by=SYSTEM, at=AT, subject="case:1")
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{"a": object()}, {"a": float("nan")}, {1: "a", "b": 2}])
def test_data_that_is_not_plain_is_refused(data: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        record(CODE, by=SYSTEM, at=AT, subject="case:1", data=data)


def test_every_app_declares_what_it_records() -> None:
    """Every code written in a call of `record` anywhere in the sources is declared."""
    written = set()
    for path in Path(codes.__file__).resolve().parents[1].rglob("*.py"):
        if "tests" not in path.parts:
            written |= set(re.findall(r"\brecord\(\s*\"([^\"]+)\"", path.read_text(encoding="utf-8")))
    assert written <= codes.CODES.keys()
