"""What building the demonstration came to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done and how many there are."""


@dataclass(slots=True)
class Report:
    """What a demonstration made. `refused` names moves that an action refused; none in a good plan."""

    units: int = 0
    people: int = 0
    cases: int = 0
    moves: int = 0
    rungs: int = 0
    filed_unrated: int = 0
    disputes: int = 0
    calls: int = 0
    articles: int = 0
    doubles: int = 0
    """Matters of the last hour: raised a second time by somebody else, or rated badly at once; not among
    `cases`."""
    seed: int = 0
    until: str = ""
    by_move: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"by_move": dict(sorted(self.by_move.items()))}
