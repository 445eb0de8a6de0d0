"""The rules of the loop: every limit, ladder, list and threshold, as typed kinds with their first version.

The values in force come from `rulebook.queries.in_force`; nothing here is read directly at run time.
"""

from datetime import date
from typing import Literal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.lifecycle import Kind, Urgency
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register
from gongzhi.rulebook.presentation import say

_FROM = date(2000, 1, 1)
"""First versions reach back far enough for imported history."""


class Limit(Params):
    """A length of time: working minutes of the office calendar, or plain minutes for emergencies."""

    shown = {
        "minutes": Shown(_("length"), "working_minutes", plain_when="plain"),
        "plain": Shown(_("counted day and night, not in working time")),
    }

    minutes: int = Field(gt=0, le=400 * 24 * 60)
    plain: bool = False

    def words(self) -> str:
        """Return the length as people say it."""
        length = say(self.minutes, Shown(_("length"), "minutes" if self.plain else "working_minutes"))
        return gettext("%(length)s, day and night") % {"length": length} if self.plain else length


class OfficePeriod(Params):
    """Local times of one working period, as HH:MM."""

    shown = {"opens": Shown(_("opens")), "closes": Shown(_("closes"))}

    opens: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    closes: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


class OfficeHoursParams(Params):
    shown = {"periods": Shown(_("office hours"))}

    periods: tuple[OfficePeriod, ...] = Field(min_length=1)


