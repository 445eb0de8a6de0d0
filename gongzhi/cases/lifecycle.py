"""States and moves of a case, as tables over plain values. No database, no clock.

The one invariant: a pair (state, move) is either in `STEPS` or refused with an error that says what would be
possible. Where a matter is (its level), who may move it and which clock a move starts or stops are tables
too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gongzhi.orgs.permissions import Permission


class State(StrEnum):
    REGISTERED = "registered"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN_STATES = frozenset({State.REGISTERED, State.ACCEPTED, State.DISPATCHED, State.HANDLING, State.RESOLVED})
WORKING_STATES = frozenset({State.REGISTERED, State.ACCEPTED, State.DISPATCHED, State.HANDLING})
"""Open, and it is the turn of an office: the ball is not with the resident."""
HELPED_STATES = frozenset({State.ACCEPTED, State.DISPATCHED, State.HANDLING})
"""States in which a unit that was called to help can still help."""


class Move(StrEnum):
    REGISTER = "register"
    SETTLE = "settle"
    ACCEPT = "accept"
    DECLINE = "decline"
    OBJECT = "object"
    DISPATCH = "dispatch"
    SIGN = "sign"
    RETURN = "return"
    ESCALATE = "escalate"
    REFER_DOWN = "refer_down"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    RATE = "rate"
    NOT_SOLVED = "not_solved"
    CLOSE_UNRATED = "close_unrated"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    CONTACT = "contact"
    PAUSE = "pause"
    RESUME = "resume"
    REASSIGN = "reassign"
    SUPERVISE = "supervise"
    ANSWER_SUPERVISION = "answer_supervision"
    COMMENT = "comment"
    ATTACH = "attach"
    SIGN_STATEMENT = "sign_statement"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    JUDGE_ANSWER = "judge_answer"
    CHECK = "check"
    REISSUE = "reissue"
    PANEL = "panel"
    DECISION = "decision"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    ASK_EXPERT = "ask_expert"
    ANSWER_EXPERT = "answer_expert"
    RATE_EXPERT = "rate_expert"
    CALL_HELP = "call_help"
    SIGN_HELP = "sign_help"
    ANSWER_HELP = "answer_help"
    RATE_HELP = "rate_help"
    CALL_OFF = "call_off"
    MERGE = "merge"
    UNMERGE = "unmerge"
    JUDGE_MERGED = "judge_merged"
    TAKE_AS_PETITION = "take_as_petition"
    ASK_REVIEW = "ask_review"
    DECIDE_REVIEW = "decide_review"
    ORDER_ANEW = "order_anew"
    FOLLOW_UP = "follow_up"


class Level(StrEnum):
    """Where a case is now."""

    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"


LEVELS = (Level.VILLAGE, Level.TOWN, Level.COUNTY)


class Tier(StrEnum):
    """What a case is."""

    SMALL = "small"
    COMPLEX = "complex"
    MAJOR = "major"


class Kind(StrEnum):
    REQUEST = "request"
    SUGGESTION = "suggestion"
    DISPUTE = "dispute"
    HAZARD = "hazard"
    CONSULTATION = "consultation"


class Urgency(StrEnum):
    ORDINARY = "ordinary"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Route(StrEnum):
    """A procedure of its own that a case runs through; empty for the ordinary way."""

    PETITION = "petition"


class Channel(StrEnum):
    WEB = "web"
    HOTLINE = "hotline"
    WECHAT = "wechat"
    VISIT = "visit"
    RECEPTION = "reception"
    COUNTER = "counter"
    GRID = "grid"
    MAIL = "mail"
    SMS = "sms"
    POSTER = "poster"
    API = "api"
    IMPORT = "import"


class Outcome(StrEnum):
    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"
    CANNOT = "cannot"


class ClockKind(StrEnum):
    ACCEPT = "accept"
    CONTACT = "contact"
    FINISH = "finish"


class Who(StrEnum):
    """Whose move it is. `lifecycle` names the relation; `queries.access` tests it against posts."""

    ANYONE = "anyone"
    REPORTER = "reporter"
    DESK = "desk"
    """Holds the permission in whose scope the case's desk lies."""
    MEMBER = "member"
    """Holds the permission at exactly the unit that has the case: a county post does not sign for a
    village."""
    ABOVE = "above"
    """Holds the permission in whose scope the case's place lies."""
    HIGHER = "higher"
    """Holds the permission at a unit strictly above the unit that has the case; at the county, which has none
    above, at the county itself without handling matters there."""
    HELPER = "helper"
    """Holds the permission at exactly a unit that was called to help and has not answered yet."""
    CALLER = "caller"
    """Holds the permission at exactly a unit that called another one to help."""
    REVIEWER = "reviewer"
    """Holds the permission at exactly the centre that reviews the answer to a petition."""
    FOLLOW_UP = "follow_up"
    """Calls the reporter back about an answer: holds the permission strictly above the unit that has the
    case, does not handle it, and comes through the door of follow-up calls."""
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. `target` is None for a move beside the state, which never changes it, and for one
    that gives a matter back to a state it had before, one of `back`."""

    sources: frozenset[State | None]
    target: State | None
    who: tuple[tuple[Who, Permission | None], ...]
    starts: frozenset[ClockKind] = frozenset()
    stops: frozenset[ClockKind] = frozenset()
    back: frozenset[State] = frozenset()


S, P = State, Permission
ALL_CLOCKS = frozenset(ClockKind)


def _step(
    sources: Iterable[State | None],
    target: State | None,
    *who: tuple[Who, Permission | None],
    starts: Iterable[ClockKind] = (),
    stops: Iterable[ClockKind] = (),
    back: Iterable[State] = (),
) -> Step:
    return Step(frozenset(sources), target, who, frozenset(starts), frozenset(stops), frozenset(back))


STEPS: dict[Move, Step] = {
    Move.REGISTER: _step([None], S.REGISTERED, (Who.ANYONE, None), starts=[ClockKind.ACCEPT]),
    Move.SETTLE: _step([None, S.REGISTERED], S.RESOLVED, (Who.ABOVE, P.CASE_SETTLE), stops=ALL_CLOCKS),
    Move.ACCEPT: _step(
        [S.REGISTERED],
        S.ACCEPTED,
        (Who.DESK, P.CASE_ACCEPT),
        starts=[ClockKind.FINISH],
        stops=[ClockKind.ACCEPT],
    ),
    Move.DECLINE: _step([S.REGISTERED], S.DECLINED, (Who.DESK, P.CASE_DECLINE), stops=ALL_CLOCKS),
    Move.OBJECT: _step(
        [S.DECLINED],
        S.REGISTERED,
        (Who.REPORTER, None),
        (Who.ABOVE, P.CASE_REGISTER),
        starts=[ClockKind.ACCEPT],
    ),
    Move.DISPATCH: _step(
        [S.ACCEPTED, S.DISPATCHED], S.DISPATCHED, (Who.DESK, P.CASE_DISPATCH), starts=[ClockKind.CONTACT]
    ),
    Move.SIGN: _step([S.DISPATCHED], S.HANDLING, (Who.MEMBER, P.CASE_HANDLE)),
    Move.RETURN: _step([S.DISPATCHED, S.HANDLING], S.ACCEPTED, (Who.MEMBER, P.CASE_HANDLE)),
    Move.ESCALATE: _step([S.HANDLING], S.DISPATCHED, (Who.MEMBER, P.CASE_HANDLE)),
    Move.REFER_DOWN: _step(
        [S.ACCEPTED, S.DISPATCHED, S.HANDLING],
        S.DISPATCHED,
        (Who.DESK, P.CASE_REFER_DOWN),
        starts=[ClockKind.CONTACT],
    ),
    Move.RESOLVE: _step([S.HANDLING], S.RESOLVED, (Who.MEMBER, P.CASE_HANDLE), stops=ALL_CLOCKS),
    Move.CONFIRM: _step([S.RESOLVED], S.CLOSED, (Who.REPORTER, None), (Who.ABOVE, P.CASE_REGISTER)),
    Move.NOT_SOLVED: _step(
        [S.RESOLVED],
        S.HANDLING,
        (Who.REPORTER, None),
        (Who.ABOVE, P.CASE_REGISTER),
        (Who.FOLLOW_UP, P.FOLLOWUP_CALL),
        starts=[ClockKind.FINISH],
    ),
    Move.CLOSE_UNRATED: _step([S.RESOLVED], S.CLOSED, (Who.SYSTEM, None)),
    Move.REOPEN: _step(
        [S.CLOSED],
        S.HANDLING,
        (Who.REPORTER, None),
        (Who.ABOVE, P.CASE_SUPERVISE),
        (Who.FOLLOW_UP, P.FOLLOWUP_CALL),
        starts=[ClockKind.FINISH],
    ),
    Move.WITHDRAW: _step(
        OPEN_STATES, S.WITHDRAWN, (Who.REPORTER, None), (Who.ABOVE, P.CASE_REGISTER), stops=ALL_CLOCKS
    ),
    # Beside the state.
    Move.RATE: _step([S.CLOSED, S.MERGED], None, (Who.REPORTER, None), (Who.ABOVE, P.CASE_REGISTER)),
    Move.CONTACT: _step(
        [S.ACCEPTED, S.DISPATCHED, S.HANDLING],
        None,
        (Who.MEMBER, P.CASE_CONTACT),
        (Who.DESK, P.CASE_CONTACT),
        stops=[ClockKind.CONTACT],
    ),
    Move.PAUSE: _step([S.HANDLING], None, (Who.MEMBER, P.CASE_HANDLE)),
    Move.RESUME: _step([S.HANDLING], None, (Who.MEMBER, P.CASE_HANDLE), (Who.SYSTEM, None)),
    # Within the unit: who answers for it changes, the unit and its clocks do not.
    Move.REASSIGN: _step([S.HANDLING, S.RESOLVED], None, (Who.MEMBER, P.CASE_HANDLE)),
    Move.SUPERVISE: _step(WORKING_STATES, None, (Who.ABOVE, P.CASE_SUPERVISE)),
    # Also when the matter is closed: an order from above does not lapse by an answer to the resident.
    Move.ANSWER_SUPERVISION: _step(State, None, (Who.MEMBER, P.CASE_HANDLE), (Who.DESK, P.CASE_DISPATCH)),
    Move.COMMENT: _step(
        State,
        None,
        (Who.REPORTER, None),
        (Who.ABOVE, P.CASE_COMMENT),
        (Who.MEMBER, P.CASE_COMMENT),
        (Who.DESK, P.CASE_COMMENT),
        (Who.HELPER, P.CASE_COMMENT),
    ),
    Move.ATTACH: _step(
        OPEN_STATES,
        None,
        (Who.REPORTER, None),
        (Who.ABOVE, P.CASE_REGISTER),
        (Who.MEMBER, P.CASE_HANDLE),
        (Who.DESK, P.CASE_DISPATCH),
        (Who.HELPER, P.CASE_HANDLE),
    ),
    # What somebody signs on the spot for whoever handles it there. It never judges the answer.
    Move.SIGN_STATEMENT: _step(
        [S.HANDLING, S.RESOLVED], None, (Who.MEMBER, P.CASE_HANDLE), (Who.HELPER, P.CASE_HANDLE)
    ),
    Move.PUBLISH: _step(
        [S.RESOLVED, S.CLOSED], None, (Who.DESK, P.CASE_PUBLISH), (Who.ABOVE, P.CASE_PUBLISH)
    ),
    Move.UNPUBLISH: _step(
        [S.RESOLVED, S.CLOSED, S.HANDLING, S.DISPATCHED, S.ACCEPTED],
        None,
        (Who.DESK, P.CASE_PUBLISH),
        (Who.ABOVE, P.CASE_PUBLISH),
    ),
    # Governing: what the level above, the village and the law ask for beside the work itself.
    Move.JUDGE_ANSWER: _step(State, None, (Who.ABOVE, P.CASE_SUPERVISE)),
    Move.CHECK: _step([S.RESOLVED, S.CLOSED], None, (Who.DESK, P.CASE_ACCEPT)),
    Move.REISSUE: _step(State, None, (Who.ABOVE, P.CASE_REGISTER)),
    Move.PANEL: _step([S.HANDLING], None, (Who.MEMBER, P.CASE_HANDLE)),
    Move.DECISION: _step([S.HANDLING], None, (Who.MEMBER, P.CASE_HANDLE)),
    Move.ASK_EXTENSION: _step([S.HANDLING], None, (Who.MEMBER, P.CASE_HANDLE)),
    Move.DECIDE_EXTENSION: _step([S.HANDLING], None, (Who.HIGHER, P.CASE_EXTEND), (Who.SYSTEM, None)),
    Move.ASK_EXPERT: _step([S.HANDLING], None, (Who.MEMBER, P.CASE_HANDLE)),
    Move.ANSWER_EXPERT: _step(State, None, (Who.MEMBER, P.CASE_HANDLE), (Who.DESK, P.CASE_DISPATCH)),
    Move.RATE_EXPERT: _step(State, None, (Who.MEMBER, P.CASE_HANDLE), (Who.DESK, P.CASE_DISPATCH)),
    # Working together: whoever has the matter calls others, each with its own due time and answer.
    Move.CALL_HELP: _step(
        [S.DISPATCHED, S.HANDLING], None, (Who.MEMBER, P.CASE_HANDLE), (Who.DESK, P.CASE_DISPATCH)
    ),
    Move.SIGN_HELP: _step(HELPED_STATES, None, (Who.HELPER, P.CASE_HANDLE)),
    Move.ANSWER_HELP: _step(HELPED_STATES, None, (Who.HELPER, P.CASE_HANDLE)),
    Move.RATE_HELP: _step(
        HELPED_STATES | {S.RESOLVED, S.CLOSED},
        None,
        (Who.CALLER, P.CASE_HANDLE),
        (Who.CALLER, P.CASE_DISPATCH),
    ),
    Move.CALL_OFF: _step(
        HELPED_STATES,
        None,
        (Who.CALLER, P.CASE_HANDLE),
        (Who.CALLER, P.CASE_DISPATCH),
        (Who.MEMBER, P.CASE_HANDLE),
    ),
    # Two matters about the same thing: one is handled, the other rests with it until it is given back.
    Move.MERGE: _step(OPEN_STATES, S.MERGED, (Who.DESK, P.CASE_DISPATCH)),
    Move.UNMERGE: _step([S.MERGED], None, (Who.DESK, P.CASE_DISPATCH), (Who.SYSTEM, None), back=OPEN_STATES),
    Move.JUDGE_MERGED: _step([S.MERGED], None, (Who.REPORTER, None), (Who.ABOVE, P.CASE_REGISTER)),
    Move.FOLLOW_UP: _step(State, None, (Who.FOLLOW_UP, P.FOLLOWUP_CALL)),
    # The petition procedure runs beside the loop; only a review that orders it anew changes the state.
    Move.TAKE_AS_PETITION: _step([S.REGISTERED], None, (Who.DESK, P.CASE_ACCEPT)),
    Move.ASK_REVIEW: _step([S.RESOLVED, S.CLOSED], None, (Who.REPORTER, None), (Who.ABOVE, P.CASE_REGISTER)),
    Move.DECIDE_REVIEW: _step([S.RESOLVED, S.CLOSED], None, (Who.REVIEWER, P.CASE_ARBITRATE)),
    Move.ORDER_ANEW: _step(
        [S.RESOLVED, S.CLOSED],
        S.HANDLING,
        (Who.REVIEWER, P.CASE_ARBITRATE),
        starts=[ClockKind.FINISH],
    ),
}


class IllegalPair(ValueError):
    """The move is not in the table for this state; `possible` lists the moves that are."""

    def __init__(self, state: State | None, move: Move) -> None:
        self.state, self.move, self.possible = state, move, possible_moves(state)
        super().__init__(f"{move} is not possible from {state}")


def possible_moves(state: State | None) -> tuple[Move, ...]:
    """Return the moves the table has for `state`, in the order of the table."""
    return tuple(move for move, step in STEPS.items() if state in step.sources)


def require(state: State | None, move: Move) -> None:
    """Raise IllegalPair unless the table has `move` for `state`."""
    if state not in STEPS[move].sources:
        raise IllegalPair(state, move)


def next_state(state: State | None, move: Move, *, back_to: State | None = None) -> State | None:
    """Return the state after `move`; for a move beside the state, the same; for one that gives a matter back,
    `back_to`. Raises IllegalPair."""
    require(state, move)
    step = STEPS[move]
    if step.back:
        if back_to not in step.back:
            raise IllegalPair(state, move)
        return back_to
    return step.target if step.target is not None else state


def level_above(level: Level) -> Level | None:
    """Return the next higher level, or None at the county."""
    index = LEVELS.index(level) + 1
    return LEVELS[index] if index < len(LEVELS) else None


def is_below(level: Level, other: Level) -> bool:
    return LEVELS.index(level) < LEVELS.index(other)
