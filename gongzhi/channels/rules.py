"""The rules of the doors to the outside: what is published, how much may come in, how old a signature may be.

The values in force come from `rulebook.queries.in_force`.
"""

from datetime import date
from typing import Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

_FROM = date(2000, 1, 1)


class Centre(Params):
    """Where a village or town has its centre, WGS 84."""

    shown = {
        "unit": Shown(_("unit code")),
        "latitude": Shown(_("latitude")),
        "longitude": Shown(_("longitude")),
    }

    unit: str = Field(pattern=r"^[0-9A-Z]{1,32}$")
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Open311Params(Params):
    shown = {
        "posting": Shown(
            _("who may post"),
            choices={
                "key": _("programs with an access token"),
                "open": _("anybody, within the limits of raising a matter"),
            },
        ),
        "span_days": Shown(_("longest period of one question"), "days"),
        "rows": Shown(_("most matters in one answer")),
        "point_decimals": Shown(_("decimals of a published location")),
        "zipcode": Shown(_("postal code")),
        "description_signs": Shown(_("longest description"), "signs"),
        "centres": Shown(_("centres of villages and towns")),
        "centre_km": Shown(_("a location belongs to the nearest centre within so many kilometres")),
    }

    posting: Literal["key", "open"]
    span_days: int = Field(gt=0, le=3660)
    rows: int = Field(gt=0, le=1000)
    point_decimals: int = Field(ge=0, le=6)
    """Three decimals are about a hundred metres: a road, not a door."""
    zipcode: str = Field(pattern=r"^\d{0,6}$")
    description_signs: int = Field(gt=0, le=8000)
    centres: tuple[Centre, ...] = ()
    centre_km: int = Field(gt=0)


OPEN311 = register(
    RuleKind(
        code="channels.open311",
        level=Level.COLLECTIVE,
        type=RuleType.INFORMATION,
        title=_("Open311: what other systems may read and post"),
        sentence=_(
            "Everybody may read what was made public. Who posts names a token, unless posting is open. "
            "Locations are published rounded, so that they show a road and not a door."
        ),
        params=Open311Params,
        first=Open311Params(
            posting="key",
            span_days=90,
            rows=1000,
            point_decimals=3,
            zipcode="725100",
            description_signs=4000,
            centre_km=5,
        ),
        source=f"Open311 GeoReport v2，GET Service Requests（默认90天或1000条）；其余为{documents.OWN}",
        valid_from=_FROM,
        confidence=Confidence.SURE,
    )
)

_VALUES = r"^\s*([A-Za-z0-9_]{1,32}:[^:/]{1,60}:[^:/]{1,80}\s*(/\s*|$))*$"
Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]


class Attribute(Params):
    """One question that a program asks the resident beside the words."""

    shown = {
        "category": Shown(_("category code")),
        "code": Shown(_("code")),
        "datatype": Shown(
            _("kind of answer"),
            choices={
                "string": _("a line of text"),
                "number": _("a number"),
                "datetime": _("a moment"),
                "text": _("text"),
                "singlevaluelist": _("one of a list"),
                "multivaluelist": _("some of a list"),
            },
        ),
        "required": Shown(_("must be answered")),
        "zh": Shown(_("words in Chinese")),
        "en": Shown(_("words in English")),
        "values": Shown(_("answers"), hint=_("key:Chinese:English, with / between the answers")),
    }

    category: str = Field(pattern=r"^(\d\d)+$")
    """Asked for this subject and everything below it."""
    code: str = Field(pattern=r"^[A-Za-z0-9_]{1,32}$")
    datatype: Datatype
    required: bool = False
    zh: str = Field(min_length=1, max_length=120)
    en: str = Field(min_length=1, max_length=160)
    values: str = Field(default="", pattern=_VALUES)

    @property
    def choices(self) -> tuple[tuple[str, str, str], ...]:
        """Return the answers to choose from: key, Chinese, English."""
        parts = [part.strip().split(":") for part in self.values.split("/") if part.strip()]
        return tuple((key, zh, en) for key, zh, en in parts)


