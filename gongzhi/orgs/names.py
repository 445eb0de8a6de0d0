"""What may stand in a name of a unit, a person or a token, and what an account is found by. Pure.

Rare characters of village and family names live in private areas of Unicode that `str.isprintable` refuses:
only signs that break a line, hide or reverse text are kept out.
"""

import re
import unicodedata

_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd\ud800-\udfff]")


def tidy(text: str) -> str:
    """Return the text with every run of white space as one space and none at the ends."""
    return " ".join(text.split())


def is_name(text: str, *, longest: int) -> bool:
    """Whether the text has 1 to `longest` characters, none of them a control or a broken one."""
    return 0 < len(text) <= longest and not _BREAKING.search(text)


_PARTS = re.compile(r"[.@+_-]+")


def fold(text: str) -> str:
    """Return `text` as names are compared: width and case made equal, blanks and middle dots left out."""
    return re.sub(r"[\s·•]+", "", unicodedata.normalize("NFKC", text).casefold())


def endings(full_name: str, username: str) -> set[str]:
    """Return what an account is found by; `wu.fang` by itself and `fang`, 王桂芳 by itself, 桂芳 and 芳.

    A beginning of an ending is a piece of the name, so an index that knows only beginnings finds pieces.
    """
    name, account = fold(full_name), fold(username)
    cuts = [0, *(match.end() for match in _PARTS.finditer(account))]
    return {name[start:] for start in range(len(name))} | {account[cut:] for cut in cuts if account[cut:]}
