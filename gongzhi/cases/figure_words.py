"""How figures are said: values with their unit, changes, and titles that state the finding. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongzhi.cases import words
from gongzhi.cases.measures import Measure, Shape
from gongzhi.core.phrases import group_digits

_SECONDS_A_DAY = 86_400
PERCENT = 100
_EVEN = 0.05
"""A change smaller than what one decimal shows is none."""

PARTS = {
    "settled_level": dict(words.SETTLED),
    "channel": {str(key): label for key, label in words.CHANNELS.items()},
    "outcome": {str(key): label for key, label in words.OUTCOMES.items()},
}


@dataclass(frozen=True, slots=True)
class Said:
    """A value as it is shown: the number in its unit, and the unit's word."""

    number: float | None
    unit: str

    def __str__(self) -> str:
        if self.number is None:
            return "—"
        gap = "" if self.unit == "%" else " "
        return f"{group_digits(round(self.number, 1))}{gap}{self.unit}".strip()


def say(measure: Measure, value: float | None, *, working_day: int) -> Said:
    """Return a value of a measure in the unit people use. `working_day` is the minutes of an office day."""
    if measure.shape in (Shape.SHARE, Shape.SPLIT):
        return Said(None if value is None else round(PERCENT * value, 1), "%")
    if measure.field.endswith("_minutes"):
        days = None if value is None else round(value / working_day, 1)
        return Said(days, _("working days"))
    if measure.field.endswith("_seconds"):
        return Said(None if value is None else round(value / _SECONDS_A_DAY, 1), _("days"))
    if measure.shape is Shape.MEAN:
        return Said(None if value is None else round(PERCENT * value, 1), pgettext("returns", "times"))
    return Said(value, pgettext("count of matters", "matters"))


def say_month(month: date) -> str:
    """Return the month as people read it."""
    return date_format(month, pgettext("pattern of a month", "F Y"))


def say_change(measure: Measure, now: Said, before: Said) -> str:
    """Return the change against the month before in words, with whether it is better or worse."""
    if now.number is None or before.number is None:
        return ""
    change = now.number - before.number
    if abs(change) < _EVEN:
        return _("as in the month before")
    amount = f"{'+' if change > 0 else '−'}{group_digits(round(abs(change), 1))}"
    unit = _("percentage points") if now.unit == "%" else now.unit
    said = _("%(amount)s %(unit)s against the month before") % {"amount": amount, "unit": unit}
    if not measure.good:
        return said
    is_good = (change > 0) == (measure.good == "high")
    verdict = _("better") if is_good else _("worse")
    return _("%(change)s, %(verdict)s") % {"change": said, "verdict": verdict}


def trend_title(measure: Measure, points: Sequence[tuple[date, Said]]) -> str:
    """Return a sentence that states what the months show."""
    known = [(month, said) for month, said in points if said.number is not None]
    if not known:
        return _("%(measure)s: nothing counted in these months") % {"measure": measure.title}
    (first_month, first), (last_month, last) = known[0], known[-1]
    values = {
        "measure": measure.title,
        "first": str(first),
        "first_month": say_month(first_month),
        "last": str(last),
        "last_month": say_month(last_month),
    }
    change = (last.number or 0) - (first.number or 0)
    if len(known) == 1:
        return _("%(measure)s: %(last)s in %(last_month)s") % values
    if abs(change) < _EVEN:
        return _("%(measure)s: %(last)s in %(last_month)s, as in %(first_month)s") % values
    if change > 0:
        return _("%(measure)s rose from %(first)s in %(first_month)s to %(last)s in %(last_month)s") % values
    return _("%(measure)s fell from %(first)s in %(first_month)s to %(last)s in %(last_month)s") % values


def split_title(measure: Measure, parts: Sequence[tuple[str, int]], base: int) -> str:
    """Return a sentence that names the largest part of a distribution."""
    label, count = max(parts, key=lambda row: row[1], default=("", 0))
    if not base or not count:
        return _("%(measure)s: nothing to divide in this month") % {"measure": measure.title}
    share = group_digits(round(PERCENT * count / base, 1))
    return _("%(measure)s: mostly %(part)s, %(share)s%% of %(base)s") % {
        "measure": measure.title,
        "part": label,
        "share": share,
        "base": group_digits(base),
    }
