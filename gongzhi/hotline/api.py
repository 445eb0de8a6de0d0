"""Calls of the hotline, for programs: the list, one call, the measures, and what became of a call.

The number of a caller is never in it: it is read by a recorded look on the pages only.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Urgency
from gongzhi.cases.queries import access as case_access
from gongzhi.cases.queries import categories, places, tracking
from gongzhi.cases.speaking import Speaker
from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, Day, Key, Paged, PageNumber, answered_once, example, one_of, paged
from gongzhi.core.errors import Invalid
from gongzhi.core.phones import normal_phone
from gongzhi.hotline.actions import closing
from gongzhi.hotline.actions.closing import Ending, Heard
from gongzhi.hotline.lifecycle import Direction, Event, Outcome
from gongzhi.hotline.queries import access, lists
from gongzhi.hotline.queries.lists import Counted, Filters
from gongzhi.hotline.telephone import REF_SIGNS, number_of
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission

if TYPE_CHECKING:
    from gongzhi.hotline.models import Call

router = Router(tags=["hotline"])
Number = Annotated[str, Field(max_length=24)]
Code = Annotated[str, Field(max_length=32)]
Short = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=20_000)]
"""The exact limit is a rule and answered in words; this one only bounds what is read at all."""
OutcomeCode = Annotated[Outcome, one_of(Outcome)]
Measure = Literal[
    "offered", "answered", "in_time", "abandoned", "handled", "matters", "unwritten", "corrected"
]
Spoken = Literal["self", "family", "neighbour", "other"]
Written = Literal["matter", "consult", "added", "emergency", "wrong", "nuisance"]


class CallRow(Schema):
    """When a call rang, who took it, what became of it; `outcome` is empty until that is written down."""

    number: str
    direction: Direction
    line: str
    unit: str
    agent: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: int | None
    talk_seconds: int | None
    outcome: str


class CallPage(Paged):
    items: list[CallRow]


class CallStep(Schema):
    kind: Event
    at: datetime


class Receipt(Schema):
    """The receipt of the matter raised in the call; it belongs to the caller."""

    number: str
    receipt_code: str
    link: str


class CallDetail(CallRow):
    """`question` and `answer` only for who reads words, `case` only for who sees it, `receipt` only for who
    hands it over. `may_write` says that the caller of the API may write down what became of it."""

    written_at: datetime | None
    corrected_at: datetime | None
    spoke: str
    place: str
    category: str
    case: str
    question: str
    answer: str
    article: str
    service: str
    may_write: bool
    receipt: Receipt | None
    steps: list[CallStep]


class Figures(Schema):
    """The measures of one group of calls; shares in percent, the average wait in seconds."""

    key: str
    label: str
    counts: dict[str, int]
    connected: float | None
    in_time: float | None
    wait: float | None
    handled: float | None


class CallFigures(Schema):
    """The measures of a period, whole and in groups. `answer_seconds` is the rule's time for an answer."""

    first: date
    last: date
    answer_seconds: int
    total: Figures
    rows: list[Figures]


class _Written(Schema):
    model_config = {"extra": "forbid"}

    outcome: Written
    text: Annotated[Words, Field(description="What the caller said.")] = ""
    answer: Words = ""
    article: Annotated[str, Field(max_length=40, description="Number of the article answered from.")] = ""
    spoke: Spoken = "self"
    place: Code = ""
    place_detail: Annotated[str, Field(max_length=120)] = ""
    category: Annotated[str, Field(max_length=8)] = ""
    urgent: bool = False
    name: Annotated[str, Field(max_length=40)] = ""
    phone: Annotated[str, Field(max_length=40, description="Telephone to call back.")] = ""
    case: Annotated[Number, Field(description="The matter the words are added to.")] = ""
    service: Annotated[str, Field(max_length=8, description="The emergency number passed on to.")] = ""
    language: Annotated[str, Field(pattern="^(zh-hans|en)$")] = "zh-hans"

    def ending(self, actor: Actor, at: datetime) -> Ending:
        """Return it as the action takes it. Raises Invalid, naming the input."""
        outcome = Outcome(self.outcome)
        place = places.get_place(self.place, at=at, field="place") if self.place else None
        category = categories.get_category(self.category) if self.category else None
        is_consult = outcome is Outcome.CONSULT
        return Ending(
            outcome=outcome,
            question=self.text,
            answer=self.answer if is_consult else "",
            spoke=Speaker(self.spoke),
            place=place,
            category=category,
            article=self.article if is_consult else "",
            service=self.service if outcome is Outcome.EMERGENCY else "",
            matter=self._matter(place, category) if outcome is Outcome.MATTER else None,
            reporter=Reporter(name=self.name.strip(), phone=self.called_back),
            case=_named_case(actor, self.case) if outcome is Outcome.ADDED else None,
            language=self.language,
        )

    def _matter(self, place: Any, category: Any) -> Matter:
        if place is None:
            raise Invalid(field="place")
        urgency = Urgency.URGENT if self.urgent else Urgency.ORDINARY
        return Matter(
            text=self.text,
            place=place,
            place_detail=self.place_detail,
            category=category,
            urgency=urgency,
        )

    @property
    def called_back(self) -> str:
        """The telephone to call back as it is kept. Raises Invalid."""
        try:
            return normal_phone(self.phone) if self.phone else ""
        except ValidationError as unusable:
            raise Invalid(unusable.messages[0], field="phone") from unusable


