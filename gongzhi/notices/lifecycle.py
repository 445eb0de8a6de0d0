"""What becomes of a delivery after a try. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(minutes=5)
"""How long a worker may take for one message before another one takes it over. Technical: it must be longer
than the slowest port, which the time limit of the mail connection keeps far below it."""


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GAVE_UP = "gave_up"
    NO_ADDRESS = "no_address"


OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED})


def next_try_at(*, attempts: int, waits_minutes: Sequence[int], at: datetime) -> datetime | None:
    """Return when to try again after `attempts` failed tries, or None to give up."""
    if attempts > len(waits_minutes):
        return None
    return at + timedelta(minutes=waits_minutes[attempts - 1])
