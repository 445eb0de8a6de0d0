"""Promises of how refusals and trouble are answered, on pages and in the API."""

import json
import logging
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation

from gongzhi.core import metrics
from gongzhi.core.logs import JsonLines, PlainLines, request_id

pytestmark = [pytest.mark.urls("gongzhi.core.tests.trouble_urls")]
STATUSES = {
    "refused": 400,
    "absent": 404,
    "not-allowed": 403,
    "conflict": 409,
    "invalid": 422,
    "too-many": 429,
    "database-gone": 503,
    "database-full": 507,
    "database-busy": 503,
    "disk-full": 507,
    "wrong-key": 503,
}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_page_says_what_happened_and_what_to_do(visitor: Client, name: str, status: int) -> None:
    answer = visitor.get(f"/trouble/{name}", headers={"accept-language": "en"})
    assert answer.status_code == status
    text = answer.content.decode()
    assert "<h1>" in text
    assert answer.headers["X-Request-ID"] in text
    assert "Traceback" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "status"), [*STATUSES.items(), ("sign-in", 401), ("404", 404)])
def test_the_api_refuses_in_one_shape(visitor: Client, name: str, status: int) -> None:
    answer = visitor.get(f"/api/v1/trouble/{name}")
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint", "field", "request_id"}
    assert error["message"]
    assert error["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("database-gone", "unavailable"),
        ("database-busy", "busy"),
        ("database-full", "disk_full"),
        ("disk-full", "disk_full"),
        ("wrong-key", "keys_unusable"),
    ],
)
def test_each_trouble_with_the_machine_has_its_own_code(visitor: Client, name: str, code: str) -> None:
    assert visitor.get(f"/api/v1/trouble/{name}").json()["error"]["code"] == code


@pytest.mark.parametrize("name", ["database-gone", "database-full", "disk-full", "database-busy"])
def test_trouble_with_the_machine_is_answered_without_touching_the_database(
    visitor: Client, name: str
) -> None:
    # No django_db mark: any query would fail this test.
    answer = visitor.get(f"/trouble/{name}")
    assert answer.status_code in (503, 507)
    assert answer.headers["Retry-After"] == "30"


def test_trouble_in_a_middleware_is_answered_like_trouble_in_a_view(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, request: WSGIRequest) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("django.middleware.common.CommonMiddleware.process_request", fail)
    assert visitor.get("/echo").status_code == 503


@pytest.mark.django_db
def test_a_fault_of_ours_stays_a_500_and_shows_nothing(visitor: Client) -> None:
    for name in ("fault", "no-table"):
        answer = visitor.get(f"/trouble/{name}")
        assert answer.status_code == 500
        assert b"13800138000" not in answer.content


@pytest.mark.django_db
def test_words_of_a_refusal_are_escaped_and_shown_in_the_readers_language(visitor: Client) -> None:
    assert b"&lt;b&gt;else&lt;/b&gt;" in visitor.get("/trouble/conflict").content
    with translation.override("zh-hans"):
        assert "您能看到这件事" in visitor.get("/trouble/not-allowed").content.decode()


