"""The signature under every batch: made with a key that lies in a file, never in the database.

Somebody who owns the database alone can rewrite rows and compute every hash again, but cannot sign. The
public half is published beside the roots.
"""

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from gongzhi.core.keys import KeyFileDamaged, read_or_make

KEY_BYTES = 32


def key_file() -> Path:
    return Path(settings.DATA_DIR) / "keys" / "audit.key"


def sign(chain: str) -> str:
    """Return the signature of a chain value in hex; makes the key on first use. Raises KeyFileError."""
    return _private_key().sign(bytes.fromhex(chain)).hex()


def public_key() -> str | None:
    """Return the public key in hex, or None where this machine holds no key: looking never makes one."""
    if not key_file().exists():
        return None
    return _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signed(chain: str, signature: str, key: str) -> bool:
    """Whether `signature` is the one of `chain` by the holder of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), bytes.fromhex(chain)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _private_key() -> Ed25519PrivateKey:
    content = read_or_make(key_file(), secrets.token_bytes(KEY_BYTES))
    if len(content) != KEY_BYTES:
        raise KeyFileDamaged(key_file(), f"this key file has {len(content)} bytes instead of {KEY_BYTES}.")
    return Ed25519PrivateKey.from_private_bytes(content)
