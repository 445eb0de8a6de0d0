"""Reading the rulebook."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from gongzhi.rulebook.kinds import P, RuleKind


@dataclass(frozen=True, slots=True)
class InForce(Generic[P]):
    """The version of a rule that holds at a moment. `version` counts from 1; `label` reads `code@version`."""

    code: str
    version: int
    params: P

    @property
    def label(self) -> str:
        return f"{self.code}@{self.version}"


def in_force(kind: RuleKind[P], *, at: datetime) -> InForce[P]:
    """Return the version of `kind` that holds at `at`. Raises RuleMissing."""
    raise NotImplementedError
