"""Removing files that no row names: left when a transaction failed, or a process was killed, after the file
was written and before its row was."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from gongzhi.cases import files
from gongzhi.cases.queries import kept_files

logger = logging.getLogger(__name__)

_SAFE_AGE = timedelta(days=1)
"""No transaction is open for so long: the row of an older file is there, or never comes."""
_KEYS_PER_QUERY = 500
_FEW = 10
_SHARE = 4
"""More than a few files, and over a quarter of all, are no failed writes: another database names them."""

files.HOLDERS["cases"] = kept_files.named_for_job


def remove_unnamed_files(*, at: datetime) -> int:
    """Remove the files older than a day that no row names; return how many.

    Removes nothing when many of all files have no row: then this is not the database that they belong to.
    """
    old = list(files.older_than(at - _SAFE_AGE))
    unnamed = _unnamed(old)
    if len(unnamed) > max(_FEW, len(old) // _SHARE):
        facts = {"files": len(old), "without_row": len(unnamed)}
        logger.error("too many files have no row in this database; none is removed", extra=facts)
        return 0
    for path in unnamed:
        path.unlink(missing_ok=True)
    if unnamed:
        logger.warning("files without a row removed", extra={"files": len(unnamed)})
    return len(unnamed)


def _unnamed(paths: list[Path]) -> list[Path]:
    unnamed: list[Path] = []
    for start in range(0, len(paths), _KEYS_PER_QUERY):
        some = paths[start : start + _KEYS_PER_QUERY]
        keys = [path.name for path in some]
        named = set[str]().union(*(holder(keys) for holder in files.HOLDERS.values()))
        unnamed += [path for path in some if path.name not in named]
    return unnamed
