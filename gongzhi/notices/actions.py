"""Writing notices in the caller's transaction, sending them after it, and reading them.

A delivery is sent at least once and by one worker at a time: a worker claims it by a conditional update that
is committed before anything goes out, and the claim runs out when the worker is killed.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotAllowed
from gongzhi.notices import queries
from gongzhi.notices.audit_events import MESSENGER_NAMED, WAYS_CHOSEN
from gongzhi.notices.kinds import KINDS, Channel, one_line
from gongzhi.notices.lifecycle import LEASE, OPEN, DeliveryState, next_try_at
from gongzhi.notices.models import ChatTarget, Delivery, Notice, OptOut
from gongzhi.notices.ports import Message, SendingFailed, SendingRefused, port_for
from gongzhi.notices.robots import Robot
from gongzhi.notices.rules import ALWAYS, QUIET, RETRY, TEXTING, Texting
from gongzhi.rulebook.queries import in_force

log = logging.getLogger(__name__)

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
    is_urgent: bool = False
    """About an emergency: quiet hours do not hold it."""


def write_notice(
    *,
    kind: str,
    to: Recipient,
    subject_ref: str,
    values: Mapping[str, str],
    dedupe_key: str,
    is_urgent: bool = False,
    by: Actor,
    at: datetime,
) -> int:
    """Put one notice in the outbox, in the caller's transaction; return how many were written: 1 or 0.

    `kind` must be declared in a `notices.kinds` registry (title and body templates, translated per
    recipient); a second call with the same `dedupe_key` writes nothing, so a repeated job never tells a
    person twice. Name the recipient in the key when several people are told of the same thing. Raises
    KeyError for an unknown kind or a placeholder without value, ValueError for a recipient without any
    address or a link that leaves this site. A resident whom nothing would reach gets no row.
    """
    draft = Draft(kind, to, subject_ref, values, dedupe_key, is_urgent)
    return write_notices([draft], by=by, at=at)


def write_notices(drafts: Sequence[Draft], *, by: Actor, at: datetime) -> int:
    """Put many notices in the outbox; return how many were written. Two statements per 500, see
    `write_notice`."""
    written = 0
    for start in range(0, len(drafts), _ROWS_PER_STATEMENT):
        part = drafts[start : start + _ROWS_PER_STATEMENT]
        texting, chatting = _texting(part, at=at), _chatting(part)
        ways = {d.dedupe_key: (d, _sent_channels(d, texting=texting, chatting=chatting)) for d in part}
        kept = {key: way for key, way in ways.items() if way[0].to.user_id or way[1]}
        # Whom nothing reaches costs no statement: most who raise a matter leave only a telephone.
        if kept:
            written += _write(kept, by=by, at=at)
    return written


@transaction.atomic
def _write(kept: Mapping[str, tuple[Draft, frozenset[Channel]]], *, by: Actor, at: datetime) -> int:
    new = _insert_new([_notice(draft, by=by, at=at) for draft, _channels in kept.values()])
    Delivery.objects.bulk_create(
        Delivery(notice_id=pk, channel=channel, next_try_at=at)
        for key, pk in new.items()
        for channel in sorted(kept[key][1])
    )
    return len(new)


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
        is_urgent=draft.is_urgent,
    )


def _texting(drafts: Sequence[Draft], *, at: datetime) -> Texting | None:
    """Return the rule of text messages where one may have to be written, else None."""
    if not settings.NOTICE_PORTS.get(Channel.SMS) or not any(draft.to.phone for draft in drafts):
        return None
    return in_force(TEXTING, at=at).params


def _chatting(drafts: Sequence[Draft]) -> frozenset[int]:
    """Return the accounts among the recipients that named a work messenger. One query where it is served."""
    users = {draft.to.user_id for draft in drafts if draft.to.user_id}
    if not users or not settings.NOTICE_PORTS.get(Channel.CHAT):
        return frozenset()
    return frozenset(ChatTarget.objects.filter(user_id__in=users).values_list("user_id", flat=True))


def _sent_channels(draft: Draft, *, texting: Texting | None, chatting: frozenset[int]) -> frozenset[Channel]:
    """Return the channels that need sending. Whether an account has a mail address, and what people turned
    off, is looked up when sending."""
    to = draft.to
    texted = texting is not None and draft.kind in texting.kinds
    if texting is not None and texting.without_mail_only and to.mail:
        texted = False
    reachable = {
        Channel.MAIL: bool(to.mail or to.user_id),
        Channel.SMS: bool(to.phone) and texted,
        Channel.CHAT: to.user_id in chatting,
    }
    served = {channel for channel in KINDS[draft.kind].channels if settings.NOTICE_PORTS.get(channel)}
    return frozenset(channel for channel in served if reachable.get(channel, False))


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


def send_delivery(*, delivery: Delivery, by: Actor, at: datetime) -> DeliveryState | None:
    """Send one due delivery now; return what became of it, or None when another worker has it.

    Never inside a transaction (raises RuntimeError): what is sent cannot be rolled back.
    """
    if _held(delivery, at=at):
        return DeliveryState.HELD
    if not _claim(delivery, at=at):
        return None
    retry = in_force(RETRY, at=at).params
    if delivery.attempts > retry.tries:
        # Every try ended with the worker: the message itself may be what stops it.
        return _finish(delivery, DeliveryState.GAVE_UP, at=at, error=_("the worker stopped while sending"))
    if queries.is_turned_off(delivery) and delivery.notice.kind not in in_force(ALWAYS, at=at).params.kinds:
        return _finish(delivery, DeliveryState.STOPPED, at=at)
    message = queries.message_of(delivery)
    if message is None:
        return _finish(delivery, DeliveryState.NO_ADDRESS, at=at)
    try:
        _hand_over(delivery.channel, message)
    except SendingRefused as refused:
        return _finish(delivery, DeliveryState.GAVE_UP, at=at, error=_masked(refused, message))
    except SendingFailed as failed:
        later = next_try_at(attempts=delivery.attempts, waits_minutes=retry.waits, at=at)
        state = DeliveryState.FAILED if later else DeliveryState.GAVE_UP
        return _finish(delivery, state, at=at, error=_masked(failed, message), next_try=later)
    return _finish(delivery, DeliveryState.SENT, at=at)


def _held(delivery: Delivery, *, at: datetime) -> bool:
    """Put the delivery off to the end of the quiet hours it is due in; it is no try. False outside them."""
    rule = in_force(QUIET, at=at).params
    local = timezone.localtime(at)
    ends = [end for row in rule.hours if row.channel == delivery.channel and (end := row.end_at(local))]
    if not ends or queries.is_never_held(delivery, kinds=rule.never_held):
        return False
    with transaction.atomic(durable=True):
        Delivery.objects.filter(
            pk=delivery.pk, state__in=OPEN, attempts=delivery.attempts, next_try_at__lte=at
        ).update(state=DeliveryState.HELD, next_try_at=max(ends))
    return True


def _claim(delivery: Delivery, *, at: datetime) -> bool:
    """Take the delivery for the time of a lease, committed at once; False when another worker was first."""
    with transaction.atomic(durable=True):
        claimed = Delivery.objects.filter(
            pk=delivery.pk, state__in=OPEN, attempts=delivery.attempts, next_try_at__lte=at
        ).update(state=DeliveryState.SENDING, attempts=F("attempts") + 1, next_try_at=at + LEASE)
    delivery.attempts += 1
    return claimed == 1


def _hand_over(channel: str, message: Message) -> None:
    """Send through the port of the channel. Raises SendingFailed, SendingRefused and nothing else."""
    port = port_for(channel)
    if port is None:
        raise SendingFailed(f"no port is set up for {channel}")
    try:
        port.send(message)
    except (SendingFailed, SendingRefused):
        raise
    except Exception as error:
        # A port is foreign code; its mistake must not stop the other messages.
        log.exception("the port of %s failed in a way it should not", channel)
        raise SendingFailed(type(error).__name__) from error


def _finish(
    delivery: Delivery,
    state: DeliveryState,
    *,
    at: datetime,
    error: str = "",
    next_try: datetime | None = None,
) -> DeliveryState:
    """Write the end of a try, unless the lease ran out and another worker has taken the delivery since."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, attempts=delivery.attempts)
    mine.update(
        state=state,
        next_try_at=next_try,
        last_error=str(error)[:300],
        sent_at=at if state is DeliveryState.SENT else None,
    )
    return state


