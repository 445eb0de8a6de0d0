"""The mediation part of the API: take up, list, read, move. Thin: parse, one call, answer."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import AwareDatetime, Field

from gongzhi.cases.lifecycle import Level
from gongzhi.cases.queries import access as case_access
from gongzhi.core import clock, paging
from gongzhi.core.actions import idempotency
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, Key, Paged, PageNumber, answered_once, one_of, paged
from gongzhi.core.errors import NotFound
from gongzhi.core.handwriting import Drawn, decoded
from gongzhi.mediation.actions import frame, opening
from gongzhi.mediation.actions.agreeing import Promise, Text
from gongzhi.mediation.actions.making import MAKES
from gongzhi.mediation.actions.opening import NewParty
from gongzhi.mediation.lifecycle import Authority, Confirmation, Move, Origin, Performance, State
from gongzhi.mediation.queries import access, choosing, dispute_page, lists
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission

if TYPE_CHECKING:
    from gongzhi.mediation.models import Dispute

router = Router(tags=["mediation"])
Number = Annotated[str, Field(max_length=24)]
Words = Annotated[str, Field(max_length=20_000)]
"""The exact limit is a rule and answered in words; this one only bounds what is read at all."""
Short = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(max_length=32)]
StateCode = Annotated[State, one_of(State)]
Position = Annotated[int, Field(ge=1, le=1000)]


class _Closed(Schema):
    model_config = {"extra": "forbid"}


class PartyIn(_Closed):
    """A person or organisation with a part in the dispute."""

    name: Short
    kind: Literal["person", "organisation"] = "person"
    sex: Literal["", "男", "女"] = ""
    born: Annotated[int, Field(ge=1900, le=2100)] | None = None
    ethnicity: Annotated[str, Field(max_length=20)] = ""
    occupation: Annotated[str, Field(max_length=60)] = ""
    address: Short = ""
    phone: Code = ""
    mail: Short = ""
    representative: Short = ""
    representative_phone: Code = ""
    authority: Authority | Literal[""] = ""
    authority_words: Words = ""

    def new(self) -> NewParty:
        return NewParty(**self.model_dump())


class PromiseIn(_Closed):
    party: Position
    what: Words
    way: Words = ""
    due_on: date | None = None


class NewDispute(_Closed):
    committee: Code
    kind: Code
    title: Short
    account: Words = ""
    origin: Origin = Origin.APPLIED
    case: Number = ""
    in_public: bool = False
    parties: Annotated[list[PartyIn], Field(max_length=1000)] = []


class MoveBody(_Closed):
    """Base of all moves; `said` gives the arguments of the action."""

    move: str

    def said(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields if name != "move"}


class Start(MoveBody):
    move: Literal["start"]
    consents: Annotated[list[Position], Field(max_length=1000)]


class Hold(MoveBody):
    move: Literal["hold"]
    held_at: AwareDatetime
    place: Words
    present: Words
    minutes: Words
    outcome: Words = ""
    next_at: AwareDatetime | None = None
    next_place: Words = ""


class Schedule(MoveBody):
    move: Literal["schedule"]
    held_at: AwareDatetime
    place: Words


class StatementIn(MoveBody):
    move: Literal["statement"]
    party: Position
    words: Words


class _TextBody(MoveBody):
    terms: Words
    facts: Words = ""
    matter: Words = ""
    responsibility: Words = ""
    duties: Annotated[list[PromiseIn], Field(max_length=1000)] = []

    def said(self) -> dict[str, Any]:
        duties = tuple(Promise(**row.model_dump()) for row in self.duties)
        return {"text": Text(self.terms, self.facts, self.matter, self.responsibility, duties)}


class Draft(_TextBody):
    move: Literal["draft"]


class AgreeOrally(_TextBody):
    move: Literal["agree_orally"]


class SignAgreement(MoveBody):
    """`picture` is a JPEG, PNG or WebP as base64; party 0 is the mediator who calls."""

    move: Literal["sign"]
    party: Annotated[int, Field(ge=0, le=1000)]
    picture: Drawn
    way: Literal["drawn", "paper"]
    by_proxy: bool = False

    def said(self) -> dict[str, Any]:
        content = decoded(self.picture)
        return {"party": self.party or None, "content": content, "way": self.way, "by_proxy": self.by_proxy}


class Seal(MoveBody):
    move: Literal["seal"]


class _WordsBody(MoveBody):
    words: Words


class TalkAgain(_WordsBody):
    move: Literal["talk_again"]


class ReferUp(_WordsBody):
    move: Literal["refer_up"]


class Finish(MoveBody):
    move: Literal["finish"]
    words: Words = ""


class ToLaw(_WordsBody):
    move: Literal["to_law"]
    ways: Annotated[list[Code], Field(max_length=20)]


class End(MoveBody):
    move: Literal["end"]
    reason: Code
    ways: Annotated[list[Code], Field(max_length=20)] = []
    words: Words = ""


class Perform(MoveBody):
    move: Literal["perform"]
    duty: Position
    outcome: Performance
    on: date | None = None
    note: Words = ""


class Apply(MoveBody):
    move: Literal["apply"]
    court: Words
    on: date
    together: bool


class Decide(MoveBody):
    move: Literal["decide"]
    outcome: Confirmation
    on: date
    number: Words = ""


class VisitIn(_WordsBody):
    move: Literal["visit"]
    kept: bool


class AddParty(MoveBody):
    move: Literal["add_party"]
    party: PartyIn

    def said(self) -> dict[str, Any]:
        return {"party": self.party.new()}


class Assign(MoveBody):
    """Accounts by name."""

    move: Literal["assign"]
    leader: Short
    others: Annotated[list[Short], Field(max_length=20)] = []

    def said(self) -> dict[str, Any]:
        return {
            "leader": choosing.account(self.leader, "leader"),
            "others": [choosing.account(name, "others") for name in self.others],
        }


class ObjectTo(MoveBody):
    move: Literal["object"]
    party: Position
    mediator: Short
    words: Words = ""

    def said(self) -> dict[str, Any]:
        return super().said() | {"mediator": choosing.account(self.mediator, "mediator")}


class Assess(MoveBody):
    move: Literal["assess"]
    signs: Annotated[list[Code], Field(max_length=50)]
    reported: bool = False
    words: Words = ""


AnyMove = Annotated[
    Start | Hold | Schedule | StatementIn | Draft | AgreeOrally | SignAgreement | Seal | TalkAgain | ReferUp
    | Finish | ToLaw | End | Perform | Apply | Decide | VisitIn | AddParty | Assign | ObjectTo | Assess,
    Field(discriminator="move"),
]  # fmt: skip


class DisputeRow(Schema):
    """A dispute as lists have it; `title` is empty for who reads no words of it."""

    number: str
    title: str
    kind: str
    state: StateCode
    level: Level
    risk: str
    committee: str
    case: str
    opened_at: datetime
    agreed_at: datetime | None
    ended_at: datetime | None
    next_at: datetime | None
    performance: str
    ending: str


class PartyOut(Schema):
    """A party without ways to reach it."""

    position: int
    name: str
    kind: str
    address: str
    representative: str


class DutyOut(Schema):
    position: int
    party: str
    what: str
    way: str
    due_on: date | None
    outcome: str


class AgreementOut(Schema):
    number: str
    form: str
    terms: str
    effective_at: datetime | None
    confirm_by: date | None
    confirmation: str
    unsigned: list[str]
    duties: list[DutyOut]


class DisputeDetail(DisputeRow):
    """A dispute with what the caller may read and do; without the right to words the lists are empty."""

    moves: list[Move]
    parties: list[PartyOut]
    mediators: list[str]
    agreement: AgreementOut | None


class PassedOn(Schema):
    """The move was made, and the caller does not see the dispute any more."""

    number: str
    state: Literal["passed_on"] = "passed_on"


class DisputePage(Paged):
    items: list[DisputeRow]


def _let_in(request: HttpRequest) -> Actor:
    return caller_with(request, Permission.MEDIATION_VIEW, Permission.MEDIATION_MEDIATE)


def _row(dispute: "Dispute", *, words: bool) -> dict[str, Any]:
    return {
        "number": dispute.number,
        "title": dispute.title if words else "",
        "kind": dispute.kind,
        "state": dispute.state,
        "level": dispute.level,
        "risk": dispute.risk,
        "committee": dispute.committee.code,
        "case": dispute.case.number if words and dispute.case else "",
        "opened_at": dispute.opened_at,
        "agreed_at": dispute.agreed_at,
        "ended_at": dispute.ended_at,
        "next_at": dispute.next_at,
        "performance": dispute.performance,
        "ending": dispute.ending,
    }


def _detail(number: str, actor: Actor, *, at: datetime) -> DisputeDetail:
    page = dispute_page.dispute_page(viewer=actor, number=number, at=at)
    agreement = None
    if page.agreement is not None:
        row = page.agreement.row
        agreement = AgreementOut(
            number=page.agreement.number,
            form=row.form,
            terms=row.terms,
            effective_at=row.effective_at,
            confirm_by=row.confirm_by,
            confirmation=row.confirmation,
            unsigned=list(page.agreement.unsigned),
            duties=[
                DutyOut(
                    position=d.position,
                    party=d.who,
                    what=d.what,
                    way=d.way,
                    due_on=d.due_on,
                    outcome=d.outcome,
                )
                for d in page.agreement.duties
            ],
        )
    return DisputeDetail(
        **_row(page.dispute, words=page.reads),
        moves=list(access.possible_moves(actor, page.dispute)),
        parties=[
            PartyOut(
                position=p.position,
                name=p.name,
                kind=p.kind,
                address=p.address,
                representative=p.representative,
            )
            for p in page.parties
        ],
        mediators=[m.name for m in page.mediators if m.until is None],
        agreement=agreement,
    )


@router.post("/disputes", response={201: DisputeDetail, **ERRORS}, operation_id="open_dispute")
def open_dispute(request: HttpRequest, body: NewDispute, key: Key) -> Any:
    """Take a dispute up at one's own committee, for a matter if `case` names one."""
    actor, at = caller_with(request, Permission.MEDIATION_MEDIATE), clock.now()

    def run() -> idempotency.Answer:
        case = case_access.get_case(viewer=actor, number=body.case) if body.case else None
        dispute = opening.open_dispute(
            committee=choosing.committee(actor, body.committee),
            kind=body.kind,
            title=body.title,
            account=body.account,
            origin=body.origin,
            case=case,
            in_public=body.in_public,
            parties=[party.new() for party in body.parties],
            by=actor,
            at=at,
        )
        return idempotency.Answer(201, _detail(dispute.number, actor, at=at).model_dump(mode="json"))

    return answered_once(key, actor, at=at, content=("disputes", body.model_dump(mode="json")), run=run)


