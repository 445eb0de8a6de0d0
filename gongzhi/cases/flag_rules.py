"""The rule of what must look suspicious by itself: its thresholds, all in one place."""

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.rules import _FROM
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register


class FlagParams(Params):
    shown = {
        "same_reply": Shown(_("same answer: on so many matters of a unit in a month"), "times"),
        "same_reply_signs": Shown(_("same answer: texts of at least so many characters"), "signs"),
        "quick_minutes": Shown(_("quick answer: so soon after signing, without contact"), "minutes"),
        "quick": Shown(_("quick answer: so many in a month"), "times"),
        "network_days": Shown(_("own connection: used by the unit within so many days"), "days"),
        "network": Shown(_("own connection: so many good ratings in a month"), "times"),
        "longer": Shown(_("longer limit: so many changed subjects in a month"), "times"),
        "late_minutes": Shown(
            _("more time asked late: so long before it is too late to ask"), "working_minutes"
        ),
        "late": Shown(_("more time asked late: so many times in a month"), "times"),
        "unrated_above": Shown(_("filed unrated: so much above the unit's usual share"), "share"),
        "unrated_base": Shown(_("filed unrated: months with at least so many matters"), "times"),
        "unrated_months": Shown(_("filed unrated: the usual is counted over so many months"), "times"),
    }

    same_reply: int = Field(ge=2)
    same_reply_signs: int = Field(ge=1)
    quick_minutes: int = Field(gt=0)
    quick: int = Field(ge=1)
    network_days: int = Field(gt=0)
    network: int = Field(ge=1)
    longer: int = Field(ge=1)
    late_minutes: int = Field(gt=0)
    late: int = Field(ge=1)
    unrated_above: float = Field(gt=0, lt=1)
    unrated_base: int = Field(ge=1)
    unrated_months: int = Field(ge=1, le=24)


FLAGS = register(
    RuleKind(
        code="cases.flags",
        level=Level.COLLECTIVE,
        type=RuleType.INFORMATION,
        title=_("What looks suspicious by itself"),
        sentence=_(
            "From when on something in a unit's work is shown to those who supervise. A flag is a question "
            "to a person; nothing follows from it by itself."
        ),
        params=FlagParams,
        first=FlagParams(
            same_reply=5,
            same_reply_signs=6,
            quick_minutes=10,
            quick=3,
            network_days=30,
            network=2,
            longer=2,
            late_minutes=60,
            late=3,
            unrated_above=0.2,
            unrated_base=10,
            unrated_months=6,
        ),
        source=documents.own_proposal(
            "《关于解决形式主义突出问题为基层减负的通知》（中办，2019年）、《整治形式主义为基层减负若干规定》（2024年）"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
