"""Answers and refusals of the Open311 door, in the format that the address asks for. Pure but for Django's
response class."""

import logging
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from gongzhi.channels.open311 import formats
from gongzhi.core.errors import DomainError, Words

log = logging.getLogger("gongzhi.channels")


class Refused(DomainError):
    """Arguments that are missing, wrong or against one another; every reason is said at once."""

    code = "bad_arguments"

    def __init__(self, *reasons: Words) -> None:
        super().__init__(reasons[0])
        self.reasons: Sequence[Words] = reasons


class Absent(Refused):
    """A service, a request, a token or a jurisdiction that is not there, or not for the caller to see."""

    code = "absent"
    status = 404


class KeyRefused(Refused):
    """No key, or one that is unknown, has expired or does not allow this."""

    code = "key_refused"
    status = 403


class WrongFormat(Refused):
    code = "wrong_format"
    status = 406


_STATUSES = {401: 403, 409: 400, 422: 400}
"""GeoReport knows 403 for keys and 400 for everything that cannot be done as sent."""
_TOO_LARGE = frozenset({"picture_too_large", "too_large"})
_WAIT_SECONDS = "30"


def answer(ext: str, root: str, value: formats.Value, *, status: int = 200) -> HttpResponse:
    """Return the answer with its content type; browsers of other sites may read it, as it is public."""
    response = HttpResponse(formats.write(ext, root, value), status=status, content_type=formats.TYPES[ext])
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def format_of(request: HttpRequest) -> str:
    """Return the format that the ending of the address names; XML, the required one, when it names none."""
    return formats.JSON if request.path.lower().endswith(".json") else formats.XML


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Return a refusal as the array of errors, and log it once, without what was sent."""
    status = 413 if refusal.code in _TOO_LARGE else _STATUSES.get(refusal.status, refusal.status)
    reasons = refusal.reasons if isinstance(refusal, Refused) else (_sentence(refusal),)
    rows = [{"code": status, "description": str(reason)} for reason in reasons]
    log.warning("refused", extra={"door": "open311", "reason": refusal.code, "status": status})
    response = answer(format_of(request), "errors", rows, status=status)
    if status in (429, 503, 507):
        response.headers["Retry-After"] = _WAIT_SECONDS
    return response


def _sentence(refusal: DomainError) -> str:
    said = " ".join(str(part) for part in (refusal.message, refusal.hint) if part)
    return f"{refusal.field}: {said}" if refusal.field else said


def wrong_format() -> WrongFormat:
    return WrongFormat(_("Only .json and .xml are served here: end the address with one of them."))
