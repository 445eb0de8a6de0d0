"""A kind of notice that belongs to no app, for the tests of this one."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import KINDS, NoticeKind, register


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
