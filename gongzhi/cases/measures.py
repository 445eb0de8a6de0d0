"""What the figures mean: each measure as a dated definition over case rows.

A measure names the moment that puts a case into a month (`dated_by`), which cases count (`base`) and which of
them are hits. The same conditions make the figure, the list behind it and its export, so they cannot differ.
Definitions are counted by the rule `cases.measures`; its version stands beside every figure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.lifecycle import Channel, Level, Outcome
from gongzhi.cases.rules import MeasureParams
from gongzhi.cases.speaking import Speaker

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Shape(StrEnum):
    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    """Sum of `field` over the number of cases."""
    MEDIAN = "median"
    PERCENTILE = "percentile"
    SPLIT = "split"
    """Shares of the values of `field`."""


@dataclass(frozen=True, slots=True)
class Measure:
    code: str
    title: "_StrPromise"
    sentence: "_StrPromise"
    """The definition in words, for the page."""
    shape: Shape
    dated_by: str
    """Field of the case whose local month counts it."""
    base: Q
    hits: Callable[[MeasureParams], Q] | None = None
    field: str = ""
    """Column the number is read from; minutes of working time or seconds of calendar time, by its name."""
    quantile: Callable[[MeasureParams], float] | None = None
    values: tuple[str, ...] = ()
    good: str = ""
    """`high` or `low` where one direction is better; empty where neither is."""


_RATED = Q(rated_at__isnull=False)
_RESOLVED = Q(resolved_at__isnull=False)

MEASURES: dict[str, Measure] = {
    m.code: m
    for m in (
        Measure(
            "registered",
            _("Registered"),
            _("Matters registered in the month."),
            Shape.COUNT,
            "registered_at",
            Q(),
        ),
        Measure(
            "response",
            _("Response rate"),
            _(
                "Of the matters dispatched in the month, those whose resident was first reached in time. "
                "Not reached yet counts as not reached."
            ),
            Shape.SHARE,
            "dispatched_at",
            Q(dispatched_at__isnull=False),
            hits=lambda _rule: Q(contact_on_time=True),
            good="high",
        ),
        Measure(
            "solution",
            _("Solution rate"),
            _("Of the matters rated in the month, those the resident called solved."),
            Shape.SHARE,
            "rated_at",
            _RATED,
            hits=lambda _rule: Q(solved=True),
            good="high",
        ),
        Measure(
            "satisfaction",
            _("Satisfaction rate"),
            _("Of the matters given a score in the month, those at or above what counts as satisfied."),
            Shape.SHARE,
            "rated_at",
            _RATED & Q(score__isnull=False),
            hits=lambda rule: Q(score__gte=rule.satisfied_from),
            good="high",
        ),
        Measure(
            "unrated",
            _("Filed unrated"),
            _("Of the matters closed in the month, those nobody rated. Beside the rates, never inside."),
            Shape.SHARE,
            "closed_at",
            Q(status="closed"),
            hits=lambda _rule: Q(rated_at__isnull=True),
            good="low",
        ),
        Measure(
            "on_time",
            _("Answered in time"),
            _("Of the matters resolved in the month, those answered before the finish clock ran out."),
            Shape.SHARE,
            "resolved_at",
            _RESOLVED & Q(finish_on_time__isnull=False),
            hits=lambda _rule: Q(finish_on_time=True),
            good="high",
        ),
        Measure(
            "median_time",
            _("Median working time to finish"),
            _("Half of the matters resolved in the month took less working time from acceptance to answer."),
            Shape.MEDIAN,
            "resolved_at",
            _RESOLVED & Q(finish_minutes__isnull=False),
            field="finish_minutes",
            good="low",
        ),
        Measure(
            "slow_time",
            _("Working time of the slowest tenth"),
            _("The rule's upper percentile of working time from acceptance to answer."),
            Shape.PERCENTILE,
            "resolved_at",
            _RESOLVED & Q(finish_minutes__isnull=False),
            field="finish_minutes",
            quantile=lambda rule: rule.percentile,
            good="low",
        ),
        Measure(
            "reply_time",
            _("Median time to the answer"),
            _("Half of the matters resolved in the month were answered sooner, by the calendar."),
            Shape.MEDIAN,
            "resolved_at",
            _RESOLVED & Q(answer_seconds__isnull=False),
            field="answer_seconds",
            good="low",
        ),
        Measure(
            "reply_time_upper",
            _("Time to the answer, upper quarter"),
            _("A quarter of the matters resolved in the month waited longer than this, by the calendar."),
            Shape.PERCENTILE,
            "resolved_at",
            _RESOLVED & Q(answer_seconds__isnull=False),
            field="answer_seconds",
            quantile=lambda rule: rule.reply_percentile,
            good="low",
        ),
        Measure(
            "returns",
            _("Returns per hundred matters"),
            _("How often matters dispatched in the month were returned, for each hundred of them."),
            Shape.MEAN,
            "dispatched_at",
            Q(dispatched_at__isnull=False),
            hits=lambda _rule: Q(returns__gt=0),
            field="returns",
            good="low",
        ),
        Measure(
            "reworked",
            _("Handled again"),
            _("Of the matters registered in the month, those that came back as not solved or were reopened."),
            Shape.SHARE,
            "registered_at",
            Q(),
            hits=lambda _rule: Q(reworks__gt=0),
            good="low",
        ),
        Measure(
            "settled_level",
            _("Settled at level"),
            _("Where the matters resolved in the month were settled."),
            Shape.SPLIT,
            "resolved_at",
            _RESOLVED & ~Q(settled_at_level=""),
            field="settled_at_level",
            values=("spot", *(str(level) for level in Level)),
        ),
        Measure(
            "channel",
            _("Came by"),
            _("By which way the matters registered in the month came."),
            Shape.SPLIT,
            "registered_at",
            Q(),
            field="channel",
            values=tuple(str(channel) for channel in Channel),
        ),
        Measure(
            "acted_for",
            _("Raised for someone"),
            _("Of the matters registered in the month, those a staff member typed for the reporter."),
            Shape.SHARE,
            "registered_at",
            Q(),
            hits=lambda _rule: Q(registered_by__isnull=False) & ~Q(spoke=Speaker.STAFF),
        ),
        Measure(
            "outcome",
            _("Outcome"),
            _("What came of the matters resolved in the month, as the unit said."),
            Shape.SPLIT,
            "resolved_at",
            _RESOLVED & ~Q(outcome=""),
            field="outcome",
            values=tuple(str(outcome) for outcome in Outcome),
        ),
    )
}
