"""The rule of lists taken out as files."""

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.rules import _FROM
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register


class ExportParams(Params):
    shown = {
        "keep_days": Shown(_("files can be fetched for"), "days"),
        "most_open": Shown(_("files of one person that are written at the same time"), "times"),
    }

    keep_days: int = Field(ge=1, le=30)
    most_open: int = Field(ge=1, le=20)


EXPORTS = register(
    RuleKind(
        code="cases.exports",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Lists taken out as files"),
        sentence=_("How long a file lies ready for who asked for it, and how many one may ask for at once."),
        params=ExportParams,
        first=ExportParams(keep_days=3, most_open=3),
        source=documents.own_proposal(
            f"{documents.PERSONAL_INFORMATION}第十九条（保存期限为实现目的所必要的最短时间）"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
