"""Which transitions the figures have not read yet, in whatever order their transactions commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from gongzhi.cases.models import FigureCursor, Transition

GAP_GIVEN_UP_AFTER = timedelta(hours=1)
"""A transaction that has not committed by then never will; its keys were rolled back."""
_GAPS_ASKED = 200
"""Bounds the length of one statement."""


@dataclass(frozen=True, slots=True)
class Reading:
    """New transitions: their cases, and where the cursor stands after them."""

    cases: frozenset[int]
    position: int
    gaps: list[list[int]]
    is_last: bool
    """Whether nothing newer was there."""


def read_for_job(cursor: FigureCursor, *, most: int, at: datetime) -> Reading:
    """Return the transitions after the cursor, at most `most`, and those that have filled a gap below it.

    Two queries. A gap is [first, last, noticed in seconds]; it is remembered until it is filled or given up.
    """
    given_up = (at - GAP_GIVEN_UP_AFTER).timestamp()
    gaps = [gap for gap in cursor.gaps if gap[2] > given_up]
    late = _in_gaps(gaps)
    rows = list(
        Transition.objects.filter(id__gt=cursor.transition_id).order_by("id").values_list("id", "case")[:most]
    )
    filled = {key for key, _case in late}
    left = [piece for gap in gaps for piece in _without(gap, filled)]
    left += _gaps_between(cursor.transition_id, [key for key, _case in rows], at)
    return Reading(
        frozenset(case for _key, case in (*late, *rows)),
        rows[-1][0] if rows else cursor.transition_id,
        left,
        is_last=len(rows) < most,
    )


def _in_gaps(gaps: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for begin in range(0, len(gaps), _GAPS_ASKED):
        wanted = Q()
        for first, last, _noticed in gaps[begin : begin + _GAPS_ASKED]:
            wanted |= Q(id__range=(first, last))
        found += Transition.objects.filter(wanted).values_list("id", "case")
    return found


def _without(gap: Sequence[int], filled: set[int]) -> list[list[int]]:
    """Return what is left of a gap when some of its keys have appeared."""
    first, last, noticed = gap
    pieces = []
    for key in sorted(key for key in filled if first <= key <= last):
        if key > first:
            pieces.append([first, key - 1, noticed])
        first = key + 1
    return [*pieces, [first, last, noticed]] if first <= last else pieces


def _gaps_between(start: int, keys: Sequence[int], at: datetime) -> list[list[int]]:
    """Return the keys missing after `start` up to the last of `keys`."""
    noticed, gaps = int(at.timestamp()), []
    for before, key in zip((start, *keys), keys, strict=False):
        if key > before + 1:
            gaps.append([before + 1, key - 1, noticed])
    return gaps
