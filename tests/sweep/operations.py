"""Operations of the API beside the loop and the disputes, and who may use them. A new one gets a row here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.sweep.people import EVERYONE, FLAG_RULERS, NOBODY
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

    def wanted(self, name: str) -> int:
        """Return the status of the answer for one of the cast."""
        return self.status if name in self.may else 404 if name in self.hidden else 403


def _flag(world: World) -> dict[str, Any]:
    return {"number": world.flag.pk}


OPERATION_ROWS: dict[str, OperationRow] = {
    "list_flags": OperationRow(FLAG_RULERS),
    "get_flag": OperationRow(FLAG_RULERS, args=_flag),
    "rule_on_flag": OperationRow(
        FLAG_RULERS, args=_flag, body=lambda w: {"ruling": "founded", "words": "去看过了。"}
    ),
}
assert all(row.may | row.hidden <= EVERYONE for row in OPERATION_ROWS.values())
