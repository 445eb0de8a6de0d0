"""Counting the figures: the worker reads new transitions and counts again what they touch."""

from datetime import date, datetime

from django.db import transaction

from gongzhi.cases.measures import MEASURES
from gongzhi.cases.models import FigureCursor, Transition, UnitFigure
from gongzhi.cases.queries import measures
from gongzhi.orgs.models import Unit

_CURSOR = "figures"
_TRANSITIONS = 5000
"""Read in one turn, so that a large import is counted in pieces and the worker stays free for deadlines."""
_OVERLAP = 200
"""Transitions read again: on PostgreSQL a lower key can become visible after a higher one."""


def refresh(*, at: datetime) -> int:
    """Count again the figures that new transitions touch; return how many (unit, month) pairs were counted.

    Each pair is written in its own transaction; the cursor moves last, so a killed worker counts again and
    never too little. Counting twice gives the same rows.
    """
    cursor, _made = FigureCursor.objects.get_or_create(name=_CURSOR, defaults={"moved_at": at})
    new = Transition.objects.filter(id__gt=max(0, cursor.transition_id - _OVERLAP)).order_by("id")
    rows = list(new.values_list("id", "case_id")[:_TRANSITIONS])
    if not rows or rows[-1][0] == cursor.transition_id:
        return 0
    pairs = list(measures.touched_for_job({case for _id, case in rows}))
    units = Unit.objects.in_bulk({unit for unit, _month in pairs})
    for unit, month in pairs:
        count_unit(unit=units[unit], month=month, at=at)
    FigureCursor.objects.filter(pk=cursor.pk).update(transition_id=rows[-1][0], moved_at=at)
    return len(pairs)


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
        for measure in MEASURES.values()
        for figure in measures.count_for_job(measure, unit=unit, month=month, at=at)
    ]
    UnitFigure.objects.bulk_create(
        counted,
        update_conflicts=True,
        unique_fields=["unit", "month", "measure", "part"],
        update_fields=["base", "hits", "value", "rule", "as_of"],
    )
