"""Timed jobs of follow-up calls. Thin: one domain call each."""

from datetime import datetime

from gongzhi.core.actor import SYSTEM
from gongzhi.followup.actions import listing


def fill_lists(*, at: datetime) -> int:
    return listing.fill(by=SYSTEM, at=at)
