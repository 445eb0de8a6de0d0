"""Writing notices: in the caller's transaction; the worker sends them after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gongzhi.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to tell: an account, or a resident's own address. At least one is set."""

    user_id: int | None = None
    mail: str = ""
    phone: str = ""
    name: str = ""
    language: str = "zh-hans"


def write_notice(
    *, kind: str, to: Recipient, subject_ref: str, values: Mapping[str, str], dedupe_key: str, by: Actor, at: datetime
) -> int:
    """Put one notice in the outbox, in the caller's transaction; return how many messages were written.

    `kind` must be declared in a `notices.kinds` registry (title and body templates, translated per recipient);
    a second call with the same `dedupe_key` writes nothing, so a repeated job never tells a person twice.
    """
    raise NotImplementedError
