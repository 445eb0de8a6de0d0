"""Typed parameters in words: what people read instead of JSON, and what changed between two versions.
Pure."""

import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongzhi.core.phrases import group_digits
from gongzhi.rulebook.kinds import Params, Shown

WORKING_DAY_MINUTES = 480
"""What "a working day" means where a length of working time is said or entered: eight office hours."""


@dataclass(frozen=True, slots=True)
class Cell:
    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter in words: a phrase, or a table."""

    label: str
    words: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two versions at one place; empty words mean "was not there"."""

    label: str
    old: str
    new: str


def describe(params: Params) -> list[Line]:
    """Return the parameters in words, in the order of their declaration, in the active language."""
    if whole := params.words():
        return [Line("", whole)]
    return [line for name in type(params).model_fields for line in _describe(params, name)]


def _describe(params: Params, name: str) -> Iterator[Line]:
    value, label = getattr(params, name), label_of(type(params), name)
    if isinstance(value, Params):
        for line in describe(value):
            yield Line(_joined(label, line.label), line.words, line.table)
    elif _is_rows(value):
        yield Line(label, table=_table(value))
    else:
        yield Line(label, say(value, shown_of(type(params), name)))


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(row, Params) for row in value)


def _table(rows: Sequence[Params]) -> Table:
    model = type(rows[0])
    # A column nobody fills is noise.
    names = [n for n in model.model_fields if any(getattr(row, n) not in (None, (), "") for row in rows)]
    headings = {name: label_of(model, name) for name in names}
    cells = [[Cell(headings[name], _cell(row, name)) for name in names] for row in rows]
    return Table(list(headings.values()), cells)


def _cell(row: Params, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, Params):
        return _(", ").join(_joined(line.label, line.words) for line in describe(value))
    if _is_rows(value):
        return _("; ").join(_(", ").join(_cell(r, n) for n in type(r).model_fields) for r in value)
    return say(value, shown_of(type(row), name))


def _joined(first: str, second: str) -> str:
    return " · ".join(part for part in (first, second) if part)


def compare(old: Params, new: Params) -> list[Change]:
    """Return what differs, place by place; rows of tables are matched by their coded columns."""
    before, after = dict(_places(old)), dict(_places(new))
    labels = [*before, *(label for label in after if label not in before)]
    return [
        Change(label, before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label) != after.get(label)
    ]


def _places(params: Params) -> Iterator[tuple[str, str]]:
    for name in type(params).model_fields:
        value, label = getattr(params, name), label_of(type(params), name)
        if isinstance(value, Params) and not value.words():
            yield from ((_joined(label, place), words) for place, words in _places(value))
        elif _is_rows(value):
            yield from ((_joined(label, place), words) for place, words in _row_places(value))
        elif value != ():
            yield label, _cell(params, name)


def _row_places(rows: Sequence[Params]) -> Iterator[tuple[str, str]]:
    model = type(rows[0])
    keys = _key_names(rows)
    for number, row in enumerate(rows, 1):
        place = " · ".join(_cell(row, n) for n in keys) or _("row %(number)s") % {"number": number}
        values = [n for n in model.model_fields if n not in keys and getattr(row, n) is not None]
        yield place, _(", ").join(_cell(row, n) for n in values)


def _key_names(rows: Sequence[Params]) -> list[str]:
    """Return the leading coded columns that tell the rows apart, or nothing when they do not."""
    names: list[str] = []
    for name in type(rows[0]).model_fields:
        if not all(isinstance(getattr(row, name), str) for row in rows):
            break
        names.append(name)
        if len({tuple(getattr(row, n) for n in names) for row in rows}) == len(rows):
            return names
    return []


def label_of(model: type[Params], name: str) -> str:
    """Return the words for a parameter."""
    shown = shown_of(model, name)
    return str(shown.label) if shown is not None else name.replace("_", " ")


