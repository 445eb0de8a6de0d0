"""Signatures of callbacks, and the sealed form of messages (AES mode). Pure.

In plain mode only the address is signed, not the message: whoever sees one address could send another message
with it. So an installation that has an EncodingAESKey takes sealed messages only.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from gongzhi.core.signatures import Forged

_BLOCK = 32
"""Padding goes to 32 bytes although AES has blocks of 16: so the protocol lays down."""
_RANDOM = 16
_LENGTH = 4
_KEY_BYTES = 32


def signature(*parts: str) -> str:
    """Return the signature of the parts, as both sides of a callback make it."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check(given: str, *parts: str) -> None:
    """Raise Forged unless `given` is the signature of the parts."""
    if not hmac.compare_digest(signature(*parts).encode(), given.encode("utf-8", "replace")):
        raise Forged


@dataclass(frozen=True, slots=True)
class Seal:
    """The two secrets of an account and its name, as set on WeChat's own page."""

    token: str
    key: str
    """EncodingAESKey: 43 letters and digits."""
    app_id: str

    def _cipher(self) -> "Cipher[modes.CBC]":
        raw = base64.b64decode(self.key + "=")
        if len(raw) != _KEY_BYTES:
            raise ValueError("EncodingAESKey has 43 signs")
        return Cipher(algorithms.AES(raw), modes.CBC(raw[:16]))

    def open(self, sealed: str, *, given: str, timestamp: str, nonce: str) -> bytes:
        """Return the message inside. Raises Forged for a wrong signature, another account, or any damage."""
        check(given, self.token, timestamp, nonce, sealed)
        try:
            raw = base64.b64decode(sealed, validate=True)
            opener = self._cipher().decryptor()
            plain = opener.update(raw) + opener.finalize()
        except (binascii.Error, ValueError) as broken:
            raise Forged from broken
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise Forged
        content = plain[_RANDOM:-padding]
        length = int.from_bytes(content[:_LENGTH], "big")
        message, owner = content[_LENGTH : _LENGTH + length], content[_LENGTH + length :]
        if len(message) != length or not hmac.compare_digest(owner, self.app_id.encode()):
            raise Forged
        return message

    def close(self, message: bytes, *, timestamp: str, nonce: str) -> tuple[str, str]:
        """Return a message sealed, and its signature."""
        content = secrets.token_bytes(_RANDOM) + len(message).to_bytes(_LENGTH, "big")
        content += message + self.app_id.encode()
        padding = _BLOCK - len(content) % _BLOCK
        sealer = self._cipher().encryptor()
        raw = sealer.update(content + bytes([padding]) * padding) + sealer.finalize()
        sealed = base64.b64encode(raw).decode()
        return sealed, signature(self.token, timestamp, nonce, sealed)
