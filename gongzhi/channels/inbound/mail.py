"""Reading a mail: raw MIME (RFC 5322) or the JSON of a gateway, into plain values. Pure.

Chinese mails name GB2312 and mean GBK or GB18030, or name nothing at all. What cannot be decoded is read as
well as it can be: a mail is not refused for a broken letter.
"""

import base64
import binascii
import email
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

from gongzhi.core.errors import Invalid
from gongzhi.core.texts import tidy

_CHINESE = frozenset({"gb2312", "gbk", "cp936", "gb_2312-80", "x-gbk", "hz-gb-2312", "gb18030"})
_BLANK_LINES = re.compile(r"\n{3,}")
_HIDDEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table"})
_QUOTE_BEGINS = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|原始邮件|回复的原邮件|forwarded message|转发邮件).*"
    r"|on .{1,200} wrote:|在.{1,200}(?:写道|wrote)\s*[:：]|.{1,80}于\s?\d{4}.{1,60}写道\s*[:：]"
    r"|(?:发件人|from)\s*[:：].{1,200}|_{10,})\s*$",
    re.IGNORECASE,
)


class UnreadableMail(Invalid):
    """No mail, or one made to break what reads it."""

    code = "unreadable_mail"
    status = 400


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as far as a matter needs it."""

    sender: str
    name: str
    subject: str
    words: str
    """What was written newly: without the quoted mail."""
    whole: str
    """Everything, in which a number with its code may stand."""
    key: str
    """Message-ID, or "" when the mail has none."""
    pictures: tuple[bytes, ...] = ()
    left_out: int = 0
    loop: str = ""
    """Why it must not be answered nor become a matter; "" for an ordinary mail."""
    headers: Mapping[str, str] = field(default_factory=dict)


def read_raw(raw: bytes, *, most_parts: int, own: str) -> Mail:
    """Return the mail in the bytes. `own` is the address we send from. Raises UnreadableMail."""
    try:
        message = email.message_from_bytes(raw, policy=policy.compat32)
        return _read(message, most_parts=most_parts, own=own)
    except (RecursionError, MessageError, ValueError, LookupError, TypeError, AttributeError) as broken:
        raise UnreadableMail from broken


def _read(message: Message, *, most_parts: int, own: str) -> Mail:
    plain: list[str] = []
    rich: list[str] = []
    pictures: list[bytes] = []
    left_out = 0
    for part in _leaves(message, most_parts):
        kind, content = part.get_content_type(), part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        attached = part.get_content_disposition() == "attachment" or bool(part.get_filename())
        if kind == "text/plain" and not attached:
            plain.append(decoded(content, _charset(part)))
        elif kind == "text/html" and not attached:
            rich.append(text_of_html(decoded(content, _charset(part))))
        elif kind.startswith("image/"):
            pictures.append(content)
        elif content:
            left_out += 1
    words = "\n".join(plain) if any(text.strip() for text in plain) else "\n".join(rich)
    headers = {name.lower(): header(value) for name, value in message.items()}
    return _mail(headers, words, tuple(pictures), left_out, own=own)


def _leaves(message: Message, most: int) -> Iterator[Message]:
    """Give the parts that hold something. Raises UnreadableMail when there are too many."""
    for count, part in enumerate(message.walk()):
        if count > most:
            raise UnreadableMail
        if not part.is_multipart():
            yield part


def _charset(part: Message) -> str:
    found = part.get_content_charset()
    return found if isinstance(found, str) else ""


def decoded(content: bytes, charset: str) -> str:
    """Return bytes as text: in the charset they name, else UTF-8, else Chinese; never a failure."""
    named = "gb18030" if charset.lower() in _CHINESE else charset.lower()
    for candidate in (named, "utf-8", "gb18030"):
        try:
            return content.decode(candidate) if candidate else content.decode("utf-8")
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def header(value: object) -> str:
    """Return a header as text on one line, with its encoded words decoded."""
    raw = str(value) if isinstance(value, str) else _raw_header(value)
    try:
        parts = decode_header(raw)
    except (MessageError, ValueError, binascii.Error):
        return " ".join(raw.split())
    text = "".join(
        decoded(part, charset or "") if isinstance(part, bytes) else part for part, charset in parts
    )
    return " ".join(text.split())


def _raw_header(value: object) -> str:
    """A header with bytes that no header may hold, as old mail programs write them."""
    chunks = getattr(value, "_chunks", [(str(value), None)])
    raw = "".join(chunk for chunk, _charset in chunks)
    return decoded(raw.encode("utf-8", "surrogateescape"), "")


def read_json(said: Any, *, own: str) -> Mail:
    """Return the mail in the JSON of a gateway. Raises UnreadableMail, naming the input."""
    if not isinstance(said, dict):
        raise UnreadableMail
    texts = {}
    for name in ("from", "subject", "text", "html", "message_id"):
        value = said.get(name, "")
        if not isinstance(value, str):
            raise UnreadableMail(field=name)
        texts[name] = value
    named = said.get("headers", {})
    if not isinstance(named, dict) or not all(isinstance(v, str) for v in named.values()):
        raise UnreadableMail(field="headers")
    headers = {str(name).lower(): " ".join(value.split()) for name, value in named.items()}
    headers |= {"from": texts["from"], "subject": " ".join(texts["subject"].split())}
    if texts["message_id"]:
        headers["message-id"] = texts["message_id"]
    pictures, left_out = _attachments(said.get("attachments", []))
    words = texts["text"] or text_of_html(texts["html"])
    return _mail(headers, words, pictures, left_out, own=own)


def _attachments(rows: Any) -> tuple[tuple[bytes, ...], int]:
    if not isinstance(rows, list):
        raise UnreadableMail(field="attachments")
    pictures, left_out = [], 0
    for row in rows:
        kind, content = (
            (row.get("content_type"), row.get("content")) if isinstance(row, dict) else (None, None)
        )
        if not isinstance(kind, str) or not isinstance(content, str):
            raise UnreadableMail(field="attachments")
        if not kind.startswith("image/"):
            left_out += 1
            continue
        try:
            pictures.append(base64.b64decode(content, validate=True))
        except (binascii.Error, ValueError) as broken:
            raise UnreadableMail(field="attachments") from broken
    return tuple(pictures), left_out


def _mail(
    headers: Mapping[str, str], words: str, pictures: tuple[bytes, ...], left_out: int, *, own: str
) -> Mail:
    name, sender = parseaddr(headers.get("from", ""))
    subject = _storable(headers.get("subject", ""))
    whole = _storable(words)
    return Mail(
        sender=_storable(sender).strip().lower(),
        name=_storable(name).strip()[:60],
        subject=subject,
        words=without_quotes(whole),
        whole=f"{subject}\n{whole}",
        key=headers.get("message-id", "").strip()[:400],
        pictures=pictures,
        left_out=left_out,
        loop=loop_of(headers, sender.strip().lower(), own=own),
        headers=headers,
    )


def _storable(text: str) -> str:
    """Text without what no database keeps and nobody sees."""
    return tidy(text.replace("\x00", "").encode("utf-8", "replace").decode())


def loop_of(headers: Mapping[str, str], sender: str, *, own: str) -> str:
    """Return why a mail was written by a machine or by us, or "".

    RFC 3834 for answers of machines, RFC 5321 for the empty return path of a bounce.
    """
    own_address = parseaddr(own)[1].lower()
    domain = own_address.rpartition("@")[2]
    submitted = headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    if submitted != "no":
        return "auto_submitted"
    if headers.get("precedence", "").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return "precedence"
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "list-id", "x-loop")):
        return "machine"
    if headers.get("return-path", "").replace(" ", "") == "<>":
        return "bounce"
    if not sender or sender.partition("@")[0] in ("mailer-daemon", "postmaster", "noreply", "no-reply"):
        return "bounce"
    if sender == own_address:
        return "own_address"
    if domain and headers.get("message-id", "").strip().lower().endswith(f"@{domain}>"):
        return "own_message"
    return ""


def without_quotes(text: str) -> str:
    """Return what was written newly, above the mail it answers."""
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTE_BEGINS.match(line[:400]):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return _BLANK_LINES.sub("\n\n", "\n".join(kept)).strip()


class _Words(HTMLParser):
    """The words of a page: no scripts, no styles; blocks become lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def text_of_html(page: str) -> str:
    """Return the words of an HTML mail."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
