"""The petition procedure as a rule: its times by the article of the regulation they come from."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.governance_rules import OrderRung
from gongzhi.cases.rules import Limit
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

_DAY = 24 * 60


def _days(count: int) -> Limit:
    return Limit(minutes=count * _DAY, plain=True)


class PetitionParams(Params):
    shown = {
        "decide": Shown(_("to accept it or refuse it in writing (articles 22 and 23)")),
        "answer": Shown(_("to answer (article 34)")),
        "extension": Shown(_("longest extension, once (article 34)")),
        "ask_review": Shown(_("to ask for a review, or a second one, after the answer (articles 35 and 36)")),
        "review": Shown(_("to decide a review (article 35)")),
        "second": Shown(_("to decide a second review (article 36)")),
        "beyond_zh": Shown(_("who reviews above the county, in Chinese")),
        "beyond_en": Shown(_("who reviews above the county, in English")),
        "remains_zh": Shown(_("what remains when the procedure has ended, in Chinese")),
        "remains_en": Shown(_("what remains when the procedure has ended, in English")),
    }

    decide: Limit
    answer: Limit
    extension: Limit
    ask_review: Limit
    review: Limit
    second: Limit
    beyond_zh: str = Field(min_length=1, max_length=300)
    beyond_en: str = Field(min_length=1, max_length=400)
    remains_zh: str = Field(min_length=1, max_length=400)
    remains_en: str = Field(min_length=1, max_length=600)

    def beyond(self, language: str) -> str:
        return self.beyond_zh if language.startswith("zh") else self.beyond_en

    def remains(self, language: str) -> str:
        return self.remains_zh if language.startswith("zh") else self.remains_en


class ReviewLadderParams(Params):
    shown = {"rungs": Shown(_("reminders"))}

    rungs: tuple[OrderRung, ...] = Field(min_length=1)


REVIEW_LADDER = register(
    RuleKind(
        code="cases.review_ladder",
        level=Level.COLLECTIVE,
        type=RuleType.PAYOFF,
        title=_("Reminders of reviews of petitions"),
        sentence=_("Who is told when a review of a petition is not decided as its time runs out."),
        params=ReviewLadderParams,
        first=ReviewLadderParams(
            rungs=(
                OrderRung(action="tell_unit", share=0.5),
                OrderRung(action="tell_head", share=0.8),
                OrderRung(action="tell_above", minutes_after_due=0),
                OrderRung(action="tell_above", minutes_after_due=7 * _DAY),
            )
        ),
        source=documents.own_proposal(f"{documents.PETITIONS}第三十五条、第三十六条（三十日）"),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)

PETITION = register(
    RuleKind(
        code="cases.petition",
        level=Level.CONSTITUTIONAL,
        type=RuleType.BOUNDARY,
        title=_("Petitions: acceptance, answer, review"),
        sentence=_(
            "A petition is accepted or refused in writing within 15 days and answered within 60. Who is not "
            "content asks the level above for a review, and once more for a second one; then it is over."
        ),
        params=PetitionParams,
        first=PetitionParams(
            decide=_days(15),
            answer=_days(60),
            extension=_days(30),
            ask_review=_days(30),
            review=_days(30),
            second=_days(30),
            beyond_zh="对县一级的处理意见不服的，请求安康市的上一级机关复查；对县一级的复查意见不服的，请求它复核。"
            "对安康市的复查意见还不服的，请求省里的上一级机关复核。向哪个机关提出，可以问安康市信访局。",
            beyond_en="The authority above in Ankang city reviews what the county answered, and decides "
            "the second review of what the county reviewed; what Ankang reviewed goes to the authority "
            "above it in the province. The petition office of Ankang tells you which one it is.",
            remains_zh="信访程序到此终结，同一事实和理由不再受理。"
            "有新的事实、新的证据，可以重新反映；"
            "涉及诉讼、仲裁、行政复议的，可依法向有关机关提出；"
            "免费法律咨询请拨打12348。",
            remains_en="The petition procedure has ended, and the same facts are not accepted again. "
            "With new facts or new evidence you can raise the matter anew; where a court, arbitration or "
            "administrative reconsideration is open to you, you can go there; "
            "for free legal advice call 12348.",
        ),
        source=f"{documents.PETITIONS}第二十二条、第二十三条、第三十四条、第三十五条、第三十六条",
        valid_from=date(2000, 1, 1),
        confidence=Confidence.SURE,
    )
)