@router.get("/disputes", response={200: DisputePage, **ERRORS}, operation_id="list_disputes")
def list_disputes(
    request: HttpRequest,
    state: StateCode | None = None,
    level: Level | None = None,
    page: PageNumber = 1,
) -> DisputePage:
    """List the disputes in sight, newest first."""
    actor = _let_in(request)
    filters = lists.Filters(state=str(state or ""), level=str(level or ""))
    cut = paging.page_for_machines(lists.list_disputes(viewer=actor, filters=filters), page)
    read = access.read_among(actor, list(cut))
    return DisputePage(**paged(cut), items=[DisputeRow(**_row(row, words=row.pk in read)) for row in cut])


@router.get("/disputes/{number}", response={200: DisputeDetail, **ERRORS}, operation_id="get_dispute")
def get_dispute(request: HttpRequest, number: Number) -> DisputeDetail:
    """Read one dispute with the moves the caller can make now."""
    actor = _let_in(request)
    return _detail(number, actor, at=clock.now())


@router.post(
    "/disputes/{number}/moves",
    response={200: DisputeDetail | PassedOn, **ERRORS},
    operation_id="move_dispute",
)
def move_dispute(request: HttpRequest, number: Number, body: Annotated[AnyMove, Body()], key: Key) -> Any:
    """Make a move. One that the state or the caller's part does not allow answers 409 or 403."""
    actor, at = _let_in(request), clock.now()
    dispute = access.get_dispute(viewer=actor, number=number)
    move = Move(body.move)
    if not access.may(actor, dispute, move):
        raise frame.NotYourMove

    def run() -> idempotency.Answer:
        MAKES[move](dispute=dispute, **body.said(), by=actor, at=at)
        try:
            after = _detail(number, actor, at=at).model_dump(mode="json")
        except NotFound:
            # Whoever passed it on or stood down may not see it any more; the move is made all the same.
            after = PassedOn(number=number).model_dump(mode="json")
        return idempotency.Answer(200, after)

    return answered_once(key, actor, at=at, content=("moves", number, body.model_dump(mode="json")), run=run)
