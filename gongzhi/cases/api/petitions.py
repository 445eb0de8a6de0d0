"""Bodies of the moves of the petition procedure."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from gongzhi.cases.actions import petitions
from gongzhi.cases.api.bodies import MoveBody, Words
from gongzhi.core.actor import Actor

if TYPE_CHECKING:
    from gongzhi.cases.models import Case


class TakeAsPetition(MoveBody):
    """Handling a registered matter as a petition; `new_facts` where one about the subject is over."""

    move: Literal["take_as_petition"]
    new_facts: Words = ""

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return petitions.take_as_petition(case=case, new_facts=self.new_facts, by=by, at=at)


class AskReview(MoveBody):
    """Passing on that the resident asks the level above to review the answer to a petition."""

    move: Literal["ask_review"]
    words: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return petitions.ask_review(case=case, words=self.words, by=by, at=at)


class DecideReview(MoveBody):
    """Deciding a review: upheld, changed, or again, which sends the matter back to the unit."""

    move: Literal["decide_review"]
    result: Literal["upheld", "changed", "again"]
    decision: Words

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        return petitions.decide_review(case=case, result=self.result, decision=self.decision, by=by, at=at)
