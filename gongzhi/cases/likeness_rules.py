"""Rules of likeness: when two matters are shown to a person as likely the same."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register


class LikenessParams(Params):
    shown = {
        "days": Shown(_("looked for within"), "days"),
        "least": Shown(_("shown from this likeness"), "share"),
        "beside": Shown(_("beside the likeliest, shown from this part of its likeness"), "share"),
        "most": Shown(_("shown at the same time, at most"), "times"),
        "town_counts": Shown(_("another village of the town counts"), "share"),
        "oldest_counts": Shown(_("the oldest looked for counts"), "share"),
    }

    days: int = Field(ge=1, le=366)
    least: float = Field(gt=0, lt=1)
    beside: float = Field(default=0, ge=0, le=1)
    """Where one is very alike, less alike ones are no help; where none is, they are all there is. A rule that
    was kept without it shows all."""
    most: int = Field(ge=1, le=20)
    town_counts: float = Field(ge=0, le=1)
    """What likeness in words is multiplied with when only the town is the same."""
    oldest_counts: float = Field(ge=0, le=1)
    """What it is multiplied with at the end of the days; between, evenly."""


LIKENESS = register(
    RuleKind(
        code="cases.likeness",
        level=Level.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("Matters that are likely the same"),
        sentence=_(
            "Near in words, place and time. They are only shown, with the reason; a person decides whether "
            "they are one."
        ),
        params=LikenessParams,
        first=LikenessParams(days=60, least=0.25, beside=0.6, most=5, town_counts=0.7, oldest_counts=0.7),
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)
