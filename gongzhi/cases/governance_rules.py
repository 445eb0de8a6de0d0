"""Rules of governing the loop: reminders of supervisions, pauses, objections, settling on the spot, the tier
gate, more time, and the advice of experts."""

from typing import Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.lifecycle import Level, Urgency
from gongzhi.cases.rules import _FROM, _TIERS, _URGENCY, Choice, Limit
from gongzhi.cases.words import LEVELS
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Params, RuleKind, RuleType, Shown, register
from gongzhi.rulebook.kinds import Level as RuleLevel

_DAY = 8 * 60
"""A working day of the first office hours, in minutes; only used to write the first versions below."""


class OrderRung(Params):
    """One reminder of a supervision: at a share of its limit, or so many working minutes past it."""

    shown = {
        "action": Shown(
            _("what happens"),
            choices={
                "tell_unit": _("the unit is reminded"),
                "tell_head": _("the head of the unit is told"),
                "tell_above": _("those who supervise are told"),
            },
        ),
        "share": Shown(_("when so much of the limit is used"), "share"),
        "minutes_after_due": Shown(_("so long after the due time"), "working_minutes"),
    }

    action: Literal["tell_unit", "tell_head", "tell_above"]
    share: float | None = Field(default=None, gt=0, le=1)
    minutes_after_due: int | None = Field(default=None, ge=0)


class OrderParams(Params):
    shown = {
        "rungs": Shown(_("reminders")),
        "judging": Shown(_("time to send an answer back")),
    }

    rungs: tuple[OrderRung, ...] = Field(min_length=1)
    judging: Limit
    """So long an answer can be called insufficient; after it the supervision counts as answered."""