def shown_of(model: type[Params], name: str) -> Shown | None:
    return model.shown.get(name)


def say(value: Any, shown: Shown | None = None) -> str:
    """Return one value in words."""
    if value is None or value == () or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple | list):
        return _(", ").join(say(part, shown) for part in value)
    if isinstance(value, int | float):
        return UNITS[shown.unit if shown is not None else ""](value)
    code = str(value.value) if isinstance(value, Enum) else str(value)
    return str(shown.choices.get(code, code)) if shown is not None else code


def _split(value: float, steps: Sequence[tuple[int, Callable[[int], str]]]) -> str:
    """Say a length by its largest steps, leaving out the empty ones: 1 day 2 hours."""
    left, parts = int(value), []
    for size, words in steps:
        count, left = divmod(left, size)
        if count:
            parts.append(words(count))
    return " ".join(parts) or steps[-1][1](0)


def _working_days(n: int) -> str:
    return ngettext("%(n)s working day", "%(n)s working days", n) % {"n": group_digits(n)}


def _working_hours(n: int) -> str:
    return ngettext("%(n)s working hour", "%(n)s working hours", n) % {"n": group_digits(n)}


def _working_minutes(n: int) -> str:
    return ngettext("%(n)s working minute", "%(n)s working minutes", n) % {"n": group_digits(n)}


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": group_digits(n)}


def _hours(n: int) -> str:
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": group_digits(n)}


def _minutes(n: int) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": group_digits(n)}


def _seconds(n: int) -> str:
    return ngettext("%(n)s second", "%(n)s seconds", n) % {"n": group_digits(n)}


def _times(n: float) -> str:
    return ngettext("once", "%(n)s times", int(n)) % {"n": group_digits(n)}


def _bytes(n: float) -> str:
    if n >= _MEGABYTE:
        return _("%(n)s MB") % {"n": group_digits(n / _MEGABYTE)}
    return _("%(n)s kB") % {"n": group_digits(n / 1000)}


_MEGABYTE = 1_000_000
_HOUR = 60
_DAY = 24 * _HOUR

UNITS: Mapping[str, Callable[[float], str]] = {
    "": lambda n: group_digits(n) if float(n).is_integer() else f"{n:g}",
    "working_minutes": lambda n: _split(
        n, ((WORKING_DAY_MINUTES, _working_days), (_HOUR, _working_hours), (1, _working_minutes))
    ),
    "minutes": lambda n: (
        _split(n, ((_HOUR, _hours), (1, _minutes)))
        if n <= 2 * _DAY
        else _split(n, ((_DAY, _days), (_HOUR, _hours), (1, _minutes)))
    ),
    "seconds": lambda n: _split(n, ((_HOUR * _HOUR, _hours), (_HOUR, _minutes), (1, _seconds))),
    "hours": lambda n: _hours(int(n)),
    "days": lambda n: _days(int(n)),
    "working_days": lambda n: _working_days(int(n)),
    "share": lambda n: f"{n * 100:g} %",
    "bytes": _bytes,
    "signs": lambda n: _("%(n)s characters") % {"n": group_digits(n)},
    "pixels": lambda n: _("%(n)s pixels") % {"n": group_digits(n)},
    "times": _times,
    "pictures": lambda n: ngettext("%(n)s picture", "%(n)s pictures", int(n)) % {"n": group_digits(n)},
}
"""How a number is said, by the name of its unit."""


def parts_of(annotation: Any) -> tuple[Any, bool, bool]:
    """Return the plain type inside an annotation, whether it may be absent, and whether it is a list of
    them."""
    optional = False
    while True:
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Annotated:
            annotation = args[0]
        elif origin in (typing.Union, types.UnionType):
            optional = optional or type(None) in args
            annotation = next(arg for arg in args if arg is not type(None))
        elif origin is tuple:
            inner, _optional, _many = parts_of(args[0])
            return inner, optional, True
        else:
            return annotation, optional, False
