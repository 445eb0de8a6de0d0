"""Tables of texts and labels as files: columns `text` and, where known, `label`.

Read as UTF-8, with or without a mark at the beginning, or as GB18030 (which holds GBK), as spreadsheets of
this country write them; comma, semicolon or tab between the columns.
"""

import codecs
import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from django.utils.translation import gettext_lazy as _

from gongzhi.core.errors import Invalid
from gongzhi.language.whole_files import private, written_whole

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
_ENCODINGS = ("utf-8-sig", "gb18030")
_PIECE = 2**20
"""Technical: bytes looked at in one step."""


class UnusableTable(Invalid):
    code = "unusable_table"
    message = _("The table cannot be read.")


def read_labelled(path: Path) -> tuple[list[str], list[str]]:
    """Return the texts and labels of a file; rows without either are left out. Raises UnusableTable."""
    rows = [
        (text, label)
        for text, label in ((row.get("text") or "", row.get("label") or "") for row in _rows(path, "label"))
        if text.strip() and label.strip()
    ]
    if not rows:
        raise UnusableTable(_("%(file)s holds no row with a text and a label.") % {"file": path.name})
    return [text for text, _label in rows], [label.strip() for _text, label in rows]


def read_texts(path: Path) -> Iterator[str]:
    """Yield the text of every row, empty ones too, so that answers stand beside questions. Raises
    UnusableTable."""
    return (row.get("text") or "" for row in _rows(path))


def write_labels(path: Path, rows: Iterable[tuple[str, str, float]]) -> int:
    """Write text, label and confidence, whole or not at all; return how many rows. Raises UnusableTable."""
    try:
        with written_whole(path) as halfway:
            return _write(halfway, rows)
    except OSError as error:
        raise UnusableTable(_("%(file)s cannot be written.") % {"file": path}) from error


def _write(path: Path, rows: Iterable[tuple[str, str, float]]) -> int:
    count = 0
    with open(path, "w", encoding="utf-8", newline="", opener=private) as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "confidence"])
        for text, label, confidence in rows:
            writer.writerow([text, label, f"{confidence:.4f}"])
            count += 1
    return count


def _rows(path: Path, *needed: str) -> Iterator[dict[str, str]]:
    """Yield the rows by the names of their columns; blanks and capitals in names do not matter.

    Row by row: a large table takes no more memory than a small one.
    """
    try:
        with path.open("rb") as opened:
            # What comes through a pipe can be read once only.
            file = opened if opened.seekable() else io.BytesIO(opened.read())
            with io.TextIOWrapper(file, encoding=_encoding(file, path), newline="") as text:
                yield from _named(text, path, needed)
    except OSError as error:
        raise UnusableTable(_("%(file)s cannot be opened.") % {"file": path}) from error


def _named(file: TextIO, path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    head = file.readline()
    file.seek(0)
    reader = csv.DictReader(file, delimiter=max(",;\t", key=head.count))
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        missing = [name for name in ("text", *needed) if name not in names]
        if missing:
            raise UnusableTable(
                _("%(file)s has no column “%(column)s” in its first line.")
                % {"file": path.name, "column": missing[0]}
            )
        yield from reader
    except csv.Error as error:
        raise UnusableTable(_("%(file)s is not a table of columns.") % {"file": path.name}) from error


def _encoding(file: BinaryIO, path: Path) -> str:
    """Return the encoding in which the whole file can be read; leave it at its beginning."""
    possible = {name: codecs.getincrementaldecoder(name)() for name in _ENCODINGS}
    while piece := file.read(_PIECE):
        if b"\0" in piece:
            raise UnusableTable(
                _("%(file)s is not plain text; save it as CSV with the encoding UTF-8.") % {"file": path.name}
            )
        possible = {name: decoder for name, decoder in possible.items() if _decodes(decoder, piece)}
    possible = {name: decoder for name, decoder in possible.items() if _decodes(decoder, b"", final=True)}
    file.seek(0)
    if not possible:
        raise UnusableTable(
            _("%(file)s is written neither in UTF-8 nor in GBK; save it as UTF-8.") % {"file": path.name}
        )
    return next(iter(possible))


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True
