"""Text messages go through the gateway of any company: signed, judged by its answer, never to ourselves."""

import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from gongzhi.core.actor import SYSTEM
from gongzhi.notices import actions, posting
from gongzhi.notices.actions import Recipient, write_notice
from gongzhi.notices.jobs import send_due
from gongzhi.notices.kinds import KINDS, Channel, NoticeKind, register
from gongzhi.notices.lifecycle import LEASE, DeliveryState
from gongzhi.notices.models import Delivery, Notice
from gongzhi.notices.tests.conftest import OK, Gateway

pytestmark = pytest.mark.django_db
PHONE = "13900002207"
NIGHT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
"""23:30 in Shanghai."""
MORNING = datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


@pytest.fixture
def receipt() -> Iterator[NoticeKind]:
    """The kind `cases.answer` as far as these tests need it: one that the rule sends as text."""
    kept = KINDS.pop("cases.answer")
    yield register(
        NoticeKind(
            code="cases.answer",
            title=kept.title,
            body=kept.body,
            audience=kept.audience,
            channels=frozenset({Channel.MAIL, Channel.SMS}),
            link="/t/%(number)s/",
        )
    )
    KINDS["cases.answer"] = kept


def write(
    at: datetime, *, key: str = "1", mail: str = "", urgent: bool = False, kind: str = "cases.answer"
) -> Any:
    to = Recipient(phone=PHONE, mail=mail, name="王大爷", language="en")
    values = {
        "number": "HY26-000001",
        "title": "{phone} 路灯",
        "words": "修好了。",
        "code": "CODE",
        "unit": "三元村",
    }
    write_notice(
        kind=kind,
        to=to,
        subject_ref="case:HY26-000001",
        values=values,
        dedupe_key=key,
        is_urgent=urgent,
        by=SYSTEM,
        at=at,
    )
    return Delivery.objects.filter(notice__dedupe_key=key, channel="sms").first()


def state_of(delivery: Any) -> str:
    delivery.refresh_from_db()
    return str(delivery.state)


def test_the_gateway_gets_title_and_link_signed_and_the_answer_stays_behind_the_link(
    rules: None, receipt: NoticeKind, gateway: Gateway, at: datetime, settings: Any
) -> None:
    settings.PUBLIC_ADDRESS = "https://hanyin.example"
    delivery = write(at)
    assert send_due(at=at) == 1
    ((_path, headers, body),) = gateway.asked
    said = json.loads(body)
    assert said["phone"] == PHONE
    assert said["text"] == "Your matter HY26-000001 has an answer https://hanyin.example/t/HY26-000001/"
    assert said["reference"] == headers["Idempotency-Key"] == f"notice-{delivery.pk}"
    signed = f"{headers['X-Gongzhi-Timestamp']}.{headers['X-Gongzhi-Nonce']}.".encode() + body
    right = hmac.new(b"key of the gateway", signed, hashlib.sha256).hexdigest()
    assert headers["X-Gongzhi-Signature"] == f"sha256={right}"
    assert state_of(delivery) == DeliveryState.SENT


def test_a_form_is_filled_in_where_the_gateway_wants_one(
    rules: None, receipt: NoticeKind, gateway: Gateway, at: datetime, settings: Any
) -> None:
    body = '{"mobile": "{phone}", "content": "【汉阴】{title}", "name": "{name}", "id": "{reference}"}'
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"format": "form", "body": body}
    write(at)
    send_due(at=at)
    sent = parse_qs(gateway.asked[0][2].decode())
    assert sent["mobile"] == [PHONE]
    assert sent["content"] == ["【汉阴】Your matter HY26-000001 has an answer"]


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        ((200, OK, {}), DeliveryState.SENT, ""),
        ((200, b'{"code": "7"}', {}), DeliveryState.GAVE_UP, "code 7"),
        ((200, b'{"code": 9}', {}), DeliveryState.FAILED, "code 9"),
        ((200, b"<html>", {}), DeliveryState.FAILED, "not understood"),
        ((200, b"[" * 60_000, {}), DeliveryState.FAILED, "not understood"),
        ((503, b"", {}), DeliveryState.FAILED, "HTTP 503"),
        ((429, b"", {}), DeliveryState.FAILED, "HTTP 429"),
        ((401, b"", {}), DeliveryState.FAILED, "HTTP 401"),
        ((400, b"", {}), DeliveryState.GAVE_UP, "HTTP 400"),
        ((302, b"", {"Location": "http://127.0.0.1:1/"}), DeliveryState.FAILED, "HTTP 302"),
    ],
)
def test_each_answer_of_the_gateway_means_what_it_says(
    rules: None,
    receipt: NoticeKind,
    gateway: Gateway,
    at: datetime,
    answer: tuple[int, bytes, dict[str, str]],
    state: str,
    says: str,
) -> None:
    gateway.answers = [answer]
    delivery = write(at)
    send_due(at=at)
    assert state_of(delivery) == state
    assert says in delivery.last_error
    assert len(gateway.asked) == 1


