"""Text messages through the gateway of any company: what it is sent, and how its answer is read, is set.

At least once: a worker that dies between sending and noting sends again, with the same `reference`, by which
the gateway can drop doubles.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from gongzhi.core import clock
from gongzhi.notices import posting
from gongzhi.notices.kinds import one_line
from gongzhi.notices.ports import Message, SendingFailed, SendingRefused

_PLACE = re.compile(r"\{(phone|text|title|link|name|reference|moment)\}")
_JSON, _FORM = "json", "form"
_ABOUT_THE_MESSAGE = frozenset({400, 410, 413, 422})
"""Statuses that will be the same next time. 401, 403, 404 speak of our settings, which somebody mends."""


class GatewayPort:
    """Posts each message to `GONGZHI_SMS_URL`; see docs/operations.md for the settings."""

    def send(self, message: Message) -> None:
        wanted: Mapping[str, Any] = settings.SMS_GATEWAY
        body, kind = _body(wanted, message)
        headers = {"Content-Type": kind, "Idempotency-Key": message.reference}
        headers |= _signed(wanted["secret"], body)
        try:
            reply = posting.post(wanted["url"], body=body, headers=headers, private=wanted["private"])
        except posting.NotReached as error:
            raise SendingFailed(one_line(str(error))) from error
        _judge(wanted, reply)


def text_of(message: Message) -> str:
    """Return what a text message says: the title and the link. What an answer says stays behind the link:
    others may see the screen of a phone."""
    return " ".join(part for part in (one_line(message.title), message.link) if part)


def _body(wanted: Mapping[str, Any], message: Message) -> tuple[bytes, str]:
    values = {
        "phone": message.address,
        "text": text_of(message),
        "title": one_line(message.title),
        "link": message.link,
        "name": one_line(message.name),
        "reference": message.reference,
        "moment": str(int(clock.now().timestamp())),
    }
    try:
        template = json.loads(wanted["body"])
    except ValueError:
        raise SendingFailed("the setting GONGZHI_SMS_BODY is not JSON") from None
    filled = _filled(template, values)
    if wanted["format"] == _JSON:
        return json.dumps(filled, ensure_ascii=False).encode(), "application/json; charset=utf-8"
    if wanted["format"] != _FORM or not isinstance(filled, dict):
        raise SendingFailed("the settings GONGZHI_SMS_FORMAT and GONGZHI_SMS_BODY do not fit one another")
    return urlencode(filled).encode(), "application/x-www-form-urlencoded"


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    """Return the template with its places filled in one pass, so what people wrote is never a place."""
    if isinstance(template, str):
        return _PLACE.sub(lambda found: values[found[1]], template)
    if isinstance(template, dict):
        return {name: _filled(part, values) for name, part in template.items()}
    if isinstance(template, list):
        return [_filled(part, values) for part in template]
    return template


def _signed(secret: str, body: bytes) -> dict[str, str]:
    """Return the signature, made as those of the doors that messages come in by (docs/channels.md)."""
    if not secret:
        return {}
    moment, nonce = str(int(clock.now().timestamp())), secrets.token_urlsafe(16)
    signature = hmac.new(secret.encode(), f"{moment}.{nonce}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-Gongzhi-Timestamp": moment,
        "X-Gongzhi-Nonce": nonce,
        "X-Gongzhi-Signature": f"sha256={signature}",
    }


def _judge(wanted: Mapping[str, Any], reply: posting.Reply) -> None:
    """Return when the gateway took the message. Raises SendingFailed, SendingRefused."""
    if reply.status in _ABOUT_THE_MESSAGE:
        raise SendingRefused(f"HTTP {reply.status}")
    if reply.status // 100 != 2:
        raise SendingFailed(f"HTTP {reply.status}")
    if not wanted["result"]:
        return
    code = _found(reply.body, wanted["result"])
    if code in wanted["ok"]:
        return
    if code is None:
        raise SendingFailed("the answer of the gateway was not understood")
    kind = SendingRefused if code in wanted["never"] else SendingFailed
    raise kind(one_line(f"code {code}")[:100])


def _found(body: bytes, path: str) -> str | None:
    """Return the value at a dotted path of a JSON answer as text, or None."""
    try:
        value = json.loads(body)
        for name in path.split("."):
            value = value[int(name)] if isinstance(value, list) else value[name]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
