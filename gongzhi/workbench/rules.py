"""The rules of the workbench: how many at once, how long one can take it back, how many views one keeps."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

_FROM = date(2000, 1, 1)


class BatchParams(Params):
    shown = {
        "most": Shown(_("matters in one press"), "times"),
        "window_seconds": Shown(_("seconds in which a press for many can be taken back")),
    }

    most: int = Field(ge=2, le=200)
    window_seconds: int = Field(ge=0, le=600)

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.window_seconds)


BATCHES = register(
    RuleKind(
        code="workbench.batches",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Many matters in one press"),
        sentence=_(
            "How many matters one press may move, and how long it is held before anything happens or "
            "anybody is told."
        ),
        params=BatchParams,
        first=BatchParams(most=50, window_seconds=60),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ViewParams(Params):
    shown = {
        "most": Shown(_("saved views of one person"), "times"),
        "most_shared": Shown(_("views shared in one unit"), "times"),
    }

    most: int = Field(ge=1, le=30)
    most_shared: int = Field(ge=0, le=30)


VIEWS = register(
    RuleKind(
        code="workbench.views",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Saved views of lists"),
        sentence=_("How many lists a person may keep by name, and how many a unit shares."),
        params=ViewParams,
        first=ViewParams(most=10, most_shared=10),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
