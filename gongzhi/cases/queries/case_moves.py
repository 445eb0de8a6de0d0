"""What a viewer can do with a case now, as buttons in the order of work."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases import lifecycle, words
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Case, ClockPause, Supervision
from gongzhi.cases.queries import (
    access,
    governed,
    petitions,
    together,
)
from gongzhi.core.actor import Actor
from gongzhi.core.clock import now

_FIRST = (
    Move.SIGN_HELP,
    Move.ANSWER_HELP,
    Move.DECIDE_REVIEW,
    Move.ACCEPT,
    Move.SIGN,
    Move.DISPATCH,
    Move.RESOLVE,
    Move.PANEL,
    Move.DECISION,
    Move.ANSWER_SUPERVISION,
    Move.DECIDE_EXTENSION,
    Move.JUDGE_ANSWER,
    Move.CHECK,
    Move.ANSWER_EXPERT,
    Move.RESUME,
    Move.CONTACT,
    Move.RATE_HELP,
    Move.ESCALATE,
    Move.RETURN,
    Move.DECLINE,
    Move.SETTLE,
    Move.REFER_DOWN,
    Move.SUPERVISE,
    Move.PUBLISH,
    Move.UNMERGE,
    Move.JUDGE_MERGED,
)
"""The order of work: the first possible one is the main button, the next few stand beside it."""
_BESIDE = 3
_NEVER_MAIN = frozenset(
    {
        Move.RATE_HELP,
        Move.ANSWER_EXPERT,
        Move.REFER_DOWN,
        Move.SUPERVISE,
        Move.CONTACT,
        Move.DECLINE,
        Move.UNPUBLISH,
    }
)
"""Moves that are nobody's next step by themselves: they stand beside the main one or alone, but not as it."""


@dataclass(frozen=True, slots=True)
class MoveButton:
    move: Move
    label: str

    @property
    def key(self) -> str:
        """The key that leads to it, "" for none."""
        return words.KEYS.get(self.move, "")


def arranged(
    case: Case, found: Sequence[MoveButton]
) -> tuple[MoveButton | None, list[MoveButton], list[MoveButton]]:
    """Return the main button, those beside it and those under "more"; `found` is in the order of work."""
    # What has been dispatched waits for its unit: sending it elsewhere is a correction, not the next step.
    never = _NEVER_MAIN | {Move.DISPATCH} if case.status == State.DISPATCHED else _NEVER_MAIN
    rest = list(found)
    main = rest.pop(0) if rest and rest[0].move in _FIRST and rest[0].move not in never else None
    beside = [button for button in rest if button.move in _FIRST][:_BESIDE]
    return main, beside, [button for button in rest if button not in beside]


_JUDGING = frozenset({Move.CONFIRM, Move.NOT_SOLVED, Move.RATE, Move.JUDGE_MERGED})


def offered(viewer: Actor, case: Case) -> tuple[Move, ...]:
    """The possible moves but those that `judging` refuses to whoever handles the matter: to judge his own
    answer, and to be rid of a matter by withdrawing it."""
    possible = tuple(
        move for move in access.possible_moves(viewer, case) if move not in _no_help(viewer, case)
    )
    if not access.has_in_hand(viewer, case):
        return possible
    at_desk = case.status in (State.REGISTERED, State.ACCEPTED)
    hidden = _JUDGING if at_desk else _JUDGING | {Move.WITHDRAW}
    return tuple(move for move in possible if move not in hidden)


def _no_help(viewer: Actor, case: Case) -> Set[Move]:
    """Moves of working together that would be refused for how the calls stand."""
    skipped = {Move.ORDER_ANEW, Move.FOLLOW_UP}
    if case.route:
        skipped.add(Move.TAKE_AS_PETITION)
        stage = petitions.stage_of(case, at=now())
        if stage is None or not stage.next:
            skipped.add(Move.ASK_REVIEW)
        if stage is None or stage.open_review is None:
            skipped.add(Move.DECIDE_REVIEW)
    else:
        skipped |= {Move.ASK_REVIEW, Move.DECIDE_REVIEW}
    if not together.has_to_report(viewer, case):
        skipped.add(Move.SIGN_HELP)
    if not together.unrated_calls(case):
        skipped.add(Move.RATE_HELP)
    if not together.open_calls(case):
        skipped.add(Move.CALL_OFF)
    return skipped


def buttons(*, viewer: Actor, case: Case, at: datetime) -> list[MoveButton]:
    """Return what the viewer can do with the case now, in the order of work. At most seven queries."""
    paused = ClockPause.objects.filter(case=case, ended_at__isnull=True).exists()
    orders = list(Supervision.objects.filter(case=case))
    ruled = governed.governed(case, orders, viewer=viewer, reads=False, at=at)
    possible = [move for move in offered(viewer, case) if move not in ruled.skipped]
    supervised = any(order.answered_at is None for order in orders)
    return buttons_of(case, possible, paused=paused, supervised=supervised)


def buttons_of(case: Case, possible: Sequence[Move], *, paused: bool, supervised: bool) -> list[MoveButton]:
    """Return the possible moves as buttons, without those that are pointless now, in the order of work."""
    asides = {Move.COMMENT, Move.ATTACH}
    skipped = asides | _pointless(case, paused=paused, supervised=supervised)
    found = [m for m in possible if m in words.BUTTONS and m not in skipped]
    found.sort(key=lambda move: _FIRST.index(move) if move in _FIRST else len(_FIRST))
    return [MoveButton(move, str(words.BUTTONS[move])) for move in found]


def _pointless(case: Case, *, paused: bool, supervised: bool) -> Set[Move]:
    """Moves the table allows but that would be refused for what the case is now."""
    skipped = {Move.PAUSE if paused else Move.RESUME}
    if not supervised:
        skipped.add(Move.ANSWER_SUPERVISION)
    if case.arbitrated:
        skipped.add(Move.RETURN)
    if case.published_at is None:
        skipped.add(Move.UNPUBLISH)
    if lifecycle.level_above(lifecycle.Level(case.level)) is None:
        skipped.add(Move.ESCALATE)
    if case.rated_at is None or case.score is not None or case.status != State.CLOSED:
        skipped.add(Move.RATE)
    if case.tier not in ("", lifecycle.Tier.SMALL):
        skipped.add(Move.SETTLE)
    return skipped
