"""Writing a file whole or not at all, for its owner only: a reader never finds half of one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a name to write to; in the end the file takes its place, or is gone when that failed.

    A link goes on leading where it led, and a device or a pipe is written to as it stands. Raises OSError.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    whole = Path(os.path.realpath(path))
    # A name of its own: two may write the same file, and nobody can lay a link in the way.
    halfway = whole.with_name(f"{whole.name}.{uuid4().hex[:12]}.part")
    try:
        yield halfway
        halfway.replace(whole)
    finally:
        halfway.unlink(missing_ok=True)


def private(name: str, flags: int) -> int:
    """Open a file that only its owner may read; an `opener` for `open`."""
    return os.open(name, flags, 0o600)
