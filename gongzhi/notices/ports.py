"""The ways out: a port takes one message and hands it to somebody who delivers it.

To add one (a text-message gateway, WeCom, DingTalk …), write a class with `send` and name it in the setting
`NOTICE_PORTS`; `FilePort` is the shortest example. In-app notices need no port: the row is the delivery.
"""

import json
import os
import smtplib
from dataclasses import asdict, dataclass
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from gongzhi.core import crypto
from gongzhi.notices.kinds import one_line


@dataclass(frozen=True, slots=True)
class Message:
    """What a port sends: plain text in the recipient's language. `address` is a mail address or a number."""

    address: str
    name: str
    title: str
    body: str
    link: str
    """Full address of the page, or empty."""
    reference: str
    """Stable name of the delivery, the same in each try, so that a repeated one can be recognised."""


class SendingFailed(Exception):
    """The message did not go out now; the next try may work. The text is shown to staff."""


class SendingRefused(Exception):
    """The message will never go out this way: no further try. The text is shown to staff."""


class Port(Protocol):
    def send(self, message: Message) -> None:
        """Hand the message over, or raise SendingFailed or SendingRefused. Must return within the lease."""


class FilePort:
    """Writes each message as a line of JSON into `outbox.jsonl`: the port of an installation without
    others."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or settings.DATA_DIR / "outbox.jsonl"

    def send(self, message: Message) -> None:
        line = json.dumps(asdict(message), ensure_ascii=False) + "\n"
        try:
            # Only this account may read it: it holds addresses. One write, so two workers never mix lines.
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "ab", buffering=0) as file:
                file.write(line.encode())
        except OSError as error:
            raise SendingFailed(str(error)) from error


class MailPort:
    """Sends by SMTP as the mail settings say."""

    def send(self, message: Message) -> None:
        try:
            mail = _mail(message)
            get_connection(fail_silently=False).send_messages([mail])
        except (ValueError, MessageError) as error:
            raise SendingRefused(one_line(str(error))) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _answer(code, words) from error
        except smtplib.SMTPResponseException as error:
            raise _answer(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise SendingFailed(one_line(f"{type(error).__name__}: {error}")) from error


def _mail(message: Message) -> EmailMessage:
    user, _at, domain = one_line(message.address).rpartition("@")
    to = str(Address(one_line(message.name), user, domain))
    text = "\n\n".join(part for part in (message.body, message.link) if part)
    return EmailMessage(
        one_line(message.title),
        text + "\n",
        to=[to],
        headers={
            # The same in each try, so that a mailbox can drop doubles; keyed, so that nobody can guess it.
            "Message-ID": f"<{message.reference}.{crypto.keyed_hash(message.reference, purpose='notice')}"
            f"@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('>')}>",
            # Keeps holiday replies from coming back.
            "Auto-Submitted": "auto-generated",
        },
    )


def _answer(code: int, words: bytes | str) -> Exception:
    """Return the failure for an SMTP reply: 5xx will be the same next time, all else may pass."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    kind = SendingRefused if code // 100 == _SMTP_PERMANENT else SendingFailed
    return kind(one_line(f"{code} {said}"))


_SMTP_PERMANENT = 5
"""First figure of the replies that mean "never" (RFC 5321, section 4.2.1)."""


def port_for(channel: str) -> Port | None:
    """Return the port that serves `channel` by the setting `NOTICE_PORTS`, or None."""
    path = settings.NOTICE_PORTS.get(channel)
    port: Port | None = import_string(path)() if path else None
    return port
