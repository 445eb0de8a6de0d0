"""Input that cannot be used, through the pages and the API: answered 4xx in words, with what was typed kept.

Each test sends what a shaky network, a strange phone or a malicious person sends. Nothing of it may be stored
in part, and nothing may be answered as a fault of ours.
"""

import io
import json
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse
from PIL import Image
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.cases import files, rules
from gongzhi.cases.lifecycle import STEPS, Move, State, Who
from gongzhi.cases.models import Attachment, Case, Transition
from gongzhi.core import clock
from gongzhi.orgs import actions
from gongzhi.orgs.models import AccessToken
from gongzhi.rulebook.queries import in_force
from tests.cast import AT
from tests.stage import TEXT, Program, Stage, lasting_stage, picture, receipt_of, undone
from tests.sweep.moves import MOVES
from tests.sweep.starts import with_expert

pytestmark = pytest.mark.django_db
VILLAGE = "610921100222"


@pytest.fixture(scope="module")
def one_stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), lasting_stage() as stage:
        yield stage


@pytest.fixture
def _django_db_helper(one_stage: Stage) -> Iterator[None]:
    """Stand in for pytest-django's, whose end of a test would close the connection that holds the stage."""
    with undone():
        yield


@pytest.fixture
def stage(_django_db_helper: None, one_stage: Stage) -> Stage:
    return one_stage


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def program(stage: Stage) -> Program:
    return Program(stage.cast.clerk)


def filled(**changes: Any) -> dict[str, Any]:
    """What a browser sends for the form of a matter."""
    return {"token": str(uuid4()), "text": TEXT, "place": VILLAGE} | changes


def words_of(answer: Any) -> str:
    """Return the page as a person reads it."""
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


# Texts


