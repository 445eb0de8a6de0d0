"""Public numbers and receipt codes of cases: pure functions of the key of the row and the installation's key.

A number is not a secret: it names a case. The receipt code is: it proves that its holder was given the
receipt.
"""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from gongzhi.core import crypto

_DASHES = "-‐–—−"
_NUMBER = re.compile(rf"\s*([A-Z]{{1,6}})\s*([0-9]{{2}})\s*[{_DASHES}]?\s*([0-9]{{1,12}})\s*", re.IGNORECASE)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs without those that are read for one another (0 O, 1 I)."""
_CODE_LENGTH = 8


def _half_width(text: str) -> str:
    """Return typed signs as printed: a Chinese keyboard gives full-width letters, digits and dashes too."""
    return unicodedata.normalize("NFKC", text)


def case_number(key: int, registered_at: datetime) -> str:
    """Return the public number: prefix, year of registration in local time, six or more digits."""
    year = registered_at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%y")
    return f"{settings.CASE_PREFIX}{year}-{key:06d}"


def parse_number(text: str) -> int | None:
    """Return the row key in a typed number, or None if it is not one of ours. Case and spaces do not
    matter."""
    match = _NUMBER.fullmatch(_half_width(text))
    if match is None or match.group(1).upper() != settings.CASE_PREFIX:
        return None
    key = int(match.group(3))
    return key if key < 2**63 else None


def canonical(text: str) -> str:
    """Return a typed number in the form it is printed in, or "" if it is not one of ours."""
    match = _NUMBER.fullmatch(_half_width(text))
    if match is None:
        return ""
    return f"{match.group(1).upper()}{match.group(2)}-{int(match.group(3)):06d}"


def receipt_code(number: str, serial: int = 0) -> str:
    """Return the eight-sign receipt code of a case: a keyed hash, so it need not be stored and cannot be
    guessed. `serial` counts how often a lost receipt was replaced; each time the code is another."""
    named = f"{number}/{serial}" if serial else number
    digest = int(crypto.keyed_hash(named, purpose="cases.receipt"), 16)
    signs = []
    for _ in range(_CODE_LENGTH):
        digest, index = divmod(digest, len(_ALPHABET))
        signs.append(_ALPHABET[index])
    return "".join(signs)


def normalise_code(text: str) -> str:
    """Return a typed receipt code without spaces and dashes, in capitals."""
    return re.sub(rf"[{_DASHES}\s]", "", _half_width(text)).upper()
