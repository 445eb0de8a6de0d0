"""What kinds of rules exist: declared by the app that reads them, registered here, pure.

A kind names its institutional level and type, the typed parameters and the first version. The values in force
live in the database as dated versions; code never reads the first version directly.
"""

import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHORTEST_NOTICE_SECONDS = 60
"""Floor of the constitutional rule `rulebook.notice_period`. Every process may trust a copy of the rulebook
that is younger than this, because nothing decided since can hold yet (see `queries.in_force`)."""


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
    """How far the source of a version was verified. It speaks of the values, not only of the title."""

    SURE = "sure"
    """Somebody read the article or clause that is named, and it says this."""
    CHECK = "check"
    """Not verified: the document is named, but nobody has read whether it says this."""
    OWN = "own"
    """No law or standard sets the values: who wrote the version proposes them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a parameter is shown to people.

    `unit` is a name in `presentation.UNITS` (`working_minutes`, `minutes`, `seconds`, `days`, `working_days`,
    `share`, `bytes`, `signs`, `times` …) or empty. `choices` gives the words for coded values; a value it
    lacks is shown as it is.
    """

    label: "_StrPromise"
    unit: str = ""
    choices: Mapping[str, "_StrPromise"] = field(default_factory=dict)
    plain_when: str = ""
    """Name of the parameter beside it that, when true, makes a length of working time plain time."""
    hint: "_StrPromise | str" = ""
    """What to mind when changing it; stands under the field of the form."""


class Params(BaseModel):
    """Base of typed rule parameters: unknown names are refused, values are frozen.

    Parameters are numbers, words, yes or no, one of a closed set, another `Params`, or tuples of these; a
    tuple of `Params` is shown and changed as a table. A subclass names in `shown` the words for each of its
    parameters.
    """

    model_config = {"extra": "forbid", "frozen": True}

    shown: ClassVar[Mapping[str, Shown]] = {}

    def words(self) -> str:
        """Return the whole value as one phrase where that reads better than field by field, else nothing."""
        return ""


P = TypeVar("P", bound=Params)


@dataclass(frozen=True, slots=True)
class RuleKind(Generic[P]):
    code: str
    """`app.name`, stable for ever."""
    level: Level
    type: RuleType
    title: "_StrPromise"
    sentence: "_StrPromise"
    params: builtins.type[P]
    first: P
    source: str
    """Law, standard or paper the first version rests on."""
    valid_from: date
    confidence: Confidence = Confidence.CHECK
    """Of the first version; a version the county adopts says its own."""

    def complete(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored values with what the code demands since, as the first version has it, and without
        what the code no longer reads.

        A parameter with a default keeps it: the default says what holds where nothing was decided. Inside a
        list or a nested value nothing is added or left out; such a parameter needs a default. Values that
        share nothing with the code are returned as they are: they fit no more.
        """
        fields = self.params.model_fields
        missing = {name for name, field in fields.items() if field.is_required() and name not in stored}
        kept = {name: value for name, value in stored.items() if name in fields}
        if not kept:
            return dict(stored)
        return {**kept, **(self.first.model_dump(mode="json", include=missing) if missing else {})}


KINDS: dict[str, RuleKind[Any]] = {}


def register(kind: RuleKind[P]) -> RuleKind[P]:
    """Add a kind to the registry and return it. Raises ValueError when the code is taken."""
    if kind.code in KINDS:
        raise ValueError(f"rule kind {kind.code!r} is declared twice")
    KINDS[kind.code] = kind
    return kind