OFFICE_HOURS = register(
    RuleKind(
        code="cases.office_hours",
        level=Level.COLLECTIVE,
        type=RuleType.SCOPE,
        title=_("Office hours"),
        sentence=_("Working time is counted within these hours on working days of the national calendar."),
        params=OfficeHoursParams,
        first=OfficeHoursParams(
            periods=(OfficePeriod(opens="08:00", closes="12:00"), OfficePeriod(opens="14:00", closes="18:00"))
        ),
        source=documents.own_proposal(
            "《国务院关于职工工作时间的规定》（1995年）第三条、第七条（每日8小时，周六周日休息）；《全国年节及纪念日放假办法》（2024年修订）"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)

_HOUR = 60
_DAY = 8 * _HOUR
"""A working day of the first office hours, in minutes; only used to write the first versions below."""


_URGENCY = Shown(
    _("urgency"),
    choices={
        Urgency.ORDINARY: _("ordinary"),
        Urgency.URGENT: _("urgent"),
        Urgency.EMERGENCY: _("emergency"),
    },
)
_KIND = Shown(
    _("kind"),
    choices={
        Kind.REQUEST: _("request"),
        Kind.SUGGESTION: _("suggestion"),
        Kind.DISPUTE: _("dispute"),
        Kind.HAZARD: _("hazard"),
        Kind.CONSULTATION: _("consultation"),
    },
)
_LIMIT = Shown(_("limit"))


class UrgencyLimit(Params):
    shown = {"urgency": _URGENCY, "limit": _LIMIT}

    urgency: Urgency
    limit: Limit


class UrgencyLimits(Params):
    """One limit for each urgency."""

    shown = {"limits": Shown(_("limit for each urgency"))}

    limits: tuple[UrgencyLimit, ...]

    def limit_for(self, urgency: str) -> Limit:
        return next(row.limit for row in self.limits if row.urgency == urgency)


def _by_urgency(ordinary: int, urgent: int, emergency: int) -> UrgencyLimits:
    return UrgencyLimits(
        limits=(
            UrgencyLimit(urgency=Urgency.ORDINARY, limit=Limit(minutes=ordinary)),
            UrgencyLimit(urgency=Urgency.URGENT, limit=Limit(minutes=urgent)),
            UrgencyLimit(urgency=Urgency.EMERGENCY, limit=Limit(minutes=emergency, plain=True)),
        )
    )


ACCEPT_LIMIT = register(
    RuleKind(
        code="cases.accept_limit",
        level=Level.COLLECTIVE,
        type=RuleType.INFORMATION,
        title=_("Time to accept"),
        sentence=_("From registration until the centre accepts the matter or says why not."),
        params=UrgencyLimits,
        first=_by_urgency(2 * _HOUR, _HOUR, 30),
        source=documents.own_proposal(
            f"{documents.HOTLINE_OPINION}（要求即时转办、限时办理）；{documents.HOTLINE_RUNNING}"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
CONTACT_LIMIT = register(
    RuleKind(
        code="cases.contact_limit",
        level=Level.COLLECTIVE,
        type=RuleType.INFORMATION,
        title=_("Time to first contact"),
        sentence=_("From dispatch until someone has reached the resident."),
        params=UrgencyLimits,
        first=_by_urgency(_DAY, 4 * _HOUR, 2 * _HOUR),
        source=documents.own_proposal(
            f"{documents.HOTLINE_OPINION}（要求即时转办、限时办理）；{documents.HOTLINE_RUNNING}"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class FinishLimit(Params):
    shown = {"kind": _KIND, "urgency": _URGENCY, "limit": _LIMIT}

    kind: Kind
    urgency: Urgency
    limit: Limit


class CategoryLimit(Params):
    """An exception for one category and everything below it; the longest matching code wins."""

    shown = {"category": Shown(_("category code")), "limit": _LIMIT}

    category: str
    limit: Limit


class FinishLimits(Params):
    shown = {
        "limits": Shown(_("limit for each kind and urgency")),
        "categories": Shown(_("exceptions for categories")),
    }

    limits: tuple[FinishLimit, ...]
    categories: tuple[CategoryLimit, ...] = ()

    def limit_for(self, *, kind: str, urgency: str, category: str) -> Limit:
        """Return the limit for an accepted case; an emergency is never lengthened by its category."""
        if urgency != Urgency.EMERGENCY:
            fitting = [row for row in self.categories if category.startswith(row.category)]
            if fitting:
                return max(fitting, key=lambda row: len(row.category)).limit
        return next(row.limit for row in self.limits if row.kind == kind and row.urgency == urgency)


def _finish(days: dict[Kind, tuple[int, int]]) -> tuple[FinishLimit, ...]:
    rows = []
    for kind, (ordinary, urgent) in days.items():
        rows += [
            FinishLimit(kind=kind, urgency=Urgency.ORDINARY, limit=Limit(minutes=ordinary * _DAY)),
            FinishLimit(kind=kind, urgency=Urgency.URGENT, limit=Limit(minutes=urgent * _DAY)),
            FinishLimit(kind=kind, urgency=Urgency.EMERGENCY, limit=Limit(minutes=24 * _HOUR, plain=True)),
        ]
    return tuple(rows)


FINISH_LIMIT = register(
    RuleKind(
        code="cases.finish_limit",
        level=Level.COLLECTIVE,
        type=RuleType.CHOICE,
        title=_("Time to finish"),
        sentence=_("From acceptance until the answer to the resident."),
        params=FinishLimits,
        first=FinishLimits(
            limits=_finish(
                {
                    Kind.CONSULTATION: (5, 3),
                    Kind.REQUEST: (10, 5),
                    Kind.SUGGESTION: (15, 10),
                    Kind.DISPUTE: (15, 10),
                    Kind.HAZARD: (5, 2),
                }
            )
        ),
        source=documents.own_proposal(
            f"{documents.HOTLINE_OPINION}（要求即时转办、限时办理）；{documents.HOTLINE_RUNNING}"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ReworkParams(Params):
    shown = {
        "limit": Shown(_("time to handle it again")),
        "goes_up_from": Shown(_("goes one level up when it is not solved for the")),
        "supervision": Shown(_("time to answer the supervision")),
    }

    limit: Limit
    goes_up_from: int = Field(ge=1)
    """The how-manieth "not solved" moves the case one level up."""
    supervision: Limit


REWORK = register(
    RuleKind(
        code="cases.rework",
        level=Level.COLLECTIVE,
        type=RuleType.CHOICE,
        title=_("Not solved: handled again"),
        sentence=_(
            "A matter the resident calls not solved is handled again within this time, "
            "under supervision; when it happens again it goes one level up."
        ),
        params=ReworkParams,
        first=ReworkParams(
            limit=Limit(minutes=5 * _DAY), goes_up_from=2, supervision=Limit(minutes=3 * _DAY)
        ),
        source=documents.own_proposal(f"{documents.RATING}{documents.UNREAD}"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class LadderRung(Params):
    """One rung: taken at a share of the limit (0.8 = 80 %) or, past due, that many working minutes after
    it."""

    shown = {
        "action": Shown(
            _("what happens"),
            choices={
                "warn_owner": _("the owner is warned"),
                "tell_head": _("the head of the unit is told"),
                "supervise": _("the level above supervises"),
                "county_list": _("it stands on the county list"),
            },
        ),
        "share": Shown(_("when so much of the limit is used"), "share"),
        "minutes_after_due": Shown(_("so long after the due time"), "working_minutes"),
    }

    action: Literal["warn_owner", "tell_head", "supervise", "county_list"]
    share: float | None = Field(default=None, gt=0, le=1)
    minutes_after_due: int | None = Field(default=None, ge=0)


class LadderParams(Params):
    shown = {"rungs": Shown(_("rungs"))}

    rungs: tuple[LadderRung, ...] = Field(min_length=1)


LADDER = register(
    RuleKind(
        code="cases.ladder",
        level=Level.COLLECTIVE,
        type=RuleType.PAYOFF,
        title=_("Ladder of deadlines"),
        sentence=_(
            "What happens by itself before and after a due time: the owner is warned, the "
            "head of the unit is told, the level above supervises, the county list shows "
            "it."
        ),
        params=LadderParams,
        first=LadderParams(
            rungs=(
                LadderRung(action="warn_owner", share=0.8),
                LadderRung(action="tell_head", minutes_after_due=0),
                LadderRung(action="supervise", minutes_after_due=_DAY),
                LadderRung(action="county_list", minutes_after_due=3 * _DAY),
            )
        ),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ReturnParams(Params):
    shown = {"before_arbitration": Shown(_("returns before the level above decides"), "times")}

    before_arbitration: int = Field(ge=0)
    """So many returns go back to the desk; the next one goes to the level above."""


RETURNS = register(
    RuleKind(
        code="cases.returns",
        level=Level.COLLECTIVE,
        type=RuleType.AGGREGATION,
        title=_("Returns and arbitration"),
        sentence=_(
            "A unit may return what is not its own; when it is returned again the level "
            "above chooses, and that choice cannot be returned."
        ),
        params=ReturnParams,
        first=ReturnParams(before_arbitration=1),
        source=documents.own_proposal(
            f"{documents.PETITIONS}第二十三条（移送异议）、第二十四条（争议由共同上一级决定）"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class WindowParams(Params):
    shown = {
        "rating": Shown(_("to rate")),
        "reopening": Shown(_("to reopen")),
        "objection": Shown(_("to object to a refusal")),
    }

    rating: Limit
    reopening: Limit
    objection: Limit


WINDOWS = register(
    RuleKind(
        code="cases.windows",
        level=Level.CONSTITUTIONAL,
        type=RuleType.BOUNDARY,
        title=_("How long residents may rate, reopen and object"),
        sentence=_(
            "After the answer the resident may rate; after closing, reopen; after a "
            "refusal, object. A matter nobody rated in time is filed as unrated."
        ),
        params=WindowParams,
        first=WindowParams(
            rating=Limit(minutes=7 * _DAY),
            reopening=Limit(minutes=15 * _DAY),
            objection=Limit(minutes=5 * _DAY),
        ),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class SupervisionParams(Params):
    shown = {"limit": _LIMIT}

    limit: Limit


SUPERVISION = register(
    RuleKind(
        code="cases.supervision",
        level=Level.COLLECTIVE,
        type=RuleType.CHOICE,
        title=_("Time to answer a supervision"),
        sentence=_("From the order until the unit answers it."),
        params=SupervisionParams,
        first=SupervisionParams(limit=Limit(minutes=2 * _DAY)),
        source=documents.own_proposal(f"{documents.PETITIONS}第四十条（督办）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class Choice(Params):
    """One entry of a list people choose from."""

    shown = {"code": Shown(_("code")), "zh": Shown(_("words in Chinese")), "en": Shown(_("words in English"))}

    code: str = Field(pattern=r"^[a-z_]{1,32}$")
    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=80)


ReasonList = Literal["decline", "returning", "pause"]


class ReasonLists(Params):
    shown = {
        "decline": Shown(_("for not accepting")),
        "returning": Shown(_("for returning")),
        "pause": Shown(_("for pausing")),
    }

    decline: tuple[Choice, ...]
    returning: tuple[Choice, ...]
    pause: tuple[Choice, ...]

    def label(self, name: ReasonList, code: str, *, language: str) -> str:
        """Return the words of one choice. Raises KeyError for an unknown code."""
        rows: tuple[Choice, ...] = getattr(self, name)
        for row in rows:
            if row.code == code:
                return row.zh if language.startswith("zh") else row.en
        raise KeyError(code)


REASONS = register(
    RuleKind(
        code="cases.reasons",
        level=Level.OPERATIONAL,
        type=RuleType.CHOICE,
        title=_("Short lists of reasons"),
        sentence=_("The reasons one may choose from for not accepting, returning and pausing."),
        params=ReasonLists,
        first=ReasonLists(
            decline=(
                Choice(code="not_ours", zh="不归县内管理", en="Outside the county's powers"),
                Choice(
                    code="in_court",
                    zh="已经或应当通过诉讼、仲裁、复议解决",
                    en="Before a court, arbitration or review, or belongs there",
                ),
                Choice(code="petition_over", zh="信访程序已经终结", en="The petition procedure has ended"),
                Choice(
                    code="already_open", zh="同一事项正在办理", en="The same matter is already being handled"
                ),
                Choice(
                    code="no_facts",
                    zh="没有说清事由，也联系不上",
                    en="No facts, and the reporter cannot be reached",
                ),
                Choice(
                    code="emergency_line", zh="应拨打110、119、120、122", en="Belongs to 110, 119, 120 or 122"
                ),
            ),
            returning=(
                Choice(code="other_unit", zh="属于其他单位职责", en="Another unit is responsible"),
                Choice(code="other_place", zh="不在本辖区", en="Not in our area"),
                Choice(code="needs_facts", zh="情况不清，需要补充", en="Facts are missing"),
            ),
            pause=(
                Choice(code="resident", zh="等当事人补充材料或本人到场", en="Waiting for the resident"),
                Choice(code="weather", zh="天气原因无法施工", en="Weather stops the work"),
                Choice(
                    code="third_party",
                    zh="等鉴定、检测、评估或第三方结论",
                    en="Waiting for an expert or third party",
                ),
                Choice(code="procedure", zh="等法定程序走完", en="A legal procedure must run its course"),
            ),
        ),
        source=documents.own_proposal(
            f"{documents.PETITIONS}第十九条、第二十三条、第三十一条、第三十六条；{documents.HOTLINE_OPINION}"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


_TIERS = {"small": _("small matter"), "complex": _("complex matter"), "major": _("major matter")}


class IntakeParams(Params):
    shown = {
        "title_signs": Shown(_("longest title"), "signs"),
        "text_signs": Shown(_("longest text"), "signs"),
        "words_signs": Shown(_("longest reason, comment or answer"), "signs"),
        "unsorted_category": Shown(_("category of imported matters that nobody has sorted yet")),
    }

    title_signs: int = Field(gt=0, le=80)
    text_signs: int = Field(gt=0, le=20000)
    words_signs: int = Field(gt=0, le=20000)
    """Longest reason, comment or answer."""
    unsorted_category: str = Field(pattern=r"^(\d\d)+$")
    """Where imported matters go that nobody has sorted yet."""


INTAKE = register(
    RuleKind(
        code="cases.intake",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Raising a matter"),
        sentence=_("How long words may be, and where matters go that nobody has sorted yet."),
        params=IntakeParams,
        first=IntakeParams(
            title_signs=40,
            text_signs=8000,
            words_signs=8000,
            unsorted_category="1506",
        ),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class AttachmentParams(Params):
    shown = {
        "per_case": Shown(_("pictures of a matter"), "pictures"),
        "per_message": Shown(_("pictures with one message"), "pictures"),
        "bytes_each": Shown(_("largest file"), "bytes"),
        "pixels": Shown(_("largest picture"), "pixels"),
        "longest_side": Shown(_("made smaller to"), "pixels"),
        "formats": Shown(_("formats")),
    }

    per_case: int = Field(gt=0)
    per_message: int = Field(gt=0)
    bytes_each: int = Field(gt=0)
    pixels: int = Field(gt=0)
    """Largest picture that is opened at all, in pixels, against decompression bombs."""
    longest_side: int = Field(gt=0)
    """Pictures are made smaller to this, in pixels."""
    formats: tuple[Literal["JPEG", "PNG", "WEBP"], ...] = Field(min_length=1)


ATTACHMENTS = register(
    RuleKind(
        code="cases.attachments",
        level=Level.OPERATIONAL,
        type=RuleType.SCOPE,
        title=_("Pictures with a matter"),
        sentence=_(
            "How many pictures, how large and of which kind. They are stored without the "
            "place where they were taken."
        ),
        params=AttachmentParams,
        first=AttachmentParams(
            per_case=30,
            per_message=6,
            bytes_each=15_000_000,
            pixels=60_000_000,
            longest_side=1920,
            formats=("JPEG", "PNG", "WEBP"),
        ),
        source=documents.own_proposal(f"{documents.PERSONAL_INFORMATION}第六条（最小范围）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class MeasureParams(Params):
    shown = {
        "satisfied_from": Shown(_("lowest score that counts as satisfied")),
        "repeat_days": Shown(_("a repeat is the same matter again within"), "days"),
        "percentile": Shown(_("upper percentile shown"), "share"),
        "reply_percentile": Shown(_("upper percentile of days to reply"), "share"),
    }

    satisfied_from: int = Field(ge=1, le=5)
    """Lowest score that counts as satisfied."""
    repeat_days: int = Field(gt=0)
    percentile: float = Field(gt=0, lt=1)
    """The upper percentile shown beside the median of working time to finish."""
    reply_percentile: float = Field(gt=0, lt=1)
    """The upper percentile shown beside the median of calendar time to the answer."""


MEASURES = register(
    RuleKind(
        code="cases.measures",
        level=Level.CONSTITUTIONAL,
        type=RuleType.AGGREGATION,
        title=_("How the figures are counted"),
        sentence=_(
            "Response rate: first contact in time among dispatched. Solution rate: solved "
            "among rated. Satisfaction rate: satisfied among rated. Unrated is shown "
            "beside, never inside."
        ),
        params=MeasureParams,
        first=MeasureParams(satisfied_from=3, repeat_days=90, percentile=0.9, reply_percentile=0.75),
        source=documents.own_proposal(f"{documents.RATING}{documents.UNREAD}"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
