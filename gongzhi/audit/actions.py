"""Writing the audit log: `record` appends an event, `seal` closes what was appended.

`record` is part of somebody else's transaction and of every hot path: one INSERT, no read, no lock. It never
looks at the chain. `seal` runs beside the writers and never makes one of them wait: it reads without a lock,
then adds one row.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction

from gongzhi.audit import canonical, codes, merkle, queries, signing
from gongzhi.audit.merkle import DEFAULT_ALGORITHM as ALGORITHM
from gongzhi.audit.models import AuditBatch, AuditEvent
from gongzhi.core.actor import Actor
from gongzhi.core.logs import request_id

SALT_BYTES = 16

_FILLED_BY_DATABASE = {"id", "recorded_at"}
_COLUMNS = [name for name in canonical.EVENT_COLUMNS if name not in _FILLED_BY_DATABASE]
# Written out, because this runs in every action: through the model it takes three to five times as long.
_INSERT = (
    f"INSERT INTO {AuditEvent._meta.db_table} ({', '.join(_COLUMNS)}) "  # noqa: S608 (names of our own columns)
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)
_canonical = DjangoJSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def record(
    code: str,
    *,
    by: Actor,
    at: datetime,
    subject: str,
    unit_code: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Append one event in the caller's transaction; one INSERT.

    `code` is `app.thing.past_tense` and must be declared in the app's `audit_events.py`; `subject` is the
    public name of the thing (`case:HY26-000123`). `data` holds plain values, old and new, and no personal
    text: a row can never be erased. Raises ValueError for an undeclared code or a moment without time zone,
    TypeError for data that is not plain.
    """
    if at.tzinfo is None:
        raise ValueError("an audit moment needs a time zone")
    values = (
        connection.ops.adapt_datetimefield_value(at),
        str(codes.check(code)),
        by.key,
        by.name,
        " ".join(f"{post.role}@{post.unit_code}" for post in by.posts),
        by.door,
        unit_code,
        subject,
        _canonical(dict(data or {})),
        request_id.get(),
        secrets.token_hex(SALT_BYTES),
    )
    # Were the caller to catch a failure here, the database must still refuse to commit the unaudited change.
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


def seal(*, at: datetime) -> int:
    """Seal every committed row that no batch holds yet and return how many rows that were.

    `at` is the wall clock, not a played moment. Memory stays constant whatever the number of rows. May run
    any number of times and in several processes at once: a batch takes the next number, which is unique, so
    of two sealers on the same head one adds its batch and the other one stops.
    """
    sealed = 0
    while (size := _seal_next(at)) > 0:
        sealed += size
    return sealed


def _seal_next(at: datetime) -> int:
    """Add one batch; return its size, or 0 when nothing is left or another sealer was faster."""
    # The head is read first: whatever another sealer adds after this makes our number taken.
    head = queries.head_for_job()
    late = queries.late_rows_for_job(at=at)
    frontier = queries.frontier_for_job()
    rows = late or queries.rows_after_for_job(frontier)
    if not rows:
        return 0
    batch = _batch(rows, head=head, late=bool(late), frontier=frontier, at=at)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        if queries.head_for_job().number < batch.number:
            raise  # Not a faster sealer: something refused the batch itself.
        return 0
    return batch.size


def _batch(
    rows: Sequence[tuple[Any, ...]], *, head: queries.Head, late: bool, frontier: int, at: datetime
) -> AuditBatch:
    entries = [(row[0], canonical.event_leaf(row, ALGORITHM)) for row in rows]
    numbers, leaves = zip(*entries, strict=True)
    block = canonical.pack(entries)
    batch = AuditBatch(
        number=head.number + 1,
        sealed_at=at,
        algorithm=ALGORITHM,
        late=late,
        first_id=numbers[0],
        last_id=numbers[-1],
        size=len(entries),
        root=merkle.root_of(leaves, ALGORITHM).hex(),
        leaves_hash=merkle.ALGORITHMS[ALGORITHM](block).hex(),
        gaps=json.dumps([] if late else canonical.gaps_between(frontier, numbers)),
        previous_chain=head.chain,
        leaves=block,
    )
    batch.chain = canonical.batch_chain([getattr(batch, name) for name in canonical.BATCH_COLUMNS], ALGORITHM)
    batch.signature = signing.sign(batch.chain)
    return batch
