"""Pages of long lists, at a cost that does not grow with the table.

A page is cut by offset but never further in than MAX_OFFSET, and a total is counted only as far as
COUNT_LIMIT ("1,000+"): who needs the ten-thousandth row needs a filter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongzhi.core.errors import Invalid

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)

PAGE_SIZE = 25
MAX_OFFSET = 10_000
COUNT_LIMIT = 1_000


class UnusablePage(Invalid):
    code = "unusable_page"
    message = gettext_lazy("There is no such page of this list.")
    hint = gettext_lazy("Pages count from 1. To look far into a long list, narrow it first.")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page. `total` is exact up to COUNT_LIMIT, else None; `note` says when another was asked for."""

    rows: Sequence[Row]
    number: int
    size: int
    has_next: bool
    total: int | None
    total_words: str
    note: str = ""

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def pages(self) -> int | None:
        """How many pages there are, when that is known."""
        return None if self.total is None else max(1, -(-self.total // self.size))

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_for_people(query: QuerySet[M, Row], asked: str | None, *, size: int = PAGE_SIZE) -> Page[Row]:
    """Return the page a person asked for in an address; a wrong one gives the nearest there is, and says so.

    At most three queries: the rows, the capped count, and the last page when the asked one is empty.
    """
    number, is_usable = _parsed(asked, size)
    total = capped_count(query)
    last = _last_page(total, size)
    note = (
        ""
        if is_usable
        else _("There is no page “%(asked)s”; this is the nearest.") % {"asked": (asked or "")[:20]}
    )
    if last is not None and number > last:
        note = _("The list has %(count)d pages; this is the last.") % {"count": last}
        number = last
    return _cut(query, number, size=size, total=total, note=note)


def page_for_machines(query: QuerySet[M, Row], number: int, *, size: int = PAGE_SIZE) -> Page[Row]:
    """Return exactly the page asked for, which may be empty. Raises UnusablePage."""
    if number < 1 or (number - 1) * size > MAX_OFFSET:
        raise UnusablePage(field="page")
    return _cut(query, number, size=size, total=capped_count(query), note="")


def capped_count(query: QuerySet[Any, Any]) -> int | None:
    """Return how many rows there are, or None for more than COUNT_LIMIT. Reads at most that many."""
    count = query.order_by()[: COUNT_LIMIT + 1].count()
    return None if count > COUNT_LIMIT else count


def count_words(total: int | None) -> str:
    """Return a capped count as people read it: "37", or "1,000+"."""
    return f"{COUNT_LIMIT:,}+" if total is None else f"{total:,}"


def _parsed(asked: str | None, size: int) -> tuple[int, bool]:
    """The page number in an address, and whether it was one."""
    furthest = MAX_OFFSET // size + 1
    if asked is None or asked == "":
        return 1, True
    if not asked.isascii() or not asked.isdigit():
        return 1, False
    # A number longer than any page is cut before it is read: reading a million digits takes seconds.
    number = int(asked) if len(asked) <= len(str(furthest)) else furthest + 1
    if 1 <= number <= furthest:
        return number, True
    return (1 if number < 1 else furthest), False


def _last_page(total: int | None, size: int) -> int | None:
    return None if total is None else max(1, -(-total // size))


def _cut(query: QuerySet[M, Row], number: int, *, size: int, total: int | None, note: str) -> Page[Row]:
    start = (number - 1) * size
    rows = list(query[start : start + size + 1])
    return Page(
        rows=rows[:size],
        number=number,
        size=size,
        has_next=len(rows) > size and start + size <= MAX_OFFSET,
        total=total,
        total_words=count_words(total),
        note=note,
    )
