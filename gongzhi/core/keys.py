"""Key files of one installation: made on first start, mode 600, in GONGZHI_DATA, never in the database.

Two files in the folder `keys`: `signing.key` signs sessions and links, `data.keys` encrypts personal fields.
The invariant: a key file that others could read, or that is damaged, is refused in words and never replaced,
because a new key would make everything written with the old one unreadable. `data.keys` is made only where a
database is prepared (`key_proof`), so a lost file is noticed instead of replaced.
"""

import base64
import hashlib
import json
import os
import secrets
import stat
from dataclasses import dataclass, replace
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


class KeyFileMissing(KeyFileError):
    """There is no key file, though this database was written with one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            "this key file is missing, and the database was written with it.",
            "Put back the copy that belongs to this database. Nothing was changed.",
        )


class KeyFileForeign(KeyFileError):
    """The key file belongs to another database."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            "this key file belongs to another database: what is sealed here cannot be read with it.",
            "Put back the copy that belongs to this database. Nothing was changed.",
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
    """The data keys and the secrets of the blind index, newest last.

    Index secrets are never taken away: receipt codes, which people have on paper, come from the first for
    ever, and tokens are found under each. `hashes` is the profile of those codes: the one of the first start.
    """

    keys: tuple[DataKey, ...]
    index_secrets: tuple[bytes, ...]
    hashes: str = "standard"

    @property
    def current(self) -> DataKey:
        return self.keys[-1]

    def find(self, key_id: str) -> DataKey | None:
        return next((key for key in self.keys if key.id == key_id), None)

    @property
    def index_id(self) -> str:
        """Names the first index secret without giving it away."""
        return hashlib.sha256(b"gongzhi index key id\0" + self.index_secrets[0]).hexdigest()[:12]


def secret_key(folder: Path) -> str:
    """Return the signing key of this installation, making it on first use. Raises KeyFileError."""
    path = folder / "keys" / SIGNING_FILE
    content = read_or_make(path, secrets.token_bytes(SIGNING_SIZE))
    if len(content) != SIGNING_SIZE:
        raise KeyFileDamaged(path, f"this key file has {len(content)} bytes instead of {SIGNING_SIZE}.")
    return content.hex()


def data_file(folder: Path) -> Path:
    return folder / "keys" / DATA_FILE


def data_keys(folder: Path) -> KeyRing:
    """Return the data keys of this installation. Raises KeyFileError, KeyFileMissing when there are none."""
    path = data_file(folder)
    try:
        return _parse(path, _read(path))
    except FileNotFoundError:
        raise KeyFileMissing(path) from None


def make_data_keys(folder: Path, *, profile: str = "standard") -> KeyRing:
    """Return the data keys, making them when there are none; receipt codes then follow `profile` for ever."""
    path = data_file(folder)
    return _parse(path, read_or_make(path, _written(_new_ring(profile))))


def add_data_key(folder: Path) -> KeyRing:
    """Add a new data key and index secret, current from now on; old ones stay, to read what they wrote."""
    ring = data_keys(folder)
    return _replace(
        folder,
        replace(
            ring,
            keys=(*ring.keys, DataKey(secrets.token_bytes(SECRET_SIZE))),
            index_secrets=(*ring.index_secrets, secrets.token_bytes(SECRET_SIZE)),
        ),
    )


def drop_old_data_keys(folder: Path) -> KeyRing:
    """Take away every data key but the current one. The caller has made sure that nothing needs them."""
    ring = data_keys(folder)
    return _replace(folder, replace(ring, keys=(ring.current,)))


def _replace(folder: Path, ring: KeyRing) -> KeyRing:
    path = data_file(folder)
    os.replace(_draft(path, _written(ring)), path)
    # A name that is not on the disk yet could be lost with the power, and with it what was sealed meanwhile.
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return ring


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
    return _read(path)


def _read(path: Path) -> bytes:
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


def _new_ring(profile: str) -> KeyRing:
    return KeyRing(
        (DataKey(secrets.token_bytes(SECRET_SIZE)),), (secrets.token_bytes(SECRET_SIZE),), hashes=profile
    )


def _written(ring: KeyRing) -> bytes:
    body: dict[str, Any] = {
        "format": 2,
        "keys": [_text(key.secret) for key in ring.keys],
        "indexes": [_text(secret) for secret in ring.index_secrets],
        "hashes": ring.hashes,
    }
    return json.dumps(body | {"check": _check_sum(body)}, indent=1).encode()


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


def _check_sum(body: dict[str, Any]) -> str:
    kept = {name: value for name, value in body.items() if name != "check"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def _parse(path: Path, content: bytes) -> KeyRing:
    try:
        body: dict[str, Any] = json.loads(content)
        if body["format"] != 2 or body["check"] != _check_sum(body):
            raise ValueError("check sum")
        found, indexes = ([base64.b64decode(each) for each in body[name]] for name in ("keys", "indexes"))
        if not found or not indexes or any(len(each) != SECRET_SIZE for each in (*found, *indexes)):
            raise ValueError("size")
        return KeyRing(tuple(map(DataKey, found)), tuple(indexes), str(body["hashes"]))
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileDamaged(
            path, "this key file is damaged: its content does not match its own check sum."
        ) from error
