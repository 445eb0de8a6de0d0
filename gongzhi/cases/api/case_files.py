"""The printed case file, for programs: ask for it, see how far it is, fetch it. The reporter stays covered:
how to reach them is never in the API."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from gongzhi.cases.actions import case_files
from gongzhi.cases.queries import access, case_file
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, Key, RowNumber, answered_once, row_key
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission

if TYPE_CHECKING:
    from gongzhi.cases.models import CaseFile

router = Router(tags=["case files"])
Number = Annotated[str, Field(max_length=24)]


class CaseFileRow(Schema):
    """A case file on its way: waiting, done, failed or expired. `size` is in bytes, 0 until it is done."""

    number: str
    case: str
    state: str
    size: int
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None


def _row(made: "CaseFile") -> CaseFileRow:
    return CaseFileRow(
        number=str(made.pk),
        case=made.case.number,
        state=made.state,
        size=made.size,
        asked_at=made.asked_at,
        finished_at=made.finished_at,
        expires_at=made.expires_at,
    )


def _reader(request: HttpRequest) -> Actor:
    return caller_with(request, Permission.CASE_WORDS)


@router.post("/cases/{number}/files", response={201: CaseFileRow, **ERRORS}, operation_id="ask_case_file")
def ask_case_file(request: HttpRequest, number: Number, key: Key) -> Any:
    """Ask for the file of a case as PDF; it is made in the background. One that waits is not made twice."""
    actor, at = _reader(request), clock.now()
    case = access.get_case(viewer=actor, number=number)

    def run() -> Answer:
        made = case_files.ask(case=case, by=actor, at=at)
        return Answer(201, _row(made).model_dump(mode="json"))

    return answered_once(key, actor, at=at, content=("case-files", case.number), run=run)


@router.get(
    "/cases/{number}/files", response={200: list[CaseFileRow], **ERRORS}, operation_id="list_case_files"
)
def list_case_files(request: HttpRequest, number: Number) -> list[CaseFileRow]:
    """List the files of a case that one asked for, the newest first."""
    actor = _reader(request)
    case = access.get_case(viewer=actor, number=number)
    return [_row(made) for made in case_file.made_for(viewer=actor, case=case)]


@router.get("/case-files/{number}", response={200: CaseFileRow, **ERRORS}, operation_id="get_case_file")
def get_case_file(request: HttpRequest, number: RowNumber) -> CaseFileRow:
    """Read how far a file of one's own is."""
    return _row(case_file.get_own(viewer=_reader(request), key=row_key(number)))


# A file is no JSON, which is all that the description can say of an answer.
@router.get("/case-files/{number}/file", include_in_schema=False, operation_id="get_case_file_pdf")
def get_case_file_pdf(request: HttpRequest, number: RowNumber) -> HttpResponse:
    """Fetch a file that is ready. Rights are checked again."""
    actor, at = _reader(request), clock.now()
    made = case_file.get_own(viewer=actor, key=row_key(number))
    pdf = case_files.fetch(file=made, by=actor, at=at)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.case.number}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
