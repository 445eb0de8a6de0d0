"""What kinds of rules exist: declared by the app that reads them, registered here, pure.

A kind names its institutional level and type, the typed parameters and the first version. The values in force
live in the database as dated versions; code never reads the first version directly.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.utils.functional import _StrPromise
from pydantic import BaseModel


class Level(StrEnum):
    OPERATIONAL = "operational"
    COLLECTIVE = "collective"
    CONSTITUTIONAL = "constitutional"


class RuleType(StrEnum):
    POSITION = "position"
    BOUNDARY = "boundary"
    CHOICE = "choice"
    AGGREGATION = "aggregation"
    INFORMATION = "information"
    PAYOFF = "payoff"
    SCOPE = "scope"


class Confidence(StrEnum):
    SURE = "sure"
    CHECK = "check"


class Params(BaseModel):
    """Base of typed rule parameters: unknown names are refused, values are frozen."""

    model_config = {"extra": "forbid", "frozen": True}


P = TypeVar("P", bound=Params)


@dataclass(frozen=True, slots=True)
class RuleKind(Generic[P]):
    code: str
    """`app.name`, stable for ever."""
    level: Level
    type: RuleType
    title: _StrPromise
    sentence: _StrPromise
    params: type[P]
    first: P
    source: str
    """Law, standard or paper the first version rests on."""
    valid_from: date
    confidence: Confidence = Confidence.CHECK


KINDS: dict[str, RuleKind[Any]] = {}


def register(kind: RuleKind[P]) -> RuleKind[P]:
    """Add a kind to the registry and return it. Raises ValueError when the code is taken."""
    if kind.code in KINDS:
        raise ValueError(f"rule kind {kind.code!r} is declared twice")
    KINDS[kind.code] = kind
    return kind
