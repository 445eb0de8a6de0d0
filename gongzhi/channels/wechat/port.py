"""The way to WeChat's own server: media that followers sent, and the menu. One interface, one HTTP peer.

Called by the worker and by a command, never while a callback waits: a callback must be answered in five
seconds.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

_SECONDS = 20
_STALE = frozenset({40001, 40014, 42001})
"""Error codes that mean: ask for a new access token."""
_GONE = frozenset({40007, 41006, 40004})
"""Error codes that mean: there is no such media, and there will not be."""
_ANSWER_BYTES = 100_000


class PortFailed(Exception):
    """It did not work now; the next try may."""


class PortRefused(Exception):
    """It will never work."""


class WeChatPort(Protocol):
    def media(self, media_id: str, *, most: int) -> bytes:
        """Return at most `most` + 1 bytes of what a follower sent. Raises PortFailed, PortRefused."""

    def publish_menu(self, menu: Mapping[str, Any]) -> None:
        """Put the menu in force. Raises PortFailed, PortRefused."""


class HttpPort:
    """WeChat's server as the settings name it."""

    def __init__(self) -> None:
        self._token = ""

    def media(self, media_id: str, *, most: int) -> bytes:
        kind, content = self._call("media/get", {"media_id": media_id}, most=most)
        if kind.startswith(("application/json", "text/plain")):
            _raise_for(content)
            raise PortRefused("no media")
        return content

    def publish_menu(self, menu: Mapping[str, Any]) -> None:
        body = json.dumps(menu, ensure_ascii=False).encode()
        _kind, content = self._call("menu/create", {}, body=body, most=_ANSWER_BYTES)
        _raise_for(content)

    def _call(
        self, path: str, query: Mapping[str, str], *, body: bytes | None = None, most: int
    ) -> tuple[str, bytes]:
        """Call with an access token; once more with a new one when WeChat says that it is stale."""
        for fresh in (False, True):
            if fresh or not self._token:
                self._token = self._new_token()
            kind, content = _http(path, {"access_token": self._token, **query}, body=body, most=most)
            if _code(content) not in _STALE:
                break
        return kind, content

    def _new_token(self) -> str:
        query = {
            "grant_type": "client_credential",
            "appid": settings.WECHAT_APP_ID,
            "secret": settings.WECHAT_SECRET,
        }
        _kind, content = _http("token", query, most=_ANSWER_BYTES)
        _raise_for(content)
        try:
            return str(json.loads(content)["access_token"])
        except (ValueError, KeyError, TypeError) as broken:
            raise PortFailed("no access token") from broken


def _http(path: str, query: Mapping[str, str], *, body: bytes | None = None, most: int) -> tuple[str, bytes]:
    base = str(settings.WECHAT_API).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise PortRefused("GONGZHI_WECHAT_API is no address of the web")
    request = Request(f"{base}/cgi-bin/{path}?{urlencode(query)}", data=body)  # noqa: S310 - checked above
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - checked above
            return answer.headers.get("Content-Type", ""), answer.read(most + 1)
    except (URLError, OSError, ValueError) as trouble:
        # Never the text of the trouble: the address holds the access token.
        raise PortFailed(type(trouble).__name__) from None


def _code(content: bytes) -> int:
    if not content.startswith(b"{"):
        return 0
    try:
        return int(json.loads(content).get("errcode", 0))
    except (ValueError, AttributeError, TypeError):
        return 0


def _raise_for(content: bytes) -> None:
    code = _code(content)
    if code in _GONE:
        raise PortRefused(f"errcode {code}")
    if code:
        raise PortFailed(f"errcode {code}")


def menu() -> Mapping[str, Any]:
    """Return the menu as it is defined beside this file."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("menu.json").read_text(encoding="utf-8"))
    return loaded
