"""Panels that apps above hang beside a case: they register here, so that cases need not know them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gongzhi.core.actor import Actor

if TYPE_CHECKING:
    from gongzhi.cases.models import Case


@dataclass(frozen=True, slots=True)
class Panel:
    """A card in the margin of the staff page of a case: a template and what it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Kind(StrEnum):
    """Where a panel stands."""

    CARD = "card"
    """In the margin of the page of the case."""
    NEWS = "news"
    """There, and on the forms of its moves: what happened meanwhile."""


Maker = Callable[[Actor, "Case", datetime], Panel | None]
"""Called with who looks, the case they see, and the moment; None shows nothing. At most two queries."""

_MAKERS: list[tuple[Kind, Maker]] = []


def register(maker: Maker, *, kind: Kind = Kind.CARD) -> None:
    """Add a maker of panels; called once, when its app starts."""
    _MAKERS.append((kind, maker))


def shown(viewer: Actor, case: "Case", *, at: datetime, kind: Kind | None = None) -> list[Panel]:
    """Return the panels for this viewer, in the order of registration; only those of `kind` where one is
    named."""
    makers = [maker for of, maker in _MAKERS if kind in (None, of)]
    return [panel for maker in makers if (panel := maker(viewer, case, at)) is not None]
