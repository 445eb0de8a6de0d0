"""Cutting a long text around what was looked for, with the hits marked."""

import re
from dataclasses import dataclass

from gongzhi.language.terms import fold

_BEFORE = 12
"""Technical: signs shown before the first hit."""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_hit: bool


def snippet(text: str, words: str, *, longest: int) -> list[Piece]:
    """Return a part of `text` of at most `longest` signs around the first hit of `words`, cut into pieces.

    Empty when nothing that was typed stands in it literally, as when it was found by pinyin.
    """
    text = " ".join(text.split())
    typed = [fold(word) for word in words.split()]
    # Positions in the folded text are those of the text only where folding keeps the length.
    seen = fold(text)
    if not typed or len(seen) != len(text):
        return []
    pattern = re.compile("|".join(re.escape(word) for word in sorted(typed, key=len, reverse=True)))
    first = pattern.search(seen)
    if first is None:
        return []
    start = max(0, first.start() - _BEFORE) if len(text) > longest else 0
    end = min(len(text), start + longest)
    return [
        *([Piece("…", is_hit=False)] if start else []),
        *_pieces(text, seen, pattern, start, end),
        *([Piece("…", is_hit=False)] if end < len(text) else []),
    ]


def _pieces(text: str, seen: str, pattern: "re.Pattern[str]", start: int, end: int) -> list[Piece]:
    pieces, position = [], start
    for hit in pattern.finditer(seen, start, end):
        if hit.start() > position:
            pieces.append(Piece(text[position : hit.start()], is_hit=False))
        pieces.append(Piece(text[hit.start() : hit.end()], is_hit=True))
        position = hit.end()
    if position < end:
        pieces.append(Piece(text[position:end], is_hit=False))
    return pieces
