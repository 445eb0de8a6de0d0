"""The rules of sending."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook.kinds import Level, Params, RuleKind, RuleType, Shown, register

Wait = Annotated[int, Field(ge=1, le=7 * 24 * 60)]


class Retry(Params):
    shown = {"waits": Shown(_("waits before the next try"), "minutes")}

    waits: tuple[Wait, ...] = Field(max_length=20)
    """Minutes before the second, third … try. After the last one the delivery is given up."""

    @property
    def tries(self) -> int:
        return len(self.waits) + 1


RETRY = register(
    RuleKind(
        code="notices.retry",
        level=Level.OPERATIONAL,
        type=RuleType.CHOICE,
        title=_("Trying again to send a notice"),
        sentence=_(
            "A notice that could not be sent is tried again after each of these waits. "
            "Then it is given up and shown to the system manager."
        ),
        params=Retry,
        first=Retry(waits=(1, 5, 30, 120, 720)),
        source="docs/adr/0006-rules-are-data.md",
        valid_from=date(2000, 1, 1),
    )
)
