"""What the API shows of a case. Personal words only to those whose role reads them; never how to reach the
reporter."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from ninja import Schema
from pydantic import Field

from gongzhi.cases.lifecycle import Channel, Move, Urgency
from gongzhi.cases.queries import access, gates
from gongzhi.cases.speaking import Speaker
from gongzhi.core.actor import Actor
from gongzhi.core.api import Paged

if TYPE_CHECKING:
    from gongzhi.cases.models import Case, Transition


class NewCase(Schema):
    """A matter to register. With a name, telephone or mail the caller acts for that person, which is
    recorded."""

    model_config = {"extra": "forbid"}

    text: Annotated[str, Field(max_length=20_000)]
    place: Annotated[
        str, Field(max_length=32, description="Code of the village, town or county it happened in.")
    ]
    place_detail: Annotated[str, Field(max_length=200)] = ""
    title: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=8)] = ""
    urgency: Urgency = Urgency.ORDINARY
    channel: Channel = Channel.API
    spoke: Annotated[
        Speaker,
        Field(description="Whose matter the one who spoke speaks of; `staff` when the caller saw it."),
    ] = Speaker.SELF
    reporter_name: Annotated[str, Field(max_length=60)] = ""
    reporter_phone: Annotated[str, Field(max_length=40)] = ""
    reporter_mail: Annotated[str, Field(max_length=254)] = ""
    language: Annotated[str, Field(pattern="^(zh-hans|en)$")] = "zh-hans"


class Registered(Schema):
    """The receipt: number, code and link belong to the reporter."""

    number: str
    receipt_code: str
    link: str
    status: str
    unit: str
    due_at: datetime | None


class CaseRow(Schema):
    """Dated facts of a case. `title` is empty for callers whose role does not read the words of cases."""

    number: str
    title: str
    status: str
    level: str
    tier: str
    kind: str
    urgency: str
    category: str
    channel: str
    spoke: str
    typed: str
    place: str
    unit: str
    unit_name: str
    registered_at: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    outcome: str
    solved: bool | None
    score: int | None
    returns: int
    reworks: int


class Step(Schema):
    seq: int
    move: str
    from_state: str
    to_state: str
    at: datetime
    by: str
    role: str
    unit: str
    words: str
    rule: str


class NotYet(Schema):
    """A move the state allows, what is missing for it, and the move that supplies that."""

    move: str
    why: str
    next: str
    rule: str


class CaseDetail(CaseRow):
    text: str
    place_detail: str
    answer: str
    acted_for: bool
    possible_moves: list[str]
    not_yet: list[NotYet]
    story: list[Step]


class CasePage(Paged):
    """One page of a list."""

    items: list[CaseRow]


def row_of(case: "Case", *, words: bool) -> CaseRow:
    return CaseRow(**_facts(case, words=words))


def detail_of(case: "Case", steps: list["Transition"], viewer: Actor, *, at: datetime) -> CaseDetail:
    words = access.reads_words(viewer)
    gate = gates.gate_of(case, at=at)
    possible = access.possible_moves(viewer, case)
    held_back = not gate.is_open and Move.RESOLVE in possible
    not_yet = [NotYet(move=Move.RESOLVE, why=gate.words, next=str(gate.move or ""), rule=gate.rule)]
    return CaseDetail(
        **_facts(case, words=words),
        text=case.text if words else "",
        place_detail=case.place_detail if words else "",
        answer=case.answer if words else "",
        acted_for=case.registered_by_id is not None,
        possible_moves=[str(move) for move in possible if not (held_back and move is Move.RESOLVE)],
        not_yet=not_yet if held_back else [],
        story=[_step(step, words=words) for step in steps],
    )


def _step(step: "Transition", *, words: bool) -> Step:
    return Step(
        seq=step.seq,
        move=step.move,
        from_state=step.from_state,
        to_state=step.to_state,
        at=step.at,
        by=step.by_name if words else "",
        role=step.by_role,
        unit=step.by_unit.code if step.by_unit else "",
        words=step.words if words else "",
        rule=step.rule,
    )


def _facts(case: "Case", *, words: bool) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": case.title if words else "",
        "status": case.status,
        "level": case.level,
        "tier": case.tier,
        "kind": case.kind,
        "urgency": case.urgency,
        "category": case.category.code if case.category else "",
        "channel": case.channel,
        "spoke": case.spoke,
        "typed": case.typed,
        "place": case.place.code,
        "unit": case.unit.code,
        "unit_name": case.unit.name,
        "registered_at": case.registered_at,
        "due_at": case.due_at,
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
        "outcome": case.outcome,
        "solved": case.solved,
        "score": case.score,
        "returns": case.returns,
        "reworks": case.reworks,
    }
