"""The matters a phone remembers: numbers and codes in one signed cookie that no script can read."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "gongzhi_mine"
_SALT = "cases.mine"
_MOST = 10
"""A phone remembers the newest; the cookie stays far below the 4 KB a browser keeps."""
_KEPT_SECONDS = 400 * 86400
"""The longest that browsers allow a cookie to live."""

Receipt = tuple[str, str]


def remembered(request: HttpRequest) -> list[Receipt]:
    """Return number and code of each remembered matter, newest first; nothing for a cookie that was
    touched."""
    try:
        rows = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
        return [(str(number), str(code)) for number, code in rows][:_MOST]
    except (signing.BadSignature, ValueError, TypeError):
        return []


def remember(request: HttpRequest, response: HttpResponse, receipt: Receipt) -> None:
    """Keep one more matter on this phone, as the newest."""
    others = [row for row in remembered(request) if row != receipt]
    _write(response, [receipt, *others][:_MOST])


def forget(request: HttpRequest, response: HttpResponse, number: str = "") -> None:
    """Forget one matter on this phone, or all of them."""
    left = [row for row in remembered(request) if number and row[0] != number]
    if left:
        _write(response, left)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")


def _write(response: HttpResponse, rows: list[Receipt]) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps(rows, salt=_SALT, compress=True),
        max_age=_KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
