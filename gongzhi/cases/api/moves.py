"""Bodies of `POST /cases/{number}/moves`: one schema a move, told apart by `move`, each making one domain
call."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from gongzhi.cases.actions import dispatching, handling, intake, judging, pausing, story, supervising
from gongzhi.cases.api.bodies import Code, MoveBody, Words
from gongzhi.cases.api.evidence import SignStatement
from gongzhi.cases.api.governing import (
    AnswerExpert,
    AskExpert,
    AskExtension,
    Check,
    DecideExtension,
    Decision,
    JudgeAnswer,
    Panel,
    RateExpert,
    Reissue,
)
from gongzhi.cases.api.petitions import AskReview, DecideReview, TakeAsPetition
from gongzhi.cases.api.together import (
    AnswerHelp,
    CallHelp,
    CallOff,
    JudgeMerged,
    Merge,
    RateHelp,
    SignHelp,
    Unmerge,
)
from gongzhi.cases.lifecycle import Kind, Outcome, Tier, Urgency
from gongzhi.cases.queries import categories, picking, places
from gongzhi.core.actor import Actor

if TYPE_CHECKING:
    from gongzhi.cases.models import Case


class Accept(MoveBody):
    move: Literal["accept"]
    category: Code
    kind: Kind
    tier: Tier
    urgency: Urgency = Urgency.ORDINARY

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        category = categories.get_category(self.category)
        assessment = dispatching.Assessment(category, self.kind, self.tier, self.urgency)
        return dispatching.accept_case(case=case, assessment=assessment, by=by, at=at)


class Decline(MoveBody):
    move: Literal["decline"]
    reason: Code
    responsible: Words
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return dispatching.decline_case(
            case=case, reason=self.reason, responsible=self.responsible, words=self.words, by=by, at=at
        )


class Dispatch(MoveBody):
    move: Literal["dispatch"]
    unit: Code
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        unit = places.get_place(self.unit, at=at, field="unit")
        return dispatching.dispatch_case(case=case, unit=unit, words=self.words, by=by, at=at)


class Settle(MoveBody):
    move: Literal["settle"]
    result: Words
    category: Code = ""
    """Its subject; may be left out when the case has one."""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        category = categories.get_category(self.category) if self.category else None
        return intake.settle_case(case=case, result=self.result, category=category, by=by, at=at)


class Sign(MoveBody):
    move: Literal["sign"]

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return handling.sign_case(case=case, by=by, at=at)


class Reassign(MoveBody):
    """Another owner within the unit."""

    move: Literal["reassign"]
    owner: Annotated[str, Field(max_length=150)]
    """Name of the account."""
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        owner = picking.get_colleague(self.owner)
        return handling.reassign_case(case=case, owner=owner, words=self.words, by=by, at=at)


class Return(MoveBody):
    move: Literal["return"]
    reason: Code
    words: Words
    suggested_unit: Code = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        code = self.suggested_unit
        suggested = places.get_place(code, at=at, field="suggested_unit") if code else None
        return dispatching.return_case(
            case=case, reason=self.reason, words=self.words, suggested=suggested, by=by, at=at
        )


class Escalate(MoveBody):
    move: Literal["escalate"]
    tried: Words
    why_not: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return dispatching.escalate_case(case=case, tried=self.tried, why_not=self.why_not, by=by, at=at)


class ReferDown(MoveBody):
    move: Literal["refer_down"]
    unit: Code
    reason: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        unit = places.get_place(self.unit, at=at, field="unit")
        return dispatching.refer_down(case=case, unit=unit, reason=self.reason, by=by, at=at)


class Resolve(MoveBody):
    move: Literal["resolve"]
    outcome: Outcome
    answer: Words
    despite: Words = ""
    """Why units that were called to help are not waited for; needed while one has not answered."""
    no_after: Words = ""
    """Why there is no photo of how it is now; needed where the rule `cases.after_photos` demands one."""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return handling.resolve_case(
            case=case,
            outcome=self.outcome,
            answer=self.answer,
            despite=self.despite,
            no_after=self.no_after,
            by=by,
            at=at,
        )


class Contact(MoveBody):
    move: Literal["contact"]
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return handling.record_contact(case=case, words=self.words, by=by, at=at)


class Pause(MoveBody):
    move: Literal["pause"]
    reason: Code
    waiting_for: Words
    until: date | None = None
    """On the morning of that day the clocks run again; left out, as long as the rule allows."""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return pausing.pause_case(
            case=case, reason=self.reason, waiting_for=self.waiting_for, until=self.until, by=by, at=at
        )


class Resume(MoveBody):
    move: Literal["resume"]
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return pausing.resume_case(case=case, words=self.words, by=by, at=at)


class Supervise(MoveBody):
    move: Literal["supervise"]
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return supervising.supervise_case(case=case, words=self.words, by=by, at=at)


class AnswerSupervision(MoveBody):
    move: Literal["answer_supervision"]
    answer: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return supervising.answer_supervision(case=case, answer=self.answer, by=by, at=at)


class Confirm(MoveBody):
    """Passing on what the resident said; never by whoever answered."""

    move: Literal["confirm"]
    solved: bool
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    reached: bool | None = None
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return judging.confirm_case(
            case=case,
            solved=self.solved,
            score=self.score,
            reached=self.reached,
            words=self.words,
            by=by,
            at=at,
        )


class Rate(MoveBody):
    """Adding a score to a judgement that was given without one."""

    move: Literal["rate"]
    score: Annotated[int, Field(ge=1, le=5)]
    reached: bool | None = None
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return judging.rate_answer(
            case=case, score=self.score, reached=self.reached, words=self.words, by=by, at=at
        )


class NotSolved(MoveBody):
    move: Literal["not_solved"]
    words: Words
    reached: bool | None = None

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return judging.say_not_solved(case=case, words=self.words, reached=self.reached, by=by, at=at)


class Reopen(MoveBody):
    move: Literal["reopen"]
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return judging.reopen_case(case=case, words=self.words, by=by, at=at)


class Object(MoveBody):
    move: Literal["object"]
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return judging.object_to_refusal(case=case, words=self.words, by=by, at=at)


class Withdraw(MoveBody):
    move: Literal["withdraw"]
    words: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return judging.withdraw_case(case=case, words=self.words, by=by, at=at)


class Comment(MoveBody):
    move: Literal["comment"]
    words: Words
    public: bool = False

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return story.comment_case(case=case, words=self.words, public=self.public, by=by, at=at)


class Publish(MoveBody):
    move: Literal["publish"]
    title: Words
    text: Words
    answer: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        public = story.PublicText(self.title, self.text, self.answer)
        return story.publish_case(case=case, public=public, by=by, at=at)


class Unpublish(MoveBody):
    move: Literal["unpublish"]
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return story.unpublish_case(case=case, words=self.words, by=by, at=at)


AnyMove = Annotated[
    JudgeAnswer
    | SignStatement
    | Check
    | Reissue
    | Panel
    | Decision
    | AskExtension
    | DecideExtension
    | AskExpert
    | AnswerExpert
    | RateExpert
    | Merge
    | Unmerge
    | JudgeMerged
    | TakeAsPetition
    | AskReview
    | DecideReview
    | CallHelp
    | SignHelp
    | AnswerHelp
    | RateHelp
    | CallOff
    | Reassign
    | Accept
    | Decline
    | Dispatch
    | Settle
    | Sign
    | Return
    | Escalate
    | ReferDown
    | Resolve
    | Contact
    | Pause
    | Resume
    | Supervise
    | AnswerSupervision
    | Confirm
    | Rate
    | NotSolved
    | Reopen
    | Object
    | Withdraw
    | Comment
    | Publish
    | Unpublish,
    Field(discriminator="move"),
]
