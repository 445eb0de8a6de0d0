"""One press for many matters, for programs: look ahead, press, see, take back; and one's saved views."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router, Schema
from pydantic import Field

from gongzhi.cases.lifecycle import Tier
from gongzhi.cases.queries import access
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, Key, RowNumber, answered_once, example, one_of, row_key
from gongzhi.core.errors import NotAllowed
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force
from gongzhi.workbench import rules
from gongzhi.workbench.actions import batching, foreseeing
from gongzhi.workbench.actions.foreseeing import Foreseen, Will
from gongzhi.workbench.lifecycle import BatchState, ItemState, Kind
from gongzhi.workbench.queries import batches, saved, tools

if TYPE_CHECKING:
    from gongzhi.workbench.models import Batch

KindCode = Annotated[Kind, one_of(Kind)]
router = Router(tags=["batches"])
Number = Annotated[str, Field(max_length=24)]
Code = Annotated[str, Field(max_length=32)]
Account = Annotated[str, Field(max_length=150)]
Words = Annotated[str, Field(max_length=20_000)]
"""The exact limit is a rule and answered in words; this one only bounds what is read at all."""
_MOST_READ = 1000
"""Matters of one body that are read at all; how many may be moved is a rule."""


class _Choice(Schema):
    """What is chosen once for all: `tier` and perhaps `subject` to accept, `unit` to dispatch, `owner` (an
    account) to give to a colleague, `main` (a number) to merge."""

    model_config = {"extra": "forbid"}

    kind: KindCode
    tier: Tier | None = None
    subject: Annotated[str, Field(max_length=8)] = ""
    unit: Code = ""
    owner: Account = ""
    main: Number = ""
    words: Words = ""

    def asked(self, at: datetime) -> foreseeing.Asked:
        """Return it as the actions take it. Raises Invalid."""
        chosen = {
            "tier": str(self.tier or ""),
            "subject": self.subject,
            "unit": self.unit,
            "owner": self.owner,
            "main": self.main,
            "words": self.words,
        }
        return foreseeing.asked_of(self.kind, chosen, at=at)


class PreviewAsked(_Choice):
    model_config = {
        "extra": "forbid",
        "json_schema_extra": example(
            kind="dispatch", numbers=["HY26-000151", "HY26-000152"], unit="610921103223", words="一并查看。"
        ),
    }

    numbers: Annotated[list[Number], Field(max_length=_MOST_READ)]


class Marked(Schema):
    """A matter and the mark its preview had: where it stood when somebody looked."""

    model_config = {"extra": "forbid"}

    number: Number
    mark: Annotated[str, Field(max_length=16)]


class NewBatch(_Choice):
    model_config = {
        "extra": "forbid",
        "json_schema_extra": example(
            kind="dispatch",
            matters=[{"number": "HY26-000151", "mark": "5d1f0c7be93a2468"}],
            unit="610921103223",
            words="一并查看。",
        ),
    }

    matters: Annotated[list[Marked], Field(max_length=_MOST_READ)]


class WillRow(Schema):
    """How a matter would stand, and who would be told. `mark` is handed back with the press."""

    number: str
    mark: str
    title: str
    state: str
    unit: str
    owner: str
    due_at: datetime | None
    subject: str
    is_final: bool
    told: list[str]


class LeftRow(Schema):
    """A matter that is left out, and why."""

    number: str
    reason: str


class Preview(Schema):
    """What would happen. `held_seconds` is how long a press can be taken back."""

    will: list[WillRow]
    left: list[LeftRow]
    held_seconds: int


class BatchRow(Schema):
    """A press of one's own. Nothing happens before `begins_at`; until then it can be taken back."""

    number: str
    kind: KindCode
    state: BatchState
    asked_at: datetime
    begins_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    refused: int


class ItemRow(Schema):
    """A matter of a press; `number` is empty for one that has left the caller's sight."""

    number: str
    state: ItemState
    reason: str
    done_at: datetime | None


class BatchDetail(BatchRow):
    unit: str
    owner: str
    main: str
    tier: str
    words: str
    items: list[ItemRow]


class ViewRow(Schema):
    """A list of matters kept by name. `count` is how many it holds as people read it, null where that is not
    counted; `unit` shares it."""

    name: str
    address: str
    count: str | None
    is_own: bool
    unit: str


def _mover(request: HttpRequest, kind: Kind) -> Actor:
    actor = caller_with(request, Permission.CASE_VIEW)
    if kind not in tools.kinds_of(actor):
        raise NotAllowed
    return actor


def _viewer(request: HttpRequest) -> Actor:
    return caller_with(request, Permission.CASE_VIEW)


