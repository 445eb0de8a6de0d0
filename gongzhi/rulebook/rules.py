"""The rules about rules."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import (
    SHORTEST_NOTICE_SECONDS,
    Confidence,
    Level,
    Params,
    RuleKind,
    RuleType,
    Shown,
    register,
)


class NoticePeriod(Params):
    shown = {"seconds": Shown(_("shortest time between decision and effect"), "seconds")}

    seconds: int = Field(ge=SHORTEST_NOTICE_SECONDS)


NOTICE_PERIOD = register(
    RuleKind(
        code="rulebook.notice_period",
        level=Level.CONSTITUTIONAL,
        type=RuleType.INFORMATION,
        title=_("How long a change of rules is known before it holds"),
        sentence=_(
            "A changed rule is shown on the public page first and holds only after this time. "
            "No rule ever changes for the past."
        ),
        params=NoticePeriod,
        first=NoticePeriod(seconds=SHORTEST_NOTICE_SECONDS),
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)
