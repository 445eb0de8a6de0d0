"""What the audit tests share: a code to record under, rows to seal, and a forger with an owner's rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from gongzhi.audit import codes
from gongzhi.audit.actions import record, seal
from gongzhi.audit.models import AuditEvent
from gongzhi.audit.tests.emptying import lifting_sql
from gongzhi.core.actor import SYSTEM

TRIAL = "audit.trial.recorded"


@pytest.fixture
def trial_code(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(codes, "CODES", dict(codes.CODES))
    codes.declare(TRIAL, "Trial row written")  # type: ignore[arg-type]
    return TRIAL


@pytest.fixture
def wall() -> datetime:
    """Now, in earnest: the database writes its own moments, and sealing compares with them."""
    return datetime.now(UTC)


@pytest.fixture
def write(trial_code: str) -> Callable[..., list[int]]:
    """Return a function that records `count` events about `subject` and returns their row numbers."""

    def written(count: int = 1, subject: str = "case:HY26-000001") -> list[int]:
        before = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        for n in range(count):
            record(TRIAL, by=SYSTEM, at=datetime(2024, 3, 4, tzinfo=UTC), subject=subject, data={"n": n})
        return list(AuditEvent.objects.filter(id__gt=before).order_by("id").values_list("id", flat=True))

    return written


@pytest.fixture
def three_batches(db: None, write: Callable[..., list[int]], wall: datetime) -> list[list[int]]:
    """Three sealed batches of four rows; returns their row numbers."""
    batches = []
    for minute in range(3):
        batches.append(write(4))
        assert seal(at=wall + timedelta(minutes=minute)) == 4
    return batches


@contextmanager
def forger(*, lay_again: bool = True) -> Iterator[Any]:
    """Give a cursor before which the triggers do not stand, as for someone with the rights of the owner."""
    down, up = lifting_sql(connection)
    with connection.cursor() as cursor:
        for statement in down:
            cursor.execute(statement)
        yield cursor
        for statement in up if lay_again else ():
            cursor.execute(statement)
