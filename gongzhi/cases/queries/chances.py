"""What a resident can say about a matter now, and until when."""

from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases import (
    deadlines,
    governance_rules,
    lifecycle,
    rules,
)
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Case
from gongzhi.cases.queries import access, calendars, merged, petitions
from gongzhi.core.actor import resident
from gongzhi.rulebook.queries import in_force

_RESIDENT_MOVES = (
    Move.CONFIRM,
    Move.JUDGE_MERGED,
    Move.NOT_SOLVED,
    Move.RATE,
    Move.OBJECT,
    Move.REOPEN,
    Move.ASK_REVIEW,
    Move.COMMENT,
    Move.ATTACH,
    Move.WITHDRAW,
)


@dataclass(frozen=True, slots=True)
class Chance:
    """Something the resident may do now, and until when if there is an end."""

    move: Move
    until: datetime | None


def chances_of(case: Case, main: Case, stage: petitions.Stage | None, *, at: datetime) -> list[Chance]:
    """Return what the resident may do now, in the order in which it is offered."""
    mine = resident()
    possible = lifecycle.possible_moves(State(case.status))
    chances = []
    for move in _RESIDENT_MOVES:
        if move not in possible or not access.may(mine, case, move):
            continue
        if move is Move.ASK_REVIEW:
            if stage is not None and stage.next:
                chances.append(Chance(move, stage.until))
            continue
        if move is Move.JUDGE_MERGED and not merged.may_judge(case, main):
            continue
        if (
            move is Move.OBJECT
            and case.objections >= in_force(governance_rules.OBJECTIONS, at=at).params.most
        ):
            continue
        until = _until(case, move, at=at)
        if until is not None and at > until:
            continue
        if move is Move.RATE and (case.solved is None or case.score is not None):
            continue
        chances.append(Chance(move, until))
    return chances


def _until(case: Case, move: Move, *, at: datetime) -> datetime | None:
    """Return the end of the window of a move by the rule in force; None when it has none."""
    if move in (Move.CONFIRM, Move.NOT_SOLVED):
        return None  # Late is better than never: what closes it is the worker, not the page.
    windows = in_force(rules.WINDOWS, at=at).params
    limits = {Move.REOPEN: windows.reopening, Move.OBJECT: windows.objection, Move.RATE: windows.rating}
    limit = limits.get(move)
    if limit is None:
        return None
    ended = case.closed_at or case.moved_at
    return deadlines.add(calendars.of(case.unit, at=at), ended, limit.minutes, plain=limit.plain)
