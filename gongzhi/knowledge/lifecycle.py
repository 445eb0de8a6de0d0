"""States of an article and what leads from one to another. Pure.

The state is that of the newest version. What readers see is another thing: the version that was published
last stays up while a newer one is written and reviewed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gongzhi.orgs.permissions import Permission


class State(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Audience(StrEnum):
    PUBLIC = "public"
    STAFF = "staff"


class Move(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    CONFIRM = "confirm"
    """Somebody looked again: every word of the published version still holds."""
    WITHDRAW = "withdraw"


class Where(StrEnum):
    """Where an article was of use."""

    CALL = "call"
    RAISE = "raise"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Row:
    """From which states, to which state (None: it stays), and which permission at the article's unit."""

    since: frozenset[State]
    to: State | None
    permission: Permission


STEPS: Mapping[Move, Row] = {
    Move.SAVE: Row(
        frozenset({State.DRAFT, State.PUBLISHED, State.WITHDRAWN}), State.DRAFT, Permission.KNOWLEDGE_WRITE
    ),
    Move.SUBMIT: Row(frozenset({State.DRAFT}), State.REVIEW, Permission.KNOWLEDGE_WRITE),
    Move.RETURN: Row(frozenset({State.REVIEW}), State.DRAFT, Permission.KNOWLEDGE_PUBLISH),
    Move.PUBLISH: Row(frozenset({State.REVIEW}), State.PUBLISHED, Permission.KNOWLEDGE_PUBLISH),
    Move.CONFIRM: Row(frozenset({State.PUBLISHED}), None, Permission.KNOWLEDGE_WRITE),
    Move.WITHDRAW: Row(
        frozenset({State.DRAFT, State.REVIEW, State.PUBLISHED}),
        State.WITHDRAWN,
        Permission.KNOWLEDGE_PUBLISH,
    ),
}
"""Every way on; what is not here cannot be done."""


def is_possible(move: Move, state: State) -> bool:
    return state in STEPS[move].since


def after(move: Move, state: State) -> State:
    """Return the state after the move. Raises ValueError when it is not possible from here."""
    row = STEPS[move]
    if state not in row.since:
        raise ValueError(f"{move} is not possible in {state}")
    return row.to or state
