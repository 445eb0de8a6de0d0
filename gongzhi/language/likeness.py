"""How alike two texts are in what they say, and which words they share.

A shared term counts by how rare it is among texts of the same kind: two matters that both say 路灯 are more
alike than two that both say 村里.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gongzhi.language.terms import code_of, codes_of, fold, telling_terms_of

_BELIEF = 50
"""Technical: texts without any of the terms that are added to a sample, so that a small one says little."""
_SHOWN = 3
"""Technical: shared words that are named."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each term of one text counts, by how many of a sample of texts hold it."""

    of: Mapping[str, float]
    total: float

    @classmethod
    def among(cls, text: str, sample: Sequence[Collection[int]]) -> "Weights":
        """Return the weights of the telling terms of `text`; `sample` is the codes of other texts."""
        held: Counter[int] = Counter()
        wanted = set(codes_of(telling_terms_of(text)))
        for codes in sample:
            held.update(wanted.intersection(codes))
        return cls.counted(text, held, size=len(sample))

    @classmethod
    def counted(cls, text: str, held: Mapping[int, int], *, size: int) -> "Weights":
        """Return the weights of the telling terms of `text`, when of `size` other texts so many hold each."""
        of = {
            term: math.log((size + _BELIEF) / (held.get(code_of(term), 0) + 1))
            for term in telling_terms_of(text)
        }
        return cls(of, sum(of.values()))

    def rarest(self, most: int) -> list[str]:
        return sorted(self.of, key=lambda term: (-self.of[term], term))[:most]


def likeness(weights: Weights, other: str) -> float:
    """Return how much of what two texts say they share, from 0 to 1.

    What the other says beside it counts by its length only: a short report of the same thing is the same.
    """
    said = telling_terms_of(other)
    if not said or not weights.total:
        return 0.0
    common = [term for term in said if term in weights.of]
    shared = sum(weights.of[term] for term in common)
    mean = weights.total / len(weights.of)
    return shared / min(weights.total, len(said) * mean)


def shared_words(weights: Weights, text: str, other: str) -> list[str]:
    """Return the weightiest parts of `text` that stand in `other` too: longest first, none within another."""
    common = telling_terms_of(other) & set(weights.of)
    parts = {part: _weight(weights, part) for part in _parts(fold(text), common)}
    chosen: list[str] = []
    for part in sorted(parts, key=lambda part: (-parts[part], part)):
        if not any(part in other_part for other_part in chosen):
            chosen.append(part)
        if len(chosen) == _SHOWN:
            break
    return chosen


def _parts(text: str, common: Iterable[str]) -> set[str]:
    """Return the longest runs of `text` whose pairs are all in common."""
    pairs, found, run = set(common), set[str](), ""
    for first, second in zip(text, f"{text[1:]}\n", strict=True):
        if first + second in pairs:
            run = run + second if run else first + second
        elif run:
            found.add(run)
            run = ""
    found.update(word for word in pairs if len(word) > 2 and word.isascii())
    return found


def _weight(weights: Weights, part: str) -> float:
    pairs = {part[position : position + 2] for position in range(len(part) - 1)}
    return sum(weights.of.get(pair, 0.0) for pair in pairs) + weights.of.get(part, 0.0)
