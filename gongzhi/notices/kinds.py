"""What kinds of notices exist: declared by the app that writes them in its `notice_kinds.py`. Pure.

Title and body are templates with named placeholders (`%(number)s`), translated into the language of the one
who reads them. The words belong to the app that declares the kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Channel(StrEnum):
    IN_APP = "in_app"
    """Read on the page of notices; there as soon as it is written. Accounts only."""
    MAIL = "mail"
    SMS = "sms"
    CHAT = "chat"
    """A robot of a work messenger. Others may read along: it gets the title and the link only."""


CHANNEL_NAMES = {
    Channel.IN_APP: _("in the application"),
    Channel.MAIL: _("mail"),
    Channel.SMS: _("text message"),
    Channel.CHAT: _("work messenger"),
}


@dataclass(frozen=True, slots=True)
class NoticeKind:
    code: str
    """`app.thing_happened`, stable for ever."""
    title: "_StrPromise"
    body: "_StrPromise"
    audience: "_StrPromise"
    """Who gets it and when, in a sentence for the page that explains notices."""
    channels: frozenset[Channel] = frozenset({Channel.IN_APP, Channel.MAIL, Channel.CHAT})
    link: str = ""
    """Path template on this site (`/cases/%(number)s/`); values are quoted. A value named `link` goes
    first."""

    def title_for(self, values: Mapping[str, str]) -> str:
        """Return the title in the active language, on one line."""
        return one_line(str(self.title) % values)

    def body_for(self, values: Mapping[str, str]) -> str:
        """Return the body in the active language."""
        return str(self.body) % values

    def link_for(self, values: Mapping[str, str]) -> str:
        """Return the path the notice leads to. Raises ValueError for one that leaves this site."""
        link = values.get("link") or self.link % {
            name: quote(value, safe="") for name, value in values.items()
        }
        if link and (not link.startswith("/") or link[1:2] in ("/", "\\")):
            raise ValueError(f"notice {self.code} links outside this site: {link!r}")
        return link


KINDS: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> NoticeKind:
    """Add a kind to the registry and return it. Raises ValueError when the code is taken."""
    if kind.code in KINDS:
        raise ValueError(f"notice kind {kind.code!r} is declared twice")
    KINDS[kind.code] = kind
    return kind


def audience_of(code: str) -> str:
    """Return who gets notices of a kind and when; the code itself when its app no longer declares it."""
    return str(KINDS[code].audience) if code in KINDS else code


def one_line(text: str) -> str:
    """Return `text` without line breaks and control characters, so that it can stand in a mail header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
