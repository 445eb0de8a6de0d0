"""A new data key, and everything sealed anew with it.

Not one transaction: it would hold every row for as long as the whole takes. Each batch stands by itself, the
old keys stay readable, and whoever runs it again after it was killed goes on where it stopped: the proof
(`key_proof`) is written last and names the key under which all is sealed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from gongzhi.core import audit_events, key_proof, resealing
from gongzhi.core.actor import Actor
from gongzhi.core.crypto import vault
from gongzhi.core.keys import add_data_key, drop_old_data_keys, make_data_keys
from gongzhi.core.ports import AuditWriter
from gongzhi.core.resealing import Progress

Start = Callable[[int], Progress]
"""Is told how many rows wait, and gives back what to call with each number of rows done."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a run did. `went_on` says that it finished an earlier one instead of making a new key."""

    key_id: str
    rows: int
    went_on: bool
    dropped: int


def rotate_keys(
    *,
    by: Actor,
    at: datetime,
    record: AuditWriter,
    start: Start,
    drop_old: bool = False,
    old_keys_are_lost: bool = False,
) -> Rotated:
    """Seal everything with a new key, or finish what was begun.

    `drop_old` makes no new key, seals what still waits, and takes the old keys out of the file.
    `old_keys_are_lost` gives up what only a lost key could read: those texts become empty.
    Raises KeyFileMissing, KeyFileForeign, KeyMissing, Altered.
    """
    if old_keys_are_lost:
        make_data_keys(settings.DATA_DIR, profile=settings.CRYPTO_PROFILE)
    else:
        key_proof.require_right_keys()
    went_on = not key_proof.sealed_last_with(vault())
    if not (went_on or drop_old or old_keys_are_lost):
        add_data_key(settings.DATA_DIR)
    rows = _reseal_all(start, lost=old_keys_are_lost)
    with transaction.atomic():
        key_proof.write_proof()
        done = Rotated(vault().ring.current.id, rows, went_on, _drop() if drop_old else 0)
        data = {"key": done.key_id, "rows": rows, "dropped": done.dropped, "lost": old_keys_are_lost}
        record(audit_events.KEYS_ROTATED, by=by, at=at, subject="keys", data=data)
    return done


def _reseal_all(start: Start, *, lost: bool) -> int:
    every = resealing.places()
    progress = start(sum(map(resealing.waiting, every)))
    rows = 0
    # Web and worker go on meanwhile, and what one of them began before the new key comes to light later.
    while found := sum(resealing.reseal(place, progress=progress, lost=lost) for place in every):
        rows += found
    return rows


def _drop() -> int:
    before = len(vault().ring.keys)
    drop_old_data_keys(settings.DATA_DIR)
    return before - 1
