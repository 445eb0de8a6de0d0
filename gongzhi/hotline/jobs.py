"""Timed jobs of the hotline. Thin: one domain call each."""

from datetime import datetime

from gongzhi.hotline.actions import events


def sweep(*, at: datetime) -> int:
    return events.forget_old(at=at)
