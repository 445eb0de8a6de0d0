"""Reading the JSON of a telephone system's event. Pure.

{"event": "answered", "event_id": "7f3", "call": "1764-88", "at": "2026-03-04T10:00:12+08:00",
 "from": "13900002207", "to": "12345", "direction": "in", "agent": "county"}
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from gongzhi.core.errors import Invalid
from gongzhi.core.phones import is_mobile, normal_phone
from gongzhi.hotline.lifecycle import Direction, Event

REF_SIGNS = 80
"""Length of the column."""
_AGENT_SIGNS = 40
_LINE_SIGNS = 20
_FAR_DIGITS = (5, 20)
"""Digits of numbers that are not of this country."""
_EPOCH = re.compile(r"[0-9]{9,11}(\.[0-9]{1,9})?")


class UnreadableEvent(Invalid):
    """Not the JSON that is laid down."""

    code = "unreadable_event"
    status = 400


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it was told. `event` is None for a kind that says nothing about what we keep."""

    event: Event | None
    key: str
    """The sender's own number of the event; made of what it says when it has none."""
    call: str
    at: datetime
    caller: str
    line: str
    direction: Direction
    agent: str


def read(said: Any) -> Told:
    """Return the event. Raises UnreadableEvent, naming the input."""
    if not isinstance(said, dict):
        raise UnreadableEvent(field="event")
    kind = _text(said, "event", most=_AGENT_SIGNS).lower()
    call = _text(said, "call", most=REF_SIGNS)
    at = _moment(said.get("at"))
    direction = _text(said, "direction", most=_AGENT_SIGNS, required=False).lower() or Direction.IN
    if direction not in set(Direction):
        raise UnreadableEvent(field="direction")
    return Told(
        event=Event(kind) if kind in set(Event) else None,
        key=_text(said, "event_id", most=REF_SIGNS, required=False) or f"{kind} {at.isoformat()}",
        call=call,
        at=at,
        caller=number_of(_text(said, "from", most=REF_SIGNS, required=False)),
        line=_digits(_text(said, "to", most=REF_SIGNS, required=False))[:_LINE_SIGNS],
        direction=Direction(direction),
        agent=_text(said, "agent", most=_AGENT_SIGNS, required=False),
    )


def number_of(text: str) -> str:
    """Return the digits of a caller's number; "" for one that was withheld or is none.

    Exchanges put a 0 before a mobile number of elsewhere; a number of another country is kept as it came.
    """
    digits = _digits(text)
    if digits.startswith("0") and is_mobile(digits[1:]):
        return digits[1:]
    try:
        return normal_phone(text)
    except ValidationError:
        shortest, longest = _FAR_DIGITS
        return digits if shortest <= len(digits) <= longest and digits.strip("0") else ""


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())


def _text(said: dict[str, Any], name: str, *, most: int, required: bool = True) -> str:
    value = said.get(name)
    if value is None and not required:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise UnreadableEvent(field=name)
    value = value.strip()
    if len(value) > most or not value.isprintable() or (required and not value):
        raise UnreadableEvent(field=name)
    return value


def _moment(value: Any) -> datetime:
    """Return a zoned moment from ISO 8601 with its offset, or from seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value}"
    if not isinstance(value, str):
        raise UnreadableEvent(field="at")
    try:
        if _EPOCH.fullmatch(value):
            return datetime.fromtimestamp(float(value), UTC)
        found = parse_datetime(value.strip())
        if found is None or found.tzinfo is None:
            raise UnreadableEvent(field="at")
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as broken:
        raise UnreadableEvent(field="at") from broken
