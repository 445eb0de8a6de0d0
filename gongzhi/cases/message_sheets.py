"""Sheets of citizens' messages, read row by row into plain values. Knows columns and dates, not the
database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from python_calamine import CalamineError, CalamineWorkbook

_COLUMNS = {
    "number": ("留言编号", "编号", "number"),
    "title": ("留言主题", "主题", "subject"),
    "text": ("留言详情", "留言内容", "内容", "text"),
    "at": ("留言时间", "时间", "time"),
    "reply": ("答复意见", "答复内容", "reply"),
    "reply_at": ("答复时间", "reply time"),
}
_NEEDED = ("number", "text", "at")
_DATED = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class UnusableSheet(ValueError):
    """The file is not a workbook, or its first sheet has not the columns of messages."""


class UnusableRow(ValueError):
    """A row that cannot become a matter; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message with its reply, if it has one. Moments are aware, in the county's time zone."""

    number: str
    title: str
    text: str
    at: datetime
    reply: str = ""
    reply_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    size: int
    rows: list[list[Any]]
    columns: dict[str, int]

    def lines(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield the line number as a spreadsheet shows it, and the cells of the row."""
        yield from enumerate(self.rows, start=2)


def open_sheet(path: Path) -> Sheet:
    """Return the first sheet of a workbook. Raises UnusableSheet, OSError."""
    with path.open("rb"):
        pass
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except (CalamineError, ValueError, IndexError) as error:
        raise UnusableSheet(f"{path.name} cannot be read as a spreadsheet ({error}).") from error
    head = [str(cell).strip() for cell in rows[0]] if rows else []
    columns = {
        name: head.index(found)
        for name, titles in _COLUMNS.items()
        if (found := _first(titles, head)) is not None
    }
    missing = [_COLUMNS[name][0] for name in _NEEDED if name not in columns]
    if missing:
        raise UnusableSheet(
            f"{path.name} lacks the columns {', '.join(missing)}. It has: {', '.join(head) or '-'}."
        )
    return Sheet(path.name, len(rows) - 1, rows[1:], columns)


def _first(titles: tuple[str, ...], head: list[str]) -> str | None:
    return next((title for title in titles if title in head), None)


def read_row(sheet: Sheet, cells: list[Any]) -> Message:
    """Return the message of one row. Raises UnusableRow with the reason in words."""
    cell = {name: cells[index] if index < len(cells) else "" for name, index in sheet.columns.items()}
    number = _number(cell["number"])
    text = clean(cell["text"])
    if not number:
        raise UnusableRow("the row has no number")
    if not text:
        raise UnusableRow("the message is empty")
    at = moment(cell["at"], "the time of the message")
    reply = clean(cell.get("reply", ""))
    reply_at = moment(cell["reply_at"], "the time of the reply") if reply and cell.get("reply_at") else None
    if reply and reply_at is None:
        raise UnusableRow("there is a reply without its time")
    if reply_at is not None and reply_at < at:
        raise UnusableRow("the reply is older than the message")
    return Message(number, clean(cell.get("title", "")).replace("\n", " "), text, at, reply, reply_at)


def _number(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()[:40]


def clean(value: Any) -> str:
    """Return text without what cannot be stored, with the blank lines and indents of web pages taken out."""
    lines = (" ".join(line.split()) for line in _UNSTORABLE.sub("", str(value)).splitlines())
    return "\n".join(line for line in lines if line)


def moment(value: Any, what: str) -> datetime:
    """Return a cell as an aware moment; a bare date counts from midnight. Raises UnusableRow."""
    zone = ZoneInfo(settings.TIME_ZONE)
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    found = _DATED.match(str(value).strip())
    if found is None:
        raise UnusableRow(f"{what} cannot be read: {str(value)[:40]!r}")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError as error:
        raise UnusableRow(f"{what} does not exist: {str(value)[:40]!r}") from error
