"""Tools that apps above hang on the lists of matters: they register here, so cases need not know them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gongzhi.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Shown:
    """The list as it is shown: below which address, narrowed to what, and the link that leads back to it."""

    base: str
    """Name of its address: `cases:list` or `cases:dispatch_queue`."""
    chosen: Mapping[str, str]
    page: int
    numbers: Sequence[str]
    """What stands on the page."""
    total: str
    back: str
    """The address of the list as a part of another one, see `views.list_flow`."""
    is_all_chosen: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Tool:
    """A part of the page: a template and what it shows, above the rows or below them."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_above: bool = False
    chooses: bool = False
    """Each row gets a box to choose it, part of the form `batch`."""


Maker = Callable[[Actor, Shown], Tool | None]
Landing = Callable[[Actor, str], str]
"""Called with who comes and the address; returns the query of the list they want to see first, or ""."""

_MAKERS: list[Maker] = []
_LANDINGS: list[Landing] = []


def register(maker: Maker) -> None:
    """Add a maker of tools; called once, when its app starts."""
    _MAKERS.append(maker)


def register_landing(landing: Landing) -> None:
    """Add what says which view a list opens with when its address asks for none."""
    _LANDINGS.append(landing)


def tools_of(viewer: Actor, shown: Shown) -> list[Tool]:
    """Return the tools for this viewer, in the order of registration."""
    return [tool for maker in _MAKERS if (tool := maker(viewer, shown)) is not None]


def landing_of(viewer: Actor, base: str) -> str:
    """Return the query of the first view somebody wants, "" for the plain list."""
    return next((query for landing in _LANDINGS if (query := landing(viewer, base))), "")
