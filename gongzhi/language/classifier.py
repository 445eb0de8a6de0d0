"""A trained classifier of texts: what it reads, how it decides, and the words that led there.

Three views of a text (words with their pairs and runs of characters; runs of characters alone, counted
fully; the most similar texts it was trained with) are weighed by a last step, trained on what the views said
of texts they had not seen, so that a confidence of 0.8 is right about eight times of ten.
How models are kept in files: `storing`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongzhi.language.segments import words_of

_NEAREST = 15
"""Technical: most similar texts that are asked."""
_WORDS_SHOWN = 4
"""Technical: words named as reasons."""
_EARLY = 1 + 2 * np.exp(-np.arange(200) / 20)
"""Technical: weight of a word by its place, from three down to one; chosen on folds, see docs/language.md."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """A label with its confidence from 0 to 1, and the words of the text that led there."""

    label: str
    confidence: float
    words: tuple[str, ...]


def grams_of(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what the views count: words and pairs of neighbours; runs of one to three characters."""
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    first = "".join(words)
    # Whole columns at once: this is most of the time of reading a text.
    two = list(map(add, first, first[1:]))
    runs = [*first, *two, *map(add, two, first[2:])]
    return [*words, *pairs], runs


def counts_of(
    said: Sequence[str], grams: tuple[list[str], list[str]], words: Mapping[str, int], runs: Mapping[str, int]
) -> tuple[NDArray[np.intp], Floats]:
    """Return the places of the known grams of a text in order, and how much each counts.

    What stands early counts more: people say first what it is about.
    """
    early = _early(len(said))
    signs = np.repeat(early, [len(word) for word in said])
    weights = np.concatenate([early, early[:-1], signs, signs[:-1], signs[:-2]])
    places = [*map(words.get, grams[0], repeat(-1)), *map(runs.get, grams[1], repeat(-1))]
    keys = np.array(places, dtype=np.int32)
    order = keys.argsort()
    order = order[np.searchsorted(keys, 0, sorter=order) :]
    if not len(order):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
    keys = keys[order]
    starts = np.concatenate(([0], np.flatnonzero(np.diff(keys)) + 1))
    counts = np.add.reduceat(weights[order], starts)
    return keys[starts].astype(np.intp), counts.astype(np.float32)


def _early(length: int) -> NDArray[np.float64]:
    """Return how much a word counts by its place."""
    if length > len(_EARLY):
        return np.concatenate([_EARLY, np.ones(length - len(_EARLY))])
    return _EARLY[:length]


@dataclass(frozen=True, slots=True)
class View:
    """One linear view: counts of known grams, damped or full, times rarity, to unit length, times weights."""

    damped: bool
    rarity: Floats
    weights: Floats
    """One row for each gram, one column for each label."""
    bias: Floats

    def values(self, keys: NDArray[np.intp], counts: Floats) -> Floats:
        raised = 1 + np.log(counts) if self.damped else counts
        found = raised * self.rarity[keys]
        length = math.sqrt(float(found @ found))
        return found / length if length else found

    def scores(self, keys: NDArray[np.intp], counts: Floats) -> Floats:
        return self.values(keys, counts) @ self.weights[keys] + self.bias


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The texts trained with, as single words to unit length, ordered by word; and their labels."""

    ends: NDArray[np.int64]
    """Where the texts of each word end; as many as there are single words, with a zero before."""
    texts: NDArray[np.int32]
    values: Floats
    labels: NDArray[np.int32]
    """The label of each text."""

    @property
    def words(self) -> int:
        return len(self.ends) - 1

    def shares(self, keys: NDArray[np.intp], values: Floats, labels: int) -> Floats:
        """Return the share of each label among the most similar texts, near ones counting more."""
        length = math.sqrt(float(values @ values)) or 1.0
        spans = [slice(self.ends[key], self.ends[key + 1]) for key in keys]
        if not spans:
            return np.full(labels, 1 / labels, dtype=np.float32)
        texts = np.concatenate([self.texts[span] for span in spans])
        parts = np.concatenate(
            [self.values[span] * value for span, value in zip(spans, values / length, strict=True)]
        )
        alike = np.bincount(texts, weights=parts, minlength=len(self.labels))
        near = np.argpartition(-alike, min(_NEAREST, len(alike)) - 1)[:_NEAREST]
        found = np.bincount(self.labels[near], weights=alike[near] ** 2, minlength=labels)
        total = found.sum()
        return (found / total if total else np.full(labels, 1 / labels)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Classifier:
    labels: tuple[str, ...]
    lexicon: frozenset[str]
    dropped: frozenset[str]
    words: dict[str, int]
    """Words and pairs, with their place in the arrays."""
    runs: dict[str, int]
    """Runs of characters, with theirs; after all the words."""
    both: View
    """Of words, pairs and runs."""
    plain: View
    """Of runs alone."""
    near: Neighbours
    last: Floats
    """The last step: what each view says of each label, by label."""
    shift: Floats
    facts: dict[str, Any]
    """When, from how many texts and how well it was trained."""

    def scores(self, text: str) -> Floats:
        """Return the logarithm of each label's share, up to a constant; the largest wins."""
        return np.asarray(self.said(text) @ self.last + self.shift, dtype=np.float32)

    def said(self, text: str) -> Floats:
        """Return what each view says of each label, for the last step."""
        keys, counts, first_run = self._counted(text)
        runs, single = keys >= first_run, keys < self.near.words
        both = self.both.scores(keys, counts)
        plain = self.plain.scores(keys[runs] - first_run, counts[runs])
        values = (1 + np.log(counts[single])) * self.both.rarity[keys[single]]
        near = self.near.shares(keys[single], values, len(self.labels))
        return np.concatenate([both - both.mean(), plain - plain.mean(), near])

    def classify(self, text: str, *, reasons: bool = True) -> Guess:
        """Return the label of a text. Under a millisecond for an ordinary text."""
        shares = self._shares(text)
        best = int(shares.argmax())
        words = self._reasons(text, best) if reasons else ()
        return Guess(self.labels[best], float(shares[best]), words)

    def shares(self, text: str) -> dict[str, float]:
        """Return how likely each label is, the likeliest first; together one."""
        found = self._shares(text)
        return {self.labels[n]: float(found[n]) for n in np.argsort(-found, kind="stable")}

    def words_for(self, text: str, label: str) -> tuple[str, ...]:
        """Return the words of the text that spoke most for a label, which need not be the likeliest."""
        return self._reasons(text, self.labels.index(label))

    def _shares(self, text: str) -> Floats:
        scores = self.scores(text)
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum(), dtype=np.float32)

    def _counted(self, text: str) -> tuple[NDArray[np.intp], Floats, int]:
        said = words_of(text, self.lexicon, self.dropped)
        keys, counts = counts_of(said, grams_of(said), self.words, self.runs)
        return keys, counts, len(self.words)

    def _reasons(self, text: str, label: int) -> tuple[str, ...]:
        """Return the words that spoke most for the label against the mean of all."""
        said = dict.fromkeys(words_of(text, self.lexicon, self.dropped))
        weighed = []
        for word in said:
            key = self.words.get(word)
            if key is not None and len(word) > 1:
                row = self.both.weights[key] * self.both.rarity[key]
                weighed.append((float(row[label] - row.mean()), word))
        weighed.sort(key=lambda pair: (-pair[0], pair[1]))
        return tuple(word for weight, word in weighed[:_WORDS_SHOWN] if weight > 0)
