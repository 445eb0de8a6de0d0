"""The rules of follow-up calls: who is drawn, by when and how often one calls, what one asks.

The values in force come from `rulebook.queries.in_force`; nothing here is read directly at run time.
"""

from datetime import date
from typing import Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from gongzhi.cases.rules import Choice, Limit, OfficePeriod
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

_FROM = date(2000, 1, 1)


class SampleParams(Params):
    shown = {
        "unrated": Shown(_("of matters filed without a rating"), "share"),
        "solved": Shown(_("of matters the resident called solved"), "share"),
        "spot": Shown(_("of matters settled on the spot and not drawn for a check"), "share"),
        "waiting": Shown(_("of matters answered and not judged yet"), "share"),
        "least": Shown(_("at least so many of a unit and day"), "times"),
        "least_from": Shown(_("when at least so many stood for the draw"), "times"),
        "bad_score": Shown(_("always called back: a score of this or less")),
        "days_back": Shown(_("days are drawn for so long after they ended"), "days"),
    }

    unrated: float = Field(ge=0, le=1)
    solved: float = Field(ge=0, le=1)
    spot: float = Field(ge=0, le=1)
    waiting: float = Field(ge=0, le=1)
    least: int = Field(ge=0, le=50)
    least_from: int = Field(ge=1, le=1000)
    bad_score: int = Field(ge=1, le=4)
    days_back: int = Field(ge=1, le=31)

    def share(self, stratum: str) -> float:
        """Return the share of one stratum. Raises KeyError for an unknown one."""
        return {
            "unrated": self.unrated,
            "solved": self.solved,
            "spot": self.spot,
            "waiting": self.waiting,
        }[stratum]


SAMPLE = register(
    RuleKind(
        code="followup.sample",
        level=Level.COLLECTIVE,
        type=RuleType.AGGREGATION,
        title=_("Who is called back"),
        sentence=_(
            "Of the matters a unit answered or filed on a day a share is drawn by lot and called back by the "
            "level above; bad ratings and “not solved” always. The lot is fixed by a seal published after "
            "the day is over, so nobody can choose."
        ),
        params=SampleParams,
        first=SampleParams(
            unrated=0.2,
            solved=0.1,
            spot=0.2,
            waiting=0.1,
            least=1,
            least_from=5,
            bad_score=2,
            days_back=7,
        ),
        source=documents.own_proposal(f"{documents.RATING}{documents.UNREAD}"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class CallParams(Params):
    shown = {
        "bad": Shown(_("a bad rating is called back within")),
        "drawn": Shown(_("one that was drawn is called back within")),
        "most": Shown(_("attempts before a call is given up"), "times"),
        "best": Shown(_("hours in which people are best reached")),
        "again": Shown(_("after nobody answered, wait at least"), "minutes"),
        "otherwise": Shown(_("shown as suspicious: told otherwise so often in a month"), "times"),
    }

    bad: Limit
    drawn: Limit
    most: int = Field(ge=1, le=20)
    best: tuple[OfficePeriod, ...] = Field(min_length=1)
    again: int = Field(ge=1, le=7 * 24 * 60)
    otherwise: int = Field(ge=1, le=1000)

    @model_validator(mode="after")
    def _hours_in_order(self) -> "CallParams":
        times = [moment for period in self.best for moment in (period.opens, period.closes)]
        if times != sorted(set(times)):
            raise ValueError("periods must follow one another")
        return self


CALLS = register(
    RuleKind(
        code="followup.calls",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("How follow-up calls are made"),
        sentence=_(
            "By when somebody is called back, how often one tries, and at which hours people are best "
            "reached."
        ),
        params=CallParams,
        first=CallParams(
            bad=Limit(minutes=480),
            drawn=Limit(minutes=5 * 480),
            most=3,
            best=(OfficePeriod(opens="09:00", closes="11:30"), OfficePeriod(opens="17:00", closes="20:00")),
            again=180,
            otherwise=1,
        ),
        source=documents.own_proposal(f"{documents.HOTLINE_SERVICE}{documents.UNREAD}"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)

_KINDS = {"yes_no": _("yes or no"), "scale": _("five levels")}
_MEANS = {
    "solved": _("whether it is solved"),
    "came": _("whether somebody was really there"),
    "score": _("how satisfied"),
    "other": _("nothing the figures count"),
}


class Question(Choice):
    shown = {
        **Choice.shown,
        "kind": Shown(_("answered by"), choices=_KINDS),
        "means": Shown(_("says"), choices=_MEANS),
        "required": Shown(_("must be asked")),
    }

    kind: Literal["yes_no", "scale"]
    means: Literal["solved", "came", "score", "other"]
    required: bool = False

    @model_validator(mode="after")
    def _score_is_a_scale(self) -> "Question":
        if (self.means == "score") != (self.kind == "scale"):
            raise ValueError("a score is asked by five levels, all else by yes or no")
        return self


class QuestionParams(Params):
    shown = {"rows": Shown(_("questions"))}

    rows: tuple[Question, ...] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _each_once(self) -> "QuestionParams":
        codes = [row.code for row in self.rows]
        meant = [row.means for row in self.rows if row.means != "other"]
        if len(set(codes)) < len(codes) or len(set(meant)) < len(meant):
            raise ValueError("a question stands on the list once")
        if not any(row.means == "solved" and row.required for row in self.rows):
            raise ValueError("whether it is solved must be asked")
        return self

    def label(self, code: str, *, language: str) -> str:
        """Return the words of a question; the code itself for one that has left the list."""
        row = next((row for row in self.rows if row.code == code), None)
        if row is None:
            return code
        return row.zh if language.startswith("zh") else row.en


QUESTIONS = register(
    RuleKind(
        code="followup.questions",
        level=Level.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("What is asked in a follow-up call"),
        sentence=_("The questions, in the order in which they are asked."),
        params=QuestionParams,
        first=QuestionParams(
            rows=(
                Question(
                    code="solved",
                    zh="您反映的事，现在解决了吗？",
                    en="Is what you raised solved now?",
                    kind="yes_no",
                    means="solved",
                    required=True,
                ),
                Question(
                    code="came",
                    zh="真的有人上门或者跟您联系过吗？",
                    en="Was somebody really there, or in touch with you?",
                    kind="yes_no",
                    means="came",
                    required=True,
                ),
                Question(
                    code="score",
                    zh="您满意吗？",
                    en="How satisfied are you?",
                    kind="scale",
                    means="score",
                ),
                Question(
                    code="pressed",
                    zh="有没有人要您打好评？",
                    en="Did anybody ask you for a good rating?",
                    kind="yes_no",
                    means="other",
                ),
            )
        ),
        source=documents.own_proposal(f"{documents.RATING}{documents.UNREAD}"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