def test_a_text_that_is_too_long_comes_back_whole_and_says_by_how_much(visitor: Client, stage: Stage) -> None:
    limit = in_force(rules.INTAKE, at=AT).params.text_signs
    long = "路" * (limit + 7)
    answer = visitor.post("/raise/", filled(text=long, name="王桂芳", phone="13900002207"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert long in page, "every sign that was typed stands in the form again"
    assert "王桂芳" in page
    assert "13900002207" in page
    assert "7" in words_of(answer).replace(long, "")
    assert not Case.objects.exists()


@pytest.mark.parametrize("field", ["text", "place_detail", "reporter_name", "title", "category", "place"])
def test_an_overlong_field_of_the_api_is_refused_by_its_name(program: Program, field: str) -> None:
    body = {"text": TEXT, "place": VILLAGE} | {field: "长" * 30_000}
    answer = program.post("/cases", body)
    assert answer.status_code == 422
    assert field in json.dumps(answer.json())
    assert not Case.objects.exists()


CONTROLS = ["\x00", "\x07", "\x1b[31m", "\x7f", "\u202e", "\ufeff", "\u2028", "\x85"]


@pytest.mark.parametrize("sign", CONTROLS)
@pytest.mark.parametrize(
    "field", ["text", "place", "place_detail", "name", "phone", "mail", "token", "spoke"]
)
def test_an_unseen_sign_in_a_field_is_dropped_or_refused_and_never_stored(
    visitor: Client, stage: Stage, field: str, sign: str
) -> None:
    given = filled(name="王桂芳", phone="13900002207", mail="wang@example.org")
    answer = visitor.post("/raise/", given | {field: given.get(field, "yes") + sign + "x"})
    assert answer.status_code in (302, 422)
    for case in Case.objects.all():
        stored = (case.text, case.place_detail, case.reporter_name, case.reporter_phone, case.reporter_mail)
        assert not any(sign in value for value in stored)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\u202e"])
@pytest.mark.parametrize("field", ["text", "place_detail", "reporter_name", "reporter_phone", "place"])
def test_an_unseen_sign_through_the_api_is_dropped_or_refused_and_never_stored(
    program: Program, field: str, sign: str
) -> None:
    given = {"text": TEXT, "place": VILLAGE, "reporter_phone": "13900002207"}
    answer = program.post("/cases", given | {field: given.get(field, "一") + sign + "二"})
    assert answer.status_code in (201, 422)
    for case in Case.objects.all():
        assert not any(sign in v for v in (case.text, case.place_detail, case.reporter_name, case.title))


@pytest.mark.parametrize("query", ["page=%00", "q=%01", "%00=1", "q=a%1fb", "show=%7f"])
def test_a_control_character_in_a_query_is_refused_in_words(
    visitor: Client, stage: Stage, query: str
) -> None:
    for address in ("/board/", "/raise/", "/rules/", "/audit/roots", "/account/login/"):
        answer = visitor.get(f"{address}?{query}")
        assert answer.status_code == 422, address
        assert "<h1>" in answer.content.decode()


# Encodings


@pytest.mark.parametrize(
    "path",
    ["/board/%ff%fe/", "/t/%c0%af/x/", "/units/%80/", "/rules/%f0%28%8c%28/", "/%ff", "/api/v1/cases/%ff"],
)
def test_a_path_that_is_no_utf_8_is_answered_4xx(visitor: Client, stage: Stage, path: str) -> None:
    assert 300 <= visitor.get(path).status_code < 500


@pytest.mark.parametrize("query", ["q=%ff%fe", "page=%b5%da", "place=%c0%80", "at=%e8"])
def test_a_query_that_is_no_utf_8_is_never_a_fault(visitor: Client, stage: Stage, query: str) -> None:
    for address in ("/board/", "/raise/", "/rules/", "/track/", "/audit/roots", "/"):
        assert visitor.get(f"{address}?{query}").status_code < 500, address


@pytest.mark.parametrize("is_quoted", [True, False])
@pytest.mark.parametrize("charset", ["", "; charset=GB18030", "; charset=nonsense", "; charset=\x80"])
def test_a_form_in_another_encoding_is_refused_in_words_or_read_right_but_never_stored_as_rubbish(
    visitor: Client, stage: Stage, charset: str, is_quoted: bool
) -> None:
    sent = "三组的路塌了。".encode("gb18030")
    body = f"token={uuid4()}&place={VILLAGE}&text=".encode() + (quote(sent).encode() if is_quoted else sent)
    answer = visitor.generic(
        "POST", "/raise/", body, content_type=f"application/x-www-form-urlencoded{charset}"
    )
    assert answer.status_code in (302, 400, 415, 422), answer.content
    assert all(case.text == "三组的路塌了。" for case in Case.objects.all())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe{\x00}", "application/json"),
        ('{"text": "路"}'.encode("gb18030"), "application/json"),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b'"text"', "application/json"),
        (b'{"text": NaN}', "application/json"),
        (b'{"text": 1e999}', "application/json"),
        (b"<case/>", "application/xml"),
        (b"text=x", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
        (b"{}", "text/plain"),
        (b"{}", "\x01"),
        (b"\x1f\x8b\x08\x00", "application/gzip"),
    ],
)
def test_a_body_of_an_unknown_kind_is_refused_by_the_api(
    program: Program, body: bytes, content_type: str
) -> None:
    answer = program.client.generic(
        "POST", "/api/v1/cases", body, content_type=content_type, headers=program.headers
    )
    assert 400 <= answer.status_code < 500, answer.content
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"--x--", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"nothing", "multipart/form-data; boundary=" + "x" * 300),
        (b"{}", "application/json"),
        (b"x", ""),
        (b"x", "application/octet-stream"),
        (b"x", "////"),
    ],
)
def test_a_body_of_an_unknown_kind_is_refused_by_a_form(
    visitor: Client, stage: Stage, body: bytes, content_type: str
) -> None:
    answer = visitor.generic("POST", "/raise/", body, content_type=content_type)
    assert 400 <= answer.status_code < 500
    assert "<h1" in answer.content.decode()
    assert not Case.objects.exists()


# Pictures


