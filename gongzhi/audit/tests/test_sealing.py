"""Rows are sealed once each, whoever writes and whoever seals at the same moment."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from gongzhi.audit import actions, canonical, jobs, queries
from gongzhi.audit.actions import record, seal
from gongzhi.audit.models import AuditBatch, AuditEvent
from gongzhi.audit.queries import sealing
from gongzhi.audit.tests.conftest import TRIAL
from gongzhi.core.actor import SYSTEM

Write = Callable[..., list[int]]
HOUR = timedelta(hours=1)
postgres_only = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one writer in at a time: numbers are in order"
)


def sealed_rows() -> list[int]:
    blocks = AuditBatch.objects.order_by("number").values_list("leaves", flat=True)
    return [row for block in blocks for row, _ in canonical.unpack(bytes(block))]


@pytest.mark.django_db
def test_the_job_seals_what_was_recorded_and_then_finds_nothing_left(write: Write, wall: datetime) -> None:
    rows = write(5)
    assert (jobs.seal(at=wall), jobs.seal(at=wall)) == (5, 0)
    assert sealed_rows() == rows


@pytest.mark.django_db
def test_many_rows_are_sealed_in_batches_of_bounded_size(
    write: Write, wall: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH_ROWS", 4)
    rows = write(10)
    assert seal(at=wall) == 10
    assert list(AuditBatch.objects.order_by("number").values_list("number", "size")) == [
        (1, 4),
        (2, 4),
        (3, 2),
    ]
    assert sealed_rows() == rows
    assert queries.verify_for_job(at=wall).is_whole


@pytest.mark.django_db
def test_looking_for_work_costs_the_same_however_long_the_log_is(write: Write, wall: datetime) -> None:
    costs = []
    for _ in range(4):
        write(2)
        seal(at=wall)
        with CaptureQueriesContext(connection) as captured:
            assert seal(at=wall) == 0
        costs.append(len(captured))
    # Two more where the numbers did not begin at 1, so that there is a gap to look into.
    assert set(costs) in ({4}, {6})


@pytest.mark.django_db
def test_of_two_sealers_on_the_same_head_one_stops_and_nothing_is_doubled(
    write: Write, wall: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = write(3)
    real = sealing.rows_after_for_job

    def overtaken(frontier: int) -> list[tuple[Any, ...]]:
        found = real(frontier)
        monkeypatch.setattr(queries, "rows_after_for_job", real)
        assert seal(at=wall) == 3
        return found

    monkeypatch.setattr(queries, "rows_after_for_job", overtaken)
    assert seal(at=wall) == 0
    assert sealed_rows() == rows


@pytest.mark.django_db
def test_a_batch_the_database_refuses_is_an_error_and_not_a_lost_race(
    write: Write, wall: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(1)
    real = actions._batch
    monkeypatch.setattr(actions, "_batch", lambda *args, **named: spoilt(real(*args, **named)))
    with pytest.raises(Exception, match="audit_batch_not_empty"):
        seal(at=wall)


def spoilt(batch: AuditBatch) -> AuditBatch:
    batch.size = 0
    return batch


@pytest.mark.django_db(transaction=True)
@postgres_only
def test_a_row_committed_after_higher_numbers_were_sealed_gets_a_late_batch(
    write: Write, wall: datetime
) -> None:
    with slow_writer() as finish:
        after = write(2)
        assert seal(at=wall) == 2
        early = after[0] - 1
        assert queries.verify_for_job(at=wall + HOUR).is_whole
        finish()
    assert queries.verify_for_job(at=wall + HOUR).is_whole, "a row still waiting in a gap accuses nobody"
    assert seal(at=wall + HOUR) == 1
    assert seal(at=wall + HOUR) == 0
    assert list(AuditBatch.objects.filter(late=True).values_list("first_id", flat=True)) == [early]
    later = wall + queries.GAP_GIVEN_UP_AFTER * 2
    verdict = queries.verify_for_job(at=later)
    assert verdict.is_whole, verdict.findings
    assert verdict.rows == len(after) + 1, "the late one is counted with the rest"
    (proof,) = queries.proofs_for("case:slow")
    assert proof.holds
    assert proof.batch is not None
    assert proof.batch.late


@pytest.mark.django_db(transaction=True)
@postgres_only
def test_a_row_committed_after_its_gap_was_given_up_is_named(write: Write, wall: datetime) -> None:
    later = wall + queries.GAP_GIVEN_UP_AFTER + HOUR
    with slow_writer() as finish:
        early = write(1)[0] - 1
        seal(at=wall)
        finish()
    assert seal(at=later) == 0
    findings = queries.verify_for_job(at=later).findings
    assert [(finding.wrong, finding.row) for finding in findings] == [(queries.Wrong.INSERTED, early)]


@pytest.mark.django_db(transaction=True)
@postgres_only
def test_a_writer_never_waits_for_another_writer_or_for_the_sealer(write: Write, wall: datetime) -> None:
    write(1)
    with slow_writer(), connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1ms'")
        write(1)
        assert seal(at=wall) == 2
        cursor.execute("RESET lock_timeout")


@pytest.mark.django_db(transaction=True)
@postgres_only
def test_a_rolled_back_row_leaves_a_gap_that_accuses_nobody(write: Write, wall: datetime) -> None:
    write(1)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    write(1)
    seal(at=wall)
    assert AuditBatch.objects.get().gaps != "[]"
    assert queries.verify_for_job(at=wall + 3 * queries.GAP_GIVEN_UP_AFTER).is_whole


@contextmanager
def slow_writer() -> Iterator[Callable[[], None]]:
    """Keep a transaction open in another thread, one row written and not committed, until told to finish."""
    written, may_commit = threading.Event(), threading.Event()

    def write_and_wait() -> None:
        with transaction.atomic():
            record(TRIAL, by=SYSTEM, at=datetime(2024, 3, 4, tzinfo=UTC), subject="case:slow")
            written.set()
            may_commit.wait(30)
        connections.close_all()

    thread = threading.Thread(target=write_and_wait)
    thread.start()
    assert written.wait(30)

    def finish() -> None:
        may_commit.set()
        thread.join(30)
        assert not thread.is_alive()

    try:
        yield finish
    finally:
        finish()


WRITERS, ROWS_EACH = 3, 25


def _write_some(name: str) -> None:
    """Run in a process of its own, on the database of the test."""
    from gongzhi.audit import codes

    connections.close_all()
    codes.CODES.setdefault(TRIAL, codes.EventCode(TRIAL, "trial"))  # type: ignore[arg-type]
    for n in range(ROWS_EACH):
        with transaction.atomic():
            record(TRIAL, by=SYSTEM, at=datetime(2024, 3, 4, tzinfo=UTC), subject=name, data={"n": n})
    connections.close_all()
    os._exit(0)  # Not the test runner's exit handlers.


@pytest.mark.django_db(transaction=True)
def test_rows_of_several_processes_are_all_sealed_once_by_two_sealers_at_once(
    trial_code: str, wall: datetime
) -> None:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_some, args=(f"case:{n}",)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    sealers = [threading.Thread(target=_seal_while, args=(writers, wall)) for _ in range(2)]
    for sealer in sealers:
        sealer.start()
    for process in writers:
        process.join(60)
    for sealer in sealers:
        sealer.join(60)
    seal(at=wall)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert len(sealed_rows()) == WRITERS * ROWS_EACH
    assert sorted(sealed_rows()) == list(AuditEvent.objects.order_by("id").values_list("id", flat=True))
    verdict = queries.verify_for_job(at=wall)
    assert verdict.is_whole, verdict.findings
    assert verdict.rows == WRITERS * ROWS_EACH


def _seal_while(writers: list[Any], at: datetime) -> None:
    try:
        while any(writer.is_alive() for writer in writers):
            seal(at=at)
    finally:
        connections.close_all()