def test_a_gateway_that_never_answers_holds_nobody_up(
    rules: None, receipt: NoticeKind, gateway: Gateway, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.hangs = True
    monkeypatch.setitem(posting.post.__kwdefaults__ or {}, "seconds", 0.3)
    delivery = write(at)
    send_due(at=at)
    assert state_of(delivery) == DeliveryState.FAILED


def test_a_server_that_answers_byte_by_byte_is_left_after_the_whole_time() -> None:
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            peer, _address = server.accept()
            with peer:
                while not done.wait(0.05):
                    try:
                        peer.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(posting.NotReached):
            posting.post(url, body=b"", headers={}, private=True, seconds=0.4)
        done.set()
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.0.0.8/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://localhost/",
        "http://93.184.216.34/",
        "https://name:word@93.184.216.34/",
        "ftp://93.184.216.34/",
        "https://",
        "https://[",
    ],
)
def test_neither_our_own_network_nor_an_open_line_is_sent_to(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbered(host: str, port: int, **_: object) -> list[Any]:
        return [(0, 0, 0, "", (host.replace("localhost", "127.0.0.1"), port))]

    monkeypatch.setattr(socket, "getaddrinfo", numbered)
    with pytest.raises(posting.AddressRefused):
        posting.post(url, body=b"", headers={})


def test_a_name_with_one_public_and_one_inner_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(0, 0, 0, "", (number, 443)) for number in ("93.184.216.34", "192.168.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(posting.AddressRefused):
        posting.post("https://gateway.example/", body=b"", headers={})


def test_a_certificate_of_somebody_else_ends_the_call(gateway: Gateway, tmp_path: Any) -> None:
    certificate, key = self_signed(tmp_path)
    mine = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mine.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            peer, _address = server.accept()
            with peer, pytest.raises(ssl.SSLError):
                mine.wrap_socket(peer, server_side=True)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(posting.NotReached, match="CERTIFICATE_VERIFY_FAILED"):
            posting.post(url, body=b"", headers={}, private=True)
        thread.join()


def self_signed(folder: Any) -> tuple[Any, Any]:
    """Return the files of a certificate for another name that nobody vouches for, and of its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other.example")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "c.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "k.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "c.pem", folder / "k.pem"


def test_a_worker_that_dies_after_sending_sends_again_under_the_same_name(
    rules: None, receipt: NoticeKind, gateway: Gateway, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = write(at)
    with monkeypatch.context() as dying:
        dying.setattr(actions, "_finish", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send_due(at=at)
    assert state_of(delivery) == DeliveryState.SENDING
    assert send_due(at=at + LEASE + timedelta(minutes=1)) == 1
    assert len({headers["Idempotency-Key"] for _path, headers, _body in gateway.asked}) == 1
    assert len(gateway.asked) == 2


def test_in_the_night_no_phone_rings_and_in_the_morning_it_is_told(
    rules: None, receipt: NoticeKind, gateway: Gateway
) -> None:
    delivery = write(NIGHT)
    assert send_due(at=NIGHT) == 0
    assert (state_of(delivery), delivery.next_try_at, delivery.attempts) == ("held", MORNING, 0)
    assert send_due(at=MORNING - timedelta(seconds=1)) == 0
    assert gateway.asked == []
    assert send_due(at=MORNING) == 1
    assert (state_of(delivery), delivery.attempts) == ("sent", 1)


def test_an_emergency_rings_at_night(rules: None, receipt: NoticeKind, gateway: Gateway) -> None:
    write(NIGHT, urgent=True)
    assert send_due(at=NIGHT) == 1


def test_who_left_a_mail_address_gets_no_text_message_too(
    rules: None, receipt: NoticeKind, gateway: Gateway, at: datetime
) -> None:
    assert write(at, mail="wang@example.org") is None


def test_a_kind_that_the_rule_does_not_name_is_not_sent_as_text_and_leaves_no_row(
    rules: None, kind: NoticeKind, gateway: Gateway, at: datetime
) -> None:
    assert write(at, kind=kind.code) is None
    assert not Notice.objects.exists()


def test_what_somebody_turned_off_is_not_sent_but_the_receipt_is(
    rules: None, receipt: NoticeKind, gateway: Gateway, at: datetime
) -> None:
    sms = frozenset({Channel.SMS})
    first, second = write(at), write(at, key="2", kind="cases.receipt")
    who = "case:HY26-000001"
    actions.choose_ways(who=who, offered=sms, wanted=frozenset(), by=SYSTEM, at=at)
    assert send_due(at=at) == (1 if second else 0)
    assert state_of(first) == DeliveryState.STOPPED
    actions.choose_ways(who=who, offered=sms, wanted=sms, by=SYSTEM, at=at)
    third = write(at, key="3")
    assert send_due(at=at) == 1
    assert state_of(third) == DeliveryState.SENT
