"""When a person last looked at the desk, kept in a cookie of that browser.

A look belongs to a sitting. While the desk is open or opened again within `SITTING`, changes are counted from
the end of the sitting before, so that reading the desk twice does not hide what is new.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

COOKIE = "gongzhi_desk"
SITTING = timedelta(minutes=30)
"""Technical: a longer break begins a new sitting."""
_FIRST_LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Looked:
    """`since`: end of the sitting before this one. `last`: the newest look of this one."""

    since: datetime
    last: datetime


def look(cookie: str | None, *, user_id: int, at: datetime) -> Looked:
    """Return the look at `at`, after what the cookie of this user says. A strange cookie counts as none."""
    before = _read(cookie, user_id, at)
    if before is None:
        return Looked(at - _FIRST_LOOK_BACK, at)
    since = before.last if at - before.last > SITTING else before.since
    return Looked(since, at)


def written(looked: Looked, *, user_id: int) -> str:
    """Return the cookie for a look: account, both moments in seconds."""
    return f"{user_id}.{int(looked.since.timestamp())}.{int(looked.last.timestamp())}"


def _read(cookie: str | None, user_id: int, at: datetime) -> Looked | None:
    parts = (cookie or "").split(".")
    if len(parts) != 3 or parts[0] != str(user_id):
        return None
    try:
        since, last = (datetime.fromtimestamp(int(part), UTC) for part in parts[1:])
    except (ValueError, OverflowError, OSError):
        return None
    return Looked(since, last) if since <= last <= at else None
