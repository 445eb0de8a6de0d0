"""The rules of the hotline: its lines, how soon is soon enough, what may come in, and whom to pass danger to.

The values in force come from `rulebook.queries.in_force`.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

_FROM = date(2000, 1, 1)


class StandardParams(Params):
    shown = {
        "answer_seconds": Shown(_("answered in time within"), "seconds"),
        "connected_share": Shown(_("connection rate at least"), "share"),
    }

    answer_seconds: int = Field(gt=0, le=600)
    connected_share: float = Field(ge=0, le=1)


STANDARD = register(
    RuleKind(
        code="hotline.standard",
        level=Level.COLLECTIVE,
        type=RuleType.AGGREGATION,
        title=_("How soon a call is answered in time"),
        sentence=_(
            "A call that a person answers within this time counts as answered in time. It is counted from "
            "when the caller began to wait for a person, or from the first ring where the telephone system "
            "does not tell. Of the calls that come in, at least this share shall be answered by a person."
        ),
        params=StandardParams,
        first=StandardParams(answer_seconds=15, connected_share=0.95),
        source=f"{documents.HOTLINE_SERVICE}，受理要求：15秒内接听，连续24小时接通率不低于95%（2017年7月1日实施）",
        valid_from=_FROM,
        confidence=Confidence.SURE,
    )
)


class Line(Params):
    """A number people call, and the centre that answers it."""

    shown = {
        "number": Shown(_("number people call")),
        "unit": Shown(_("unit code")),
        "zh": Shown(_("words in Chinese")),
        "en": Shown(_("words in English")),
    }

    number: str = Field(pattern=r"^[0-9]{2,20}$")
    unit: str = Field(pattern=r"^[0-9A-Za-z-]{1,32}$")
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=60)


class LinesParams(Params):
    shown = {"lines": Shown(_("lines"), hint=_("A line that is not here belongs to the county."))}

    lines: tuple[Line, ...] = ()

    def unit_of(self, number: str) -> str:
        """Return the code of the centre that answers this number; "" for one that is not named."""
        return next((line.unit for line in self.lines if line.number == number), "")


LINES = register(
    RuleKind(
        code="hotline.lines",
        level=Level.OPERATIONAL,
        type=RuleType.POSITION,
        title=_("Lines of the hotline"),
        sentence=_("Which centre answers which number; it sees the calls of that number."),
        params=LinesParams,
        first=LinesParams(),
        source=documents.own_proposal(f"{documents.HOTLINE_OPINION}（归并为一个号码）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class EventsParams(Params):
    shown = {
        "window_minutes": Shown(_("a signature is good for"), "minutes"),
        "event_bytes": Shown(_("largest event"), "bytes"),
        "per_call_an_hour": Shown(_("events of one call in an hour"), "times"),
        "per_door_an_hour": Shown(_("events of all calls in an hour"), "times"),
        "late_hours": Shown(_("an event may come late by"), "hours"),
        "kept_days": Shown(_("how long it is kept that an event came in"), "days"),
        "lookups_an_hour": Shown(_("callers one person may have recognised in an hour"), "times"),
        "address_minutes": Shown(_("the address of a call on the screen opens the number for"), "minutes"),
    }

    window_minutes: int = Field(gt=0, le=60)
    event_bytes: int = Field(gt=0, le=1_000_000)
    per_call_an_hour: int = Field(gt=0)
    per_door_an_hour: int = Field(gt=0)
    late_hours: int = Field(gt=0, le=24 * 31)
    kept_days: int = Field(gt=0)
    lookups_an_hour: int = Field(gt=0)
    address_minutes: int = Field(gt=0, le=24 * 60)


EVENTS = register(
    RuleKind(
        code="hotline.events",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("What a telephone system may send"),
        sentence=_(
            "How old a signature may be, how many events may come in an hour, how late they may be, how many "
            "callers one person may have recognised, and how long the address of a call is good for."
        ),
        params=EventsParams,
        first=EventsParams(
            window_minutes=5,
            event_bytes=16_384,
            per_call_an_hour=60,
            per_door_an_hour=20_000,
            late_hours=72,
            kept_days=190,
            lookups_an_hour=120,
            address_minutes=120,
        ),
        source=documents.own_proposal(f"{documents.SECURITY}{documents.UNREAD}"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class Service(Params):
    """An emergency number, what the caller is told, and words that point to it."""

    shown = {
        "number": Shown(_("number to pass on to")),
        "zh": Shown(_("advice in Chinese")),
        "en": Shown(_("advice in English")),
        "signals": Shown(_("words that point to it"), hint=_("with spaces between them")),
    }

    number: str = Field(pattern=r"^[0-9]{3,5}$")
    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=300)
    signals: str = Field(default="", max_length=400)

    def is_meant(self, text: str) -> bool:
        return any(word in text for word in self.signals.split())


class EmergencyParams(Params):
    shown = {"services": Shown(_("emergency numbers"))}

    services: tuple[Service, ...] = Field(min_length=1)


EMERGENCY = register(
    RuleKind(
        code="hotline.emergency",
        level=Level.COLLECTIVE,
        type=RuleType.CHOICE,
        title=_("Passing on in an emergency"),
        sentence=_("Where a caller in danger is passed on to, and what is said to them meanwhile."),
        params=EmergencyParams,
        first=EmergencyParams(
            services=(
                Service(
                    number="110",
                    zh="人先躲到安全的地方，别跟对方硬碰。我帮您转110，您别挂电话，把地点再说一遍。",
                    en="Get to a safe place first and do not confront anybody. I am putting you through to "
                    "110: stay on the line and say once more where you are.",
                    signals="打架 持刀 抢劫 杀人 报警 家暴 跳楼 失踪 绑架",
                ),
                Service(
                    number="119",
                    zh="人先撤出来，别回去拿东西，叫上邻居。我帮您转119，您别挂电话，把地点再说一遍。",
                    en="Get everybody out, do not go back for things, warn the neighbours. I am putting you "
                    "through to 119: stay on the line and say once more where it burns.",
                    signals="着火 起火 失火 冒烟 爆炸 煤气 燃气泄漏 被困 塌方 落水",
                ),
                Service(
                    number="120",
                    zh="先别搬动病人，让他平躺、保持呼吸通畅，留个人看着。我帮您转120，您别挂电话，把地点再说一遍。",
                    en="Do not move the patient, keep the airway free, let somebody stay. I am putting you "
                    "through to 120: stay on the line and say once more where you are.",
                    signals="昏倒 昏迷 吐血 大出血 中毒 溺水 心梗 喘不上气 没有呼吸 车祸",
                ),
            )
        ),
        source=documents.own_proposal(
            f"{documents.HOTLINE_OPINION}（110、119、120、122为紧急热线）；{documents.HOTLINE_AND_POLICE}（一键转接）"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
