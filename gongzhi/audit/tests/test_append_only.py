"""The database itself refuses to change the audit log, whoever asks."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gongzhi.audit.actions import record, seal
from gongzhi.audit.models import AuditBatch, AuditEvent
from gongzhi.core.actor import SYSTEM

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
STATEMENTS = [
    "UPDATE audit_auditevent SET data = '{}'",
    "DELETE FROM audit_auditevent",
    "UPDATE audit_auditbatch SET root = ''",
    "DELETE FROM audit_auditbatch",
]
ON_SQLITE = [
    "INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent",
    "INSERT OR REPLACE INTO audit_auditbatch SELECT * FROM audit_auditbatch",
    "UPDATE OR REPLACE audit_auditevent SET id = id + 1",
]
ON_POSTGRESQL = [
    "TRUNCATE audit_auditevent",
    "TRUNCATE audit_auditbatch",
    "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent ON CONFLICT (id) DO UPDATE SET data = ''",
]


@pytest.fixture(autouse=True)
def _sealed_row(trial_code: str) -> None:
    record(trial_code, by=SYSTEM, at=AT, subject="case:1")
    seal(at=AT)


def everything() -> tuple[list[Any], list[Any]]:
    return list(AuditEvent.objects.values()), list(AuditBatch.objects.values_list("number", "root", "chain"))


@pytest.mark.parametrize("statement", STATEMENTS + ON_SQLITE + ON_POSTGRESQL)
def test_nothing_that_was_recorded_can_be_changed_or_removed(statement: str) -> None:
    if statement in (ON_POSTGRESQL if connection.vendor == "sqlite" else ON_SQLITE):
        pytest.skip("not a statement of this database")
    before = everything()
    with pytest.raises(DatabaseError, match="audit log"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert everything() == before


def test_the_models_cannot_change_a_row_either() -> None:
    event = AuditEvent.objects.get()
    event.subject = "case:2"
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        event.delete()


def test_nobody_can_record_an_event_under_another_writing_moment() -> None:
    event = AuditEvent.objects.get()
    event.pk = None
    event.recorded_at = AT
    with pytest.raises(DatabaseError, match="recorded_at"), transaction.atomic():
        event.save(force_insert=True)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a setting of PostgreSQL")
def test_a_session_that_pretends_to_be_a_replica_is_refused_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            cursor.execute("DELETE FROM audit_auditevent")
