"""Key files of one installation: made on first start with mode 600, kept in GONGZHI_DATA, never in the database."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Return the signing key of this installation, making it on first use."""
    return read_or_make(folder / "keys" / "signing.key", 64).hex()


def read_or_make(path: Path, size: int) -> bytes:
    """Return the random bytes kept in `path`; make them with mode 600 if absent. Safe against two starters."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(size))
    return path.read_bytes()
