"""Messages of WeChat: the XML of a callback into values, and a reply into XML. Pure.

A message is flat: a root and its fields. Document types, entities and deep nesting are refused before any of
it is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gongzhi.channels.open311.formats import xml_text
from gongzhi.core.errors import DomainError


class Unreadable(DomainError):
    """No XML of the shape of a callback."""

    code = "unreadable"


def read(body: bytes) -> Mapping[str, str]:
    """Return the fields of a callback. Raises Unreadable for anything that is not flat, plain XML."""
    try:
        root = fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as broken:
        raise Unreadable from broken
    return {child.tag: (child.text or "").strip() for child in root if not len(child)}


@dataclass(frozen=True, slots=True)
class Message:
    """One message or event of a follower."""

    sender: str
    """The openid: what the account calls the person."""
    account: str
    kind: str
    key: str
    """What tells it from every other: MsgId, or for an event sender, moment and event."""
    at: int
    fields: Mapping[str, str]

    def field(self, name: str) -> str:
        return self.fields.get(name, "")


def message_of(fields: Mapping[str, str]) -> Message:
    """Return the message in the fields of a callback. Raises Unreadable when what every message has is
    missing."""
    sender, kind, at = (fields.get(name, "") for name in ("FromUserName", "MsgType", "CreateTime"))
    if not sender or not kind or not (at.isascii() and at.isdigit() and len(at) < 12):
        raise Unreadable
    event = "|".join((sender, at, fields.get("Event", ""), fields.get("EventKey", "")))
    return Message(
        sender=sender,
        account=fields.get("ToUserName", ""),
        kind=kind.lower(),
        key=fields.get("MsgId") or event,
        at=int(at),
        fields=fields,
    )


def text_reply(message: Message, words: str, *, at: int) -> bytes:
    """Return a text as the answer to a message."""
    return (
        "<xml>"
        f"<ToUserName>{_plain(message.sender)}</ToUserName>"
        f"<FromUserName>{_plain(message.account)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime>"
        "<MsgType>text</MsgType>"
        f"<Content>{_plain(words)}</Content>"
        "</xml>"
    ).encode()


def sealed_reply(sealed: str, signature: str, *, timestamp: str, nonce: str) -> bytes:
    """Return the envelope of a sealed answer."""
    return (
        "<xml>"
        f"<Encrypt>{_plain(sealed)}</Encrypt>"
        f"<MsgSignature>{_plain(signature)}</MsgSignature>"
        f"<TimeStamp>{_plain(timestamp)}</TimeStamp>"
        f"<Nonce>{_plain(nonce)}</Nonce>"
        "</xml>"
    ).encode()


def _plain(text: str) -> str:
    return escape(xml_text(text))
