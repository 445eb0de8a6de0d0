"""Encryption of single fields, look-up without decryption, and keyed hashes.

Two profiles: `standard` (AES-256-GCM, HMAC-SHA-256) and `national` (SM4-GCM of GB/T 32907, HMAC-SM3 of
GB/T 32905), chosen by GONGZHI_CRYPTO for what is written from now on. Each text carries its profile and key
id, so both profiles and every kept key can be read side by side.
The invariant: a text opens only in the table and column it was sealed for; anything else raises.
"""

import base64
import os
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from gongzhi.core.keys import DataKey, KeyFileMissing, KeyRing, data_file, data_keys

NONCE_SIZE = 12
TAG_SIZE = 16


class Profile(StrEnum):
    """Which algorithms seal new texts. The value is the first part of a sealed text."""

    STANDARD = "standard"
    NATIONAL = "national"


_LETTERS = {Profile.STANDARD: "a", Profile.NATIONAL: "s"}
_PROFILES = {letter: profile for profile, letter in _LETTERS.items()}


class CannotOpen(Exception):
    """A sealed text cannot be read. The message is for the person who keeps the system, not for residents."""


class KeyMissing(CannotOpen):
    """Sealed with a key that is not in the key file: most often the wrong file after a restore."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"This was sealed with the data key {key_id}, which keys/data.keys does not hold. "
            "Restore the key file that belongs to this database."
        )


class Altered(CannotOpen):
    """The text was changed, cut, or moved here from another place."""

    def __init__(self, place: str) -> None:
        super().__init__(f"A sealed text in {place} was altered, or belongs to another place.")


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens texts with the keys of one ring. `profile` counts for what is written."""

    ring: KeyRing
    profile: Profile = Profile.STANDARD

    def seal(self, text: str, *, place: str) -> str:
        """Return `text` sealed for `place` (`table.column`); the same text never looks the same twice."""
        key, letter, nonce = self.ring.current, _LETTERS[self.profile], os.urandom(NONCE_SIZE)
        encryptor = Cipher(_cipher(key, self.profile), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(_bound(letter, key.id, place))
        body = encryptor.update(text.encode()) + encryptor.finalize()
        return f"{letter}.{key.id}.{base64.b64encode(nonce + body + encryptor.tag).decode()}"

    def open(self, sealed: str, *, place: str) -> str:
        """Return the text sealed for `place`. Raises KeyMissing, Altered."""
        letter, key_id, raw = _split(sealed, place)
        key = self.ring.find(key_id)
        if key is None:
            raise KeyMissing(key_id)
        nonce, body, tag = raw[:NONCE_SIZE], raw[NONCE_SIZE:-TAG_SIZE], raw[-TAG_SIZE:]
        decryptor = Cipher(_cipher(key, _PROFILES[letter]), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(_bound(letter, key_id, place))
        try:
            return (decryptor.update(body) + decryptor.finalize()).decode()
        except InvalidTag:
            raise Altered(place) from None

    def index(self, value: str, *, purpose: str) -> str:
        """Return the keyed hash of `value` for `purpose`, 64 hexadecimal digits, by the newest secret and the
        profile in use."""
        return _index(self.ring.index_secrets[-1], value, purpose, self.profile)

    def index_candidates(self, value: str, *, purpose: str) -> tuple[str, ...]:
        """Return the index of `value` under each secret and profile, the one in use first: look up with
        `__in`."""
        profiles = sorted(Profile, key=lambda profile: profile is not self.profile)
        secrets = reversed(self.ring.index_secrets)
        return tuple(_index(secret, value, purpose, profile) for secret in secrets for profile in profiles)

    def lasting_hash(self, value: str, *, purpose: str) -> str:
        """Return a keyed hash that neither a new key nor another profile changes."""
        return _index(self.ring.index_secrets[0], value, purpose, Profile(self.ring.hashes))

    @property
    def mark(self) -> str:
        """How each text sealed from now on begins."""
        return f"{_LETTERS[self.profile]}.{self.ring.current.id}."


def _index(secret: bytes, value: str, purpose: str, profile: Profile) -> str:
    digest = hmac.HMAC(_derived(secret, f"index {purpose}", 32), _hash(profile))
    digest.update(value.encode())
    return digest.finalize().hex()


def _split(sealed: str, place: str) -> tuple[str, str, bytes]:
    letter, _dot, rest = sealed.partition(".")
    key_id, _dot, encoded = rest.partition(".")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise Altered(place) from None
    if letter not in _PROFILES or len(raw) < NONCE_SIZE + TAG_SIZE:
        raise Altered(place)
    return letter, key_id, raw


def _bound(letter: str, key_id: str, place: str) -> bytes:
    return f"gongzhi\0{letter}\0{key_id}\0{place}".encode()


def _hash(profile: Profile) -> hashes.HashAlgorithm:
    return hashes.SM3() if profile is Profile.NATIONAL else hashes.SHA256()


def _cipher(key: DataKey, profile: Profile) -> algorithms.AES | algorithms.SM4:
    if profile is Profile.NATIONAL:
        return algorithms.SM4(_derived(key.secret, "field sm4", 16))
    return algorithms.AES(_derived(key.secret, "field aes", 32))


@lru_cache(maxsize=256)
def _derived(secret: bytes, use: str, size: int) -> bytes:
    return HKDF(hashes.SHA256(), length=size, salt=None, info=f"gongzhi {use}".encode()).derive(secret)


def vault() -> Vault:
    """Return the vault of this installation, read anew when the key file was replaced. Raises KeyFileError.

    Reading it anew lets web and worker go on while `gongzhi rotate-keys` runs.
    """
    folder: Path = settings.DATA_DIR
    try:
        found = os.stat(data_file(folder))
    except FileNotFoundError:
        raise KeyFileMissing(data_file(folder)) from None
    return _vault(folder, settings.CRYPTO_PROFILE, (found.st_ino, found.st_mtime_ns, found.st_mode))


@lru_cache(maxsize=4)
def _vault(folder: Path, profile: str, _stamp: tuple[int, int, int]) -> Vault:
    return Vault(data_keys(folder), Profile(profile))


def blind_index(value: str, *, purpose: str) -> str:
    """Return a keyed hash to look `value` up by without decrypting anything; 64 hexadecimal digits.

    The caller normalises the value first. Different purposes never give the same hash.
    """
    return vault().index(value, purpose=purpose)


def blind_index_candidates(value: str, *, purpose: str) -> tuple[str, ...]:
    """Return the blind indexes of `value` under every secret and profile, for `filter(column__in=…)`."""
    return vault().index_candidates(value, purpose=purpose)


def keyed_hash(value: str, *, purpose: str) -> str:
    """Return a short keyed hash that stays the same for ever, 32 hexadecimal digits."""
    return vault().lasting_hash(value, purpose=f"hash {purpose}")[:32]
