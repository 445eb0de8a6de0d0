"""The rules of sending."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Literal, Self

from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from gongzhi.notices.kinds import CHANNEL_NAMES, KINDS
from gongzhi.notices.lifecycle import quiet_until
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

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
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)


class _KindNames(Mapping[str, "_StrPromise"]):
    """Who gets what, by kind: read when shown, because the apps above declare their kinds later."""

    def __getitem__(self, code: str) -> "_StrPromise":
        return KINDS[code].audience

    def __iter__(self) -> Iterator[str]:
        return iter(code for code in KINDS if not code.startswith("tests."))

    def __len__(self) -> int:
        return len(KINDS)


_KIND_NAMES = _KindNames()
_HOUR = r"^([01]\d|2[0-3]):[0-5]\d$"


class QuietHours(Params):
    """When one channel is silent, in local time."""

    shown = {
        "channel": Shown(_("sent by"), choices={c.value: name for c, name in CHANNEL_NAMES.items()}),
        "since": Shown(_("quiet from")),
        "until": Shown(_("quiet until")),
    }

    channel: Literal["mail", "sms", "chat"]
    since: str = Field(pattern=_HOUR)
    until: str = Field(pattern=_HOUR)

    @model_validator(mode="after")
    def _not_always(self) -> Self:
        if self.since == self.until:
            raise ValueError("quiet hours must end at another hour than they begin")
        return self

    def end_at(self, local: datetime) -> datetime | None:
        """Return when they end if they hold at this local moment, else None."""
        since, until = time.fromisoformat(self.since), time.fromisoformat(self.until)
        return quiet_until(since, until, local=local)


class Quiet(Params):
    shown = {
        "hours": Shown(_("quiet hours")),
        "never_held": Shown(_("sent at any hour"), choices=_KIND_NAMES),
    }

    hours: tuple[QuietHours, ...]
    never_held: tuple[str, ...] = ()


QUIET = register(
    RuleKind(
        code="notices.quiet_hours",
        level=Level.OPERATIONAL,
        type=RuleType.CHOICE,
        title=_("Quiet hours"),
        sentence=_(
            "In these hours nobody's phone rings, unless it is an emergency; it is sent when they end."
        ),
        params=Quiet,
        first=Quiet(
            hours=(
                QuietHours(channel="sms", since="21:00", until="08:00"),
                QuietHours(channel="chat", since="21:00", until="07:00"),
            ),
            never_held=("cases.receipt",),
        ),
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)


class Texting(Params):
    shown = {
        "kinds": Shown(_("sent as a text message"), choices=_KIND_NAMES),
        "without_mail_only": Shown(_("only to those who left no mail address")),
    }

    kinds: tuple[str, ...]
    without_mail_only: bool


TEXTING = register(
    RuleKind(
        code="notices.text_messages",
        level=Level.OPERATIONAL,
        type=RuleType.SCOPE,
        title=_("Text messages to residents"),
        sentence=_("What a resident who left a telephone number is told by text message."),
        params=Texting,
        first=Texting(
            kinds=("cases.receipt", "cases.answer", "mediation.party_date"), without_mail_only=True
        ),
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)


class Always(Params):
    shown = {"kinds": Shown(_("cannot be turned off"), choices=_KIND_NAMES)}

    kinds: tuple[str, ...]


ALWAYS = register(
    RuleKind(
        code="notices.always_told",
        level=Level.COLLECTIVE,
        type=RuleType.BOUNDARY,
        title=_("What is told in any case"),
        sentence=_("Everybody may turn off a way of being told, but these are sent all the same."),
        params=Always,
        first=Always(kinds=("cases.receipt", "cases.supervised")),
        source=documents.own_proposal(),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)
