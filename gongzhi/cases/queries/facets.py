"""How many cases each filter of a list would leave, from one bounded read of the list's scope."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongzhi.cases.queries.lists import Due, Filters, Queue, base_of, list_cases
from gongzhi.core.actor import Actor
from gongzhi.core.paging import COUNT_LIMIT

NAMES = ("status", "due", "kind", "urgency", "level", "channel", "category")
_COLUMNS = ("status", "due_at", "kind", "urgency", "level", "channel", "category__code")
_SUBJECT_DIGITS = 2
"""The first level of the list of subjects is two digits of its code."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by filter and value. With `is_part` the scope is larger than what was read, so every count is at
    least so many."""

    counts: Mapping[str, Mapping[str, int]]
    is_part: bool


def facets_of(*, viewer: Actor, queue: Queue, filters: Filters, at: datetime, soon_until: datetime) -> Facets:
    """Return for each value of each filter how many cases it leaves, the other filters staying as they are.

    One query of at most COUNT_LIMIT + 1 rows whatever the size of the list.
    """
    unnarrowed = Filters(
        unit=filters.unit, words=filters.words, looked_up=filters.looked_up, open_only=filters.is_open
    )
    scope = (
        list_cases(viewer=viewer, queue=queue, filters=unnarrowed, at=at, soon_until=soon_until)
        if filters.words
        else base_of(viewer=viewer, queue=queue, filters=unnarrowed)
    )
    rows = [_values(row, at, soon_until) for row in _read(scope)]
    chosen = {name: getattr(filters, name) for name in NAMES if getattr(filters, name)}
    counts = {name: _count(rows, name, chosen) for name in NAMES}
    return Facets(counts, is_part=len(rows) > COUNT_LIMIT)


def _read(scope: Any) -> list[tuple[Any, ...]]:
    # In no order where the scope is read whole; finished ones keep theirs, which says which are the newest.
    narrow = scope.select_related(None)
    return list(narrow.values_list(*_COLUMNS)[: COUNT_LIMIT + 1])


def _values(row: tuple[Any, ...], at: datetime, soon_until: datetime) -> dict[str, str]:
    values = dict(zip(_COLUMNS, row, strict=True))
    due_at = values.pop("due_at")
    values["category"] = (values.pop("category__code") or "")[:_SUBJECT_DIGITS]
    values["due"] = ""
    if due_at is not None and due_at <= soon_until:
        values["due"] = str(Due.OVERDUE if due_at <= at else Due.SOON)
    return values


def _count(rows: list[dict[str, str]], name: str, chosen: Mapping[str, str]) -> Mapping[str, int]:
    others = [(other, value) for other, value in chosen.items() if other != name]
    return Counter(
        row[name] for row in rows if row[name] and all(row[other] == value for other, value in others)
    )
