"""A message that came in is taken once: however often it is sent, and never with a signature used before.

The row of a message is written in the transaction of what it causes. What is refused leaves no row, so it may
be sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from gongzhi.cases.models import Case
from gongzhi.channels import rules
from gongzhi.channels.models import Received
from gongzhi.core import crypto
from gongzhi.core.actions import rates
from gongzhi.core.signatures import Replayed
from gongzhi.rulebook.queries import in_force

_PURPOSE = "channels.in"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message. `reply` is what the sender reads."""

    outcome: str
    """matter, comment, ignored, answered."""
    case: Case | None = None
    reason: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Reception:
    outcome: str
    reason: str
    number: str
    reply: str
    is_repeat: bool


def sender_mark(sender: str) -> str:
    """Return the short keyed hash that stands for a sender where limits are counted."""
    return crypto.keyed_hash(sender, purpose="channels.sender")[:16]


@transaction.atomic
def receive(
    *,
    channel: str,
    key: str,
    content: str,
    proof: str,
    sender: str,
    at: datetime,
    run: Callable[[], Outcome],
) -> Reception:
    """Call `run` unless this message was taken before; then give the first answer again.

    A second process at the same moment waits for the first. Raises Replayed, TooOften, and what `run` raises.
    """
    names = {"channel": channel, "key": _hash(key)}
    fresh = {"fingerprint": _hash(content), "proof": _hash(proof), "at": at, "outcome": "taken"}
    row, is_new = Received.objects.select_related("case").get_or_create(**names, defaults=fresh)
    if not is_new:
        if row.fingerprint != fresh["fingerprint"]:
            raise Replayed
        return _reception(row, is_repeat=True)
    if Received.objects.filter(channel=channel, proof=row.proof).exclude(pk=row.pk).exists():
        raise Replayed
    _count(channel, sender, at=at)
    outcome = run()
    row.outcome, row.reason, row.case, row.reply = (
        outcome.outcome,
        outcome.reason,
        outcome.case,
        outcome.reply,
    )
    row.save(update_fields=["outcome", "reason", "case", "reply"])
    return _reception(row, is_repeat=False)


def _count(channel: str, sender: str, *, at: datetime) -> None:
    """Hold the limits of one sender and of the whole door. Raises TooOften."""
    limits = in_force(rules.INBOUND, at=at).params
    purpose = f"{_PURPOSE}.{channel}"
    counted = [
        rates.Limit(purpose, sender_mark(sender), limits.per_sender_an_hour),
        rates.Limit(purpose, "door", limits.per_door_an_hour),
    ]
    rates.spend(counted, at=at)


def _reception(row: Received, *, is_repeat: bool) -> Reception:
    number = row.case.number if row.case else ""
    return Reception(row.outcome, row.reason, number, row.reply, is_repeat)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Delete rows of messages older than the rule keeps them; return how many."""
    kept = timedelta(days=in_force(rules.INBOUND, at=at).params.kept_days)
    deleted, _per_model = Received.objects.filter(at__lt=at - kept).delete()
    return deleted
