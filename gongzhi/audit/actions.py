"""Writing the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongzhi.core.actor import Actor


def record(
    code: str, *, by: Actor, at: datetime, subject: str, unit_code: str = "", data: Mapping[str, Any] | None = None
) -> None:
    """Append one event in the caller's transaction.

    `code` is `app.thing.past_tense` and must be declared in the app's `audit_events.py`; `subject` is the
    public name of the thing (`case:HY26-000123`). Raises ValueError for an undeclared code.
    """
    raise NotImplementedError
