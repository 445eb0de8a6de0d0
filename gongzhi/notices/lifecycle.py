"""When a delivery may go out, and what becomes of it after a try. Pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
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
    HELD = "held"
    """Waits for the end of the quiet hours."""
    STOPPED = "stopped"
    """The person does not want to be told this way."""


OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.SENDING, DeliveryState.FAILED})


def next_try_at(*, attempts: int, waits_minutes: Sequence[int], at: datetime) -> datetime | None:
    """Return when to try again after `attempts` failed tries, or None to give up."""
    if attempts > len(waits_minutes):
        return None
    return at + timedelta(minutes=waits_minutes[attempts - 1])


def quiet_until(since: time, until: time, *, local: datetime) -> datetime | None:
    """Return the end of the quiet hours that `local` falls in, or None outside them.

    Half-open, in the zone of `local`; hours that end before they begin go over midnight.
    """
    now = local.timetz().replace(tzinfo=None)
    over_midnight = until <= since
    if over_midnight and now >= since:
        day = local.date() + timedelta(days=1)
    elif now < until and (over_midnight or now >= since):
        day = local.date()
    else:
        return None
    return datetime.combine(day, until, tzinfo=local.tzinfo)
