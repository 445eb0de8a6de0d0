"""What the sealer needs to know: the head of the chain, the rows no batch holds, the gaps still open.

On PostgreSQL a row may be committed after rows with higher numbers were sealed. Its number then lies in a gap
that a batch passed over; such rows are late, and go into a batch of their own.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from gongzhi.audit import canonical
from gongzhi.audit.models import AuditBatch, AuditEvent

BATCH_ROWS = 4096
"""Rows in one batch at most: a proof has 12 steps, and the sealer and the checker hold about 2 MB."""

GAP_GIVEN_UP_AFTER = timedelta(hours=24)
"""How long a gap may still be filled. Gaps come from transactions that are open or were rolled back; nothing
in this system keeps one open for a day, the longest import lasts minutes. Shorter, and a row of a stuck but
honest transaction would be accused; longer, and a forger has more old numbers to choose from."""

_RANGES_PER_QUERY = 100


@dataclass(frozen=True, slots=True)
class Head:
    """The newest batch; number 0 and an empty chain before the first."""

    number: int
    chain: str


def head_for_job() -> Head:
    """Return the head of the chain. One query."""
    found = AuditBatch.objects.order_by("-number").values_list("number", "chain").first()
    return Head(*found) if found else Head(0, "")


def frontier_for_job() -> int:
    """Return the highest row number that a regular batch has reached; 0 before the first. One query."""
    regular = AuditBatch.objects.filter(late=False).order_by("-last_id")
    return regular.values_list("last_id", flat=True).first() or 0


def rows_after_for_job(frontier: int) -> list[tuple[Any, ...]]:
    """Return the next rows to seal, as tuples of `EVENT_COLUMNS`, at most `BATCH_ROWS`. One query."""
    rows = AuditEvent.objects.filter(id__gt=frontier).order_by("id")
    return list(rows.values_list(*canonical.EVENT_COLUMNS)[:BATCH_ROWS])


def late_rows_for_job(*, at: datetime) -> list[tuple[Any, ...]]:
    """Return rows in gaps not yet given up that no batch holds, at most `BATCH_ROWS`.

    Three queries, and one more for every hundred gaps; none of them grows with the log.
    """
    gaps = _open_gaps(at)
    if not gaps:
        return []
    sealed = {n for n, _ in late_entries_between(gaps[0][0], max(end for _, end in gaps))}
    rows: list[tuple[Any, ...]] = []
    for some in _in_parts(gaps):
        inside = Q()
        for first, last in some:
            inside |= Q(id__range=(first, last))
        found = AuditEvent.objects.filter(inside).order_by("id").values_list(*canonical.EVENT_COLUMNS)
        rows += [row for row in found.iterator() if row[0] not in sealed][: BATCH_ROWS - len(rows)]
    return rows


def late_entries_between(first: int, last: int) -> list[tuple[int, bytes]]:
    """Return the entries of late batches whose row number lies in this range. One query."""
    batches = AuditBatch.objects.filter(late=True, last_id__gte=first, first_id__lte=last)
    blocks = batches.order_by("number").values_list("leaves", flat=True)
    return [
        entry for block in blocks for entry in canonical.unpack(bytes(block)) if first <= entry[0] <= last
    ]


def _open_gaps(at: datetime) -> list[tuple[int, int]]:
    batches = AuditBatch.objects.filter(late=False, sealed_at__gte=at - GAP_GIVEN_UP_AFTER).exclude(gaps="[]")
    texts = batches.order_by("last_id").values_list("gaps", flat=True)
    return [(first, last) for text in texts for first, last in json.loads(text)]


def _in_parts(gaps: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    return (gaps[i : i + _RANGES_PER_QUERY] for i in range(0, len(gaps), _RANGES_PER_QUERY))
