"""What goes wrong, in words: one place turns any expected trouble into the answer for pages and for the API.

A refusal of the domain is answered as it is. A full disk, a busy or a missing database and unusable keys
become refusals too, so that people read what happened instead of "server error". Everything else is a fault
of ours and stays a 500.
"""

import errno
import logging
from collections.abc import Callable
from math import ceil
from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from gongzhi.core.crypto import CannotOpen
from gongzhi.core.errors import DomainError, Invalid, SignInRequired, TooMany, Unavailable
from gongzhi.core.keys import KeyFileError
from gongzhi.core.logs import request_id

logger = logging.getLogger("gongzhi.faults")

API_PREFIX = "/api/"
SHAPES: "dict[str, Callable[[HttpRequest, DomainError], HttpResponse]]" = {}
"""Path prefix -> how refusals are said below it: a protocol of others has its own shape of an error. An app
above adds its own when it is ready."""
RETRY_AFTER_SECONDS = 30
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# https://www.postgresql.org/docs/15/errcodes-appendix.html
_PG_FULL = frozenset({"53100"})
_PG_BUSY = frozenset({"40001", "40P01", "55P03", "53300", "57014"})


class DiskFull(Unavailable):
    code = "disk_full"
    status = 507
    message = _("There is no room left to store this.")
    hint = _("Nothing was stored. The keeper of the system has to make room; please try again later.")


class Busy(Unavailable):
    code = "busy"
    message = _("Too many people are writing at this moment.")
    hint = _("Nothing was stored. Please press the button again in a few seconds.")


class KeysUnusable(Unavailable):
    code = "keys_unusable"
    message = _("Protected details cannot be read on this machine right now.")
    hint = _("The keeper of the system has to run the check command and put the right key file in place.")


class TooLarge(Invalid):
    code = "too_large"
    status = 413
    message = _("What was sent is too large.")
    hint = _("Send smaller pictures, or fewer at a time.")


class Unreadable(DomainError):
    code = "unreadable"
    message = _("The request cannot be read.")
    hint = _("Something in the address or in what was sent is broken. Please go back and try once more.")


def as_refusal(error: BaseException) -> DomainError | None:
    """Return the refusal that says what `error` means to people, or None for a fault of ours."""
    match error:
        case DomainError():
            return error
        case OperationalError() | InterfaceError():
            return _database_refusal(error)
        case OSError(errno=number) if number in _FULL:
            return DiskFull()
        case CannotOpen() | KeyFileError():
            return KeysUnusable()
        case RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            return TooLarge()
        case BadRequest() | SuspiciousOperation() | MultiPartParserError():
            return Unreadable()
    return None


def _database_refusal(error: Exception) -> DomainError | None:
    state, words = getattr(error.__cause__, "sqlstate", None), str(error).lower()
    if state in _PG_FULL or "disk is full" in words or "disk i/o error" in words:
        return DiskFull()
    if state in _PG_BUSY or "is locked" in words:
        return Busy()
    if words.startswith("no such"):  # SQLite's word for a missing table or column: ours, not the machine's.
        return None
    return Unavailable()


def answer(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """Return the answer to `request` that `error` stands for, or None for a fault of ours."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    if refusal is not error:
        logger.error(refusal.code, exc_info=error)
    shape = next((said for prefix, said in SHAPES.items() if request.path.startswith(prefix)), None)
    if shape is not None:
        return shape(request, refusal)
    if request.path.startswith(API_PREFIX):
        response: HttpResponse = JsonResponse(body_of(refusal), status=refusal.status)
    elif isinstance(refusal, Unavailable):
        response = HttpResponse(_plain_page(refusal), status=refusal.status)
    elif isinstance(refusal, SignInRequired) and request.method == "GET":
        return redirect_to_login(request.get_full_path())
    else:
        response = _page(request, refusal)
    if isinstance(refusal, Unavailable | TooMany):
        response.headers["Retry-After"] = retry_after(refusal)
    return response


def retry_after(refusal: DomainError) -> str:
    """Return the seconds a program shall wait before it tries again."""
    wait = refusal.wait if isinstance(refusal, TooMany) else None
    return str(ceil(wait.total_seconds()) if wait else RETRY_AFTER_SECONDS)


def body_of(refusal: DomainError) -> dict[str, dict[str, str]]:
    """Return the API's body for a refusal; the same five names always."""
    return error_body(refusal.code, str(refusal.message), hint=str(refusal.hint), field=refusal.field)


def error_body(code: str, message: str, *, hint: str = "", field: str = "") -> dict[str, dict[str, str]]:
    """Return the one shape in which the API says no."""
    number = request_id.get()
    return {"error": {"code": code, "message": message, "hint": hint, "field": field, "request_id": number}}


def _page(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    part = "errors/_domain.html" if request.headers.get("HX-Request") == "true" else "errors/domain.html"
    values = {"error": refusal, "status": refusal.status, "request_id": request_id.get()}
    # Refused before it is known who asks: what the layouts want to know is not there yet.
    known = request if hasattr(request, "actor") else None
    return HttpResponse(render_to_string(part, values, request=known), status=refusal.status)


def _plain_page(refusal: DomainError) -> str:
    """A page that needs neither database nor session: no request, so no context processor, is given to it."""
    values = {"error": refusal, "status": refusal.status, "request_id": request_id.get()}
    try:
        return cast(str, render_to_string("errors/unavailable.html", values))
    except Exception:  # The page that says something is wrong must never be the next thing to go wrong.
        logger.exception("the page for times of trouble cannot be drawn")
        return f"<!doctype html><meta charset=utf-8><title>503</title><h1>{escape(str(refusal.message))}</h1>"
