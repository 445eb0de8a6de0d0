"""Public numbers of disputes and agreements, and the codes of parties: pure functions.

A number is not a secret. The code of a party is: it opens that party's own page of the dispute.
"""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from gongzhi.cases.numbers import receipt_code

_NUMBER = re.compile(r"\s*([A-Z]{1,6})T\s*([0-9]{2})\s*-?\s*([0-9]{1,12})\s*", re.IGNORECASE)
_SIGNS = 6
_LARGEST = 2**63
_TAILS = (
    "社区居民委员会",
    "村民委员会",
    "居民委员会",
    "社区居委会",
    "村委会",
    "居委会",
    "社区",
    "村",
    "镇",
    "县",
)


def dispute_number(key: int, opened_at: datetime) -> str:
    """Return the public number: prefix and T, year of opening in local time, six or more digits."""
    year = opened_at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%y")
    return f"{settings.CASE_PREFIX}T{year}-{key:0{_SIGNS}d}"


def parse_number(text: str) -> tuple[int, str]:
    """Return the row key and the number as printed; key 0 when it is none of ours."""
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("–", "-").replace("—", "-"))
    if match is None or match.group(1).upper() != settings.CASE_PREFIX:
        return 0, ""
    key = int(match.group(3))
    return (key, f"{settings.CASE_PREFIX}T{match.group(2)}-{key:0{_SIGNS}d}") if key < _LARGEST else (0, "")


def party_code(number: str, position: int) -> str:
    """Return the eight-sign code of one party of a dispute; keyed, so it is neither stored nor guessed."""
    return receipt_code(f"{number}/{position}")


def committee_mark(name: str, *, above: str = "") -> str:
    """Return the short mark of a committee in the numbers of its agreements.

    A town or county has the first sign of its name; a village its town's sign and its own name, so that two
    villages of a town have different marks.
    """
    plain = name
    for tail in _TAILS:
        if plain.endswith(tail) and len(plain) > len(tail):
            plain = plain.removesuffix(tail)
            break
    return f"{above[:1]}{plain}" if above else plain[:1]


def agreement_number(mark: str, year: int, sequence: int) -> str:
    """Return the number of an agreement as the official form writes it."""
    return f"〔{year}〕{mark}人调字第{sequence}号"
