"""What a batch can do and where it stands, as tables over plain values. No database, no clock.

The one invariant: a batch is undone only while it is held, and begins only from there: one of the two.
"""

from enum import StrEnum

from gongzhi.cases.lifecycle import Move


class Kind(StrEnum):
    """What is done to each matter of a batch."""

    ACCEPT = "accept"
    DISPATCH = "dispatch"
    REASSIGN = "reassign"
    MERGE = "merge"


MOVES = {
    Kind.ACCEPT: Move.ACCEPT,
    Kind.DISPATCH: Move.DISPATCH,
    Kind.REASSIGN: Move.REASSIGN,
    Kind.MERGE: Move.MERGE,
}


class BatchState(StrEnum):
    HELD = "held"
    """Nothing has happened, nobody was told; it can be undone."""
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class ItemState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


STEPS: dict[BatchState, frozenset[BatchState]] = {
    BatchState.HELD: frozenset({BatchState.RUNNING, BatchState.UNDONE}),
    BatchState.RUNNING: frozenset({BatchState.DONE}),
    BatchState.DONE: frozenset(),
    BatchState.UNDONE: frozenset(),
}
OPEN = (BatchState.HELD, BatchState.RUNNING)


def sources(target: BatchState) -> list[str]:
    """Return the states from which a batch gets to `target`."""
    return [str(state) for state, leads in STEPS.items() if target in leads]
