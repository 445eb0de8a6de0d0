"""The caller's number in the address of the screen: sealed, short-lived, good in one browser only.

A telephone system can only open an address with the number in it. What stays in the address line, in the list
of pages one was on, in later requests and in the lines that a proxy writes about them is this token. It opens
with the mark that the browser keeps in a cookie, so that who reads such a line learns nothing from it.
"""

import re
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe

from gongzhi.core import crypto

COOKIE = "gongzhi_call"
_MARK = re.compile(r"[0-9A-Za-z_-]{22,43}")
_MARK_BYTES = 16
_BETWEEN = "|"


def mark_of(cookie: str | None) -> str:
    """Return the browser's mark, a new one where it has none that could be ours."""
    return cookie if cookie and _MARK.fullmatch(cookie) else token_urlsafe(_MARK_BYTES)


def seal(number: str, *, mark: str, at: datetime) -> str:
    """Return the token for a number; the same number never looks the same twice."""
    return crypto.vault().seal(f"{int(at.timestamp())}{_BETWEEN}{number}", place=_place(mark))


def unseal(token: str, *, mark: str | None, at: datetime, good_for: timedelta) -> str:
    """Return the number; "" for a token of another browser, one that is too old, or none at all."""
    if not mark or not _MARK.fullmatch(mark):
        return ""
    try:
        made, _between, number = crypto.vault().open(token, place=_place(mark)).partition(_BETWEEN)
        age = at - datetime.fromtimestamp(int(made), UTC)
    except (crypto.CannotOpen, ValueError):
        return ""
    return number if age <= good_for else ""


def _place(mark: str) -> str:
    return f"hotline.screen.{mark}"