class AttributesParams(Params):
    shown = {
        "attributes": Shown(_("questions")),
        "answer_signs": Shown(_("longest answer"), "signs"),
    }

    attributes: tuple[Attribute, ...]
    answer_signs: int = Field(gt=0)

    def of(self, category: str) -> tuple[Attribute, ...]:
        """Return the questions asked for a category, in the order they are asked."""
        return tuple(row for row in self.attributes if category.startswith(row.category))


ATTRIBUTES = register(
    RuleKind(
        code="channels.open311_questions",
        level=Level.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("Open311: questions beside the words"),
        sentence=_("What other systems ask a resident for a subject; the answers are added to the words."),
        params=AttributesParams,
        first=AttributesParams(
            attributes=(
                Attribute(
                    category="010103",
                    code="passable",
                    datatype="singlevaluelist",
                    zh="现在还能不能过？",
                    en="Can one still pass?",
                    values="no:过不去:No / foot:只能走人:On foot only / car:小车能过:By car",
                ),
                Attribute(
                    category="020101",
                    code="since",
                    datatype="datetime",
                    zh="从什么时候开始停水？",
                    en="Since when is there no water?",
                ),
                Attribute(
                    category="020101",
                    code="households",
                    datatype="number",
                    zh="大约多少户没水？",
                    en="About how many households have none?",
                ),
            ),
            answer_signs=500,
        ),
        source=documents.own_proposal("Open311 GeoReport v2，GET Service Definition（附加问题的格式）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class SignedParams(Params):
    shown = {
        "window_minutes": Shown(_("a signature is good for"), "minutes"),
        "per_sender_an_hour": Shown(_("messages of one sender in an hour"), "times"),
        "per_door_an_hour": Shown(_("messages through one door in an hour"), "times"),
        "message_bytes": Shown(_("largest message"), "bytes"),
        "parts": Shown(_("most parts of a mail")),
        "kept_days": Shown(_("how long it is kept that a message came in"), "days"),
    }

    window_minutes: int = Field(gt=0, le=60)
    per_sender_an_hour: int = Field(gt=0)
    per_door_an_hour: int = Field(gt=0)
    message_bytes: int = Field(gt=0, le=100_000_000)
    parts: int = Field(gt=0, le=1000)
    kept_days: int = Field(gt=0)


INBOUND = register(
    RuleKind(
        code="channels.inbound",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Mail, text messages and WeChat coming in"),
        sentence=_(
            "How old a signature may be, how many messages one sender and one door may bring in an hour, and "
            "how large one may be."
        ),
        params=SignedParams,
        first=SignedParams(
            window_minutes=5,
            per_sender_an_hour=20,
            per_door_an_hour=2000,
            message_bytes=30_000_000,
            parts=60,
            kept_days=190,
        ),
        source=documents.own_proposal(f"{documents.SECURITY}{documents.UNREAD}"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class WeChatParams(Params):
    shown = {
        "together_minutes": Shown(
            _("a photo or location belongs to words that come or came within"), "minutes"
        ),
        "voice": Shown(_("take the words that WeChat recognised in a voice note")),
        "media_tries": Shown(_("tries to fetch a photo"), "times"),
        "media_wait_minutes": Shown(_("wait between two tries"), "minutes"),
    }

    together_minutes: int = Field(gt=0, le=24 * 60)
    voice: bool
    media_tries: int = Field(gt=0)
    media_wait_minutes: int = Field(gt=0)


WECHAT = register(
    RuleKind(
        code="channels.wechat",
        level=Level.OPERATIONAL,
        type=RuleType.SCOPE,
        title=_("The WeChat official account"),
        sentence=_("How messages of one person that follow one another become one matter."),
        params=WeChatParams,
        first=WeChatParams(together_minutes=30, voice=True, media_tries=8, media_wait_minutes=5),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
