"""What changed between two versions, in pieces that can be shown. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_SENTENCES = re.compile(r"[^。！？；\n]*[。！？；\n]?")
_CLOSE = 400
"""Technical: pieces up to this length are compared sign by sign; the work grows with the square."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that stayed (""), went ("gone") or came ("new")."""

    text: str
    kind: str = ""


def compare(before: str, after: str) -> list[Piece]:
    """Return the pieces of both texts in order: sentence by sentence, changed ones sign by sign."""
    return list(_joined(_compared(_SENTENCES.findall(before), _SENTENCES.findall(after), close=True)))


def _compared(before: Sequence[str], after: Sequence[str], *, close: bool) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        gone, new = "".join(before[i1:i2]), "".join(after[j1:j2])
        if tag == "equal":
            yield Piece(gone)
        elif tag == "replace" and close and len(gone) <= _CLOSE and len(new) <= _CLOSE:
            yield from _compared(gone, new, close=False)
        else:
            yield from (piece for piece in (Piece(gone, "gone"), Piece(new, "new")) if piece.text)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Put neighbours of one kind together."""
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.kind == piece.kind:
            last = Piece(last.text + piece.text, last.kind)
            continue
        if last is not None and last.text:
            yield last
        last = piece
    if last is not None and last.text:
        yield last
