"""Follow-up calls, for programs: whom to call, about what, and what came of an attempt.

The number to call is never in it: it is opened by a recorded press on the page.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field, StrictBool, StrictInt

from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer
from gongzhi.core.actor import Actor
from gongzhi.core.api import (
    ERRORS,
    Day,
    Key,
    Paged,
    PageNumber,
    RowNumber,
    answered_once,
    example,
    one_of,
    paged,
    row_key,
)
from gongzhi.core.errors import Invalid
from gongzhi.followup import rules
from gongzhi.followup.actions import calling
from gongzhi.followup.actions.calling import Told
from gongzhi.followup.lifecycle import Outcome, Reason, State
from gongzhi.followup.queries import call_page, lists
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force

if TYPE_CHECKING:
    from gongzhi.followup.models import FollowUp

router = Router(tags=["follow-up calls"])
Words = Annotated[str, Field(max_length=20_000)]
"""The exact limit is a rule and answered in words; this one only bounds what is read at all."""
_MOST_ANSWERS = 50
"""Answers of one body that are read at all; the questions are a rule."""
OutcomeCode = Annotated[Outcome, one_of(Outcome)]
StateCode = Annotated[State, one_of(State)]
Measure = Literal[
    "listed", "drawn", "bad", "called", "reached", "late", "compared", "agree", "otherwise", "sent_back"
]


class FollowUpRow(Schema):
    """One resident to be called back about one answer. `case` is the matter, `unit` whose answer it is and
    `caller` who calls; `otherwise` says that the resident said something else than is recorded."""

    number: str
    case: str
    reason: Reason
    stratum: str
    unit: str
    caller: str
    state: StateCode
    attempts: int
    listed_at: datetime
    due_at: datetime
    next_at: datetime
    ended_at: datetime | None
    agrees: bool | None
    otherwise: bool
    sent_back: bool


class FollowUpPage(Paged):
    items: list[FollowUpRow]


class Asked(Schema):
    """A question of the rule: `answers` of an attempt are by its code: true or false, 1 to 5 on a scale."""

    code: str
    question: str
    kind: Literal["yes_no", "scale"]
    required: bool


class Said(Schema):
    question: str
    answer: bool | int


class Try(Schema):
    outcome: OutcomeCode
    at: datetime
    again_at: datetime | None


class FollowUpDetail(FollowUpRow):
    """`title`, `phone` (covered) and `said` only for who reads words; `questions` where the caller of the API
    may call, which nobody may who had a hand in the matter."""

    title: str
    answered: Annotated[str, Field(description="The matter whose answer it is; another one when merged.")]
    phone: str
    may_call: bool
    most_attempts: int
    best_hours: list[str]
    can_send_back: bool
    questions: list[Asked]
    tries: list[Try]
    said: list[Said]


class NewAttempt(Schema):
    """What came of one attempt. `again_at` with `later`; the rest with `reached`: `words` are the resident's
    own where it is not solved, `note` is kept sealed."""

    model_config = {
        "extra": "forbid",
        "json_schema_extra": example(
            outcome="reached",
            answers={"solved": False, "came": True, "score": 2},
            words="路灯还是不亮。",
            send_back=True,
        ),
    }

    outcome: OutcomeCode
    again_at: AwareDatetime | None = None
    answers: Annotated[dict[str, StrictBool | StrictInt], Field(max_length=_MOST_ANSWERS)] = {}
    words: Words = ""
    note: Words = ""
    send_back: bool = True

    @property
    def told(self) -> Told | None:
        """Return what was said; None where nobody was reached."""
        if self.outcome is not Outcome.REACHED:
            return None
        return Told(answers=self.answers, words=self.words, note=self.note, send_back=self.send_back)


def _row(followup: "FollowUp") -> dict[str, Any]:
    return {
        "number": str(followup.pk),
        "case": followup.case.number,
        "reason": followup.reason,
        "stratum": followup.stratum,
        "unit": followup.unit.code,
        "caller": followup.caller.code,
        "state": followup.state,
        "attempts": followup.attempts,
        "listed_at": followup.listed_at,
        "due_at": followup.due_at,
        "next_at": followup.next_at,
        "ended_at": followup.ended_at,
        "agrees": followup.agrees,
        "otherwise": followup.otherwise,
        "sent_back": followup.sent_back,
    }


def _detail(actor: Actor, key: int, *, at: datetime) -> FollowUpDetail:
    page = call_page.call_page(viewer=actor, key=key, at=at)
    return FollowUpDetail(
        **_row(page.followup),
        title=page.followup.case.title if page.reads else "",
        answered=page.answered.number,
        phone=page.phone,
        may_call=page.may_call,
        most_attempts=page.most,
        best_hours=[f"{opens}-{closes}" for opens, closes in page.best],
        can_send_back=page.can_send_back,
        questions=_questions(at=at) if page.may_call else [],
        tries=[Try(outcome=Outcome(row.outcome), at=row.at, again_at=row.again_at) for row in page.tries],
        said=[Said(question=row.question, answer=row.answer) for row in page.said],
    )


def _questions(*, at: datetime) -> list[Asked]:
    zh = (get_language() or "zh").startswith("zh")
    return [
        Asked(code=row.code, question=row.zh if zh else row.en, kind=row.kind, required=row.required)
        for row in in_force(rules.QUESTIONS, at=at).params.rows
    ]


def _period(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    if (first is None) != (last is None) or (first and last and first > last):
        raise Invalid(field="last" if first else "first")
    return first, last


@router.get("/followups", response={200: FollowUpPage, **ERRORS}, operation_id="list_followups")
def list_followups(
    request: HttpRequest,
    state: Literal["open", "done"] | None = None,
    reason: Reason | None = None,
    measure: Measure | None = None,
    unit: Annotated[str, Query(max_length=32)] = "",
    own: bool = False,
    first: Day | None = None,
    last: Day | None = None,
    page: PageNumber = 1,
) -> FollowUpPage:
    """List follow-up calls in sight: with `state` open the soonest due first, else the newest of ninety days
    or of the period asked for. `own` leaves out the answers of units below `unit`."""
    actor, at = caller_with(request, Permission.FOLLOWUP_CALL), clock.now()
    begin, end = _period(first, last)
    filters = lists.Filters(
        state=state or "",
        reason=str(reason or ""),
        measure=measure or "",
        unit=orgs.get_unit(actor, unit, permission=Permission.FOLLOWUP_CALL) if unit else None,
        own=own,
        first=begin,
        last=end,
    )
    found = lists.list_followups(viewer=actor, filters=lists.lately(filters, at=at))
    cut = paging.page_for_machines(found, page)
    return FollowUpPage(**paged(cut), items=[FollowUpRow(**_row(row)) for row in cut])


@router.get("/followups/{number}", response={200: FollowUpDetail, **ERRORS}, operation_id="get_followup")
def get_followup(request: HttpRequest, number: RowNumber) -> FollowUpDetail:
    """Read one call with the questions to ask."""
    actor = caller_with(request, Permission.FOLLOWUP_CALL)
    return _detail(actor, row_key(number), at=clock.now())


@router.post(
    "/followups/{number}/attempts", response={200: FollowUpDetail, **ERRORS}, operation_id="record_attempt"
)
def record_attempt(request: HttpRequest, number: RowNumber, body: NewAttempt, key: Key) -> Any:
    """Write down what came of an attempt. “Not solved” brings the matter back to work, as on the page."""
    actor, at = caller_with(request, Permission.FOLLOWUP_CALL), clock.now()
    page = call_page.call_page(viewer=actor, key=row_key(number), at=at)

    def run() -> Answer:
        done = calling.record_attempt(
            followup=page.followup,
            outcome=body.outcome,
            told=body.told,
            again_at=body.again_at,
            by=actor,
            at=at,
        )
        return Answer(200, _detail(actor, done.pk, at=at).model_dump(mode="json"))

    content = ("attempts", page.followup.pk, body.model_dump(mode="json"))
    return answered_once(key, actor, at=at, content=content, run=run)
