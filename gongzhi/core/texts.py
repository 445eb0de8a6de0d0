"""Text as people type and paste it: what cannot be seen is dropped, equal texts become equal."""

import re
import unicodedata

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u2028-\u202e\u2060-\u2069]")
"""Control characters but tab and line end, and marks that reorder or hide text on the screen."""


def tidy(text: str) -> str:
    """Return `text` without invisible characters, with one kind of line end, normalised (NFC)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))
