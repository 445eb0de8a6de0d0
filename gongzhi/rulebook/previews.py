"""What a change of a rule would mean, told by the apps that read the rule, before it is decided.

The rulebook knows no subject: an app registers a function for the code of a rule, in its `rule_previews`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongzhi.core.actor import Actor
from gongzhi.rulebook.kinds import RuleKind


@dataclass(frozen=True, slots=True)
class Touched:
    """One row that the change would touch: what it is called, its address, and what would become of it."""

    label: str
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sentence about the change, with some of the rows behind it."""

    sentence: str
    rows: Sequence[Touched] = ()
    tone: str = "info"


Preview = Callable[..., Sequence[Meaning]]
"""Called with `old` and `new` params, `viewer` and `at`."""
PREVIEWS: dict[str, list[Preview]] = {}


def preview_of(kind: RuleKind[Any]) -> Callable[[Preview], Preview]:
    """Register the function below as a preview of this rule."""

    def register(function: Preview) -> Preview:
        PREVIEWS.setdefault(kind.code, []).append(function)
        return function

    return register


def meanings(kind: RuleKind[Any], *, old: Any, new: Any, viewer: Actor, at: datetime) -> list[Meaning]:
    """Return what the change from `old` to `new` would mean now; empty where nobody has a say."""
    return [
        meaning
        for function in PREVIEWS.get(kind.code, ())
        for meaning in function(old=old, new=new, viewer=viewer, at=at)
    ]
