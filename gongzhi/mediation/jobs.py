"""Timed jobs of mediation. Thin: one domain call each."""

from datetime import datetime

from gongzhi.core.actor import SYSTEM
from gongzhi.mediation.actions import reminding

_BATCH = 500
"""Rows taken in one run, so that one run never holds the worker for long; the next run takes the rest."""


def run_reminders(*, at: datetime) -> int:
    return reminding.run(by=SYSTEM, at=at, most=_BATCH)