@pytest.mark.django_db
def test_htmx_gets_a_fragment_not_a_page(visitor: Client) -> None:
    answer = visitor.get("/trouble/conflict", headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert b"<html" not in answer.content
    assert "Look again." in answer.content.decode()


@pytest.mark.django_db
def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(visitor: Client) -> None:
    with override_settings(LOGIN_URL="/sign-in/"):
        answer = visitor.get("/trouble/sign-in?page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=/trouble/sign-in%3Fpage%3D2"


# What was sent


@pytest.mark.parametrize("query", ["a=%00", "%00=a", "a=b&c=x%1by", "a=%07", "page=%7f"])
def test_control_characters_in_an_address_are_refused(visitor: Client, query: str) -> None:
    assert visitor.get(f"/echo?{query}").status_code == 422


@pytest.mark.parametrize("headers", [{}, {"referer": "http://elsewhere.example/"}])
def test_a_foreign_host_name_is_refused_and_is_no_fault_of_ours(
    visitor: Client, headers: dict[str, str]
) -> None:
    assert visitor.get("/echo", headers={"host": "elsewhere.example", **headers}).status_code == 400


@pytest.mark.parametrize("path", ["/echo%00", "/trouble/%01", "/trouble/a%00b"])
def test_control_characters_in_a_path_are_refused(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 422


def test_tabs_and_line_ends_are_welcome(visitor: Client) -> None:
    assert visitor.get("/echo?a=one%0D%0Atwo%09three").status_code == 200
    assert visitor.post("/echo", {"a": "one\r\ntwo\tthree\x0b"}).status_code == 200


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_form_with_a_nul_is_refused(visitor: Client, kind: str) -> None:
    if kind == "multipart":
        answer = visitor.post("/echo", {"a": "x\x00y"})
    else:
        answer = visitor.post("/echo", "a=x%00y", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b'{"text": "x\\u0000y"}', 422, ""),
        (b'{"text": "\\ud800"}', 422, ""),
        (b'{"text": "ok", "\\u0000": 1}', 422, ""),
        (b'{"count": 1}', 422, "text"),
        (b'{"text": "x", "count": "many"}', 422, "count"),
        (b"[1, 2]", 422, None),
        (b"not json", 400, ""),
        (b'{"text": "\xff\xfe"}', 400, ""),
        (b"[" * 100_000, 400, ""),
        (b'{"text": "' + b"\xe5\xa5\xbd" * 10 + b'"}', 200, None),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_with_its_field(
    visitor: Client, body: bytes, status: int, field: str | None
) -> None:
    answer = visitor.post("/api/v1/echo", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    if field is not None:
        assert answer.json()["error"]["field"] == field


def test_a_body_beyond_the_limit_is_refused_as_too_large(visitor: Client) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        answer = visitor.post("/api/v1/echo", {"text": "x" * 200}, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


# Numbers, logs, figures


def test_every_request_has_its_own_number_and_a_visitors_is_not_believed(visitor: Client) -> None:
    numbers = {visitor.get("/echo", headers={"x-request-id": "mine"}).headers["X-Request-ID"] for _n in "abc"}
    assert len(numbers) == 3
    assert "mine" not in numbers


def record(**extra: Any) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "gongzhi.x", "levelname": "INFO", "msg": "done", **extra})
    made.request_id = request_id.get()
    return made


def test_a_log_line_is_one_json_object_with_the_number_of_the_request() -> None:
    token = request_id.set("n1")
    line = json.loads(JsonLines().format(record(case="HY26-1", moment=object, words="一\n二")))
    request_id.reset(token)
    assert (line["message"], line["request_id"], line["case"], line["words"]) == (
        "done",
        "n1",
        "HY26-1",
        "一\n二",
    )
    assert "\n" not in JsonLines().format(record(words="一\n二"))


def test_what_was_sent_never_reaches_a_log_line(rf: Any) -> None:
    request = rf.post("/echo", {"phone": "13800138000"})
    for formatter in (JsonLines(), PlainLines()):
        assert "WSGIRequest" not in formatter.format(record(request=request))


def test_requests_are_counted_under_their_route_never_their_address(visitor: Client) -> None:
    visitor.get("/trouble/absent-13800138000", headers={"x": "y"})
    visitor.get("/nowhere/13800138000")
    visitor.generic("BREW", "/echo")
    text = metrics.render().decode()
    assert 'route="trouble/<name>"' in text
    assert 'route="unmatched"' in text
    assert 'method="other"' in text
    assert "13800138000" not in text


def test_a_registered_figure_is_read_at_the_scrape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_gauges", dict(metrics._gauges))
    metrics.register(metrics.Gauge("gongzhi_sample", "A sample.", ("level",), lambda: {("village",): 3.0}))
    assert 'gongzhi_sample{level="village"} 3.0' in metrics.render().decode()