def _will(will: Will, *, reads: bool) -> WillRow:
    return WillRow(
        number=will.case.number,
        mark=will.mark,
        title=will.case.title if reads else "",
        state=will.state,
        unit=will.unit,
        owner=will.owner,
        due_at=will.due_at,
        subject=will.subject,
        is_final=will.is_final,
        told=will.told,
    )


def _preview(found: Foreseen, actor: Actor, *, seconds: float) -> Preview:
    reads = access.reads_words(actor)
    return Preview(
        will=[_will(will, reads=reads) for will in found.will],
        left=[LeftRow(number=left.number, reason=left.reason) for left in found.left],
        held_seconds=int(seconds),
    )


def _row(batch: "Batch", *, total: int, done: int, refused: int) -> dict[str, Any]:
    return {
        "number": str(batch.pk),
        "kind": batch.kind,
        "state": batch.state,
        "asked_at": batch.asked_at,
        "begins_at": batch.begins_at,
        "finished_at": batch.finished_at,
        "total": total,
        "done": done,
        "refused": refused,
    }


def _detail(actor: Actor, key: int) -> BatchDetail:
    batch = batches.get_batch(viewer=actor, key=key)
    items = batches.items_of(batch, viewer=actor)
    states = [item.state for item, _case in items]
    return BatchDetail(
        **_row(
            batch,
            total=len(items),
            done=states.count(ItemState.DONE),
            refused=states.count(ItemState.REFUSED),
        ),
        **{name: batch.asked.get(name, "") for name in ("unit", "owner", "main", "tier")},
        words=batch.words,
        items=[
            ItemRow(
                number=case.number if case else "",
                state=ItemState(item.state),
                reason=item.reason,
                done_at=item.done_at,
            )
            for item, case in items
        ],
    )


@router.post("/batches/preview", response={200: Preview, **ERRORS}, operation_id="preview_batch")
def preview_batch(request: HttpRequest, body: PreviewAsked) -> Preview:
    """Say what would happen to each matter, who would be told, and what is left out and why. Nothing is
    written."""
    actor, at = _mover(request, body.kind), clock.now()
    window = in_force(rules.BATCHES, at=at).params.window
    found = foreseeing.foresee(viewer=actor, asked=body.asked(at), numbers=body.numbers, at=at + window)
    return _preview(found, actor, seconds=window.total_seconds())


@router.post("/batches", response={201: BatchDetail, **ERRORS}, operation_id="ask_batch")
def ask_batch(request: HttpRequest, body: NewBatch, key: Key) -> Any:
    """Press for many matters as the preview showed them. Held for a while; then the worker does each by
    itself. A matter that stands elsewhere than its mark says is refused."""
    actor, at = _mover(request, body.kind), clock.now()

    def run() -> Answer:
        batch = batching.ask(
            asked=body.asked(at),
            marks={matter.number: matter.mark for matter in body.matters},
            language=get_language() or "zh-hans",
            by=actor,
            at=at,
        )
        return Answer(201, _detail(actor, batch.pk).model_dump(mode="json"))

    return answered_once(key, actor, at=at, content=("batches", body.model_dump(mode="json")), run=run)


@router.get("/batches", response={200: list[BatchRow], **ERRORS}, operation_id="list_batches")
def list_batches(request: HttpRequest) -> list[BatchRow]:
    """List one's own presses for many matters, the newest first."""
    rows: list[Any] = batches.list_batches(viewer=_viewer(request))
    return [BatchRow(**_row(row, total=row.total, done=row.done, refused=row.refused)) for row in rows]


@router.get("/batches/{number}", response={200: BatchDetail, **ERRORS}, operation_id="get_batch")
def get_batch(request: HttpRequest, number: RowNumber) -> BatchDetail:
    """Read how a press of one's own stands: held, or what became of each matter."""
    return _detail(_viewer(request), row_key(number))


@router.post("/batches/{number}/undo", response={200: BatchDetail, **ERRORS}, operation_id="undo_batch")
def undo_batch(request: HttpRequest, number: RowNumber, key: Key) -> Any:
    """Take a press back while it is held; nothing has happened then, and nobody was told."""
    actor, at = _viewer(request), clock.now()
    batch = batches.get_batch(viewer=actor, key=row_key(number))

    def run() -> Answer:
        batching.undo(batch=batch, by=actor, at=at)
        return Answer(200, _detail(actor, batch.pk).model_dump(mode="json"))

    return answered_once(key, actor, at=at, content=("undo", batch.pk), run=run)


@router.get("/views", response={200: list[ViewRow], **ERRORS}, operation_id="list_views")
def list_views(request: HttpRequest) -> list[ViewRow]:
    """List one's saved views and those shared in one's units, each with the address of its page."""
    actor = _viewer(request)
    return [
        ViewRow(name=row.label, address=row.href, count=row.count, is_own=row.is_own, unit=row.unit)
        for row in saved.shown(saved.views_of(actor), actor, at=clock.now())
    ]