class CallOutcome(_Written):
    model_config = {
        "extra": "forbid",
        "json_schema_extra": example(outcome="consult", text="医保在哪里交？", answer="在村委会交。"),
    }


class NewCall(_Written):
    """A call no telephone system told of, or one it names `ref`. `caller` is the number it came from."""

    model_config = {
        "extra": "forbid",
        "json_schema_extra": example(
            outcome="matter",
            text="三组路灯不亮。",
            place="610921103223",
            name="王大娘",
            phone="15400000001",
            ref="1764-88",
            caller="15400000001",
        ),
    }

    ref: Annotated[str, Field(max_length=REF_SIGNS, pattern=r"^\S*$")] = ""
    caller: Annotated[str, Field(max_length=REF_SIGNS)] = ""
    since: Annotated[AwareDatetime | None, Field(description="When somebody said hello.")] = None


def _named_case(actor: Actor, number: str) -> Any:
    try:
        return case_access.get_case(viewer=actor, number=number)
    except case_access.CaseNotFound as absent:
        raise Invalid(field="case") from absent


def _row(call: "Call") -> dict[str, Any]:
    return {
        "number": call.number,
        "direction": call.direction,
        "line": call.line,
        "unit": call.unit.code,
        "agent": call.agent.full_name if call.agent else call.agent_ref,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "wait_seconds": call.wait_seconds,
        "talk_seconds": call.talk_seconds,
        "outcome": call.outcome,
    }


def _detail(actor: Actor, number: str) -> CallDetail:
    call = access.get_call(viewer=actor, number=number)
    reads = access.reads_words(actor)
    case = call.case if call.case and case_access.sees(actor, call.case) else None
    return CallDetail(
        **_row(call),
        written_at=call.written_at,
        corrected_at=call.corrected_at,
        spoke=call.spoke,
        place=call.place.code if call.place else "",
        category=call.category.code if call.category else "",
        case=case.number if case else "",
        question=call.question if reads else "",
        answer=call.answer if reads else "",
        article=call.article,
        service=call.service,
        may_write=access.may_answer(actor, call) and not call.is_written,
        receipt=_receipt(actor, call, case),
        steps=[CallStep(kind=Event(kind), at=moment) for kind, moment in access.steps_of(call)],
    )


def _receipt(actor: Actor, call: "Call", case: Any) -> Receipt | None:
    if case is None or call.outcome != Outcome.MATTER or not tracking.hands_out(actor, case):
        return None
    return Receipt(
        number=case.number, receipt_code=tracking.code_of(case), link=tracking.public_address(case)
    )


def _agent(username: str) -> Any:
    found = lists.find_agent(username)
    if username and found is None:
        raise Invalid(field="agent")
    return found


def _figures(counted: Counted) -> Figures:
    shares = {
        name: None if value is None else round(value, 1)
        for name, value in (
            ("connected", counted.connected),
            ("in_time", counted.in_time),
            ("wait", counted.wait),
            ("handled", counted.handled),
        )
    }
    return Figures(key=counted.key, label=counted.label, counts=dict(counted.counts), **shares)


