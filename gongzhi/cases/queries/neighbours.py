"""The matters before and after one in the list it was opened from, within the viewer's sight."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases.models import Case
from gongzhi.cases.queries.lists import Filters, Queue, Sort, list_cases
from gongzhi.core.actor import Actor
from gongzhi.core.paging import COUNT_LIMIT

Key = tuple[bool, float, int]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The numbers of the matters beside one; empty where the list ends. `place` counts from 1 and is None for
    a matter that has left the list since; its neighbours are those of the place it had."""

    previous: str
    next: str
    place: int | None
    total: int | None
    """None for a list longer than is read."""


def neighbours_of(
    case: Case, *, viewer: Actor, queue: Queue, filters: Filters, at: datetime, soon_until: datetime
) -> Neighbours | None:
    """Return what stands beside a case in a list, None when it lies beyond the part that is read.

    Two queries, one more for a list with finished matters; the first reads the keys of at most
    COUNT_LIMIT + 1 rows in the order of the list, which an index serves.
    """
    found = list_cases(viewer=viewer, queue=queue, filters=filters, at=at, soon_until=soon_until)
    rows = list(found.select_related(None).values_list("pk", "due_at")[: COUNT_LIMIT + 1])
    keys = [pk for pk, _due in rows]
    is_whole = len(rows) <= COUNT_LIMIT
    if case.pk in keys:
        here = keys.index(case.pk)
        before, after = keys[:here], keys[here + 1 :]
    else:
        here = bisect_left([_key(pk, due, filters) for pk, due in rows], _key(case.pk, case.due_at, filters))
        before, after = keys[:here], keys[here:]
        if not rows or (not is_whole and not after):
            return None
    beside = {row.pk: row.number for row in Case.objects.filter(pk__in=[*before[-1:], *after[:1]])}
    return Neighbours(
        previous=_number(beside, before[-1:]),
        next=_number(beside, after[:1]),
        place=here + 1 if case.pk in keys else None,
        total=len(rows) if is_whole else None,
    )


def _key(pk: int, due: datetime | None, filters: Filters) -> Key:
    """Return what a list is sorted by, so that a smaller one stands earlier."""
    sort = filters.sort or (Sort.DUE if filters.is_open else Sort.NEWEST)
    if sort == Sort.DUE:
        return due is None, due.timestamp() if due else 0.0, pk
    return False, 0.0, pk if sort == Sort.OLDEST else -pk


def _number(numbers: dict[int, str], keys: Sequence[int]) -> str:
    return numbers.get(keys[0], "") if keys else ""
