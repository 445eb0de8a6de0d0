"""The rules of mediation: kinds, signs of risk, who may mediate, what an agreement must say, and every limit.

The values in force come from `rulebook.queries.in_force`; nothing here is read directly at run time.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.lifecycle import Level
from gongzhi.cases.rules import Choice
from gongzhi.mediation.lifecycle import Part, Risk
from gongzhi.orgs.permissions import RoleCode
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Params, RuleKind, RuleType, Shown, register
from gongzhi.rulebook.kinds import Level as RuleLevel

_FROM = date(2000, 1, 1)
"""First versions reach back far enough for imported history."""


class Choices(Params):
    """A list people choose from."""

    shown = {"rows": Shown(_("list"))}

    rows: tuple[Choice, ...] = Field(min_length=1)

    def label(self, code: str, *, language: str) -> str:
        """Return the words of one choice; the code itself for one that has left the list."""
        row = next((row for row in self.rows if row.code == code), None)
        if row is None:
            return code
        return row.zh if language.startswith("zh") else row.en

    def has(self, code: str) -> bool:
        return any(row.code == code for row in self.rows)


KINDS = register(
    RuleKind(
        code="mediation.kinds",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.CHOICE,
        title=_("Kinds of disputes"),
        sentence=_("What a dispute is about; mediation is for disputes between people and organisations."),
        params=Choices,
        first=Choices(
            rows=(
                Choice(code="neighbours", zh="邻里纠纷", en="Between neighbours"),
                Choice(code="family", zh="婚姻家庭纠纷", en="Marriage and family"),
                Choice(code="land", zh="山林土地纠纷", en="Land and forest"),
                Choice(code="housing", zh="房屋宅基地纠纷", en="Houses and homesteads"),
                Choice(code="damage", zh="损害赔偿纠纷", en="Compensation for damage"),
                Choice(code="contract", zh="合同纠纷", en="Contracts and debts"),
                Choice(code="labour", zh="劳动争议", en="Work and wages"),
                Choice(code="resettlement", zh="征地拆迁纠纷", en="Land taking and resettlement"),
                Choice(code="production", zh="生产经营纠纷", en="Farming and trade"),
                Choice(code="traffic", zh="道路交通事故纠纷", en="Road accidents"),
                Choice(code="medical", zh="医疗纠纷", en="Medical treatment"),
                Choice(code="property", zh="物业纠纷", en="Property management"),
                Choice(code="environment", zh="环境污染纠纷", en="Pollution"),
                Choice(code="consumer", zh="消费纠纷", en="Buying goods and services"),
                Choice(code="other", zh="其他纠纷", en="Other"),
            )
        ),
        source=f"司法行政机关人民调解纠纷类型（见地方司法局统计通报）；全国统计报表{documents.UNREAD}",
        valid_from=_FROM,
        confidence=Confidence.CHECK,
    )
)

_RISKS: Mapping[str, Any] = {
    Risk.LOW: _("low risk"),
    Risk.MEDIUM: _("medium risk"),
    Risk.HIGH: _("high risk"),
}


class Sign(Choice):
    """A sign that a dispute may escalate, and how grave it is."""

    shown = {
        **Choice.shown,
        "risk": Shown(_("risk"), choices=_RISKS),
        "report": Shown(_("report at once to the police or who else is responsible")),
    }

    risk: Risk
    report: bool = False


class SignParams(Params):
    shown = {"signs": Shown(_("signs"))}

    signs: tuple[Sign, ...] = Field(min_length=1)

    def chosen(self, codes: "tuple[str, ...] | list[str]") -> list[Sign]:
        """Return the signs with these codes. Raises KeyError for an unknown one."""
        known = {sign.code: sign for sign in self.signs}
        return [known[code] for code in codes]


SIGNS = register(
    RuleKind(
        code="mediation.signs",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("Signs that a dispute may escalate"),
        sentence=_(
            "The risk of a dispute is that of its gravest sign. Signs of crime or of a breach of the peace "
            "are reported at once."
        ),
        params=SignParams,
        first=SignParams(
            signs=(
                Sign(
                    code="long",
                    zh="积怨已久或反复多次",
                    en="An old grudge, repeated",
                    risk=Risk.MEDIUM,
                ),
                Sign(code="many", zh="人数多，可能聚集", en="Many people, may gather", risk=Risk.HIGH),
                Sign(code="money", zh="金额大或关系生计", en="Much money, or a livelihood", risk=Risk.MEDIUM),
                Sign(code="petition", zh="扬言上访或闹访", en="Threatens to petition", risk=Risk.MEDIUM),
                Sign(
                    code="threat",
                    zh="有威胁、辱骂或动手苗头",
                    en="Threats, insults, about to come to blows",
                    risk=Risk.HIGH,
                    report=True,
                ),
                Sign(
                    code="violence",
                    zh="已有肢体冲突或家庭暴力",
                    en="Blows or domestic violence",
                    risk=Risk.HIGH,
                    report=True,
                ),
                Sign(
                    code="self_harm",
                    zh="有轻生或伤人言语",
                    en="Speaks of harming self or others",
                    risk=Risk.HIGH,
                    report=True,
                ),
            )
        ),
        source=documents.own_proposal(f"{documents.MEDIATION}第二十五条（预防激化，及时报告）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)

_ROLES = Shown(_("roles"))


class LevelRoles(Params):
    shown = {
        "level": Shown(
            _("level"),
            choices={Level.VILLAGE: _("village"), Level.TOWN: _("town"), Level.COUNTY: _("county")},
        ),
        "leading": Shown(_("roles that may lead")),
        "joining": Shown(_("roles that may take part")),
    }

    level: Level
    leading: tuple[RoleCode, ...] = Field(min_length=1)
    joining: tuple[RoleCode, ...] = ()


class MediatorParams(Params):
    shown = {
        "levels": Shown(_("who mediates at which level")),
        "most": Shown(_("mediators of one dispute"), "times"),
    }

    levels: tuple[LevelRoles, ...]
    most: int = Field(gt=0)

    def of(self, level: str) -> LevelRoles:
        return next(row for row in self.levels if row.level == level)


_VILLAGE_ROLES = (RoleCode.VILLAGE_HEAD, RoleCode.VILLAGE_CLERK, RoleCode.LINE_PERSON)
_TOWN_ROLES = (RoleCode.TOWN_HEAD, RoleCode.TOWN_DISPATCHER)
MEDIATORS = register(
    RuleKind(
        code="mediation.mediators",
        level=RuleLevel.COLLECTIVE,
        type=RuleType.POSITION,
        title=_("Who may mediate"),
        sentence=_(
            "One mediator leads, others may take part: members of the committee and three-line people. "
            "The parties choose or accept them."
        ),
        params=MediatorParams,
        first=MediatorParams(
            levels=(
                LevelRoles(level=Level.VILLAGE, leading=_VILLAGE_ROLES, joining=_VILLAGE_ROLES),
                LevelRoles(level=Level.TOWN, leading=_TOWN_ROLES, joining=_TOWN_ROLES + _VILLAGE_ROLES),
                LevelRoles(
                    level=Level.COUNTY,
                    leading=(RoleCode.COUNTY_DISPATCHER,),
                    joining=(RoleCode.COUNTY_DISPATCHER, RoleCode.DEPARTMENT_OFFICER, *_TOWN_ROLES),
                ),
            ),
            most=3,
        ),
        source=documents.own_proposal(
            f"{documents.MEDIATION}第十三条、第十九条、第二十条、第二十三条、第三十四条"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)

_PARTS: Mapping[str, Any] = {
    Part.PARTIES: _("basic facts of the parties"),
    Part.FACTS: _("main facts of the dispute"),
    Part.MATTER: _("matter in dispute"),
    Part.RESPONSIBILITY: _("responsibility of each party"),
    Part.TERMS: _("content of the agreement"),
    Part.WAY_AND_TIME: _("way and time limit of performance"),
}


class AgreementParams(Params):
    shown = {
        "written": Shown(_("a written agreement must say"), choices=_PARTS),
        "oral": Shown(_("the record of an oral agreement must say"), choices=_PARTS),
        "duties": Shown(_("promises in one agreement"), "times"),
    }

    written: tuple[Part, ...] = Field(min_length=1)
    oral: tuple[Part, ...] = Field(min_length=1)
    duties: int = Field(gt=0)
    """Most promises of one agreement."""


AGREEMENT = register(
    RuleKind(
        code="mediation.agreement",
        level=RuleLevel.CONSTITUTIONAL,
        type=RuleType.SCOPE,
        title=_("What an agreement must say"),
        sentence=_(
            "A written agreement binds once all parties and a mediator have signed and the committee has "
            "sealed it; an oral one on the day of the agreement."
        ),
        params=AgreementParams,
        first=AgreementParams(
            written=(
                Part.PARTIES,
                Part.FACTS,
                Part.MATTER,
                Part.RESPONSIBILITY,
                Part.TERMS,
                Part.WAY_AND_TIME,
            ),
            oral=(Part.TERMS,),
            duties=6,
        ),
        source=f"{documents.MEDIATION}第二十八条、第二十九条、第三十条（第二十九条所列各项法律规定“可以载明”，本项目要求写全）",
        valid_from=_FROM,
        confidence=Confidence.SURE,
    )
)


class ConfirmationParams(Params):
    shown = {
        "days": Shown(_("window after the agreement became effective"), "days"),
        "reminders": Shown(_("reminders when this share of the window is over")),
    }

    days: int = Field(gt=0)
    reminders: tuple[float, ...] = ()


CONFIRMATION = register(
    RuleKind(
        code="mediation.confirmation",
        level=RuleLevel.CONSTITUTIONAL,
        type=RuleType.BOUNDARY,
        title=_("Asking the court to confirm an agreement"),
        sentence=_(
            "Both parties together may ask the court within this time; then the agreement can be enforced."
        ),
        params=ConfirmationParams,
        first=ConfirmationParams(days=30, reminders=(0.5, 0.8)),
        source=f"{documents.MEDIATION}第三十三条；{documents.CIVIL_PROCEDURE}第八十五条、第二百零五条、第二百零六条",
        valid_from=_FROM,
        confidence=Confidence.SURE,
    )
)


class ReminderParams(Params):
    shown = {
        "session": Shown(_("before a session"), "days"),
        "performance": Shown(_("before a promise falls due"), "days"),
        "visit": Shown(_("follow-up visit after the agreement"), "days"),
        "usual": Shown(_("usual time from opening to the end of talks"), "days"),
    }

    session: int = Field(ge=0)
    performance: int = Field(ge=0)
    visit: int = Field(gt=0)
    usual: int = Field(gt=0)


REMINDERS = register(
    RuleKind(
        code="mediation.reminders",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("Reminders of mediation"),
        sentence=_("When mediators and parties are reminded, and when somebody visits to see how it goes."),
        params=ReminderParams,
        first=ReminderParams(session=1, performance=3, visit=30, usual=30),
        source=documents.own_proposal(
            f"{documents.MEDIATION}第三十一条（督促履行）；{documents.MEDIATION_WORK}第三十三条（一般在一个月内调结）"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class Ending(Choice):
    """A reason for ending talks without an agreement."""

    shown = {
        **Choice.shown,
        "guidance": Shown(_("the parties must be told of other lawful ways")),
        "by_party": Shown(_("a party may give it")),
    }

    guidance: bool = True
    by_party: bool = False


class EndingParams(Params):
    shown = {"endings": Shown(_("reasons"))}

    endings: tuple[Ending, ...] = Field(min_length=1)

    def find(self, code: str) -> Ending | None:
        return next((row for row in self.endings if row.code == code), None)

    def label(self, code: str, *, language: str) -> str:
        """Return the words of a reason; the code itself for one that has left the list."""
        row = self.find(code)
        return code if row is None else row.zh if language.startswith("zh") else row.en


ENDINGS = register(
    RuleKind(
        code="mediation.endings",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.CHOICE,
        title=_("Reasons for ending mediation"),
        sentence=_(
            "Nobody is held in mediation: a party may refuse or end it at any time. Where it fails the "
            "parties are told of the court, arbitration and other ways."
        ),
        params=EndingParams,
        first=EndingParams(
            endings=(
                Ending(code="refused", zh="当事人不愿调解", en="A party refuses mediation", by_party=True),
                Ending(code="party_ended", zh="当事人要求终止调解", en="A party ends it", by_party=True),
                Ending(code="no_agreement", zh="调解不成", en="No agreement was reached"),
                Ending(
                    code="not_ours",
                    zh="依法只能由专门机关处理",
                    en="By law only an authority may decide this",
                ),
                Ending(
                    code="before_others",
                    zh="法院、公安或其他机关已受理",
                    en="A court, the police or another authority has it already",
                ),
                Ending(
                    code="settled",
                    zh="当事人自行和解",
                    en="The parties settled it themselves",
                    guidance=False,
                    by_party=True,
                ),
            )
        ),
        source=f"{documents.MEDIATION}第三条、第十七条、第二十三条、第二十六条；{documents.MEDIATION_WORK}第二十二条",
        valid_from=_FROM,
        confidence=Confidence.SURE,
    )
)

_WAYS = Literal["court", "arbitration", "administration", "police"]


class WayToLaw(Params):
    """A lawful way outside mediation and what the parties are told of it."""

    shown = {"code": Shown(_("code")), "zh": Shown(_("words in Chinese")), "en": Shown(_("words in English"))}

    code: _WAYS
    zh: str = Field(min_length=1, max_length=300)
    en: str = Field(min_length=1, max_length=400)


class WayParams(Params):
    shown = {"ways": Shown(_("ways"))}

    ways: tuple[WayToLaw, ...] = Field(min_length=1)

    def find(self, code: str) -> WayToLaw | None:
        return next((row for row in self.ways if row.code == code), None)

    def label(self, code: str, *, language: str) -> str:
        row = self.find(code)
        return code if row is None else row.zh if language.startswith("zh") else row.en


WAYS = register(
    RuleKind(
        code="mediation.ways",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("Other lawful ways"),
        sentence=_("What the parties are told when mediation fails or is not for this dispute."),
        params=WayParams,
        first=WayParams(
            ways=(
                WayToLaw(
                    code="court",
                    zh="可以向有管辖权的人民法院起诉；经济困难的可以向法律援助中心申请援助。",
                    en="You may sue at the court in charge; legal aid helps who cannot pay.",
                ),
                WayToLaw(
                    code="arbitration",
                    zh="劳动争议先申请劳动仲裁，对裁决不服的，除法律另有规定外可以起诉；"
                    "农村土地承包争议可以申请仲裁，也可以直接起诉。",
                    en="Disputes about work go to arbitration first and then, unless the law says otherwise, "
                    "to court; disputes about land contracts may go to arbitration, or to court at once.",
                ),
                WayToLaw(
                    code="administration",
                    zh="可以申请有关行政机关依法裁决或处理。",
                    en="You may ask the authority in charge to decide.",
                ),
                WayToLaw(
                    code="police",
                    zh="涉嫌违法犯罪的，请向公安机关报案，紧急时拨打110。",
                    en="Report suspected offences to the police; in danger call 110.",
                ),
            )
        ),
        source=f"{documents.MEDIATION}第三条、第二十五条、第二十六条；《劳动争议调解仲裁法》第五条；《农村土地承包经营纠纷调解仲裁法》第四条",
        valid_from=_FROM,
        confidence=Confidence.SURE,
    )
)


class IntakeParams(Params):
    shown = {
        "title_signs": Shown(_("longest title"), "signs"),
        "words_signs": Shown(_("longest words of one field"), "signs"),
        "parties": Shown(_("parties of one dispute"), "times"),
        "least_parties": Shown(_("parties needed before talks begin"), "times"),
    }

    title_signs: int = Field(gt=0, le=80)
    words_signs: int = Field(gt=0, le=20000)
    parties: int = Field(gt=0)
    least_parties: int = Field(gt=0)


INTAKE = register(
    RuleKind(
        code="mediation.intake",
        level=RuleLevel.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Opening a dispute"),
        sentence=_("How long words may be and how many parties a dispute has."),
        params=IntakeParams,
        first=IntakeParams(title_signs=40, words_signs=4000, parties=20, least_parties=2),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
