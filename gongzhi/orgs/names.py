"""What may stand in a name of a unit, a person or a token. Pure.

Rare characters of village and family names live in private areas of Unicode that `str.isprintable` refuses:
only signs that break a line, hide or reverse text are kept out.
"""

import re

_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd\ud800-\udfff]")


def tidy(text: str) -> str:
    """Return the text with every run of white space as one space and none at the ends."""
    return " ".join(text.split())


def is_name(text: str, *, longest: int) -> bool:
    """Whether the text has 1 to `longest` characters, none of them a control or a broken one."""
    return 0 < len(text) <= longest and not _BREAKING.search(text)
