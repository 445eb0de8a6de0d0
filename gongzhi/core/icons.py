"""The icons pages may use: those listed in `frontend/icons.json`, built into one sprite.

The list is read once. A name outside it raises at once, so that a picture never misses in silence.
"""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static


class UnknownIcon(LookupError):
    """The name is not in `frontend/icons.json`."""


@cache
def names() -> frozenset[str]:
    """Return the names of all icons in the sprite."""
    listed: list[str] = json.loads((Path(settings.BASE_DIR) / "frontend" / "icons.json").read_text())
    return frozenset(listed)


def require(name: str) -> None:
    """Raise UnknownIcon unless the sprite has this icon."""
    if name not in names():
        raise UnknownIcon(f"{name!r} is not in frontend/icons.json; add it there and build again")


def sprite_address() -> str:
    """Return the address of the sprite."""
    return static("icons.svg")