def png_bomb(side: int = 20_000) -> bytes:
    """Return a PNG of a few kilobytes that says it is 400 million pixels large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (side // 8 + 1) * 200)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif() -> bytes:
    target = io.BytesIO()
    Image.new("P", (4, 4)).save(target, "GIF")
    return target.getvalue()


def polyglot() -> bytes:
    """Return a JPEG that is also a web page, for who believes the name or guesses the kind."""
    whole = picture("JPEG", comment=b"<script>alert(1)</script>")
    return whole + b"<html><script>alert(2)</script></html>"


def noise(kind: str) -> bytes:
    """Return a picture of which no part can be left out."""
    target = io.BytesIO()
    Image.effect_noise((160, 120), 90).save(target, kind)
    return target.getvalue()


BROKEN = {
    "cut.jpg": noise("JPEG")[:3000],
    "cut.png": noise("PNG")[:3000],
    "empty.jpg": b"",
    "text.jpg": b"I am no picture",
    "vector.jpg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "moving.jpg": gif(),
    "bomb.png": png_bomb(),
    "archive.jpg": b"PK\x03\x04" + b"\0" * 60,
    "header.jpg": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_file_that_is_no_usable_picture_is_refused_and_the_words_are_kept(
    visitor: Client, stage: Stage, name: str
) -> None:
    before = set(files.folder().rglob("*"))
    upload = SimpleUploadedFile(name, BROKEN[name], "image/jpeg")
    answer = visitor.post("/raise/", filled(pictures=[upload]))
    assert answer.status_code == 422, words_of(answer)
    assert TEXT in answer.content.decode()
    assert "error" in answer.content.decode()
    assert not Case.objects.exists()
    assert set(files.folder().rglob("*")) == before, "no file is left behind"


def test_a_picture_loses_its_place_its_camera_and_everything_hidden_in_it(
    visitor: Client, stage: Stage
) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "CAMERA-MAKER", "CAMERA-MODEL"
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 53.0, 27.0), 3: "E", 4: (108.0, 30.0, 12.0)})
    sent = {"place.jpg": picture("JPEG", exif=exif), "both.jpg": polyglot(), "p.png": picture("PNG")}
    uploads = [SimpleUploadedFile(name, content, "image/jpeg") for name, content in sent.items()]
    assert Image.open(io.BytesIO(sent["place.jpg"])).getexif().get_ifd(0x8825), "the test sends a place"
    answer = visitor.post("/raise/", filled(pictures=uploads))
    assert answer.status_code == 302
    stored = [files.read(row.key) for row in Attachment.objects.order_by("id")]
    assert len(stored) == 3
    for content in stored:
        again = Image.open(io.BytesIO(content))
        assert again.format == "JPEG"
        assert not again.getexif()
        assert b"CAMERA" not in content
        assert b"script" not in content
    case = Case.objects.get()
    served = visitor.get(reverse("cases:picture", kwargs=receipt_of(case) | {"position": 2}))
    assert served.headers["Content-Type"] == "image/jpeg"
    assert served.headers["X-Content-Type-Options"] == "nosniff"


def test_more_pictures_than_the_rule_allows_are_refused_and_the_words_are_kept(
    visitor: Client, stage: Stage
) -> None:
    most = in_force(rules.ATTACHMENTS, at=AT).params.per_message
    uploads = [SimpleUploadedFile(f"{n}.jpg", picture(), "image/jpeg") for n in range(most + 1)]
    answer = visitor.post("/raise/", filled(pictures=uploads))
    assert answer.status_code == 422
    assert TEXT in answer.content.decode()
    assert not Case.objects.exists()


# Files of the keeper

SHEETS = {
    "words.xlsx": b"I am no sheet",
    "empty.xlsx": b"",
    "cut.xlsx": b"PK\x03\x04" + b"\0" * 400,
    "page.xlsx": b"<html><table><tr><td>1</td></tr></table></html>",
}


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_a_sheet_that_is_none_is_refused_in_words(stage: Stage, tmp_path: Path, name: str) -> None:
    sheet = tmp_path / name
    sheet.write_bytes(SHEETS[name])
    with pytest.raises(CommandError, match=name.replace(".", r"\.")):
        call_command("import_messages", str(sheet))
    assert not Case.objects.exists()


def test_a_sheet_that_is_not_there_is_refused_in_words(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent\.xlsx"):
        call_command("import_messages", str(tmp_path / "absent.xlsx"))


# Too much


def test_a_form_that_is_too_large_is_refused_with_413_in_words(visitor: Client, stage: Stage) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        answer = visitor.post("/raise/", filled(text="长" * 2000))
    assert answer.status_code == 413
    assert "<h1>" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_form_of_too_many_fields_is_refused_with_413_in_words(visitor: Client, stage: Stage) -> None:
    answer = visitor.post("/raise/", filled(**{f"field{n}": "x" for n in range(2000)}))
    assert answer.status_code == 413
    assert "<h1>" in answer.content.decode()


def test_a_form_of_too_many_files_is_refused_with_413_in_words(visitor: Client, stage: Stage) -> None:
    uploads = {f"file{n}": SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(150)}
    answer = visitor.post("/raise/", filled(**uploads))
    assert answer.status_code == 413
    assert "<h1>" in answer.content.decode()


def test_a_body_of_the_api_that_is_too_large_is_refused_with_413(program: Program) -> None:
    answer = program.post("/cases", {"text": "长" * 2_000_000, "place": VILLAGE})
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


# Pages of lists


@pytest.mark.parametrize(
    "page", ["0", "-1", "-99999", "99999999999999999999999", "1e9", "１", "x", "", "1.5", "٣"]
)
def test_an_impossible_page_of_a_list_shows_the_nearest_or_says_so(
    stage: Stage, visitor: Client, page: str
) -> None:
    staff = Client(raise_request_exception=False)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    staff.force_login(stage.cast.supervisor.user, backend=backend)
    for client, address in (
        (visitor, "/board/"),
        (visitor, "/audit/roots"),
        (visitor, "/audit/roots.json"),
        (staff, "/notices/"),
        (staff, "/notices/deliveries/"),
        (staff, "/cases/"),
        (staff, "/audit/"),
        (staff, "/calendar/"),
    ):
        for name in ("page", "before", "year"):
            answer = client.get(address, {name: page})
            assert answer.status_code < 500, f"{address}?{name}={page}"


@pytest.mark.parametrize("page", ["0", "-1", "10001", "99999999999999999999", "x", "1.5"])
def test_an_impossible_page_of_the_api_is_refused_by_its_name(program: Program, page: str) -> None:
    answer = program.get("/cases", page=page)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "page")


@pytest.mark.parametrize("number", ["HY26-0", "HY26-9999999999999999", "HY99-000001", "-1", "%2e%2e", "'--"])
def test_a_number_that_is_none_is_not_there(program: Program, visitor: Client, number: str) -> None:
    assert program.get(f"/cases/{number}").status_code == 404
    assert visitor.get(f"/board/{number}/").status_code == 404
    assert visitor.get(f"/t/{number}/AAAA-AAAA-AAAA/").status_code == 404


# Moves from the wrong state


@pytest.mark.parametrize("state", list(State))
def test_every_move_from_the_wrong_state_is_refused_with_409_and_changes_nothing(
    stage: Stage, state: State
) -> None:
    with_expert(stage)
    case = stage.in_state(state)
    people = {name: Program(getattr(stage.cast, name)) for name in ("clerk", "town_head", "line_person")}
    wrong = []
    for name in sorted(MOVES):
        if state in STEPS[Move(name)].sources:
            continue
        who = next((each for each in people if each in MOVES[name].may), "clerk")
        # A step of whoever was called or has a review before them is nobody's while there is none.
        by_standing = {each for each, _ in STEPS[Move(name)].who} <= {Who.HELPER, Who.CALLER, Who.REVIEWER}
        wanted = (403, "not_your_move") if by_standing else (409, "move_not_possible")
        answer = people[who].post(f"/cases/{case.number}/moves", MOVES[name].body(stage.cast))
        if (answer.status_code, answer.json()["error"]["code"]) != wanted:
            wrong.append(f"{name}: {answer.status_code} {answer.content.decode()[:200]}")
    assert wrong == []
    assert Transition.objects.filter(case=case).count() == case.moves


# Around the request


def test_a_wrong_host_is_refused_with_400_in_words(stage: Stage) -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize("host", ["", "a b", "127.0.0.1:99999999", "[::1", "localhost\x00", "%00", "@", "-"])
def test_a_host_that_is_none_is_never_a_fault(stage: Stage, host: str) -> None:
    answer = Client(raise_request_exception=False).get("/healthz", SERVER_NAME="x", headers={"host": host})
    assert answer.status_code < 500


def test_a_form_without_its_protection_is_refused_with_403_and_says_how_to_get_the_words_back(
    stage: Stage,
) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = strict.post("/raise/", filled(), headers={"accept-language": "zh-hans"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "<h1>" in page
    assert "返回" in page, "the words are still on the page before this one"
    assert not Case.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW", "OPTIONS"])
def test_a_method_nobody_expects_is_never_a_fault_and_changes_nothing(
    stage: Stage, program: Program, method: str
) -> None:
    case = stage.register()
    for path in (
        "/",
        "/raise/",
        "/track/",
        "/board/",
        "/rules/",
        "/units/",
        "/desk/",
        "/healthz",
        "/nowhere",
    ):
        answer = program.client.generic(method, path)
        assert answer.status_code < 500, path
    for path in ("/api/v1/cases", f"/api/v1/cases/{case.number}", f"/api/v1/cases/{case.number}/moves"):
        answer = program.client.generic(method, path, headers=program.headers)
        assert answer.status_code in (404, 405), path
    assert Transition.objects.count() == 1


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_wrong_method_on_a_page_is_refused_in_words(stage: Stage, visitor: Client, method: str) -> None:
    answer = visitor.generic(method, "/forget/")
    assert answer.status_code == 405
    assert "<h1>" in answer.content.decode()


def test_a_page_that_is_not_there_is_answered_in_words(stage: Stage, visitor: Client) -> None:
    answer = visitor.get("/no/such/page/")
    assert answer.status_code == 404
    assert "<h1>" in answer.content.decode()


# Tokens


def test_a_token_that_ended_was_revoked_or_belongs_to_a_closed_account_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(stage.cast.clerk)
    assert program.get("/cases").status_code == 200
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=2))
    assert program.get("/cases").status_code == 401, "it worked for one day"
    monkeypatch.setattr(clock, "now", lambda: now)
    with undone():
        token = AccessToken.objects.get(user=stage.cast.clerk.user)
        actions.revoke_token(token=token, by=stage.cast.clerk.actor, at=now)
        assert program.get("/cases").status_code == 401
    with undone():
        actions.close_account(user=stage.cast.clerk.user, by=stage.cast.manager.actor, at=now)
        assert program.get("/cases").status_code in (401, 403)
    assert program.get("/cases").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "1", "not-a-uuid", "0" * 5000, "\u2028"])
def test_a_form_with_a_forged_token_keeps_the_words_and_says_so(
    visitor: Client, stage: Stage, token: str
) -> None:
    answer = visitor.post("/raise/", filled(token=token))
    assert answer.status_code == 422
    assert TEXT in answer.content.decode()
    assert not Case.objects.exists()


OF_DAYS = {
    "hotline:list": "first last",
    "hotline:figures": "first last",
    "followup:list": "first last",
    "followup:figures": "first last",
    "mediation:figures": "first last",
    "audit:log": "day",
    "rulebook:public_list": "at",
    "rulebook:list_json": "at",
}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("name", sorted(OF_DAYS))
def test_a_day_at_the_ends_of_the_calendar_is_no_fault_of_ours(name: str, day: str, stage: Stage) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(
        stage.cast.supervisor.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = client.get(reverse(name), dict.fromkeys(OF_DAYS[name].split(), day))
    assert answer.status_code in {200, 422}
