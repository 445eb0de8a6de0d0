"""Which matter a message speaks of: a number with its receipt code, as on a receipt or in its link. Pure."""

import re
from collections.abc import Iterator

from django.conf import settings

from gongzhi.cases import numbers

_CODE = re.compile(
    r"(?<![0-9A-Za-z])([2-9A-HJ-NP-Za-hj-np-z]{4}[-\s]?[2-9A-HJ-NP-Za-hj-np-z]{4})(?![0-9A-Za-z])"
)
_NEAR = 120
"""A code stands so near behind its number."""
_MOST = 3
"""Numbers of one message that are looked at; no message names more for a good reason."""


def references(text: str) -> Iterator[tuple[str, str]]:
    """Give the numbers in a text, each with the code behind it or ""."""
    pattern = re.compile(
        rf"(?<![A-Za-z]){re.escape(settings.CASE_PREFIX)}\s?\d{{2}}\s?[-‐–—−]?\s?\d{{1,12}}", re.I
    )
    seen: set[str] = set()
    for match in pattern.finditer(text):
        number = numbers.canonical(match.group())
        behind = text[match.end() : match.end() + _NEAR]
        code = next((found[1] for found in _CODE.finditer(behind)), "")
        if number and number + code not in seen:
            seen.add(number + code)
            yield number, code
        if len(seen) == _MOST:
            return
