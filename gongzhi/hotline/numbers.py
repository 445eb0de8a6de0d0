"""Public numbers of calls: pure functions of the key of the row. A number is not a secret."""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

_NUMBER = re.compile(r"\s*([A-Z]{1,6})H\s*([0-9]{2})\s*-?\s*([0-9]{1,12})\s*", re.IGNORECASE)
_SIGNS = 6
_LARGEST = 2**63


def call_number(key: int, created_at: datetime) -> str:
    """Return the public number: prefix and H, year in local time, six or more digits."""
    year = created_at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%y")
    return f"{settings.CASE_PREFIX}H{year}-{key:0{_SIGNS}d}"


def parse_number(text: str) -> tuple[int, str]:
    """Return the row key and the number as printed; key 0 when it is none of ours."""
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("–", "-").replace("—", "-"))
    if match is None or match.group(1).upper() != settings.CASE_PREFIX:
        return 0, ""
    key = int(match.group(3))
    return (key, f"{settings.CASE_PREFIX}H{match.group(2)}-{key:0{_SIGNS}d}") if key < _LARGEST else (0, "")
