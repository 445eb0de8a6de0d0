"""Sending what is due. Any number of workers may run this at once, as late or as often as they like."""

import time
from datetime import datetime, timedelta

from gongzhi.core.actor import SYSTEM
from gongzhi.notices import queries
from gongzhi.notices.actions import send_delivery
from gongzhi.notices.lifecycle import DeliveryState

BATCH = 200
"""Messages of one run; the next run takes the next ones. Technical: keeps a run shorter than its lease."""


def send_due(*, at: datetime) -> int:
    """Send the deliveries due at `at`; return how many went out.

    One that fails does not hold up the others: its lease ends and it is tried again. Raises ExceptionGroup at
    the end, after the others had their turn.
    """
    started = time.monotonic()
    sent, failures = 0, []
    for delivery in queries.list_due_for_job(at=at, limit=BATCH):
        # A slow port moves the clock on: a lease counts from the moment of its own message.
        moment = at + timedelta(seconds=time.monotonic() - started)
        try:
            sent += send_delivery(delivery=delivery, by=SYSTEM, at=moment) is DeliveryState.SENT
        except Exception as failure:  # raised below
            failures.append(failure)
    if failures:
        raise ExceptionGroup("deliveries", failures)
    return sent
