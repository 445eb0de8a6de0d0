"""The rules of knowledge: subjects, sizes, validity, proposals, counting.

The values in force come from `rulebook.queries.in_force`; nothing here is read directly at run time.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

_FROM = date(2000, 1, 1)
"""First versions reach back far enough for imported history."""


class Subject(Params):
    """One subject that articles are sorted by; its code is that of the category of matters."""

    shown = {"code": Shown(_("code")), "zh": Shown(_("words in Chinese")), "en": Shown(_("words in English"))}

    code: str = Field(pattern=r"^[a-z0-9_]{1,32}$")
    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=80)


class SubjectParams(Params):
    shown = {"rows": Shown(_("subjects"))}

    rows: tuple[Subject, ...] = Field(min_length=1)

    def label(self, code: str, *, language: str) -> str:
        """Return the words of a subject; the code itself for one that has left the list."""
        row = next((row for row in self.rows if row.code == code), None)
        if row is None:
            return code
        return row.zh if language.startswith("zh") else row.en

    def has(self, code: str) -> bool:
        return any(row.code == code for row in self.rows)


SUBJECTS = register(
    RuleKind(
        code="knowledge.subjects",
        level=Level.OPERATIONAL,
        type=RuleType.CHOICE,
        title=_("Subjects of articles"),
        sentence=_(
            "What questions and answers are sorted by; the codes are those of the subjects of matters."
        ),
        params=SubjectParams,
        first=SubjectParams(
            rows=(
                Subject(code="05", zh="养老和社保", en="Pensions and social security"),
                Subject(code="07", zh="看病和医保", en="Health and medical insurance"),
                Subject(code="08", zh="补贴和帮扶", en="Subsidies and support"),
                Subject(code="14", zh="老人、残疾人和务工", en="Care and working away"),
                Subject(code="03", zh="土地和房屋", en="Land and houses"),
                Subject(code="02", zh="饮水和水利", en="Water"),
                Subject(code="04", zh="农林生产", en="Farming and forestry"),
                Subject(code="06", zh="上学", en="School"),
                Subject(code="01", zh="路和出行", en="Roads and transport"),
                Subject(code="10", zh="用电和通信", en="Power and telecom"),
                Subject(code="09", zh="防汛和防灾", en="Floods and disasters"),
                Subject(code="11", zh="环境卫生", en="Environment and sanitation"),
                Subject(code="12", zh="村务和集体", en="Village affairs"),
                Subject(code="13", zh="邻里和家庭", en="Neighbours and family"),
                Subject(code="15", zh="户籍、平安和法律", en="Registers, safety and law"),
            )
        ),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class WritingParams(Params):
    shown = {
        "title_signs": Shown(_("longest title"), "signs"),
        "summary_signs": Shown(_("longest short answer"), "signs"),
        "body_signs": Shown(_("longest text"), "signs"),
        "keywords_signs": Shown(_("longest list of other words for it"), "signs"),
        "source_signs": Shown(_("longest source"), "signs"),
        "note_signs": Shown(_("longest note"), "signs"),
    }

    title_signs: int = Field(ge=10, le=120)
    summary_signs: int = Field(ge=40, le=400)
    body_signs: int = Field(ge=200, le=20_000)
    keywords_signs: int = Field(ge=20, le=400)
    source_signs: int = Field(ge=20, le=400)
    note_signs: int = Field(ge=20, le=400)


WRITING = register(
    RuleKind(
        code="knowledge.writing",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("How long an article may be"),
        sentence=_("Short answers are read. The longest title, short answer and text of an article."),
        params=WritingParams,
        first=WritingParams(
            title_signs=40,
            summary_signs=160,
            body_signs=6000,
            keywords_signs=200,
            source_signs=200,
            note_signs=400,
        ),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ValidityParams(Params):
    shown = {
        "review_days": Shown(_("looked at again after"), "days"),
        "remind_days": Shown(_("owner reminded before"), "days"),
    }

    review_days: int = Field(ge=7, le=3660)
    remind_days: int = Field(ge=1, le=365)


VALIDITY = register(
    RuleKind(
        code="knowledge.validity",
        level=Level.COLLECTIVE,
        type=RuleType.BOUNDARY,
        title=_("How long an article stands before it is looked at again"),
        sentence=_(
            "After so many days, or before its last day, the owner is reminded to see whether an article "
            "still holds. After its last day no resident is shown it."
        ),
        params=ValidityParams,
        first=ValidityParams(review_days=365, remind_days=30),
        source=documents.own_proposal(documents.HOTLINE_KNOWLEDGE),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class ProposalParams(Params):
    shown = {
        "most": Shown(_("articles shown at once"), "times"),
        "least_signs": Shown(_("shown once so much is typed"), "signs"),
        "least_shared": Shown(
            _("words that title or keywords must share with what is typed"),
            hint=_("One of the keywords standing whole in the text is enough as well."),
        ),
        "usual_share": Shown(
            _("words in more than this share of all titles and keywords do not count"), "share"
        ),
    }

    most: int = Field(ge=0, le=10)
    least_signs: int = Field(ge=2, le=200)
    least_shared: int = Field(ge=1, le=20)
    usual_share: float = Field(gt=0, le=1)


PROPOSALS = register(
    RuleKind(
        code="knowledge.proposals",
        level=Level.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("Articles proposed while somebody writes"),
        sentence=_(
            "While a resident writes what is the matter, this many articles that may answer it are shown "
            "beside. Nobody has to read them to send the form. The search too passes over what shares "
            "nothing but usual words."
        ),
        params=ProposalParams,
        first=ProposalParams(most=3, least_signs=4, least_shared=3, usual_share=0.1),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class UseParams(Params):
    shown = {
        "per_network_per_hour": Shown(_("presses of one connection in an hour"), "times"),
        "look_back_days": Shown(_("counted in lists over the last"), "days"),
        "keep_days": Shown(_("what prevents counting twice is kept"), "days"),
    }

    per_network_per_hour: int = Field(ge=1, le=10_000)
    look_back_days: int = Field(ge=1, le=3660)
    keep_days: int = Field(ge=1, le=31)


USES = register(
    RuleKind(
        code="knowledge.uses",
        level=Level.COLLECTIVE,
        type=RuleType.AGGREGATION,
        title=_("Counting which articles helped"),
        sentence=_(
            "One visitor counts once a day for an article. Nothing is kept of the visitor but a digest that "
            "says nothing, and that only for some days."
        ),
        params=UseParams,
        first=UseParams(per_network_per_hour=60, look_back_days=90, keep_days=2),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class MissParams(Params):
    shown = {
        "least_searches": Shown(_("kept in clear once so many looked for it"), "times"),
        "longest_word": Shown(_("longest word that counts"), "signs"),
        "keep_days": Shown(_("forgotten when nobody looked for it for"), "days"),
    }

    least_searches: int = Field(ge=2, le=10_000)
    longest_word: int = Field(ge=2, le=40)
    keep_days: int = Field(ge=7, le=3660)


MISSES = register(
    RuleKind(
        code="knowledge.misses",
        level=Level.COLLECTIVE,
        type=RuleType.AGGREGATION,
        title=_("Words that people looked for in vain"),
        sentence=_(
            "A word is kept in clear only after so many different visitors told us that they looked for it "
            "in vain; before that, only a digest is counted. Long runs of digits never count."
        ),
        params=MissParams,
        first=MissParams(least_searches=5, longest_word=8, keep_days=180),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
