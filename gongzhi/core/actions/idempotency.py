"""The same request sent twice is done once, and answered twice with the first answer.

Used for the `Idempotency-Key` header of the API and for the hidden token of page forms. The first answer is
kept in the transaction of the work itself, so there is never an answer without the work nor work without an
answer. A refused or failed request keeps nothing: it may be corrected and sent again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.core.models import IdempotencyRecord

KEPT_FOR = timedelta(days=2)
"""Longer than a phone stays without network over a weekend night; short enough to keep the table small."""

# A person without an account is known by nothing, so the key itself has to be unguessable.
KEY = re.compile(r"[\x21-\x7e]{1,200}")
UNGUESSABLE_KEY = re.compile(r"[0-9A-Za-z_-]{22,200}")


class KeyReused(Conflict):
    """The same key came with other content: an edited form sent again, or two requests sharing a key."""

    code = "key_reused"
    message = _("This was already sent once, with other content.")
    hint = _("Look at what was recorded the first time. To send something new, open a fresh form.")


class StillRunning(Conflict):
    """The first request with this key has not finished."""

    code = "still_running"
    message = _("The same request is being worked on right now.")
    hint = _("Please wait a few seconds and send it again; it will not be done twice.")


class UnusableKey(Invalid):
    code = "unusable_key"
    message = _("The key of this request cannot be used.")
    hint = _("Send a new random key, for example a UUID.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with: a status and a body of plain JSON values."""

    status: int
    body: Any


def fingerprint_of(*parts: object) -> str:
    """Return a hash of a request's content; equal content gives equal hashes whatever the order of names."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def once(
    *, key: str, by: Actor, at: datetime, fingerprint: str, run: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """Call `run` in this transaction unless `key` was answered before; return the answer and if it is old.

    A second caller at the same moment waits for the first and gets its answer. Two queries besides those of
    `run`. Raises UnusableKey, KeyReused, StillRunning, and whatever `run` raises.
    """
    names = {"actor_key": by.key, "key_hash": _key_hash(key, by)}
    if not _begin(names, fingerprint, at):
        return _first_answer(names, fingerprint), True
    answer = run()
    _finish(names, answer)
    return answer, False


def _key_hash(key: str, by: Actor) -> str:
    pattern = KEY if by.user_id is not None else UNGUESSABLE_KEY
    if not pattern.fullmatch(key):
        raise UnusableKey(field="idempotency_key")
    return hashlib.sha256(key.encode()).hexdigest()


def _begin(names: dict[str, str], fingerprint: str, at: datetime) -> bool:
    """Write the record of a new request; False when there is one. Waits for a writer of the same key."""
    # The ORM cannot say whether an insert that ignores conflicts wrote its row; the row count can.
    table = IdempotencyRecord._meta.db_table
    created_at = connection.ops.adapt_datetimefield_value(at)
    values = [created_at, names["actor_key"], names["key_hash"], fingerprint, 0, ""]
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                f"INSERT INTO {table} (created_at, actor_key, key_hash, request_hash, status, body)"  # noqa: S608
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (actor_key, key_hash) DO NOTHING",
                values,
            )
        except OperationalError as error:
            if _timed_out(error):
                raise StillRunning from error
            raise
        return int(cursor.rowcount) == 1


def _timed_out(error: OperationalError) -> bool:
    """Whether the wait for another writer ended without an answer, on either database."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state == "55P03" or "database is locked" in str(error)


def _first_answer(names: dict[str, str], fingerprint: str) -> Answer:
    record = IdempotencyRecord.objects.filter(**names).first()
    if record is None or record.status == 0:
        # Rolled back between our insert and our look, or begun by this very transaction.
        raise StillRunning
    if record.request_hash != fingerprint:
        raise KeyReused
    return Answer(record.status, json.loads(record.body))


def _finish(names: dict[str, str], answer: Answer) -> None:
    body = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    IdempotencyRecord.objects.filter(**names).update(status=answer.status, body=body)


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Delete first answers older than KEPT_FOR; return how many."""
    deleted, _per_model = IdempotencyRecord.objects.filter(created_at__lt=at - KEPT_FOR).delete()
    return deleted
