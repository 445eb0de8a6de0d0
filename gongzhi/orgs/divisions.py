"""Reading official lists of divisions: rows out of CSV files, and reasons for those that cannot be used.
Pure.

Codes follow GB/T 2260 and GB/T 10114: 2 digits for a province, 4 a city, 6 a county, 9 a town, 12 a village
unit; each begins with the code of the one above. The columns are those of the published lists: `code`,
`name`, and the code above in `provinceCode`, `cityCode`, `areaCode` or `streetCode`.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gongzhi.core.rejects import Rejected
from gongzhi.orgs.names import is_name

KIND_OF_LENGTH = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}
LENGTH_ABOVE = {4: 2, 6: 4, 9: 6, 12: 9}
COLUMN_ABOVE = {4: "provinceCode", 6: "cityCode", 9: "areaCode", 12: "streetCode"}
LONGEST_NAME = 80
UTF8, GB = "utf-8", "gb18030"


@dataclass(frozen=True, slots=True)
class Division:
    """A usable row: where it stands in the files, its code and name, the code above ("" for a province)."""

    line: int
    code: str
    name: str
    kind: str
    above: str


class UnusableFile(ValueError):
    """The file as a whole is not a list of divisions."""


def detect_encoding(path: Path) -> str:
    """Return the encoding in which fewer lines are broken; UTF-8 when both are equal.

    Counting by line keeps one damaged row from giving the whole file a wrong encoding.
    """
    broken = {UTF8: 0, GB: 0}
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            for encoding in broken:
                broken[encoding] += not _decodes(line, encoding)
    return GB if broken[GB] < broken[UTF8] else UTF8


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def read_file(path: Path) -> Iterator[tuple[Division | Rejected, int]]:
    """Yield each row of a file as a division or a rejection, with the number of bytes it took.

    Reads line by line, so that a stray quotation mark spoils one row and not the rest of the file. Raises
    UnusableFile when the first line does not name the columns, OSError when the file cannot be read.
    """
    encoding = detect_encoding(path)
    with path.open("rb") as file:
        first = file.readline().removeprefix(codecs.BOM_UTF8)
        columns = _columns(first, encoding, path)
        for number, raw in enumerate(file, start=2):
            row = _read_line(raw, number, columns, encoding, path.name)
            if row is not None:
                yield row, len(raw)


def _columns(first: bytes, encoding: str, path: Path) -> dict[str, int]:
    try:
        names = [name.strip() for name in next(csv.reader([first.decode(encoding)], strict=True), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnusableFile(f"{path.name}: the first line is not a row of column names") from error
    if not {"code", "name"} <= set(names):
        raise UnusableFile(f"{path.name}: the first line must name the columns, among them code and name")
    return {name: place for place, name in enumerate(names)}


def _read_line(
    raw: bytes, number: int, columns: dict[str, int], encoding: str, file: str
) -> Division | Rejected | None:
    """Return the row of a line, or None for an empty line."""
    text = raw.decode(encoding, "replace").rstrip("\r\n")
    if not text.strip():
        return None
    try:
        fields = _fields(raw, columns, encoding)
        return _division(fields, columns, number)
    except ValueError as error:
        return Rejected(file, number, str(error), text)


def _fields(raw: bytes, columns: dict[str, int], encoding: str) -> list[str]:
    try:
        fields = next(csv.reader([raw.decode(encoding)], strict=True))
    except UnicodeDecodeError as error:
        raise ValueError(f"bytes that are not {encoding}") from error
    except csv.Error as error:
        raise ValueError(f"not a CSV row: {error}") from error
    if len(fields) != len(columns):
        raise ValueError(f"{len(fields)} columns instead of {len(columns)}")
    return fields


def _division(fields: list[str], columns: dict[str, int], number: int) -> Division:
    code, name = fields[columns["code"]].strip(), fields[columns["name"]].strip()
    if not (code.isascii() and code.isdigit()):
        raise ValueError("the code is not a number")
    kind = KIND_OF_LENGTH.get(len(code))
    if kind is None:
        raise ValueError(f"a code of {len(code)} digits; known are 2, 4, 6, 9 and 12")
    if not name:
        raise ValueError("the name is empty")
    if not is_name(name, longest=LONGEST_NAME):
        raise ValueError(f"the name is longer than {LONGEST_NAME} characters or holds a control character")
    return Division(number, code, name, kind, _above(code, fields, columns))


def _above(code: str, fields: list[str], columns: dict[str, int]) -> str:
    length = LENGTH_ABOVE.get(len(code))
    if length is None:
        return ""
    column = columns.get(COLUMN_ABOVE[len(code)])
    above = code[:length] if column is None else fields[column].strip()
    if above != code[:length]:
        raise ValueError(f"the code does not begin with the code above, {above}")
    return above