def _masked(error: Exception, message: Message) -> str:
    """Return the reason without the address, which mail servers like to repeat."""
    return one_line(str(error)).replace(message.address, "…")


@transaction.atomic
def mark_read(*, notice: Notice, by: Actor, at: datetime) -> None:
    """Mark a notice of `by` as read; the first moment stays."""
    queries.list_notices(viewer=by, unread_only=True).filter(pk=notice.pk).update(read_at=at)


@transaction.atomic
def mark_all_read(*, by: Actor, at: datetime) -> int:
    """Mark every unread notice of `by` as read that was written until `at`; return how many."""
    return queries.list_notices(viewer=by, unread_only=True).filter(written_at__lte=at).update(read_at=at)


@transaction.atomic
def choose_ways(
    *, who: str, offered: frozenset[Channel], wanted: frozenset[Channel], by: Actor, at: datetime
) -> None:
    """Keep by which of the `offered` channels `who` (see `queries.holder_of`) wants to be told.

    The caller has proved that `by` speaks for `who`: by the account, or by the receipt.
    """
    stopped = offered - wanted
    OptOut.objects.filter(who=who, channel__in=offered & wanted).delete()
    OptOut.objects.bulk_create(
        [OptOut(who=who, channel=channel, said_at=at) for channel in sorted(stopped)], ignore_conflicts=True
    )
    record(WAYS_CHOSEN.code, by=by, at=at, subject=who, data={"stopped": sorted(stopped)})


@transaction.atomic
def name_messenger(*, robot: Robot | None, by: Actor, at: datetime) -> None:
    """Keep the robot that tells the account of `by`, or remove it with None. Raises NotAllowed without an
    account."""
    if by.user_id is None:
        raise NotAllowed
    if robot is None:
        ChatTarget.objects.filter(user_id=by.user_id).delete()
    else:
        values = {"service": robot.service, "key": robot.key, "set_at": at}
        ChatTarget.objects.update_or_create(user_id=by.user_id, defaults=values)
    data = {"service": robot.service if robot else ""}
    record(MESSENGER_NAMED.code, by=by, at=at, subject=f"user:{by.user_id}", data=data)
