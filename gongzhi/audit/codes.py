"""Which events exist: declared by the app that records them, in its `audit_events.py`; pure.

A stored row holds only the code. The words people read stand here and may be improved at any time without
touching a row.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


_FORM = re.compile(r"[a-z]+\.[a-z_]+\.[a-z_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class EventCode:
    code: str
    """`app.thing.past_tense`, stable for ever."""
    name: "_StrPromise"
    """What happened, in a few words."""
    sentence: "_StrPromise | str" = ""
    """One sentence for people, where the name does not say enough."""


CODES: dict[str, EventCode] = {}


def declare(code: str, name: "_StrPromise", sentence: "_StrPromise | str" = "") -> EventCode:
    """Add an event to the registry and return it.

    Raises ValueError when the code is taken or is not `app.thing.past_tense`.
    """
    if not _FORM.fullmatch(code):
        raise ValueError(f"audit code {code!r} is not of the form app.thing.past_tense")
    if code in CODES:
        raise ValueError(f"audit code {code!r} is declared twice")
    CODES[code] = EventCode(code, name, sentence)
    return CODES[code]


def check(code: str) -> str:
    """Return `code`. Raises ValueError when no app has declared it."""
    if code not in CODES:
        raise ValueError(f"audit code {code!r} is not declared in any audit_events.py")
    return code


def in_order() -> Iterable[EventCode]:
    """Return every declared event, ordered by code."""
    return (CODES[code] for code in sorted(CODES))
