"""How the API says no, how it reads a body, and what its operations share; installed once by the API's root
in `site`.

Every refusal has the shape `{"error": {"code", "message", "hint", "field", "request_id"}}`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Header, NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import Field, WithJsonSchema

from gongzhi.core import clock, faults
from gongzhi.core.actions import idempotency
from gongzhi.core.actor import Actor
from gongzhi.core.errors import DomainError, NotFound, SignInRequired, TooMany
from gongzhi.core.middleware import UNSTORABLE, UnusableCharacters
from gongzhi.core.paging import Page
from gongzhi.core.texts import tidy


class ErrorDetail(Schema):
    """Why a call was refused: `code` for programs, `message` and `hint` for people."""

    code: str
    message: str
    hint: str
    field: str
    request_id: str


class ErrorBody(Schema):
    """The body of every answer of 400 and above."""

    error: ErrorDetail


ERRORS: Mapping[int, type[Schema]] = dict.fromkeys(
    (400, 401, 403, 404, 409, 413, 422, 429, 503, 507), ErrorBody
)
"""For `response={200: …, **ERRORS}` of an operation, so that its refusals are in the description."""


Key = Annotated[str, Header(alias="Idempotency-Key", default="", max_length=200)]
"""A parameter of every operation that writes; handed on to `answered_once`."""
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
"""Which page of a list, from 1."""
Day = Annotated[date, Query(ge=clock.FIRST_DAY, le=clock.LAST_DAY)]
"""A local day that a list is narrowed to."""
RowNumber = Annotated[str, Field(max_length=18)]
"""A row named by its plain number, in a path; read by `row_key`."""


class Paged(Schema):
    """Base of the answers that are a page of a list; `total` is null beyond what is counted exactly."""

    page: int
    has_next: bool
    total: int | None


def paged(cut: Page[Any]) -> dict[str, Any]:
    """Return what `Paged` says of a page."""
    return {"page": cut.number, "has_next": cut.has_next, "total": cut.total}


def example(**values: Any) -> dict[str, Any]:
    """Return the `json_schema_extra` of a body with one example, shown in the description."""
    return {"examples": [values]}


def one_of(values: type[StrEnum]) -> WithJsonSchema:
    """Return the description of a code of a list, written out where it stands: in the whole description a
    name stands for one thing, and lists of several apps are called the same."""
    return WithJsonSchema({"type": "string", "enum": [str(value) for value in values]})


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls, as the API's root found it from the token. Raises SignInRequired."""
    actor = getattr(request, "auth", None)
    if not isinstance(actor, Actor):
        raise SignInRequired
    return actor


def row_key(number: str) -> int:
    """Return the key that a plain number in a path names. Raises NotFound."""
    if not (number.isascii() and number.isdigit()):
        raise NotFound
    return int(number)


def answered_once(
    key: str, actor: Actor, *, at: datetime, content: object, run: Callable[[], idempotency.Answer]
) -> JsonResponse:
    """Answer with what `run` returns; with a `key` that was answered before, with the first answer.

    `content` is everything that makes the call what it is. Raises what `idempotency.once` and `run` raise.
    """
    if not key:
        answer, replayed = run(), False
    else:
        fingerprint = idempotency.fingerprint_of(content)
        answer, replayed = idempotency.once(key=key, by=actor, at=at, fingerprint=fingerprint, run=run)
    response = JsonResponse(answer.body, status=answer.status, safe=False)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


class CleanParser(Parser):
    """Reads a JSON body; text as forms read it, without what cannot be seen. Raises UnusableCharacters for
    text that no database can store."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = json.loads(request.body)
        if any(UNSTORABLE.search(text) for text in _texts(body)):
            raise UnusableCharacters
        return cast(dict[str, Any], _tidied(body))


Handler = Callable[[HttpRequest, Any], HttpResponse]


def _tidied(value: Any) -> Any:
    """Return a JSON value with every text in it tidied; names stay as they are."""
    match value:
        case str():
            return tidy(value)
        case dict():
            return {name: _tidied(each) for name, each in value.items()}
        case list():
            return [_tidied(each) for each in value]
    return value


def _texts(value: object) -> Iterable[str]:
    """Every text in a JSON value, names included. Nesting is bounded by the JSON reader itself."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case dict() as names:
                waiting += [*names.keys(), *names.values()]
            case list() as items:
                waiting += items


def install(api: NinjaAPI) -> None:
    """Make `api` answer every refusal in the one shape."""
    handlers: dict[type[Exception], Handler] = {
        DomainError: _on_refusal,
        ValidationError: _on_validation,
        HttpError: _on_http,
        Http404: _on_absent,
        Exception: _on_fault,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _on_refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    response = JsonResponse(faults.body_of(error), status=error.status)
    if error.status in (429, 503, 507):
        response.headers["Retry-After"] = faults.retry_after(error)
    return response


def _on_absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return _on_refusal(request, NotFound())


def _on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What django-ninja itself refuses: no or a wrong token, a body that is not JSON, too many calls."""
    if isinstance(error.__context__, DomainError):
        return _on_refusal(request, error.__context__)
    known = {401: SignInRequired(), 404: NotFound(), 429: TooMany()}.get(error.status_code)
    if known is not None:
        return _on_refusal(request, known)
    body = faults.error_body(
        "unreadable" if error.status_code == 400 else "refused",
        _("The request cannot be read."),
        hint=_("Send JSON in UTF-8 as the description of the API shows it."),
    )
    return JsonResponse(body, status=error.status_code)


def _on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    field = ".".join(str(part) for part in first.get("loc", ())[1:] if part not in ("payload", "data"))
    return JsonResponse(
        faults.error_body(
            "invalid",
            _("Something in what was entered cannot be used."),
            hint=_("%(field)s: %(reason)s.") % {"field": field or "?", "reason": first.get("msg", "")},
            field=field,
        ),
        status=422,
    )


def _on_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    response = faults.answer(request, error)
    if response is None:
        raise error
    return response
