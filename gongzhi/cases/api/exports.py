"""Lists taken out as files, for programs: ask, watch, fetch, cancel. The rows and rights of the pages."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from gongzhi.cases import export_files
from gongzhi.cases.actions import taking_out
from gongzhi.cases.lifecycle import State
from gongzhi.cases.queries import exports, lists
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, Key, RowNumber, answered_once, row_key
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission

router = Router(tags=["exports"])


class NewExport(Schema):
    """Which list: the cases in sight, narrowed as `GET /cases` is."""

    model_config = {"extra": "forbid"}

    format: Literal["csv", "xlsx", "parquet"] = "csv"
    unit: Annotated[str, Field(max_length=32)] = ""
    status: State | None = None
    with_words: bool = False


class ExportRow(Schema):
    number: str
    state: str
    format: str
    rows: int
    about: int | None
    asked_at: datetime
    expires_at: datetime | None


def _row(export: Any) -> ExportRow:
    return ExportRow(
        number=str(export.pk),
        state=export.state,
        format=export.format,
        rows=export.rows,
        about=export.about,
        asked_at=export.asked_at,
        expires_at=export.expires_at,
    )


def _actor(request: HttpRequest) -> Actor:
    return caller_with(request, Permission.CASE_VIEW)


def _own(actor: Actor, number: str) -> Any:
    return exports.get_export(viewer=actor, key=row_key(number))


@router.post("/exports", response={201: ExportRow, **ERRORS}, operation_id="ask_export")
def ask_export(request: HttpRequest, body: NewExport, key: Key) -> Any:
    """Ask for the cases in sight as a file; it is written in the background."""
    actor, at = _actor(request), clock.now()
    unit = orgs.get_unit(actor, body.unit, permission=Permission.CASE_VIEW) if body.unit else None
    filters = lists.Filters(status=str(body.status or ""), unit=unit, open_only=False)

    def run() -> Answer:
        export = taking_out.ask(
            source="list",
            query=exports.pack_list(lists.Queue.ALL, filters),
            format=body.format,
            with_words=body.with_words,
            language="zh-hans",
            by=actor,
            at=at,
        )
        return Answer(201, _row(export).model_dump(mode="json"))

    content = ("exports", body.model_dump(mode="json"))
    return answered_once(key, actor, at=at, content=content, run=run)


@router.get("/exports", response={200: list[ExportRow], **ERRORS}, operation_id="list_exports")
def list_exports(request: HttpRequest) -> list[ExportRow]:
    """List one's own files, the newest first."""
    return [_row(export) for export in exports.list_exports(viewer=_actor(request))]


@router.get("/exports/{number}", response={200: ExportRow, **ERRORS}, operation_id="get_export")
def get_export(request: HttpRequest, number: RowNumber) -> ExportRow:
    """Read how far a file is."""
    return _row(_own(_actor(request), number))


# A file is no JSON, which is all that the description can say of an answer.
@router.get("/exports/{number}/file", include_in_schema=False, operation_id="get_export_file")
def get_export_file(request: HttpRequest, number: RowNumber) -> Any:
    """Fetch a file that is ready. Rights are checked again."""
    actor = _actor(request)
    export = _own(actor, number)
    taking_out.require_file(export=export, by=actor, at=clock.now())
    kind = export_files.TYPES[export.format]
    return FileResponse(export_files.result(export.folder).open("rb"), content_type=kind)


@router.post("/exports/{number}/cancel", response={200: ExportRow, **ERRORS}, operation_id="cancel_export")
def cancel_export(request: HttpRequest, number: RowNumber, key: Key) -> Any:
    """Stop a file that is being written."""
    actor, at = _actor(request), clock.now()
    export = _own(actor, number)

    def run() -> Answer:
        taking_out.cancel(export=export, by=actor, at=at)
        return Answer(200, _row(_own(actor, number)).model_dump(mode="json"))

    return answered_once(key, actor, at=at, content=("cancel", number), run=run)
