"""The exact bytes that are hashed: one text per event, one per batch. Pure.

The forms are fixed for ever; a new form gets a new name in its first place, and old rows keep theirs.
docs/audit-format.md describes them for people outside.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from gongzhi.audit.merkle import ALGORITHMS, DIGEST_BYTES, hash_leaf

EVENT_FORM = "gongzhi-audit-event-1"
BATCH_FORM = "gongzhi-audit-batch-1"
EVENT_COLUMNS = (
    "id", "recorded_at", "at", "code", "actor_key", "actor_name", "actor_posts", "door",
    "unit_code", "subject", "data", "request_id", "salt",
)  # fmt: skip
"""Every column of an event, in hashing order; a test compares them with the table."""
BATCH_COLUMNS = (
    "number", "sealed_at", "algorithm", "late", "first_id", "last_id", "size", "root",
    "leaves_hash", "gaps", "previous_chain",
)  # fmt: skip
"""Every column of a batch that its chain value covers."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ID_BYTES = 8
_ENTRY_BYTES = _ID_BYTES + DIGEST_BYTES


def moment(value: datetime) -> str:
    """Return `2026-03-04T02:00:00.000000Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_text(row: Sequence[object]) -> str:
    """Return the hashed text of an event given its `EVENT_COLUMNS`."""
    return _array(EVENT_FORM, row)


def event_leaf(row: Sequence[object], algorithm: str) -> bytes:
    """Return the leaf hash of an event given its `EVENT_COLUMNS`."""
    return hash_leaf(event_text(row).encode(), algorithm)


def batch_chain(row: Sequence[object], algorithm: str) -> str:
    """Return the chain value of a batch given its `BATCH_COLUMNS`, in hex."""
    return ALGORITHMS[algorithm](_array(BATCH_FORM, row).encode()).hex()


def pack(entries: Sequence[tuple[int, bytes]]) -> bytes:
    """Return row numbers and leaf hashes as one block of bytes."""
    return b"".join(number.to_bytes(_ID_BYTES, "big") + leaf for number, leaf in entries)


def unpack(block: bytes) -> list[tuple[int, bytes]]:
    """Return what `pack` was given. Raises ValueError for a block of a wrong length."""
    if len(block) % _ENTRY_BYTES:
        raise ValueError("the block of leaves is cut")
    return [
        (int.from_bytes(block[i : i + _ID_BYTES], "big"), block[i + _ID_BYTES : i + _ENTRY_BYTES])
        for i in range(0, len(block), _ENTRY_BYTES)
    ]


def gaps_between(after: int, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the ranges of row numbers passed over between `after` and the last of `numbers` (ascending)."""
    gaps, last = [], after
    for number in numbers:
        if number > last + 1:
            gaps.append((last + 1, number - 1))
        last = number
    return gaps


def _array(form: str, row: Sequence[object]) -> str:
    return _encode([form, *(moment(v) if isinstance(v, datetime) else v for v in row)])
