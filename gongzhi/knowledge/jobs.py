"""Timed jobs of knowledge. Thin: one domain call each."""

from datetime import datetime

from gongzhi.core.actor import SYSTEM
from gongzhi.knowledge.actions import indexing, reminding, uses

_BATCH = 200
"""Rows taken in one run, so that one run never holds the worker for long; the next run takes the rest."""


def index(*, at: datetime) -> int:
    return indexing.index_waiting(at=at, most=_BATCH)


def remind(*, at: datetime) -> int:
    return reminding.run(by=SYSTEM, at=at)


def forget(*, at: datetime) -> int:
    return uses.forget_old(at=at)
