"""A trained classifier of texts: what it reads, how it decides, and the words that led there.

Three views of a text (words with their pairs and runs of characters; runs of characters alone, counted
fully; the most similar texts it was trained with) are weighed by a last step, trained on what the views said
of texts they had not seen, so that a confidence of 0.8 is right about eight times of ten.
How models are kept in files: `storing`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongzhi.language.segments import words_of
from gongzhi.language.vocabulary import Counted, Floats, Vocabulary

_NEAREST = 15
"""Technical: most similar texts that are asked."""
_WORDS_SHOWN = 4
"""Technical: words named as reasons."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A label with its confidence from 0 to 1, and the words of the text that led there."""

    label: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text taken apart, for every question that is asked about it."""

    words: Sequence[str]
    counted: Counted


@dataclass(frozen=True, slots=True)
class View:
    """One linear view: counts of known grams, damped or full, times rarity, to unit length, times weights."""

    damped: bool
    rarity: Floats
    weights: Floats
    """One row for each gram, one column for each label."""
    bias: Floats

    def scores(self, keys: NDArray[np.int64], counts: Floats, logs: Floats) -> Floats:
        """Return what it says of each label for counted grams; `logs` are the logarithms of the counts."""
        values = (1 + logs if self.damped else counts) * self.rarity.take(keys)
        length = math.sqrt(float(values @ values)) or 1.0
        found = (values / length) @ self.weights.take(keys, axis=0) + self.bias
        return np.asarray(found, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The texts trained with, as single words to unit length, ordered by word; and their labels."""

    ends: NDArray[np.int64]
    """Where the texts of each word end; as many as there are single words, with a zero before."""
    texts: NDArray[np.int64]
    values: NDArray[np.float64]
    labels: NDArray[np.int32]
    """The label of each text."""

    def shares(self, keys: NDArray[np.int64], values: Floats, labels: int) -> Floats:
        """Return the share of each label among the most similar texts, near ones counting more."""
        length = math.sqrt(float(values @ values)) or 1.0
        starts, ends = self.ends.take(keys), self.ends.take(keys + 1)
        spans = [slice(*span) for span in zip(starts.tolist(), ends.tolist(), strict=True)]
        if not spans:
            return np.full(labels, 1 / labels, dtype=np.float32)
        # One long column and few steps: whole numbers and fractions are of the width that `bincount` reads.
        texts = np.concatenate([self.texts[span] for span in spans])
        parts = np.concatenate([self.values[span] for span in spans])
        parts *= np.repeat(values / length, ends - starts)
        alike = np.bincount(texts, weights=parts, minlength=len(self.labels))
        near = np.argpartition(alike, -min(_NEAREST, len(alike)))[-_NEAREST:]
        found = np.bincount(self.labels[near], weights=alike[near] ** 2, minlength=labels)
        total = found.sum()
        return (found / total if total else np.full(labels, 1 / labels)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Classifier:
    labels: tuple[str, ...]
    lexicon: frozenset[str]
    dropped: frozenset[str]
    vocabulary: Vocabulary
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

    def read(self, text: str) -> Reading:
        """Take a text apart. Classifiers of one file read alike: one reading serves them all."""
        words = words_of(text, self.lexicon, self.dropped)
        return Reading(words, self.vocabulary.count(words))

    def said(self, reading: Reading) -> Floats:
        """Return what each view says of each label, for the last step."""
        keys, counts = reading.counted
        known, logs = self.vocabulary, np.log(counts)
        # The places are in order: single words, pairs, runs.
        single, run = np.searchsorted(keys, (known.single, known.first_run)).tolist()
        both = self.both.scores(keys, counts, logs)
        plain = self.plain.scores(keys[run:] - known.first_run, counts[run:], logs[run:])
        values = (1 + logs[:single]) * self.both.rarity.take(keys[:single])
        near = self.near.shares(keys[:single], values, len(self.labels))
        return np.concatenate([both - both.mean(), plain - plain.mean(), near])

    def classify(self, text: str, *, reasons: bool = True) -> Guess:
        """Return the label of a text. Under a millisecond for an ordinary text."""
        reading = self.read(text)
        shares = self._shares(reading)
        best = int(shares.argmax())
        words = self._reasons(reading, best) if reasons else ()
        return Guess(self.labels[best], float(shares[best]), words)

    def shares(self, reading: Reading) -> dict[str, float]:
        """Return how likely each label is, the likeliest first; together one."""
        found = self._shares(reading)
        return {self.labels[n]: float(found[n]) for n in np.argsort(-found, kind="stable")}

    def words_for(self, reading: Reading, label: str) -> tuple[str, ...]:
        """Return the words of the text that spoke most for a label, which need not be the likeliest."""
        return self._reasons(reading, self.labels.index(label))

    def _shares(self, reading: Reading) -> Floats:
        scores = self.said(reading) @ self.last + self.shift
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum(), dtype=np.float32)

    def _reasons(self, reading: Reading, label: int) -> tuple[str, ...]:
        """Return the words that spoke most for the label against the mean of all."""
        places = self.vocabulary.words
        said = [word for word in dict.fromkeys(reading.words) if len(word) > 1 and word in places]
        keys = [places[word] for word in said]
        rows = self.both.weights[keys] * self.both.rarity[keys, None]
        speaks = (rows[:, label] - rows.mean(axis=1)).tolist()
        weighed = sorted(zip(speaks, said, strict=True), key=lambda pair: (-pair[0], pair[1]))
        return tuple(word for weight, word in weighed[:_WORDS_SHOWN] if weight > 0)