@router.get("/hotline/calls", response={200: CallPage, **ERRORS}, operation_id="list_calls")
def list_calls(
    request: HttpRequest,
    outcome: OutcomeCode | None = None,
    direction: Direction | None = None,
    line: Annotated[str, Query(max_length=32)] = "",
    agent: Annotated[str, Query(max_length=150)] = "",
    measure: Measure | None = None,
    mine: bool = False,
    open: bool = False,
    first: Day | None = None,
    last: Day | None = None,
    page: PageNumber = 1,
) -> CallPage:
    """List the calls in sight, the newest first; `open` are answered and not written down yet, `measure`
    those behind a figure."""
    actor, at = caller_with(request, Permission.HOTLINE_VIEW), clock.now()
    filters = Filters(
        outcome=str(outcome or ""),
        direction=str(direction or ""),
        line=line,
        agent=_agent(agent),
        measure=measure or "",
        mine=mine,
        open=open,
        first=first,
        last=last,
    )
    cut = paging.page_for_machines(lists.list_calls(viewer=actor, filters=filters, at=at), page)
    return CallPage(**paged(cut), items=[CallRow(**_row(call)) for call in cut])


@router.get("/hotline/figures", response={200: CallFigures, **ERRORS}, operation_id="list_call_figures")
def list_call_figures(
    request: HttpRequest,
    first: Day | None = None,
    last: Day | None = None,
    by: Literal["day", "agent", "line"] = "day",
    line: Annotated[str, Query(max_length=32)] = "",
    agent: Annotated[str, Query(max_length=150)] = "",
) -> CallFigures:
    """Count the calls of a period: how many reached a person, how soon, and what became of them. Thirty days
    unless others are asked for; `GET /hotline/calls` with `measure` has the calls behind each figure."""
    actor, at = caller_with(request, Permission.HOTLINE_VIEW), clock.now()
    begin, end = lists.period_of(first, last, at=at)
    filters = Filters(line=line, agent=_agent(agent), first=begin, last=end)
    return CallFigures(
        first=begin,
        last=end,
        answer_seconds=lists.answer_seconds(last=end, at=at),
        total=_figures(lists.figures(viewer=actor, filters=filters, at=at)),
        rows=[_figures(row) for row in lists.grouped(viewer=actor, filters=filters, by=by, at=at)],
    )


@router.get("/hotline/calls/{number}", response={200: CallDetail, **ERRORS}, operation_id="get_call")
def get_call(request: HttpRequest, number: Number) -> CallDetail:
    """Read one call."""
    return _detail(caller_with(request, Permission.HOTLINE_VIEW), number)


@router.post("/hotline/calls", response={201: CallDetail, **ERRORS}, operation_id="write_call")
def write_call(request: HttpRequest, body: NewCall, key: Key) -> Any:
    """Write a call down with what became of it: registered, answered, added to a matter, passed on."""
    actor, at = caller_with(request, Permission.HOTLINE_ANSWER), clock.now()
    called_from = number_of(body.caller) or body.called_back
    call = access.find_call(viewer=actor, ref=body.ref)
    heard = Heard(ref=body.ref, call=call, caller=called_from, opened_at=body.since or at)
    return _written(actor, heard, body, key, status=201, at=at)


@router.post(
    "/hotline/calls/{number}/outcome", response={200: CallDetail, **ERRORS}, operation_id="write_outcome"
)
def write_outcome(request: HttpRequest, number: Number, body: CallOutcome, key: Key) -> Any:
    """Write down what became of a call that is known, once."""
    actor, at = caller_with(request, Permission.HOTLINE_ANSWER), clock.now()
    call = access.get_call(viewer=actor, number=number)
    return _written(actor, Heard(call=call, opened_at=at), body, key, status=200, at=at)


def _written(actor: Actor, heard: Heard, body: _Written, key: str, *, status: int, at: datetime) -> Any:
    def run() -> Answer:
        call = closing.write_ending(heard=heard, ending=body.ending(actor, at), by=actor, at=at)
        return Answer(status, _detail(actor, call.number).model_dump(mode="json"))

    known = heard.call.number if heard.call else ""
    content = ("calls", known, body.model_dump(mode="json"))
    return answered_once(key, actor, at=at, content=content, run=run)
