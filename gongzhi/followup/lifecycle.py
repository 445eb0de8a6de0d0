"""States and outcomes of a follow-up call, as tables over plain values. No database, no clock."""

from enum import StrEnum


class Reason(StrEnum):
    DRAWN = "drawn"
    BAD_RATING = "bad_rating"


class Stratum(StrEnum):
    """Into which heap a matter went before lots were drawn."""

    UNRATED = "unrated"
    SOLVED = "solved"
    SPOT = "spot"
    WAITING = "waiting"


class State(StrEnum):
    OPEN = "open"
    REACHED = "reached"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    NOT_REACHED = "not_reached"
    NO_NUMBER = "no_number"
    """A bad rating of somebody who left no telephone: it counts, and cannot be called."""


class Outcome(StrEnum):
    """What came of one attempt."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LATER = "later"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


_ENDS = {
    Outcome.REACHED: State.REACHED,
    Outcome.WRONG_NUMBER: State.WRONG_NUMBER,
    Outcome.REFUSED: State.REFUSED,
}


def after(outcome: Outcome, *, attempts: int, most: int) -> State:
    """Return the state after the attempt counted `attempts`: one that must be repeated ends at `most`."""
    if outcome in _ENDS:
        return _ENDS[outcome]
    return State.NOT_REACHED if attempts >= most else State.OPEN


def is_told_otherwise(
    *, recorded_solved: bool | None, told_solved: bool | None, told_came: bool | None
) -> bool:
    """Whether the resident said something else than is recorded: not solved where solved is recorded, or
    that nobody ever came."""
    return (recorded_solved is True and told_solved is False) or told_came is False


def agrees(*, recorded_solved: bool | None, told_solved: bool | None) -> bool | None:
    """Whether recorded and told are the same; None where one of them is missing."""
    if recorded_solved is None or told_solved is None:
        return None
    return recorded_solved == told_solved
