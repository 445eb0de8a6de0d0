"""States and moves of a dispute under mediation, as tables over plain values. No database, no clock.

The one invariant: a pair (state, move) is either in `STEPS` or refused with an error that says what would be
possible. Who may make a move, what time limits mean and how a dispute counts are here too.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gongzhi.orgs.permissions import Permission


class State(StrEnum):
    OPENED = "opened"
    MEDIATING = "mediating"
    DRAFTED = "drafted"
    """A written agreement is being signed; it binds nobody before it is sealed."""
    AGREED = "agreed"
    FINISHED = "finished"
    ENDED = "ended"


TALKING_STATES = frozenset({State.OPENED, State.MEDIATING, State.DRAFTED})
"""No agreement binds yet: any party may end it."""
OPEN_STATES = TALKING_STATES | {State.AGREED}


class Move(StrEnum):
    OPEN = "open"
    START = "start"
    SCHEDULE = "schedule"
    HOLD = "hold"
    DRAFT = "draft"
    SIGN = "sign"
    SEAL = "seal"
    AGREE_ORALLY = "agree_orally"
    PERFORM = "perform"
    FINISH = "finish"
    APPLY = "apply"
    DECIDE = "decide"
    VISIT = "visit"
    TALK_AGAIN = "talk_again"
    REFER_UP = "refer_up"
    TO_LAW = "to_law"
    END = "end"
    ADD_PARTY = "add_party"
    ASSIGN = "assign"
    OBJECT = "object"
    ASSESS = "assess"
    STATEMENT = "statement"


class Who(StrEnum):
    """Whose move it is. `queries.access` tests the relation against posts and rows."""

    MEMBER = "member"
    """Holds the permission at exactly the committee that has the dispute."""
    MEDIATOR = "mediator"
    """Mediates this dispute now, and holds a post that grants the permission."""
    PARTY = "party"
    """One of the parties, by the code of the receipt."""


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


RISKS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


class Form(StrEnum):
    ORAL = "oral"
    WRITTEN = "written"


class Performance(StrEnum):
    PERFORMED = "performed"
    PARTLY = "partly"
    NOT = "not"


class Confirmation(StrEnum):
    NONE = ""
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


DECISIONS = (Confirmation.CONFIRMED, Confirmation.REFUSED, Confirmation.WITHDRAWN)


class Part(StrEnum):
    """Parts of an agreement that a rule may require (People's Mediation Law, Article 29)."""

    PARTIES = "parties"
    FACTS = "facts"
    MATTER = "matter"
    RESPONSIBILITY = "responsibility"
    TERMS = "terms"
    WAY_AND_TIME = "way_and_time"


class Origin(StrEnum):
    """How it came to the committee (Articles 17 and 18)."""

    APPLIED = "applied"
    OFFERED = "offered"
    REFERRED = "referred"


class Authority(StrEnum):
    """What a representative may do for a party."""

    GENERAL = "general"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. `target` is None for a move beside the state, which never changes it."""

    sources: frozenset[State | None]
    target: State | None
    who: tuple[tuple[Who, Permission | None], ...]


S, P = State, Permission
_MEDIATOR = (Who.MEDIATOR, P.MEDIATION_MEDIATE)
_HEAD = (Who.MEMBER, P.MEDIATION_LEAD)
_PARTY = (Who.PARTY, None)


def _step(sources: Iterable[State | None], target: State | None, *who: tuple[Who, Permission | None]) -> Step:
    return Step(frozenset(sources), target, who)


STEPS: dict[Move, Step] = {
    Move.OPEN: _step([None], S.OPENED, (Who.MEMBER, P.MEDIATION_MEDIATE)),
    Move.START: _step([S.OPENED], S.MEDIATING, _MEDIATOR),
    Move.HOLD: _step([S.MEDIATING], None, _MEDIATOR),
    Move.AGREE_ORALLY: _step([S.MEDIATING], S.AGREED, _MEDIATOR),
    Move.DRAFT: _step([S.MEDIATING, S.DRAFTED], S.DRAFTED, _MEDIATOR),
    Move.SIGN: _step([S.DRAFTED], None, _MEDIATOR, _PARTY),
    Move.SEAL: _step([S.DRAFTED], S.AGREED, _HEAD),
    Move.TALK_AGAIN: _step([S.DRAFTED, S.AGREED], S.MEDIATING, _MEDIATOR, _HEAD),
    Move.FINISH: _step([S.AGREED], S.FINISHED, _MEDIATOR, _HEAD),
    Move.REFER_UP: _step(TALKING_STATES, S.OPENED, _MEDIATOR, _HEAD),
    Move.TO_LAW: _step(OPEN_STATES, S.ENDED, _MEDIATOR, _HEAD),
    # A party may refuse mediation or ask for its end at any time (Articles 17 and 23).
    Move.END: _step(TALKING_STATES, S.ENDED, _MEDIATOR, _HEAD, _PARTY),
    # Beside the state.
    Move.SCHEDULE: _step([S.OPENED, S.MEDIATING, S.DRAFTED], None, _MEDIATOR),
    Move.STATEMENT: _step(TALKING_STATES, None, _MEDIATOR, _PARTY),
    Move.ADD_PARTY: _step([S.OPENED, S.MEDIATING], None, _MEDIATOR, _HEAD),
    Move.ASSIGN: _step(TALKING_STATES, None, _HEAD),
    Move.OBJECT: _step(TALKING_STATES, None, _MEDIATOR, _HEAD, _PARTY),
    Move.ASSESS: _step(OPEN_STATES, None, _MEDIATOR, _HEAD),
    Move.PERFORM: _step([S.AGREED], None, _MEDIATOR, _HEAD),
    Move.APPLY: _step([S.AGREED, S.FINISHED], None, _MEDIATOR, _HEAD),
    Move.DECIDE: _step([S.AGREED, S.FINISHED], None, _MEDIATOR, _HEAD),
    Move.VISIT: _step([S.AGREED, S.FINISHED], None, _MEDIATOR, _HEAD),
}


class IllegalPair(ValueError):
    """The move is not in the table for this state; `possible` lists the moves that are."""

    def __init__(self, state: State | None, move: Move) -> None:
        self.state, self.move, self.possible = state, move, possible_moves(state)
        super().__init__(f"{move} is not possible from {state}")


def possible_moves(state: State | None) -> tuple[Move, ...]:
    """Return the moves the table has for `state`, in the order of the table."""
    return tuple(move for move, step in STEPS.items() if state in step.sources)


def next_state(state: State | None, move: Move) -> State | None:
    """Return the state after `move`; for a move beside the state, the same. Raises IllegalPair."""
    step = STEPS[move]
    if state not in step.sources:
        raise IllegalPair(state, move)
    return step.target if step.target is not None else state


def highest_risk(risks: Iterable[str]) -> Risk:
    """Return the risk of a dispute: that of its gravest sign; low without any."""
    return max((Risk(risk) for risk in risks), key=RISKS.index, default=Risk.LOW)


def missing_parts(required: Sequence[Part], given: Collection[Part]) -> list[Part]:
    """Return the required parts that are not given, in the order of the rule."""
    return [part for part in required if part not in given]


def confirmation_ends(effective_on: date, *, days: int, is_working_day: Callable[[date], bool]) -> date:
    """Return the last day on which both parties may ask the court together.

    The day on which the agreement became effective does not count; a last day that is a holiday moves to the
    next working day (Civil Procedure Law, Article 85).
    """
    last = effective_on + timedelta(days=days)
    while not is_working_day(last):
        last += timedelta(days=1)
    return last


def share_of_window(effective_on: date, ends_on: date, share: float) -> date:
    """Return the day on which this share of the window is over."""
    return effective_on + timedelta(days=int((ends_on - effective_on).days * share))


def performance_of(outcomes: Iterable[str]) -> str:
    """Return how an agreement was performed as a whole, from the outcome of each duty; "" while one is open.

    An agreement without duties is performed by being kept.
    """
    found = set(outcomes)
    if "" in found:
        return ""
    if found <= {Performance.PERFORMED}:
        return Performance.PERFORMED
    return Performance.NOT if found == {Performance.NOT} else Performance.PARTLY
