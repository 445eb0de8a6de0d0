"""`verify` names the first row or batch that was tampered with, whatever was done to it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gongzhi.audit import canonical, merkle, queries, signing
from gongzhi.audit.actions import seal
from gongzhi.audit.models import AuditBatch, AuditEvent
from gongzhi.audit.queries import Wrong
from gongzhi.audit.tests.conftest import forger

pytestmark = pytest.mark.django_db

Write = Callable[..., list[int]]
Batches = list[list[int]]
HOUR = timedelta(hours=1)


def findings(
    at: datetime, published: dict[int, str] | None = None
) -> list[tuple[Wrong, int | None, int | None]]:
    verdict = queries.verify_for_job(at=at, published=published)
    assert all(str(finding) for finding in verdict.findings)
    return [(finding.wrong, finding.row, finding.batch) for finding in verdict.findings]


def published() -> dict[int, str]:
    return dict(AuditBatch.objects.values_list("number", "chain"))


def test_an_untouched_log_is_whole(three_batches: Batches, write: Write, wall: datetime) -> None:
    write(2)
    seen: list[int] = []
    verdict = queries.verify_for_job(at=wall + HOUR, published=published(), progress=seen.append)
    assert verdict.is_whole
    assert (verdict.rows, verdict.batches, verdict.waiting) == (12, 3, 2)
    assert verdict.signatures_checked
    assert verdict.waiting_since is not None
    assert sum(seen) == queries.count_sealed_rows_for_job() == 12


def test_an_empty_log_is_whole(wall: datetime) -> None:
    assert queries.verify_for_job(at=wall).is_whole


@pytest.mark.parametrize("column", [name for name in canonical.EVENT_COLUMNS if name != "id"])
def test_a_row_altered_in_any_column_is_named(three_batches: Batches, wall: datetime, column: str) -> None:
    row = three_batches[1][2]
    moved = "2020-01-01 00:00:00+00" if connection.vendor == "postgresql" else "2020-01-01 00:00:00"
    value = moved if column in {"at", "recorded_at"} else "x"
    with forger() as cursor:
        cursor.execute(f"UPDATE audit_auditevent SET {column} = %s WHERE id = %s", [value, row])
    assert findings(wall + HOUR) == [(Wrong.ALTERED, row, 2)]


def test_the_first_of_several_altered_rows_comes_first(three_batches: Batches, wall: datetime) -> None:
    rows = [three_batches[2][0], three_batches[0][3], three_batches[1][1]]
    with forger() as cursor:
        cursor.execute("UPDATE audit_auditevent SET data = '{}' WHERE id IN (%s, %s, %s)", rows)
    assert [row for _, row, _ in findings(wall + HOUR)] == sorted(rows)


@pytest.mark.parametrize("place", [(0, 0), (1, 2), (2, 3)])
def test_a_removed_row_is_named(three_batches: Batches, wall: datetime, place: tuple[int, int]) -> None:
    row = three_batches[place[0]][place[1]]
    with forger() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [row])
    assert findings(wall + HOUR) == [(Wrong.MISSING, row, place[0] + 1)]


def test_two_rows_that_changed_places_are_named(three_batches: Batches, wall: datetime) -> None:
    one, other = three_batches[1][0], three_batches[1][1]
    with forger() as cursor:
        for old, new in ((one, -7), (other, one), (-7, other)):
            cursor.execute("UPDATE audit_auditevent SET id = %s WHERE id = %s", [new, old])
    assert findings(wall + HOUR) == [(Wrong.ALTERED, one, 2), (Wrong.ALTERED, other, 2)]


@pytest.mark.parametrize("number", [0, -5])
def test_a_row_put_before_the_first_is_named(three_batches: Batches, wall: datetime, number: int) -> None:
    copy_row(three_batches[0][0], number)
    assert findings(wall + HOUR) == [(Wrong.INSERTED, number, None)]


def test_a_row_put_into_a_gap_that_was_given_up_is_named(
    write: Write, wall: datetime, trial_code: str
) -> None:
    first, gap = write(1)[0], skip_one_number()
    write(1)
    seal(at=wall)
    copy_row(first, gap)
    given_up = wall + queries.GAP_GIVEN_UP_AFTER + HOUR
    assert findings(wall + HOUR) == []
    assert seal(at=given_up) == 0
    assert findings(given_up) == [(Wrong.INSERTED, gap, None)]


def test_a_row_that_pretends_to_be_older_than_what_is_sealed_is_named(
    three_batches: Batches, wall: datetime
) -> None:
    row = three_batches[2][3] + 1
    copy_row(three_batches[0][0], row, recorded_days_ago=3)
    assert findings(wall + HOUR) == [(Wrong.INSERTED, row, None)]
    seal(at=wall + HOUR)
    assert findings(wall + HOUR) == [(Wrong.INSERTED, row, 4)]


def test_a_removed_batch_is_named(three_batches: Batches, wall: datetime) -> None:
    with forger() as cursor:
        cursor.execute("DELETE FROM audit_auditbatch WHERE number = 2")
    # Its rows accuse nobody, also when every gap has long been given up.
    assert findings(wall + 2 * queries.GAP_GIVEN_UP_AFTER) == [(Wrong.BATCH_MISSING, None, 2)]


def test_a_removed_first_batch_is_named(three_batches: Batches, wall: datetime) -> None:
    with forger() as cursor:
        cursor.execute("DELETE FROM audit_auditbatch WHERE number = 1")
    assert findings(wall + 2 * queries.GAP_GIVEN_UP_AFTER) == [(Wrong.BATCH_MISSING, None, 1)]


COVERED = [name for name in (*canonical.BATCH_COLUMNS, "chain") if name not in {"number"}]


@pytest.mark.parametrize("column", COVERED)
def test_a_batch_altered_in_any_column_is_named(three_batches: Batches, wall: datetime, column: str) -> None:
    change = {
        "sealed_at": "sealed_at = '2020-01-01 00:00:00+00'",
        "algorithm": "algorithm = 'sm3'",
        "late": "late = NOT late",
        "first_id": "first_id = first_id - 1",
        "last_id": "last_id = last_id + 1",
        "size": "size = size + 1",
        "gaps": "gaps = '[[1, 2]]'",
    }.get(column, f"{column} = '{'ab' * 32}'")
    with forger() as cursor:
        cursor.execute(f"UPDATE audit_auditbatch SET {change} WHERE number = 2")
    assert {(wrong, batch) for wrong, _, batch in findings(wall + HOUR)} & {
        (Wrong.BATCH_ALTERED, 2),
        (Wrong.CHAIN_BROKEN, 2),
    }
    assert findings(wall + HOUR)[0][2] == 2


@pytest.mark.parametrize("place", [7, 20], ids=["row number", "leaf"])
def test_a_batch_whose_leaves_were_altered_is_named(
    three_batches: Batches, wall: datetime, place: int
) -> None:
    block = bytearray(AuditBatch.objects.get(number=2).leaves)
    block[place] ^= 1
    with forger() as cursor:
        cursor.execute("UPDATE audit_auditbatch SET leaves = %s WHERE number = 2", [bytes(block)])
    assert findings(wall + HOUR) == [(Wrong.BATCH_ALTERED, None, 2)]


def test_a_row_and_all_its_hashes_rewritten_are_betrayed_by_the_signature(
    three_batches: Batches, wall: datetime
) -> None:
    saved = published()
    rewrite_from(2, row=three_batches[1][0])
    assert findings(wall + HOUR)[0] == (Wrong.NOT_SIGNED, None, 2)
    Path(signing.key_file()).unlink()
    assert not queries.verify_for_job(at=wall + HOUR).signatures_checked
    assert findings(wall + HOUR) == []
    assert findings(wall + HOUR, saved)[0] == (Wrong.NOT_AS_PUBLISHED, None, 2)


def test_a_batch_rewritten_alone_does_not_fit_the_next_one(three_batches: Batches, wall: datetime) -> None:
    signing.key_file().unlink()
    rewrite_from(2, row=three_batches[1][0], until=2)
    assert findings(wall + HOUR) == [(Wrong.CHAIN_BROKEN, None, 3)]


def test_a_cut_tail_is_named_against_a_published_copy(
    three_batches: Batches, write: Write, wall: datetime
) -> None:
    saved = published()
    with forger() as cursor:
        cursor.execute("DELETE FROM audit_auditbatch WHERE number > 1")
        cursor.execute("DELETE FROM audit_auditevent WHERE id > %s", [three_batches[0][3]])
    assert findings(wall + HOUR) == []
    assert findings(wall + HOUR, saved) == [(Wrong.TAIL_CUT, None, 2)]
    write(1)
    seal(at=wall + HOUR)
    assert findings(wall + HOUR, saved)[0] == (Wrong.NOT_AS_PUBLISHED, None, 2)


def test_a_lifted_trigger_is_named(three_batches: Batches, wall: datetime) -> None:
    with forger(lay_again=False):
        pass
    assert findings(wall + HOUR) == [(Wrong.UNGUARDED, None, None)]


def test_the_check_stops_after_as_many_findings_as_were_asked_for(
    three_batches: Batches, wall: datetime
) -> None:
    with forger() as cursor:
        cursor.execute("UPDATE audit_auditevent SET data = '{}'")
    verdict = queries.verify_for_job(at=wall + HOUR, most=5)
    assert [finding.row for finding in verdict.findings] == (three_batches[0] + three_batches[1])[:5]


def test_every_column_of_an_event_is_sealed() -> None:
    assert set(canonical.EVENT_COLUMNS) == {column.name for column in AuditEvent._meta.fields}


def test_every_column_of_a_batch_is_covered_by_its_chain_value() -> None:
    beside = {"id", "chain", "signature", "leaves"}
    assert set(canonical.BATCH_COLUMNS) == {column.name for column in AuditBatch._meta.fields} - beside


def test_the_check_never_makes_a_key(wall: datetime) -> None:
    signing.key_file().unlink(missing_ok=True)
    queries.verify_for_job(at=wall)
    assert not signing.key_file().exists()
    assert signing.key_file().is_relative_to(settings.DATA_DIR)


def copy_row(row: int, number: int, *, recorded_days_ago: int = 0) -> None:
    values = AuditEvent.objects.filter(id=row).values(*canonical.EVENT_COLUMNS).get()
    values["id"] = number
    values["recorded_at"] -= timedelta(days=recorded_days_ago)
    with forger():
        AuditEvent(**values).save(force_insert=True)


def skip_one_number() -> int:
    """Use up a row number as a rolled-back transaction does on PostgreSQL, and return it."""
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence('audit_auditevent', 'id'))")
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'audit_auditevent'")
    return last + 1


def rewrite_from(number: int, *, row: int, until: int = 99) -> None:
    """Alter a row and compute every hash after it again, as a patient owner of the database would."""
    with forger() as cursor:
        cursor.execute("UPDATE audit_auditevent SET data = '{\"forged\":1}' WHERE id = %s", [row])
        previous = AuditBatch.objects.get(number=number - 1).chain
        for batch in AuditBatch.objects.filter(number__range=(number, until)).order_by("number"):
            rows = AuditEvent.objects.filter(id__range=(batch.first_id, batch.last_id)).order_by("id")
            entries = [
                (values[0], canonical.event_leaf(values, "sha256"))
                for values in rows.values_list(*canonical.EVENT_COLUMNS)
            ]
            batch.leaves = canonical.pack(entries)
            batch.leaves_hash = merkle.ALGORITHMS["sha256"](batch.leaves).hex()
            batch.root = merkle.root_of([leaf for _, leaf in entries], "sha256").hex()
            batch.previous_chain = previous
            batch.chain = previous = canonical.batch_chain(
                [getattr(batch, name) for name in canonical.BATCH_COLUMNS], "sha256"
            )
            batch.save()
