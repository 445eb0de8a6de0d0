"""Keeping the search index: the worker reads new transitions and writes the terms of the cases they touched.

Not in the transaction that registers: sorting a text into an index costs as much as all else of registering,
and nobody looks for a matter by its words in the seconds after; by its number it is found at once.
"""

import time
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from gongzhi.cases.models import CaseTerms, FigureCursor, PublicTerms
from gongzhi.cases.queries import search, stale

_CURSOR = "search"
_TRANSITIONS = 500
"""Technical: read in one transaction; on SQLite others cannot write meanwhile."""
_SECONDS = 5.0
"""Technical: how long one run goes on; the next run takes the rest."""


def index_new(*, at: datetime, seconds: float = _SECONDS) -> int:
    """Write the terms of cases with new transitions; return how many cases were read.

    The cursor moves in the same transaction: killed anywhere, the next run does the rest.
    """
    until = time.monotonic() + seconds
    read = 0
    while True:
        count, is_last = _index_piece(at=at)
        read += count
        if is_last or time.monotonic() >= until:
            return read


def index_again(*, at: datetime) -> None:
    """Let the worker index everything anew, such as after the way of making terms changed."""
    FigureCursor.objects.filter(name=_CURSOR).update(transition_id=0, gaps=[], moved_at=at)


@transaction.atomic
def _index_piece(*, at: datetime) -> tuple[int, bool]:
    FigureCursor.objects.get_or_create(name=_CURSOR, defaults={"moved_at": at})
    cursor = FigureCursor.objects.select_for_update().get(name=_CURSOR)
    reading = stale.read_for_job(cursor, most=_TRANSITIONS, at=at)
    if reading.cases:
        index_cases(reading.cases)
    if reading.position != cursor.transition_id or reading.gaps != cursor.gaps:
        cursor.transition_id, cursor.gaps, cursor.moved_at = reading.position, reading.gaps, at
        cursor.save(update_fields=["transition_id", "gaps", "moved_at"])
    return len(reading.cases), reading.is_last


@transaction.atomic
def index_cases(cases: Collection[int]) -> None:
    """Write the terms of these cases; those that have not changed are left alone."""
    found = search.terms_for_job(cases)
    _write(CaseTerms, {row.case: row.all for row in found})
    _write(PublicTerms, {row.case: row.public for row in found if row.public is not None})
    PublicTerms.objects.filter(case__in=[row.case for row in found if row.public is None]).delete()


def _write(model: type[Any], terms: dict[int, list[int]]) -> None:
    before = dict(model._default_manager.filter(case__in=terms).values_list("case", "terms"))
    changed = [model(case_id=case, terms=codes) for case, codes in terms.items() if before.get(case) != codes]
    model._default_manager.bulk_create(
        changed, update_conflicts=True, unique_fields=["case"], update_fields=["terms"]
    )
