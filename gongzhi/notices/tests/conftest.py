"""A kind of notice that belongs to no app, for the tests of this one."""

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import KINDS, NoticeKind, register

OK = b'{"code": 0}'


@pytest.fixture
def kind() -> Iterator[NoticeKind]:
    made = register(
        NoticeKind(
            code="tests.told",
            title=_("%(number)s was answered"),
            body=_("Please look at %(number)s."),
            audience=_("Whoever the test names."),
            link="/cases/%(number)s/",
        )
    )
    yield made
    del KINDS[made.code]


class Peer:
    """What the SMTP server below was told, and what it is to answer."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        """Answers to the next messages, in order; "250 OK" when there are no more."""

    async def handle_DATA(  # noqa: N802 the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    """A real SMTP server on the loopback address, and mail settings that lead to it."""
    peer = Peer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.NOTICE_PORTS = {"mail": "gongzhi.notices.ports.MailPort", "sms": ""}
    yield peer
    controller.stop()


class Gateway:
    """A real HTTP server on the loopback address: what it was sent, and what it is to answer."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []
        """Answers to the next requests, in order; 200 with code 0 when there are no more."""
        self.hang = threading.Event()
        self.hangs = False
        self.url = ""


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """The gateway, and settings that lead to it."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.asked.append((self.path, dict(self.headers.items()), body))
            if gateway.hangs:
                gateway.hang.wait(30)
                return
            status, said, headers = gateway.answers.pop(0) if gateway.answers else (200, OK, {})
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/send"
    settings.NOTICE_PORTS = {"sms": "gongzhi.notices.gateway.GatewayPort"}
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {
        "url": gateway.url,
        "private": True,
        "result": "code",
        "never": ["7"],
        "secret": "key of the gateway",
    }
    yield gateway
    gateway.hang.set()
    server.shutdown()
    thread.join()
    server.server_close()
