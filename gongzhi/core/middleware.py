"""Around every request: a number for the logs, a look at what was sent, and refusals turned into answers."""

import logging
import re
import sys
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseServerError
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error as plain_server_error

from gongzhi.core import faults, metrics
from gongzhi.core.errors import DomainError, Invalid, NotAllowed
from gongzhi.core.logs import request_id

logger = logging.getLogger("gongzhi.faults")

HEADER = "X-Request-ID"
GetResponse = Callable[[HttpRequest], HttpResponse]

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters other than tab and line ends, and halves of characters that no database can store."""

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff\ufffd]")
"""What no database stores, and the sign that stands for letters lost on the way: words sent in another
encoding are never kept as a row of question marks."""

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class UnusableCharacters(Invalid):
    code = "unusable_characters"
    message = _("What was sent contains characters that cannot be stored.")
    hint = _("Please type the text again instead of pasting it.")


class RequestNumberMiddleware:
    """The outermost: counts each request and gives it a number, for log lines, error page and header.

    A number sent by the visitor is not believed; two visitors must not share one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number, started = uuid4().hex, perf_counter()
        token = request_id.set(number)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = number
            metrics.count_request(request, response.status_code, perf_counter() - started)
            return response
        finally:
            request_id.reset(token)


class RefusalMiddleware:
    """Turns a refusal raised by a view into its page or API body. The innermost of those that answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.streaming:
            return _in_words(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return faults.answer(request, error)


class CleanInputMiddleware:
    """Refuses characters that nobody types and no database stores, before any view sees them.

    In addresses and queries every control character is refused. In forms only what cannot be stored: other
    control characters come along when people paste, and `CleanTextField` drops them without losing a word.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if CONTROL.search(request.path_info) or _any_match(CONTROL, request.GET.lists()):
            return _refused(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        # After the forgery check, which reads the form anyway; a body for the API is left to its own parser.
        is_form = request.method == "POST" and request.content_type in FORMS
        if is_form and not request.path.startswith(faults.API_PREFIX) and _is_unstorable(request):
            return _refused(request)
        return None


class WrongMethod(DomainError):
    code = "wrong_method"
    status = 405
    message = _("This address cannot be used in this way.")
    hint = _("Go back to the page and use its buttons.")


class FormNotRecognised(NotAllowed):
    code = "form_not_recognised"
    message = _("This form could not be recognised as one of ours, so nothing was stored.")
    hint = _(
        "Go back with your browser: what you typed still stands there. Copy it, load the page anew and "
        "send it once more. Cookies must be allowed for this site."
    )


def _in_words(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
    worded = _answer(request, WrongMethod())
    worded.headers["Allow"] = response.headers["Allow"]
    return worded


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form without its protection against forgery; see CSRF_FAILURE_VIEW."""
    return _answer(request, FormNotRecognised())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The handler of what cannot be read at all: too much, a broken form, a name that is not ours."""
    return faults.answer(request, exception) or _answer(request, faults.Unreadable())


def _is_unstorable(request: HttpRequest) -> bool:
    """Whether a form holds what no database stores, or letters in an encoding that it does not name."""
    if _any_match(UNSTORABLE, request.POST.lists()):
        return True
    # Bytes that are no UTF-8 would be read one by one as letters of Western Europe.
    return request.content_type == FORMS[0] and not request.body.isascii() and _is_damaged(request.body)


def _is_damaged(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return False


def _any_match(pattern: re.Pattern[str], lists: Iterable[tuple[str, list[Any]]]) -> bool:
    return any(
        pattern.search(name) or any(isinstance(value, str) and pattern.search(value) for value in values)
        for name, values in lists
    )


def _refused(request: HttpRequest) -> HttpResponse:
    return _answer(request, UnusableCharacters())


def _answer(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    response = faults.answer(request, refusal)
    assert response is not None  # noqa: S101 - a refusal always has an answer
    return response


def server_error(request: HttpRequest, template_name: str = "500.html") -> HttpResponse:
    """The handler of last resort: trouble that arose outside a view, in a middleware or while answering."""
    error = sys.exc_info()[1]
    if error is not None:
        response = faults.answer(request, error)
        if response is not None:
            return response
    try:
        return plain_server_error(request, template_name)
    except Exception:
        logger.exception("the page for faults cannot be drawn")
        return HttpResponseServerError(b"<!doctype html><title>500</title><h1>500</h1>")
