"""Bodies of the moves by which matters are governed: supervisions judged, settlements checked, panels and
decisions recorded, more time asked for, experts asked."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from ninja import Schema
from pydantic import Field

from gongzhi.cases.actions import checking, experts, extending, gates, reissuing, supervising
from gongzhi.cases.api.bodies import Code, MoveBody, Words
from gongzhi.cases.queries import roster
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid

if TYPE_CHECKING:
    from gongzhi.cases.models import Case

Position = Annotated[int, Field(ge=1, le=1000, description="The how-manieth question of the case.")]


class JudgeAnswer(MoveBody):
    """Calling the answers to supervisions enough, or sending them back with what is missing."""

    move: Literal["judge_answer"]
    sufficient: bool
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return supervising.judge_answer(case=case, sufficient=self.sufficient, words=self.words, by=by, at=at)


class Check(MoveBody):
    """What the resident said about a settlement on the spot that was drawn."""

    move: Literal["check"]
    as_written: bool
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return checking.check_settlement(
            case=case, as_written=self.as_written, words=self.words, by=by, at=at
        )


class Reissue(MoveBody):
    """Voiding a lost receipt. The new code is shown on the page only, never by the API."""

    move: Literal["reissue"]
    identity: Code
    purpose: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return reissuing.reissue_receipt(
            case=case, identity=self.identity, purpose=self.purpose, by=by, at=at
        )


class PanelPerson(Schema):
    model_config = {"extra": "forbid"}

    role: Code
    name: Annotated[str, Field(max_length=200)]


class Panel(MoveBody):
    """Who took part in working out a complex matter."""

    move: Literal["panel"]
    members: Annotated[list[PanelPerson], Field(min_length=1, max_length=100)]
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        members = [gates.Member(person.role, person.name) for person in self.members]
        return gates.record_panel(case=case, members=members, words=self.words, by=by, at=at)


class Decision(MoveBody):
    """What a meeting decided about a major matter."""

    move: Literal["decision"]
    meeting: Words
    held_on: date
    number: Words
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        decision = gates.Decision(self.meeting, self.held_on, self.number, self.words)
        return gates.record_decision(case=case, decision=decision, by=by, at=at)


class AskExtension(MoveBody):
    """Asking the level above for more time, until the end of a day."""

    move: Literal["ask_extension"]
    until: date
    reason: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return extending.ask_extension(case=case, until=self.until, reason=self.reason, by=by, at=at)


class DecideExtension(MoveBody):
    move: Literal["decide_extension"]
    granted: bool
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return extending.decide_extension(case=case, granted=self.granted, words=self.words, by=by, at=at)


class AskExpert(MoveBody):
    move: Literal["ask_expert"]
    expert: Annotated[str, Field(max_length=18, description="Key of the person in the roster.")]
    question: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        expert = roster.find_askable(case, self.expert)
        if expert is None:
            raise Invalid(field="expert")
        return experts.ask_expert(case=case, expert=expert, question=self.question, by=by, at=at)


class AnswerExpert(MoveBody):
    move: Literal["answer_expert"]
    position: Position
    answer: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return experts.answer_expert(case=case, position=self.position, answer=self.answer, by=by, at=at)


class RateExpert(MoveBody):
    move: Literal["rate_expert"]
    position: Position
    score: Annotated[int, Field(ge=1, le=5)]

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return experts.rate_expert(case=case, position=self.position, score=self.score, by=by, at=at)
