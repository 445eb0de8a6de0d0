"""The words, pairs of words and runs of characters a classifier knows, and counting them in a text.

Pairs and runs are numbers in order, not strings: looking a thousand of them up is a few steps over whole
columns, and tens of thousands take a few hundred kilobytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]
_EARLY = 1 + 2 * np.exp(-np.arange(200) / 20)
"""Technical: weight of a word by its place, from three down to one; chosen on folds, see docs/language.md."""
_SIGNS = 2**16
"""Signs a text is cut from are below this number, see `segments`."""


class Counted(NamedTuple):
    """The places of the known grams of a text in order, and how much each counts."""

    places: Places
    counts: Floats


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The places: single words first, then pairs of them, then runs of one to three characters."""

    words: dict[str, int]
    """Single words, numbered from nought."""
    pairs: Places
    """Pairs of words as numbers, ascending."""
    alphabet: str
    """Every character of the runs, once."""
    runs: Places
    """Runs as numbers, ascending."""
    digits: Places
    """For every sign its digit in a run; the last digit is of no known run."""

    @property
    def single(self) -> int:
        return len(self.words)

    @property
    def first_run(self) -> int:
        return len(self.words) + len(self.pairs)

    def __len__(self) -> int:
        return self.first_run + len(self.runs)

    def count(self, said: Sequence[str]) -> Counted:
        """Return what of the words, pairs and runs is known, and how much it counts.

        What stands early counts more: people say first what it is about.
        """
        if not said:
            return Counted(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
        early = _early(len(said))
        signs = np.repeat(early, [len(word) for word in said])
        single = np.fromiter(map(self.words.get, said, repeat(-1)), dtype=np.int64, count=len(said))
        pairs = _summed(self._pair_numbers(single), early[:-1])
        runs = _summed(self._run_numbers("".join(said)), np.concatenate([signs, signs[:-1], signs[:-2]]))
        parts = (
            _summed(single, early),
            _known(self.pairs, self.single, pairs),
            _known(self.runs, self.first_run, runs),
        )
        places = np.concatenate([part.places for part in parts])
        return Counted(places, np.concatenate([part.counts for part in parts]))

    def _pair_numbers(self, single: Places) -> Places:
        first, second = single[:-1], single[1:]
        numbers = first * self.single + second
        numbers[(first | second) < 0] = -1
        return numbers

    def _run_numbers(self, text: str) -> Places:
        base = len(self.alphabet) + 2
        one = self.digits.take(np.frombuffer(text.encode("utf-16-le"), dtype=np.uint16))
        two = one[:-1] * base + one[1:]
        return np.concatenate([one, two, two[:-1] * base + one[2:]])


def vocabulary_of(words: Sequence[str], pairs: Iterable[str], runs: Iterable[str]) -> Vocabulary:
    """Return the vocabulary of these grams; a pair stands with a blank between its words, which are in
    `words`."""
    runs = list(runs)
    alphabet = "".join(sorted({sign for run in runs for sign in run}))
    places = {word: place for place, word in enumerate(words)}
    named = (pair.split(" ") for pair in pairs)
    numbers = sorted(places[first] * len(words) + places[second] for first, second in named)
    found = numbered(words, np.array(numbers, dtype=np.int64), alphabet, np.zeros(0, dtype=np.int64))
    # A run's own number is the last of those that are asked about it.
    own = sorted(int(found._run_numbers(run)[-1]) for run in runs)
    return numbered(words, found.pairs, alphabet, np.array(own, dtype=np.int64))


def numbered(words: Iterable[str], pairs: Places, alphabet: str, runs: Places) -> Vocabulary:
    """Return a vocabulary of what is kept of one."""
    digits = np.full(_SIGNS, len(alphabet) + 1, dtype=np.int64)
    digits[[ord(sign) for sign in alphabet]] = np.arange(1, len(alphabet) + 1)
    return Vocabulary({word: place for place, word in enumerate(words)}, pairs, alphabet, runs, digits)


def grams_of(words: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Return what is counted, as text: words, pairs of neighbours, runs of one to three characters."""
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    whole = "".join(words)
    runs = [whole[start : start + size] for size in (1, 2, 3) for start in range(len(whole) - size + 1)]
    return list(words), pairs, runs


def _summed(numbers: Places, weights: NDArray[np.float64]) -> Counted:
    """Return each number once, in order, with the sum of its weights; without those below nought."""
    order = numbers.argsort()
    numbers = numbers.take(order)
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))[: len(numbers)]
    counts = np.add.reduceat(weights.take(order), starts) if len(starts) else weights
    numbers = numbers.take(starts)
    first = int(numbers.searchsorted(0))
    return Counted(numbers[first:], counts[first:].astype(np.float32))


def _known(known: Places, first: int, asked: Counted) -> Counted:
    """Return the places of those that are among the known numbers, counted from `first`."""
    # Both in order: looking up goes through them once.
    at = known.searchsorted(asked.places)
    here = np.flatnonzero(known.take(at, mode="clip") == asked.places) if len(known) else at[:0]
    return Counted(at.take(here) + first, asked.counts.take(here))


def _early(length: int) -> NDArray[np.float64]:
    """Return how much a word counts by its place."""
    if length > len(_EARLY):
        return np.concatenate([_EARLY, np.ones(length - len(_EARLY))])
    return _EARLY[:length]
