"""Counting the figures. The worker reads new transitions, marks what they touch, and counts each marked unit
and month once, however many transitions touched it."""

import time
from datetime import date, datetime, timedelta

from django.db import transaction

from gongzhi.cases.models import FigureCursor, StaleFigure, UnitFigure
from gongzhi.cases.queries import figures as queries
from gongzhi.cases.queries import measures, stale
from gongzhi.core.actor import Actor
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, require

_CURSOR = "figures"
_TRANSITIONS = 2000
"""Read in one transaction; bounds its memory and the length of its statements."""
_SECONDS = 10.0
"""How long one run counts: the deadlines' jobs wait for it. The next run goes on."""
_MARKS = 200
"""Marked figures read at once."""
_FRESH = timedelta(minutes=1)
"""So often the worker counts anyway."""


def refresh(*, at: datetime, seconds: float = _SECONDS) -> int:
    """Mark what new transitions touch and count it again; return how many (unit, month) pairs were counted.

    Marking moves the cursor in the same transaction; counting takes the mark away in its own. Killed
    anywhere, the next run does the rest and nothing is left out. Counting twice gives the same rows.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until and not _mark(at=at):
        pass
    counted = 0
    while time.monotonic() < until and (marks := _marked()):
        for mark in marks:
            counted += _count_marked(mark, at=at)
            if time.monotonic() >= until:
                break
    return counted


@transaction.atomic
def _mark(*, at: datetime) -> bool:
    """Read a piece of the new transitions and mark what they touch; say whether it was the last piece."""
    FigureCursor.objects.get_or_create(name=_CURSOR, defaults={"moved_at": at})
    cursor = FigureCursor.objects.select_for_update().get(name=_CURSOR)
    reading = stale.read_for_job(cursor, most=_TRANSITIONS, at=at)
    pairs = sorted(measures.touched_for_job(reading.cases)) if reading.cases else []
    StaleFigure.objects.bulk_create(
        [StaleFigure(unit_id=unit, month=month) for unit, month in pairs], ignore_conflicts=True
    )
    if reading.position != cursor.transition_id or reading.gaps != cursor.gaps:
        cursor.transition_id, cursor.gaps, cursor.moved_at = reading.position, reading.gaps, at
        cursor.save(update_fields=["transition_id", "gaps", "moved_at"])
    return reading.is_last


def _marked() -> list[StaleFigure]:
    return list(StaleFigure.objects.select_related("unit").order_by("id")[:_MARKS])


@transaction.atomic
def _count_marked(mark: StaleFigure, *, at: datetime) -> int:
    """Take the mark away and count, in one transaction; return 0 when another worker has taken it.

    The mark goes first: a move that commits while we count marks the pair anew.
    """
    taken, _details = StaleFigure.objects.filter(pk=mark.pk).delete()
    if not taken:
        return 0
    count_unit(unit=mark.unit, month=mark.month, at=at)
    return 1


@transaction.atomic
def count_unit(*, unit: Unit, month: date, at: datetime) -> None:
    """Count every measure of one unit and month and write the figures."""
    counted = [
        UnitFigure(
            unit=unit,
            month=month,
            measure=figure.measure.code,
            part=figure.part,
            base=figure.base,
            hits=figure.hits,
            value=figure.value,
            rule=figure.rule,
            as_of=at,
        )
        for figure in measures.count_for_job(unit=unit, month=month, at=at)
    ]
    UnitFigure.objects.bulk_create(
        counted,
        update_conflicts=True,
        unique_fields=["unit", "month", "measure", "part"],
        update_fields=["base", "hits", "value", "rule", "as_of"],
    )


def count_now(*, unit: Unit, month: date, by: Actor, at: datetime) -> None:
    """Count one unit and month for somebody who waits for it; nothing when it was counted a minute ago.

    Raises NotAllowed unless `by` may read the unit's figures.
    """
    require(by, Permission.FIGURES_VIEW, unit_path=unit.path)
    if not queries.was_counted(unit=unit, month=month, after=at - _FRESH):
        count_unit(unit=unit, month=month, at=at)
