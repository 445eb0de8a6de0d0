"""Files of cases on disk, below GONGZHI_DATA, under random names that no address reveals."""

import os
import secrets
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

_KEY_BYTES = 20
HOLDERS: dict[str, Callable[[Collection[str]], set[str]]] = {}
"""App -> function that says which of some keys rows of the app name. An app that writes files adds its own
when it is ready; what no holder knows is swept away after a while (`actions/sweeping.py`)."""


def folder() -> Path:
    return Path(settings.DATA_DIR) / "files"


def path_of(key: str) -> Path:
    """Return where the file with this key lies. Raises ValueError for anything that is not a key."""
    if len(key) != _KEY_BYTES * 2 or not all(sign in "0123456789abcdef" for sign in key):
        raise ValueError("not a file key")
    return folder() / key[:2] / key


def write(content: bytes) -> str:
    """Write content durably under a new random key and return the key. Raises OSError (disk full)."""
    key = secrets.token_hex(_KEY_BYTES)
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    try:
        with open(unfinished, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return key


def _private(path: str, flags: int) -> int:
    """Open a new file that only our own account may read."""
    return os.open(path, flags, 0o600)


def read(key: str) -> bytes:
    """Return the content of a file. Raises FileNotFoundError."""
    return path_of(key).read_bytes()


def remove(key: str) -> None:
    """Remove a file that no row names."""
    path_of(key).unlink(missing_ok=True)


def older_than(moment: datetime) -> Iterator[Path]:
    """Yield the files last written before `moment`, the unfinished ones too."""
    for path in folder().glob("??/*"):
        try:
            if path.stat().st_mtime < moment.timestamp():
                yield path
        except FileNotFoundError:  # removed meanwhile by the transaction that wrote it
            continue
