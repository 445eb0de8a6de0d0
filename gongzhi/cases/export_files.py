"""Files of exports on disk: parts while it is written, one file when it is done. Below GONGZHI_DATA, under
random names, readable by our own account only.

Every writer takes the rows one by one, so memory does not grow with their number.
"""

import csv
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gongzhi.cases import export_columns
from gongzhi.cases.export_columns import MOMENT, NUMBER, YES, Column

SHEET_ROWS = 1_000_000
"""A sheet of the spreadsheet format ends at 1,048,576 rows; then another begins."""
_GROUP_ROWS = 10_000
RESULT = "result"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def root() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def folder(name: str) -> Path:
    """Return where the export with this random name lies. Raises ValueError for anything that is none."""
    if not name or not all(sign in "0123456789abcdef" for sign in name):
        raise ValueError("not a folder of an export")
    return root() / name


def _folder_made(name: str) -> Path:
    here = folder(name)
    here.mkdir(parents=True, exist_ok=True, mode=0o700)
    return here


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def draft_part(name: str, rows: Iterable[Sequence[Any]], *, mark: str) -> Path:
    """Write a part durably under a name of its own; `keep_part` gives it its place. Raises OSError."""
    path = _folder_made(name) / f"draft-{mark}"
    with open(path, "w", encoding="utf-8", opener=_private) as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def keep_part(draft: Path, number: int) -> None:
    """Put a draft in its place; one that lies there was never counted."""
    draft.replace(draft.with_name(f"part-{number:06d}"))


def read_parts(name: str, count: int) -> Iterator[list[Any]]:
    for number in range(count):
        with open(folder(name) / f"part-{number:06d}", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


def assemble(
    name: str,
    *,
    format: str,
    rows: Iterable[Sequence[Any]],
    columns: Sequence[Column],
    subjects: dict[str, str],
    mark: str,
) -> int:
    """Write the file of an export and return its size. Begun anew it is the same. Raises OSError."""
    draft = _folder_made(name) / f"draft-{mark}"
    os.close(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    _WRITERS[format](draft, rows, columns, subjects)
    with open(draft, "rb") as file:
        os.fsync(file.fileno())
    draft.replace(folder(name) / RESULT)
    return result(name).stat().st_size


def result(name: str) -> Path:
    return folder(name) / RESULT


def remove_parts(name: str) -> None:
    """Remove what is not the finished file."""
    for path in folder(name).glob("*"):
        if path.name != RESULT:
            path.unlink(missing_ok=True)


def remove(name: str) -> None:
    shutil.rmtree(folder(name), ignore_errors=True)


def _csv(
    path: Path, rows: Iterable[Sequence[Any]], columns: Sequence[Column], subjects: dict[str, str]
) -> None:
    # The mark of byte order makes spreadsheets read the file as UTF-8.
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([str(column.label) for column in columns])
        writer.writerows(export_columns.say(row, columns, subjects) for row in rows)


def _xlsx(
    path: Path, rows: Iterable[Sequence[Any]], columns: Sequence[Column], subjects: dict[str, str]
) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    told = iter(rows)
    heads = [str(column.label) for column in columns]
    for number in range(1, SHEET_ROWS):
        first = next(told, None)
        if first is None and number > 1:
            break
        sheet = book.create_sheet(_("Matters") if number == 1 else f"{_('Matters')} {number}")
        sheet.append(heads)
        if first is not None:
            sheet.append(export_columns.say(first, columns, subjects))
        for row in islice(told, SHEET_ROWS - 1):
            sheet.append(export_columns.say(row, columns, subjects))
    book.save(path)


def _parquet(
    path: Path, rows: Iterable[Sequence[Any]], columns: Sequence[Column], subjects: dict[str, str]
) -> None:
    """Codes and not words, moments in UTC: for programs."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {MOMENT: pa.timestamp("us", tz="UTC"), NUMBER: pa.int64(), YES: pa.bool_()}
    schema = pa.schema([(column.key, kinds.get(column.kind, pa.string())) for column in columns])
    told = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while piece := list(islice(told, _GROUP_ROWS)):
            arrays = [
                pa.array(
                    [export_columns.moment_of(v) for v in values] if column.kind == MOMENT else list(values),
                    type=schema.field(place).type,
                )
                for place, (column, values) in enumerate(zip(columns, zip(*piece, strict=True), strict=True))
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
