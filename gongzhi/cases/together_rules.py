"""Rules of working on a matter together: whom one may call, and by when they answer."""

from datetime import date
from typing import Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.lifecycle import Level, Urgency
from gongzhi.cases.rules import Limit, UrgencyLimit, UrgencyLimits
from gongzhi.cases.words import LEVELS, UNIT_GROUPS
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Params, RuleKind, RuleType, Shown, register
from gongzhi.rulebook.kinds import Level as RuleLevel

_DAY = 8 * 60
"""A working day of the first office hours, in minutes; only used to write the first version below."""
CalledKind = Literal["county", "department", "town", "station", "village"]
_KINDS = {kind: UNIT_GROUPS[kind] for kind in ("county", "department", "town", "station", "village")}


class CallReach(Params):
    """Which kinds of units a unit of one level may call."""

    shown = {
        "level": Shown(_("who calls"), choices={str(level): word for level, word in LEVELS.items()}),
        "kinds": Shown(_("whom it may call"), choices=_KINDS),
    }

    level: Level
    kinds: tuple[CalledKind, ...]


class TogetherParams(Params):
    shown = {
        "answer": Shown(_("time to answer")),
        "reach": Shown(_("who may call whom")),
        "most_open": Shown(_("units called at the same time"), "times"),
    }

    answer: UrgencyLimits
    reach: tuple[CallReach, ...]
    most_open: int = Field(ge=1)

    def kinds_for(self, level: str) -> frozenset[str]:
        """Return the kinds of units that a unit of this level may call."""
        return frozenset(kind for row in self.reach if row.level == level for kind in row.kinds)


TOGETHER = register(
    RuleKind(
        code="cases.together",
        level=RuleLevel.COLLECTIVE,
        type=RuleType.CHOICE,
        title=_("Co-handling: the place whistles, departments report"),
        sentence=_(
            "Who may call which units to help, and by when a unit that was called answers. "
            "Late helpers climb the ladder of deadlines."
        ),
        params=TogetherParams,
        first=TogetherParams(
            answer=UrgencyLimits(
                limits=(
                    UrgencyLimit(urgency=Urgency.ORDINARY, limit=Limit(minutes=3 * _DAY)),
                    UrgencyLimit(urgency=Urgency.URGENT, limit=Limit(minutes=_DAY)),
                    UrgencyLimit(urgency=Urgency.EMERGENCY, limit=Limit(minutes=120, plain=True)),
                )
            ),
            reach=(
                CallReach(level=Level.VILLAGE, kinds=("department", "station", "town")),
                CallReach(level=Level.TOWN, kinds=("department", "station", "village", "county")),
                CallReach(level=Level.COUNTY, kinds=("department", "station", "town", "village", "county")),
            ),
            most_open=8,
        ),
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)


class MergingParams(Params):
    shown = {
        "time_counts": Shown(_("the time spent merged counts for the deadlines")),
        "suggested_days": Shown(_("matters are suggested that were raised within"), "days"),
    }

    time_counts: bool
    suggested_days: int = Field(gt=0)


MERGING = register(
    RuleKind(
        code="cases.merging",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.AGGREGATION,
        title=_("Merging matters about the same thing"),
        sentence=_(
            "While a matter rests with another one its clocks stand still. Taken apart again, it has "
            "as much time as it had, unless the time spent merged counts."
        ),
        params=MergingParams,
        first=MergingParams(time_counts=False, suggested_days=30),
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)
