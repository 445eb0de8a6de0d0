"""Pages and an API that get into trouble on request, for the tests of how it is answered."""

import errno
from typing import Any

import ninja
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from gongzhi.core import api as core_api
from gongzhi.core.crypto import KeyMissing
from gongzhi.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, SignInRequired, TooMany

TROUBLE: dict[str, Exception] = {
    "refused": DomainError(),
    "absent": NotFound(),
    "not-allowed": NotAllowed(),
    "conflict": Conflict("Somebody <b>else</b> was here.", hint="Look again."),
    "invalid": Invalid("That is not a day.", field="day"),
    "sign-in": SignInRequired(),
    "too-many": TooMany(),
    "database-gone": OperationalError("connection to server at 127.0.0.1 failed: Connection refused"),
    "database-full": OperationalError("database or disk is full"),
    "database-busy": OperationalError("database is locked"),
    "no-table": OperationalError("no such table: core_x"),
    "disk-full": OSError(errno.ENOSPC, "No space left on device"),
    "wrong-key": KeyMissing("abc"),
    "fault": RuntimeError("13800138000 must not be shown"),
    "404": Http404(),
}


def trouble(request: HttpRequest, name: str) -> HttpResponse:
    raise TROUBLE[name]


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


class Body(ninja.Schema):
    text: str
    count: int = 0


api = ninja.NinjaAPI(parser=core_api.CleanParser(), urls_namespace="trouble", docs_url=None)
core_api.install(api)


@api.get("/trouble/{name}")
def api_trouble(request: HttpRequest, name: str) -> dict[str, Any]:
    raise TROUBLE[name]


@api.post("/echo")
def api_echo(request: HttpRequest, payload: Body) -> dict[str, Any]:
    return {"text": payload.text}


urlpatterns = [
    path("trouble/<name>", trouble),
    path("echo", echo),
    path("api/v1/", api.urls),
]
handler500 = "gongzhi.core.middleware.server_error"