SUPERVISION_LADDER = register(
    RuleKind(
        code="cases.supervision_ladder",
        level=RuleLevel.COLLECTIVE,
        type=RuleType.PAYOFF,
        title=_("Reminders of supervisions"),
        sentence=_(
            "Who is told when a supervision is not answered, and how long an answer can be sent back. "
            "It must be answered even after the matter is closed."
        ),
        params=OrderParams,
        first=OrderParams(
            rungs=(
                OrderRung(action="tell_unit", share=0.8),
                OrderRung(action="tell_unit", minutes_after_due=0),
                OrderRung(action="tell_head", minutes_after_due=_DAY),
                OrderRung(action="tell_above", minutes_after_due=2 * _DAY),
            ),
            judging=Limit(minutes=5 * _DAY),
        ),
        source=documents.own_proposal(f"{documents.PETITIONS}第四十条（督办）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class PauseParams(Params):
    shown = {
        "most": Shown(_("pauses of one matter"), "times"),
        "longest": Shown(_("longest pause"), "working_minutes"),
        "total": Shown(_("all pauses of one matter together"), "working_minutes"),
    }

    most: int = Field(ge=0)
    longest: int = Field(gt=0)
    total: int = Field(gt=0)


PAUSES = register(
    RuleKind(
        code="cases.pauses",
        level=RuleLevel.COLLECTIVE,
        type=RuleType.BOUNDARY,
        title=_("How often and how long clocks may stand still"),
        sentence=_(
            "A pause has an end, at which the clocks run again by themselves. A clock that is late already "
            "cannot be paused."
        ),
        params=PauseParams,
        first=PauseParams(most=3, longest=10 * _DAY, total=20 * _DAY),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ObjectionParams(Params):
    shown = {
        "most": Shown(_("objections to one refusal"), "times"),
        "elsewhere_zh": Shown(_("where else one can turn, in Chinese")),
        "elsewhere_en": Shown(_("where else one can turn, in English")),
    }

    most: int = Field(ge=1)
    elsewhere_zh: str = Field(min_length=1, max_length=400)
    elsewhere_en: str = Field(min_length=1, max_length=600)

    def elsewhere(self, language: str) -> str:
        return self.elsewhere_zh if language.startswith("zh") else self.elsewhere_en


OBJECTIONS = register(
    RuleKind(
        code="cases.objections",
        level=RuleLevel.CONSTITUTIONAL,
        type=RuleType.BOUNDARY,
        title=_("Objections to a refusal"),
        sentence=_(
            "How often a resident may object, each time to the level above, and what the last refusal says "
            "about other ways."
        ),
        params=ObjectionParams,
        first=ObjectionParams(
            most=2,
            elsewhere_zh=(
                "如果还是不同意：收到书面信访处理意见的，可以自收到之日起30日内请求上一级机关复查；"
                "认为行政行为侵害了权益的，可以依法申请行政复议或者向法院起诉；"
                "不清楚怎么办，可以拨打12348免费问律师。"
            ),
            elsewhere_en=(
                "If you still disagree: after a written opinion on a petition you can ask the authority "
                "above for a review within 30 days; where an administrative act harms your rights, you "
                "can ask for administrative reconsideration or go to court; for free legal advice call "
                "12348."
            ),
        ),
        source=documents.own_proposal(f"{documents.PETITIONS}第三十五条、第三十六条（逐级两次）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class SettlementParams(Params):
    shown = {
        "tiers": Shown(_("tiers that may be settled on the spot"), choices=_TIERS),
        "urgencies": Shown(_("urgencies that may be settled on the spot"), choices=_URGENCY.choices),
        "never": Shown(_("subjects that are never settled on the spot")),
        "checked_share": Shown(_("share that the village checks"), "share"),
    }

    tiers: tuple[Literal["small", "complex", "major"], ...]
    urgencies: tuple[Urgency, ...]
    never: tuple[str, ...]
    """Codes of subjects; each stands for all below it."""
    checked_share: float = Field(ge=0, le=1)

    def excludes(self, category: str) -> bool:
        return any(category.startswith(code) for code in self.never)


SETTLEMENT = register(
    RuleKind(
        code="cases.settlement",
        level=RuleLevel.COLLECTIVE,
        type=RuleType.BOUNDARY,
        title=_("Settling on the spot"),
        sentence=_(
            "What a three-line person may settle on the spot, and which share of it the village asks about "
            "afterwards. What may not be settled is registered and goes to the desk."
        ),
        params=SettlementParams,
        first=SettlementParams(
            tiers=("small",),
            urgencies=(Urgency.ORDINARY, Urgency.URGENT),
            never=("0303", "0304", "0305", "1202"),
            checked_share=0.1,
        ),
        source=documents.own_proposal(f"{documents.STUDY}三（一）3：小事就地及时解决"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class PanelSeat(Params):
    """How many of one role must have taken part before a complex matter is answered at one level."""

    shown = {
        "level": Shown(_("level"), choices={str(level): name for level, name in LEVELS.items()}),
        "role": Shown(_("role")),
        "at_least": Shown(_("at least")),
    }

    level: Level
    role: str = Field(pattern=r"^[a-z_]{1,32}$")
    at_least: int = Field(ge=1)


class TierGateParams(Params):
    shown = {
        "roles": Shown(_("who can take part")),
        "seats": Shown(_("who must have taken part in a complex matter")),
    }

    roles: tuple[Choice, ...] = Field(min_length=1)
    seats: tuple[PanelSeat, ...]

    def seats_at(self, level: str) -> tuple[PanelSeat, ...]:
        return tuple(seat for seat in self.seats if seat.level == level)

    def role_name(self, code: str, *, language: str) -> str:
        """Return the words of a role; the code itself for one that has left the list."""
        found = next((row for row in self.roles if row.code == code), None)
        if found is None:
            return code
        return found.zh if language.startswith("zh") else found.en


TIER_GATE = register(
    RuleKind(
        code="cases.tier_gate",
        level=RuleLevel.CONSTITUTIONAL,
        type=RuleType.AGGREGATION,
        title=_("Who takes part before a matter is answered"),
        sentence=_(
            "A complex matter is worked out by a panel that is named here; a major matter needs the decision "
            "of a meeting. Without them there is no answer."
        ),
        params=TierGateParams,
        first=TierGateParams(
            roles=(
                Choice(code="cadre", zh="村干部（牵头）", en="Village cadre, leading"),
                Choice(code="member", zh="党员", en="Party member"),
                Choice(code="head", zh="中心户长", en="Household head"),
                Choice(code="delegate", zh="村民代表", en="Villagers' delegate"),
                Choice(code="deputy", zh="人大代表", en="Deputy of the congress"),
                Choice(code="expert", zh="法律或技术人员", en="Lawyer or technician"),
                Choice(code="town", zh="镇干部", en="Town cadre"),
            ),
            seats=(
                PanelSeat(level=Level.VILLAGE, role="cadre", at_least=1),
                PanelSeat(level=Level.VILLAGE, role="member", at_least=1),
                PanelSeat(level=Level.VILLAGE, role="head", at_least=1),
                PanelSeat(level=Level.VILLAGE, role="delegate", at_least=1),
            ),
        ),
        source=f"{documents.STUDY}三（一）3：复杂问题由村干部牵头，党员、中心户长、群众代表共同协商；重要事项开会决议",
        valid_from=_FROM,
        confidence=Confidence.SURE,
    )
)


class ExtensionParams(Params):
    shown = {
        "most": Shown(_("extensions of one matter"), "times"),
        "longest": Shown(_("longest extension"), "working_minutes"),
        "before_due": Shown(_("asked at the latest before the due time"), "working_minutes"),
        "decide": Shown(_("time of the level above to decide")),
    }

    most: int = Field(ge=0)
    longest: int = Field(gt=0)
    before_due: int = Field(ge=0)
    decide: Limit


EXTENSIONS = register(
    RuleKind(
        code="cases.extensions",
        level=RuleLevel.COLLECTIVE,
        type=RuleType.BOUNDARY,
        title=_("More time for an answer"),
        sentence=_(
            "A unit may ask for more time before the due time, with a reason. The level above decides, and "
            "the resident is told. Silence of the level above is a no."
        ),
        params=ExtensionParams,
        first=ExtensionParams(most=1, longest=10 * _DAY, before_due=_DAY, decide=Limit(minutes=_DAY)),
        source=documents.own_proposal(f"{documents.PETITIONS}第三十四条（延期须批准并告知理由）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ExpertParams(Params):
    shown = {
        "answer": Shown(_("time to answer")),
        "most_open": Shown(_("questions open at the same time"), "times"),
    }

    answer: Limit
    most_open: int = Field(ge=1)


EXPERTS = register(
    RuleKind(
        code="cases.experts",
        level=RuleLevel.COLLECTIVE,
        type=RuleType.INFORMATION,
        title=_("Advice of experts"),
        sentence=_("How long an expert of the roster has to answer a question, and how many may be open."),
        params=ExpertParams,
        first=ExpertParams(answer=Limit(minutes=3 * _DAY), most_open=3),
        source=documents.own_proposal(f"{documents.STUDY}三（三）2：专家支持"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ReceiptParams(Params):
    shown = {"identity": Shown(_("how the person was checked"))}

    identity: tuple[Choice, ...] = Field(min_length=1)

    def has(self, code: str) -> bool:
        return any(row.code == code for row in self.identity)


RECEIPTS = register(
    RuleKind(
        code="cases.receipts",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.POSITION,
        title=_("Replacing a lost receipt"),
        sentence=_(
            "How the office makes sure of the person before it prints a new receipt. The code on the old one "
            "opens nothing any more."
        ),
        params=ReceiptParams,
        first=ReceiptParams(
            identity=(
                Choice(code="card", zh="核对了身份证件", en="Identity card seen"),
                Choice(code="called", zh="按登记的电话打回去核实", en="Called back on the telephone given"),
                Choice(
                    code="known",
                    zh="本人在场，两名干部认得，事情也说得清",
                    en="Present, known to two cadres, and knows the matter",
                ),
            )
        ),
        source=documents.own_proposal(f"{documents.PERSONAL_INFORMATION}第五十一条（防止未经授权的访问）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
