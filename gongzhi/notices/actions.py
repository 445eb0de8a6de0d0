"""Writing notices: in the caller's transaction; the worker sends them after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from gongzhi.core.actor import Actor
from gongzhi.notices.kinds import KINDS, Channel, NoticeKind, one_line
from gongzhi.notices.models import Delivery, Notice

_ROWS_PER_STATEMENT = 500
"""Keeps one statement below the number of parameters that SQLite takes (32,766)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to tell: an account, or a resident's own address. At least one is set."""

    user_id: int | None = None
    mail: str = ""
    phone: str = ""
    name: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to write; the arguments of `write_notice`, for many at once."""

    kind: str
    to: Recipient
    subject_ref: str
    values: Mapping[str, str]
    dedupe_key: str


def write_notice(
    *,
    kind: str,
    to: Recipient,
    subject_ref: str,
    values: Mapping[str, str],
    dedupe_key: str,
    by: Actor,
    at: datetime,
) -> int:
    """Put one notice in the outbox, in the caller's transaction; return how many were written: 1 or 0.

    `kind` must be declared in a `notices.kinds` registry (title and body templates, translated per
    recipient); a second call with the same `dedupe_key` writes nothing, so a repeated job never tells a
    person twice. Name the recipient in the key when several people are told of the same thing. Raises
    KeyError for an unknown kind or a placeholder without value, ValueError for a recipient without any
    address or a link that leaves this site.
    """
    return write_notices([Draft(kind, to, subject_ref, values, dedupe_key)], by=by, at=at)


@transaction.atomic
def write_notices(drafts: Sequence[Draft], *, by: Actor, at: datetime) -> int:
    """Put many notices in the outbox; return how many were written. Two statements per 500, see
    `write_notice`."""
    written = 0
    for start in range(0, len(drafts), _ROWS_PER_STATEMENT):
        part = drafts[start : start + _ROWS_PER_STATEMENT]
        by_key = {draft.dedupe_key: draft for draft in part}
        new = _insert_new([_notice(draft, by=by, at=at) for draft in by_key.values()])
        Delivery.objects.bulk_create(
            Delivery(notice_id=pk, channel=channel, next_try_at=at)
            for key, pk in new.items()
            for channel in sorted(_sent_channels(KINDS[by_key[key].kind], by_key[key].to))
        )
        written += len(new)
    return written


def _notice(draft: Draft, *, by: Actor, at: datetime) -> Notice:
    kind, to = KINDS[draft.kind], draft.to
    if not (to.user_id or to.mail or to.phone):
        raise ValueError(f"notice {kind.code} has nobody to go to")
    with translation.override(to.language):
        title, body = kind.title_for(draft.values), kind.body_for(draft.values)
    return Notice(
        user_id=to.user_id,
        mail=to.mail,
        phone=to.phone,
        name=one_line(to.name)[:60],
        language=to.language,
        kind=kind.code,
        subject_ref=draft.subject_ref,
        title=title[:200],
        body=body,
        link=kind.link_for(draft.values),
        dedupe_key=draft.dedupe_key,
        written_by=by.key,
        written_at=at,
    )


def _sent_channels(kind: NoticeKind, to: Recipient) -> frozenset[Channel]:
    """Return the channels that need sending. Whether an account has a mail address is looked up when
    sending."""
    reachable = {Channel.MAIL: bool(to.mail or to.user_id), Channel.SMS: bool(to.phone)}
    return frozenset(channel for channel in kind.channels if reachable.get(channel, False))


def _insert_new(notices: Sequence[Notice]) -> dict[str, int]:
    """Insert the notices whose key is new; return their ids by key. One statement.

    `bulk_create(ignore_conflicts=True)` cannot say which rows it wrote, hence the statement by hand.
    """
    fields = [field for field in Notice._meta.concrete_fields if not field.primary_key]
    values: list[Any] = [
        field.get_db_prep_save(field.pre_save(notice, add=True), connection)
        for notice in notices
        for field in fields
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    row = "(" + ", ".join(["%s"] * len(fields)) + ")"
    rows = ", ".join([row] * len(notices))
    statement = (
        f"INSERT INTO {quote(Notice._meta.db_table)} ({columns}) VALUES {rows} "  # noqa: S608 names from the model
        "ON CONFLICT (dedupe_key) DO NOTHING RETURNING dedupe_key, id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return dict(cursor.fetchall())
