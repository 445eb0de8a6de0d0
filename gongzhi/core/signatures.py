"""Signatures of messages that other systems send us. Pure.

The sender signs moment, a word used once, and the body: `HMAC-SHA256(secret, "<moment>.<nonce>." + body)`, in
hexadecimal, with the moment as seconds since 1970.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from gongzhi.core.errors import NotAllowed

_NONCE = re.compile(r"[0-9A-Za-z_-]{16,64}")
_MOMENT = re.compile(r"[0-9]{1,11}")


class Forged(NotAllowed):
    """A signature that is missing or wrong, too old, or used before."""

    code = "forged"


class Replayed(Forged):
    """The number of a message with other content, or a signature that was used for another message."""

    code = "replayed"


def sign(secret: str, *, moment: str, nonce: str, body: bytes) -> str:
    """Return the signature of a message."""
    return hmac.new(secret.encode(), f"{moment}.{nonce}.".encode() + body, hashlib.sha256).hexdigest()


def check(
    secret: str, *, given: str, moment: str, nonce: str, body: bytes, at: datetime, window: timedelta
) -> None:
    """Raise Forged unless the signature is right and not older, nor younger, than the window."""
    if not _NONCE.fullmatch(nonce) or not _MOMENT.fullmatch(moment):
        raise Forged(field="signature")
    right = sign(secret, moment=moment, nonce=nonce, body=body)
    if not hmac.compare_digest(right.encode(), given.removeprefix("sha256=").encode("utf-8", "replace")):
        raise Forged(field="signature")
    if abs(at.timestamp() - int(moment)) > window.total_seconds():
        raise Forged(field="timestamp")
