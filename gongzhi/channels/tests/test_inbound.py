"""Mail and text messages coming in: signed, taken once, read in every Chinese charset, never a loop."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.lifecycle import Channel, State
from gongzhi.cases.models import Attachment, Case, Transition
from gongzhi.cases.queries import tracking
from gongzhi.channels import rules
from gongzhi.channels.inbound import mail, sms
from gongzhi.channels.inbound.references import references
from gongzhi.channels.models import Received
from gongzhi.channels.tests.deciding import decide
from gongzhi.core import clock, signatures
from gongzhi.core.errors import DomainError
from gongzhi.notices.models import Notice
from tests.cast import Cast
from tests.stage import PHONE, Stage, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stage", "doors")]
NONCES = count(1)
OWN = "post@gongzhi.example"
SAID = "城关镇三元村三组的路灯全坏了，晚上看不见。"


def send(
    client: Client,
    door: str,
    body: bytes,
    kind: str,
    *,
    secret: str = "",
    moment: int | None = None,
    nonce: str = "",
    **changed: str,
) -> Any:
    stamp = str(int(clock.now().timestamp()) if moment is None else moment)
    nonce = nonce or f"nonce-number-{next(NONCES):08d}"
    given = signatures.sign(secret or f"{door}-secret", moment=stamp, nonce=nonce, body=body)
    headers = {
        "x-gongzhi-timestamp": stamp,
        "x-gongzhi-nonce": nonce,
        "x-gongzhi-signature": f"sha256={given}",
    } | changed
    return client.post(f"/channels/{door}/", body, content_type=kind, headers=headers)


def raw(
    text: str = SAID, *, charset: str = "utf-8", subject: str = "路灯坏了", **headers: str
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = headers.pop("sender", "王桂芳 <wang@example.org>")
    message["To"] = OWN
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("key", f"<{next(NONCES)}@example.org>")
    message.set_content(text, charset=charset)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def mailed(client: Client, message: EmailMessage | bytes, **more: Any) -> dict[str, Any]:
    body = message if isinstance(message, bytes) else message.as_bytes()
    answer = send(client, "mail", body, "message/rfc822", **more)
    assert answer.status_code == 200, answer.content.decode()
    said: dict[str, Any] = json.loads(answer.content)
    return said


def texted(client: Client, text: str = SAID, *, sender: str = "+86 139-0000-2207", key: str = "") -> Any:
    body = {"from": sender, "text": text, "message_id": key or str(next(NONCES))}
    return send(client, "sms", json.dumps(body).encode(), "application/json")


def refused(answer: Any, status: int, code: str = "") -> None:
    assert answer.status_code == status, answer.content.decode()
    error = json.loads(answer.content)["error"]
    assert not code or error["code"] == code


def test_a_mail_becomes_a_matter_and_its_sender_gets_the_receipt_once(client: Client, cast: Cast) -> None:
    message = raw()
    said = mailed(client, message)
    case = Case.objects.get()
    assert (said["outcome"], said["number"], said["repeated"]) == ("matter", case.number, False)
    assert (case.text, case.title, case.channel) == (SAID, "路灯坏了", Channel.MAIL)
    assert case.place == cast.units.village
    assert (case.reporter_name, case.reporter_mail, case.registered_by) == (
        "王桂芳",
        "wang@example.org",
        None,
    )
    event = AuditEvent.objects.get(subject=f"case:{case.number}")
    assert (event.door, event.actor_key) == ("mail", "resident")
    again = mailed(client, message)
    assert again == said | {"repeated": True}
    assert Notice.objects.filter(kind="cases.receipt").count() == 1
    assert Case.objects.count() == Received.objects.count() == 1


def test_a_mail_delivered_again_with_other_trace_headers_is_the_same_mail(client: Client) -> None:
    message = raw()
    mailed(client, message)
    assert mailed(client, b"Received: from a by b\r\n" + message.as_bytes())["repeated"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030"])
@pytest.mark.parametrize("named", [True, False])
def test_every_chinese_charset_is_read_also_when_it_is_named_wrongly_or_not(
    client: Client, charset: str, named: bool
) -> None:
    text = SAID if charset == "gb2312" else f"{SAID}龘"
    head = b"From: wang@example.org\r\nMessage-ID: <a@example.org>\r\nMIME-Version: 1.0\r\n"
    subject = b"Subject: =?gb2312?B?" + base64.b64encode("路灯".encode("gb18030")) + b"?=\r\n"
    # What old programs do: they write GB2312 over text that needs GB18030.
    name = {"gb2312": "gb2312", "gbk": "gb2312"}.get(charset, charset)
    kind = f"text/plain; charset={name}" if named else "text/plain"
    body = head + subject + f"Content-Type: {kind}\r\n\r\n".encode() + text.encode(charset)
    mailed(client, body)
    case = Case.objects.get()
    assert (case.text, case.title) == (text, "路灯")


def test_a_subject_in_bare_bytes_is_read(client: Client) -> None:
    body = b"From: wang@example.org\r\nSubject: " + "路灯坏了".encode() + b"\r\n\r\n" + SAID.encode()
    mailed(client, body)
    assert Case.objects.get().title == "路灯坏了"


def test_a_mail_with_html_only_is_read_without_its_scripts(client: Client) -> None:
    message = raw()
    message.set_content(
        "<html><head><style>p{}</style><title>x</title></head><body><p>三元村</p><script>alert(1)</script>"
        "<div>路灯&nbsp;坏了<br>请来看看</div></body></html>",
        subtype="html",
    )
    mailed(client, message)
    assert Case.objects.get().text.split() == ["三元村", "路灯", "坏了", "请来看看"]


def test_photos_are_cleaned_and_what_is_no_photo_is_left_out_and_said(client: Client) -> None:
    message = raw()
    message.add_attachment(picture("PNG"), maintype="image", subtype="png", filename="a.png")
    message.add_attachment(b"GIF89a broken", maintype="image", subtype="gif", filename="b.gif")
    message.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="c.zip")
    mailed(client, message)
    assert Attachment.objects.get().mime == "image/jpeg"
    assert "2" in Case.objects.get().text.splitlines()[-1]


def test_an_answer_that_carries_number_and_code_is_added_to_its_matter(client: Client, stage: Stage) -> None:
    case = stage.register()
    code = tracking.code_of(case)
    quoted = f"\n\n在 2026年3月4日，共治 写道：\n> 编号 {case.number}，回执码 {code}\n> 请看链接"
    said = mailed(client, raw(f"灯还是没亮。{quoted}", subject=f"回复：我们收到了 {case.number}"))
    assert (said["outcome"], said["number"]) == ("comment", case.number)
    assert Transition.objects.get(case=case, move="comment").words == "灯还是没亮。"
    assert Case.objects.count() == 1


def test_a_link_of_a_receipt_is_a_reference_too_and_a_wrong_code_opens_nothing(
    client: Client, stage: Stage
) -> None:
    case = stage.register()
    link = f"https://gongzhi.example/t/{case.number}/{tracking.code_of(case)}/"
    assert mailed(client, raw(f"补充一句。\n{link}"))["outcome"] == "comment"
    assert mailed(client, raw(f"{case.number} AAAA2222 我要看"))["outcome"] == "matter"


def test_photos_for_a_closed_matter_are_not_taken_but_the_words_are(client: Client, stage: Stage) -> None:
    case = stage.in_state(State.CLOSED)
    message = raw(f"谢谢。{case.number} {tracking.code_of(case)}")
    message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="a.jpg")
    said = mailed(client, message)
    assert (said["outcome"], said["reason"]) == ("comment", "closed_to_photos")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_submitted"),
        ({"Auto_Submitted": "auto-generated; x=1"}, "auto_submitted"),
        ({"Precedence": "bulk"}, "precedence"),
        ({"Precedence": "Auto_Reply"}, "precedence"),
        ({"X_Autoreply": "yes"}, "machine"),
        ({"List_Id": "<a.example.org>"}, "machine"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"sender": "MAILER-DAEMON@example.org"}, "bounce"),
        ({"sender": f"我们 <{OWN}>"}, "own_address"),
        ({"key": "<notice-1@gongzhi.example>"}, "own_message"),
        ({"sender": "not an address"}, "no_sender"),
    ],
)
def test_mails_of_machines_and_our_own_make_no_matter_and_no_answer(
    client: Client, headers: dict[str, str], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    message = raw(**headers)
    assert mailed(client, message) == {
        "outcome": "ignored",
        "reason": reason,
        "number": "",
        "reply": "",
        "repeated": False,
    }
    mailed(client, message)
    assert not Case.objects.exists()
    assert not Notice.objects.exists()
    assert len([line for line in caplog.records if line.levelname != "INFO"]) == 1


def test_auto_submitted_no_is_an_ordinary_mail(client: Client) -> None:
    assert mailed(client, raw(Auto_Submitted="no"))["outcome"] == "matter"


def test_the_json_of_a_gateway_is_the_same_mail(client: Client) -> None:
    body = {
        "from": "王桂芳 <wang@example.org>",
        "subject": "路灯坏了",
        "html": f"<p>{SAID}</p>",
        "message_id": "<j1@example.org>",
        "attachments": [
            {"content_type": "image/jpeg", "content": base64.b64encode(picture()).decode()},
            {"content_type": "application/pdf", "content": "AAAA"},
        ],
    }
    answer = send(client, "mail", json.dumps(body).encode(), "application/json")
    assert json.loads(answer.content)["outcome"] == "matter"
    assert Attachment.objects.count() == 1
    misfits: list[dict[str, Any]] = [{"from": 1}, {"attachments": [1]}, {"headers": []}]
    for wrong in misfits:
        refused(send(client, "mail", json.dumps(body | wrong).encode(), "application/json"), 400)
    loop = body | {"headers": {"Auto-Submitted": "auto-replied"}, "message_id": "<j2@example.org>"}
    answer = send(client, "mail", json.dumps(loop).encode(), "application/json")
    assert json.loads(answer.content)["reason"] == "auto_submitted"


def test_a_text_message_becomes_a_matter_and_the_reply_holds_its_number(client: Client) -> None:
    said = json.loads(texted(client, key="7").content)
    case = Case.objects.get()
    assert case.number in said["reply"]
    assert (case.channel, case.reporter_phone, case.text) == (Channel.SMS, PHONE, SAID)
    assert json.loads(texted(client, key="7").content) == said | {"repeated": True}
    assert Case.objects.count() == 1


def test_the_telephone_that_was_left_opens_a_matter_by_its_number_and_no_other_does(
    client: Client, stage: Stage
) -> None:
    case = stage.register()
    assert json.loads(texted(client, f"{case.number} 灯还是没亮").content)["outcome"] == "comment"
    other = json.loads(texted(client, f"{case.number} 给我看看", sender="13800001111").content)
    assert other["outcome"] == "matter"


SMS_BODY = json.dumps({"from": "13900002207", "text": SAID, "message_id": "1"}).encode()


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "other"},
        {"moment": 1},
        {"moment": 99999999999},
        {"nonce": "short"},
        {"x-gongzhi-signature": ""},
        {"x-gongzhi-signature": "sha256=" + "0" * 64},
        {"x-gongzhi-signature": "ü"},
        {"x-gongzhi-timestamp": "later"},
        {"x-gongzhi-nonce": "a different nonce"},
    ],
)
def test_what_is_not_signed_by_the_gateway_is_a_403_logged_once(
    client: Client, change: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    refused(send(client, "sms", SMS_BODY, "application/json", **change), 403, "forged")
    assert len([line for line in caplog.records if line.levelname != "INFO"]) == 1
    assert SAID not in caplog.text
    assert not Received.objects.exists()


def test_the_window_is_the_one_of_the_rule(client: Client) -> None:
    edge = int((clock.now() - timedelta(minutes=5)).timestamp())
    refused(send(client, "sms", SMS_BODY, "application/json", moment=edge - 1), 403)
    assert send(client, "sms", SMS_BODY, "application/json", moment=edge).status_code == 200


def test_a_signature_of_one_message_serves_for_no_other(client: Client) -> None:
    nonce = "the-same-nonce-0001"
    assert send(client, "sms", SMS_BODY, "application/json", nonce=nonce).status_code == 200
    other = json.dumps({"from": "13900002207", "text": "别的事", "message_id": "2"}).encode()
    refused(send(client, "sms", other, "application/json", nonce=nonce), 403, "replayed")
    changed = json.dumps({"from": "13900002207", "text": "改了", "message_id": "1"}).encode()
    refused(send(client, "sms", changed, "application/json"), 403, "replayed")
    assert json.loads(send(client, "sms", SMS_BODY, "application/json", nonce=nonce).content)["repeated"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"from": "13900002207", "text": "", "message_id": "1"}',
        b'{"from": "call me", "text": "x", "message_id": "1"}',
        b'{"from": "13900002207", "text": "\\u0000", "message_id": "1"}',
        b'{"from": "13900002207", "text": 5, "message_id": "1"}',
        json.dumps({"from": "13900002207", "text": "长" * 2001, "message_id": "1"}).encode(),
    ],
)
def test_a_text_message_of_the_wrong_shape_is_refused(client: Client, body: bytes) -> None:
    answer = send(client, "sms", body, "application/json")
    refused(answer, 413 if len(body) > 20_000 else 400)
    assert not Received.objects.exists()


def test_oversized_mails_are_a_413_before_they_are_read(client: Client) -> None:
    decide(rules.INBOUND, message_bytes=1000)
    refused(send(client, "mail", b"a" * 1001, "message/rfc822"), 413, "too_large")


def test_a_mail_nested_to_break_the_reader_is_refused(client: Client) -> None:
    deep = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(2000)
    )
    refused(send(client, "mail", b"From: a@example.org\r\n" + deep, "message/rfc822"), 400)
    wide = (
        b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 500
    )
    refused(send(client, "mail", wide, "message/rfc822"), 400, "unreadable_mail")


def test_a_storm_of_one_sender_and_of_a_door_is_a_429_and_may_be_sent_again(client: Client) -> None:
    decide(rules.INBOUND, per_sender_an_hour=2, per_door_an_hour=3)
    statuses = [texted(client, f"{SAID}{n}").status_code for n in range(3)]
    assert statuses == [200, 200, 429]
    assert texted(client, sender="13800001111").status_code == 200
    answer = texted(client, sender="13800002222", key="later")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert Case.objects.count() == Received.objects.count() == 3
    decide(rules.INBOUND, version=3)
    assert texted(client, sender="13800002222", key="later").status_code == 200


def test_a_door_without_a_secret_is_not_there(client: Client, doors: Any) -> None:
    doors.SMS_IN_SECRET = doors.MAIL_IN_SECRET = ""
    assert texted(client).status_code == 404
    assert client.get("/channels/mail/").status_code == 404


def test_other_methods_and_types_are_refused(client: Client) -> None:
    refused(client.get("/channels/sms/"), 405)
    refused(send(client, "mail", b"x", "text/plain"), 400)


def test_rows_older_than_the_rule_are_forgotten(client: Client) -> None:
    from gongzhi.channels import jobs

    texted(client)
    assert jobs.sweep(at=clock.now() + timedelta(days=189)) == 0
    assert jobs.sweep(at=clock.now() + timedelta(days=191)) == 1


def test_numbers_and_codes_are_found_as_people_write_them() -> None:
    assert list(references("编号HY26-004817，回执码 ABCD-2345。")) == [("HY26-004817", "ABCD-2345")]
    assert list(references("hy26 4817")) == [("HY26-004817", "")]
    assert list(references("XHY26-004817 HY 26")) == []


FUZZ = hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@FUZZ
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace")))
def test_no_bytes_break_the_reader_of_mails(body: bytes) -> None:
    _read(lambda: mail.read_raw(body, most_parts=60, own=OWN))


@FUZZ
@given(
    st.sampled_from(["From", "Subject", "Content-Type", "Content-Transfer-Encoding", "Message-ID"]),
    st.text(max_size=80) | st.sampled_from(["=?gb2312?B?xxx?=", "=?x?Q?=FF?=", "multipart/mixed", "base64"]),
    st.binary(max_size=100),
)
def test_no_header_breaks_the_reader_of_mails(name: str, value: str, body: bytes) -> None:
    head = f"{name}: {value}\r\nContent-Type: text/html; charset=gbk\r\n\r\n".encode("utf-8", "replace")
    _read(lambda: mail.read_raw(head + body, most_parts=60, own=OWN))


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["from", "text", "html", "subject", "message_id", "headers", "attachments"])


@FUZZ
@given(st.dictionaries(NAMES, JSONS) | JSONS)
def test_no_json_breaks_the_readers(said: Any) -> None:
    _read(lambda: mail.read_json(said, own=OWN))
    _read(lambda: sms.read(said))


def _read(read: Callable[[], Any]) -> None:
    try:
        read()
    except DomainError as refusal:
        assert refusal.status == 400  # noqa: PT017 - either answer is right, but no other refusal is


def test_a_signature_is_the_documented_one() -> None:
    import hmac

    right = hmac.new(b"s", b"1.n.body", sha256).hexdigest()
    assert signatures.sign("s", moment="1", nonce="n", body=b"body") == right
