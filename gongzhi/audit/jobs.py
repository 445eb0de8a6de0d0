"""Timed work of the audit log."""

from datetime import datetime

from gongzhi.audit import actions


def seal(*, at: datetime) -> int:
    """Seal what was recorded since the last run; return the number of rows. Safe to run twice or at once."""
    return actions.seal(at=at)
