"""Public numbers of articles: pure functions of the key of the row."""

import re
import unicodedata

from django.conf import settings

_NUMBER = re.compile(r"\s*([A-Z]{1,6})Z\s*-?\s*([0-9]{1,12})\s*", re.IGNORECASE)
_SIGNS = 4


def article_number(key: int) -> str:
    """Return the public number: prefix and Z, four or more digits."""
    return f"{settings.CASE_PREFIX}Z-{key:0{_SIGNS}d}"


def parse_number(text: str) -> int:
    """Return the row key in a number, 0 when it is none of ours."""
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None or match.group(1).upper() != settings.CASE_PREFIX:
        return 0
    return int(match.group(2))
