"""Rows of an import that cannot be used: kept in a file with line and reason, so that nothing is lost."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken: where it stood (lines count from 1), why, and what it held."""

    file: str
    line: int
    reason: str
    text: str


class RejectFile:
    """The file of rejected rows, opened with the first one, so that a clean run leaves none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def __enter__(self) -> "RejectFile":
        return self

    def add(self, row: Rejected) -> None:
        """Append one row. Raises OSError."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(["file", "line", "reason", "row"])
        csv.writer(self._file).writerow([row.file, row.line, row.reason, row.text])

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()
