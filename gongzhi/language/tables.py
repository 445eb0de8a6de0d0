"""Tables of texts and labels as files: columns `text` and, where known, `label`."""

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gongzhi.core.errors import Invalid

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


class UnusableTable(Invalid):
    code = "unusable_table"


def read_labelled(path: Path) -> tuple[list[str], list[str]]:
    """Return the texts and labels of a file; rows without either are left out. Raises UnusableTable."""
    rows = [
        (text, label)
        for text, label in ((row.get("text") or "", row.get("label") or "") for row in _rows(path, "label"))
        if text.strip() and label.strip()
    ]
    return [text for text, _label in rows], [label.strip() for _text, label in rows]


def read_texts(path: Path) -> Iterator[str]:
    """Yield the text of every row, empty ones too, so that answers stand beside questions. Raises
    UnusableTable."""
    return (row.get("text") or "" for row in _rows(path))


def write_labels(path: Path, rows: Iterable[tuple[str, str, float]]) -> int:
    """Write text, label and confidence; return how many rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "confidence"])
        for text, label, confidence in rows:
            writer.writerow([text, label, f"{confidence:.4f}"])
            count += 1
    return count


def _rows(path: Path, *needed: str) -> Iterator[dict[str, str]]:
    with _opened(path) as file:
        reader = csv.DictReader(file)
        names = set(reader.fieldnames or ())
        if not {"text", *needed} <= names:
            raise UnusableTable(field="labelled")
        yield from reader


@contextmanager
def _opened(path: Path) -> Iterator[Iterable[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnusableTable(field="labelled") from error
