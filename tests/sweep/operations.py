"""Operations of the API beside the loop and the disputes, and who may use them. A new one gets a row here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gongzhi.cases.models import CaseFile
from gongzhi.hotline.models import Call
from gongzhi.workbench.actions.foreseeing import mark_of
from tests.sweep.people import (
    ANALYST,
    CALL_SOMEWHERE,
    CALL_TAKERS,
    CALLERS,
    DISPATCH_SOMEWHERE,
    EVERYONE,
    FLAG_RULERS,
    HOTLINE,
    HOTLINE_SOMEWHERE,
    MANAGER,
    NOBODY,
    STRANGERS,
    VILLAGE,
)
from tests.sweep.world import World


@dataclass(frozen=True)
class OperationRow:
    """Who may use an operation of the village's things. Of the others those in `hidden` hold the right
    elsewhere and are told that there is nothing; the rest that they may not."""

    may: frozenset[str]
    hidden: frozenset[str] = NOBODY
    args: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    query: dict[str, Any] = field(default_factory=dict)
    body: Callable[[World], Any] | None = None
    """For a POST."""
    status: int = 200
    absent: int = 404
    """Status for the hidden."""

    def wanted(self, name: str) -> int:
        """Return the status of the answer for one of the cast."""
        return self.status if name in self.may else self.absent if name in self.hidden else 403


_CLERK = frozenset({"clerk"})
_PEER = frozenset({"peer_dispatcher"})
_READERS = EVERYONE - MANAGER - ANALYST
_ACCEPT = {"kind": "accept", "tier": "small", "subject": "0101"}
_CONSULT = {"outcome": "consult", "text": "医保在哪里交？", "answer": "在村委会交。"}


def _case(world: World) -> dict[str, Any]:
    return {"number": world.case.number}


def _batch(world: World) -> dict[str, Any]:
    return {"number": world.batch.pk}


def _call(world: World) -> dict[str, Any]:
    return {"number": world.call.number}


def _answered_call(world: World) -> dict[str, Any]:
    """Answered a moment ago, and nothing written down yet."""
    at = world.stage.at
    call = Call.objects.create(unit=world.cast.units.town, started_at=at, answered_at=at)
    return {"number": call.number}


def _followup(world: World) -> dict[str, Any]:
    return {"number": world.followup.pk}


def _file(world: World) -> dict[str, Any]:
    """The clerk's, not made yet."""
    file = CaseFile.objects.create(case=world.case, owner=world.cast.clerk.user, asked_at=world.stage.at)
    return {"number": file.pk}


def _chosen(world: World) -> dict[str, Any]:
    return {**_ACCEPT, "matters": [{"number": world.case.number, "mark": mark_of(world.case)}]}


def _flag(world: World) -> dict[str, Any]:
    return {"number": world.flag.pk}


OPERATION_ROWS: dict[str, OperationRow] = {
    "preview_batch": OperationRow(DISPATCH_SOMEWHERE, body=lambda w: {**_ACCEPT, "numbers": [w.case.number]}),
    "ask_batch": OperationRow(
        DISPATCH_SOMEWHERE - STRANGERS, DISPATCH_SOMEWHERE & STRANGERS, body=_chosen, status=201, absent=409
    ),
    "list_batches": OperationRow(EVERYONE - MANAGER),
    "get_batch": OperationRow(_CLERK, EVERYONE - MANAGER, args=_batch),
    "undo_batch": OperationRow(_CLERK, EVERYONE - MANAGER, args=_batch, body=lambda w: None),
    "list_views": OperationRow(EVERYONE - MANAGER),
    "list_calls": OperationRow(HOTLINE_SOMEWHERE),
    "get_call": OperationRow(HOTLINE, _PEER, args=_call),
    "list_call_figures": OperationRow(HOTLINE_SOMEWHERE),
    "write_call": OperationRow(CALL_TAKERS | _PEER, body=lambda w: _CONSULT, status=201),
    "write_outcome": OperationRow(CALL_TAKERS, _PEER, args=_answered_call, body=lambda w: _CONSULT),
    "list_followups": OperationRow(CALL_SOMEWHERE),
    "get_followup": OperationRow(CALLERS, _PEER, args=_followup),
    "record_attempt": OperationRow(CALLERS, _PEER, args=_followup, body=lambda w: {"outcome": "no_answer"}),
    "ask_case_file": OperationRow(VILLAGE - ANALYST, STRANGERS, args=_case, body=lambda w: None, status=201),
    "list_case_files": OperationRow(VILLAGE - ANALYST, STRANGERS, args=_case),
    "get_case_file": OperationRow(_CLERK, _READERS, args=_file),
    "get_case_file_pdf": OperationRow(_CLERK, _READERS, args=_file, status=409),
    "list_flags": OperationRow(FLAG_RULERS),
    "get_flag": OperationRow(FLAG_RULERS, args=_flag),
    "rule_on_flag": OperationRow(
        FLAG_RULERS, args=_flag, body=lambda w: {"ruling": "founded", "words": "去看过了。"}
    ),
}
assert all(row.may | row.hidden <= EVERYONE for row in OPERATION_ROWS.values())
