"""Bodies of the moves by which units work on a matter together."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from gongzhi.cases.actions import judging_merged, merging, together
from gongzhi.cases.api.bodies import Code, MoveBody, Words
from gongzhi.cases.queries import merged, places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid

if TYPE_CHECKING:
    from gongzhi.cases.models import Case


class CallHelp(MoveBody):
    """Calling a unit to help: it sees the matter, and answers in its own time."""

    move: Literal["call_help"]
    unit: Code
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        unit = places.get_place(self.unit, at=at, field="unit")
        return together.call_help(case=case, unit=unit, words=self.words, by=by, at=at)


class SignHelp(MoveBody):
    """Reporting: the unit that was called is on it."""

    move: Literal["sign_help"]

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return together.sign_help(case=case, by=by, at=at)


class AnswerHelp(MoveBody):
    move: Literal["answer_help"]
    answer: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return together.answer_help(case=case, answer=self.answer, by=by, at=at)


class RateHelp(MoveBody):
    """Rating what a helper answered; once, by the unit that called."""

    move: Literal["rate_help"]
    unit: Code
    score: Annotated[int, Field(ge=1, le=5)]
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        unit = places.get_place(self.unit, at=at, field="unit")
        return together.rate_help(case=case, unit=unit, score=self.score, words=self.words, by=by, at=at)


class CallOff(MoveBody):
    """Taking a call for help back."""

    move: Literal["call_off"]
    unit: Code
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        unit = places.get_place(self.unit, at=at, field="unit")
        return together.call_off(case=case, unit=unit, words=self.words, by=by, at=at)


class Merge(MoveBody):
    """Letting the matter rest with another one about the same thing, by that one's number."""

    move: Literal["merge"]
    main: Code
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        main = merged.find_main(by, self.main)
        if main is None:
            raise Invalid(field="main")
        return merging.merge_case(case=case, main=main, words=self.words, by=by, at=at)


class Unmerge(MoveBody):
    """Taking merged matters apart: this one stands where it stood."""

    move: Literal["unmerge"]
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return merging.unmerge_case(case=case, words=self.words, by=by, at=at)


class JudgeMerged(MoveBody):
    """Passing on how the reporter of a merged matter judges; with `again` it is handled again."""

    move: Literal["judge_merged"]
    solved: bool
    again: bool = False
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    reached: bool | None = None
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return judging_merged.judge_merged(
            case=case,
            solved=self.solved,
            again=self.again,
            score=self.score,
            reached=self.reached,
            words=self.words,
            by=by,
            at=at,
        )
