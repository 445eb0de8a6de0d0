"""The cases part of the API: register, list, read, move. Thin: parse, one call, answer."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from ninja import Body, Query, Router
from pydantic import Field

from gongzhi.cases import numbers
from gongzhi.cases.actions import intake
from gongzhi.cases.api.moves import AnyMove
from gongzhi.cases.api.schemas import CaseDetail, CasePage, NewCase, Registered, detail_of, row_of
from gongzhi.cases.lifecycle import State
from gongzhi.cases.queries import access, categories, lists, places, story
from gongzhi.core import clock, links, paging
from gongzhi.core.actions import idempotency
from gongzhi.core.api import ERRORS, Key, PageNumber, answered_once, paged
from gongzhi.core.errors import Invalid
from gongzhi.core.phones import normal_phone
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission

router = Router(tags=["cases"])
Number = Annotated[str, Field(max_length=24)]


@router.post("/cases", response={201: Registered, **ERRORS}, operation_id="register_case")
def register_case(request: HttpRequest, body: NewCase, key: Key) -> Any:
    """Register a matter. With an Idempotency-Key a repeated call returns the first answer."""
    actor, at = caller_with(request, Permission.CASE_REGISTER), clock.now()

    def run() -> idempotency.Answer:
        matter = intake.Matter(
            text=body.text,
            place=places.get_place(body.place, at=at, field="place"),
            place_detail=body.place_detail,
            title=body.title,
            category=categories.get_category(body.category) if body.category else None,
            urgency=body.urgency,
            spoke=body.spoke,
        )
        reporter = _reporter(body)
        case = intake.register_case(
            matter=matter, reporter=reporter, channel=body.channel, by=actor, at=at, language=body.language
        )
        code = numbers.receipt_code(case.number)
        receipt = Registered(
            number=case.number,
            receipt_code=code,
            link=links.public(f"/t/{case.number}/{code}/"),
            status=case.status,
            unit=case.unit.code,
            due_at=case.due_at,
        )
        return idempotency.Answer(201, receipt.model_dump(mode="json"))

    return answered_once(key, actor, at=at, content=("cases", body.model_dump(mode="json")), run=run)


def _reporter(body: NewCase) -> intake.Reporter:
    """Return how to reach the reporter, tidied. Raises Invalid, naming the input."""
    phone, mail, field = body.reporter_phone, body.reporter_mail, "reporter_phone"
    try:
        phone = normal_phone(phone) if phone else ""
        field = "reporter_mail"
        if mail:
            validate_email(mail)
    except ValidationError as unusable:
        raise Invalid(unusable.messages[0], field=field) from unusable
    return intake.Reporter(name=body.reporter_name.strip(), phone=phone, mail=mail)


@router.get("/cases", response={200: CasePage, **ERRORS}, operation_id="list_cases")
def list_cases(
    request: HttpRequest,
    unit: Annotated[str, Query(max_length=32)] = "",
    status: State | None = None,
    page: PageNumber = 1,
) -> CasePage:
    """List the cases in sight, newest first; `unit` keeps those that unit has or had sight of."""
    actor, at = caller_with(request, Permission.CASE_VIEW), clock.now()
    wanted = orgs.get_unit(actor, unit, permission=Permission.CASE_VIEW) if unit else None
    filters = lists.Filters(status=str(status or ""), unit=wanted, open_only=False)
    found = lists.list_cases(viewer=actor, queue=lists.Queue.ALL, filters=filters, at=at, soon_until=at)
    cut = paging.page_for_machines(found, page)
    words = access.reads_words(actor)
    return CasePage(**paged(cut), items=[row_of(case, words=words) for case in cut])


@router.get("/cases/{number}", response={200: CaseDetail, **ERRORS}, operation_id="get_case")
def get_case(request: HttpRequest, number: Number) -> CaseDetail:
    """Read one case with its story and the moves the caller can make now."""
    actor = caller_with(request, Permission.CASE_VIEW)
    case = access.get_case(viewer=actor, number=number)
    return detail_of(case, story.steps(viewer=actor, case=case), actor, at=clock.now())


@router.post("/cases/{number}/moves", response={200: CaseDetail, **ERRORS}, operation_id="move_case")
def move_case(request: HttpRequest, number: Number, body: Annotated[AnyMove, Body()], key: Key) -> Any:
    """Make a move. A move that the state or the caller's posts do not allow answers 409 or 403 and says
    what is."""
    actor, at = caller_with(request, Permission.CASE_VIEW), clock.now()
    case = access.get_case(viewer=actor, number=number)

    def run() -> idempotency.Answer:
        moved = body.apply(case, by=actor, at=at)
        detail = detail_of(moved, story.steps(viewer=actor, case=moved), actor, at=at)
        return idempotency.Answer(200, detail.model_dump(mode="json"))

    content = ("moves", case.number, body.model_dump(mode="json"))
    return answered_once(key, actor, at=at, content=content, run=run)
