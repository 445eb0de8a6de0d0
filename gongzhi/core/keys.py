"""Key files of one installation: made on first start, mode 600, in GONGZHI_DATA, never in the database.

Two files in the folder `keys`: `signing.key` signs sessions and links, `data.keys` encrypts personal fields.
The invariant: a key file that others could read, or that is damaged, is refused in words and never replaced,
because a new key would make everything written with the old one unreadable.
"""

import base64
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SIGNING_FILE = "signing.key"
DATA_FILE = "data.keys"
SIGNING_SIZE = 64
SECRET_SIZE = 32


class KeyFileError(ImproperlyConfigured):
    """A key file cannot be used. The text says which file and what to do."""

    def __init__(self, path: Path, problem: str, hint: str) -> None:
        self.path, self.problem, self.hint = path, problem, hint
        super().__init__(f"{path}: {problem} {hint}")


class KeyFileExposed(KeyFileError):
    """Others on this machine can read the file."""

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(
            path,
            f"other users of this machine may read this key file (mode {mode:03o}).",
            f"Run: chmod 600 {path}. If strangers use this machine, make a new key as well.",
        )


class KeyFileDamaged(KeyFileError):
    """The file is not what was written at first start."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            path, problem, "Put back the copy from your last backup; a new key cannot read old data."
        )


@dataclass(frozen=True, slots=True)
class DataKey:
    """One secret that field keys are derived from. Its id comes from it, so a wrong file is noticed."""

    secret: bytes

    @property
    def id(self) -> str:
        return hashlib.sha256(b"gongzhi data key id\0" + self.secret).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The data keys, newest last, and the secret of the blind index, which is never rotated."""

    keys: tuple[DataKey, ...]
    index_secret: bytes

    @property
    def current(self) -> DataKey:
        return self.keys[-1]

    def find(self, key_id: str) -> DataKey | None:
        return next((key for key in self.keys if key.id == key_id), None)

    @property
    def index_id(self) -> str:
        """Names the index secret without giving it away."""
        return hashlib.sha256(b"gongzhi index key id\0" + self.index_secret).hexdigest()[:12]


def secret_key(folder: Path) -> str:
    """Return the signing key of this installation, making it on first use. Raises KeyFileError."""
    path = folder / "keys" / SIGNING_FILE
    content = read_or_make(path, secrets.token_bytes(SIGNING_SIZE))
    if len(content) != SIGNING_SIZE:
        raise KeyFileDamaged(path, f"this key file has {len(content)} bytes instead of {SIGNING_SIZE}.")
    return content.hex()


def data_keys(folder: Path) -> KeyRing:
    """Return the data keys of this installation, making them on first use. Raises KeyFileError."""
    path = folder / "keys" / DATA_FILE
    return _parse(path, read_or_make(path, _written(_new_ring())))


def rotate_data_key(folder: Path) -> KeyRing:
    """Add a new data key and make it the current one; old ones stay, to read what they wrote."""
    ring = data_keys(folder)
    grown = KeyRing((*ring.keys, DataKey(secrets.token_bytes(SECRET_SIZE))), ring.index_secret)
    path = folder / "keys" / DATA_FILE
    os.replace(_draft(path, _written(grown)), path)
    return grown


def read_or_make(path: Path, fresh: bytes) -> bytes:
    """Return what `path` holds; write `fresh` there with mode 600 if it is absent.

    Safe against two starters: the content appears whole or not at all, and both return the same.
    Raises KeyFileExposed.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = _draft(path, fresh)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # Another process made it first; its content is the one that counts.
        finally:
            draft.unlink()
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyFileExposed(path, mode)
    return path.read_bytes()


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _new_ring() -> KeyRing:
    return KeyRing((DataKey(secrets.token_bytes(SECRET_SIZE)),), secrets.token_bytes(SECRET_SIZE))


def _written(ring: KeyRing) -> bytes:
    encoded = [base64.b64encode(key.secret).decode() for key in ring.keys]
    index = base64.b64encode(ring.index_secret).decode()
    body = {"format": 1, "keys": encoded, "index": index, "check": _check_sum(encoded, index)}
    return (json.dumps(body, indent=1) + "\n").encode()


def _check_sum(keys: Sequence[str], index: str) -> str:
    return hashlib.sha256("\n".join([*keys, index]).encode()).hexdigest()


def _parse(path: Path, content: bytes) -> KeyRing:
    try:
        body: dict[str, Any] = json.loads(content)
        keys, index = [str(key) for key in body["keys"]], str(body["index"])
        if body["format"] != 1 or body["check"] != _check_sum(keys, index):
            raise ValueError("check sum")
        ring = KeyRing(tuple(DataKey(base64.b64decode(key)) for key in keys), base64.b64decode(index))
        if not ring.keys or any(len(key.secret) != SECRET_SIZE for key in ring.keys):
            raise ValueError("size")
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileDamaged(
            path, "this key file is damaged: its content does not match its own check sum."
        ) from error
    return ring
