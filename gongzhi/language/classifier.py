"""A trained classifier of texts: what it reads, how it decides, and the words that led there.

Three views of a text (words with their pairs and runs of characters; runs of characters alone, counted
fully; the most similar texts it was trained with) are weighed by a last step, trained on what the views said
of texts they had not seen, so that a confidence of 0.8 is right about eight times of ten.
A model is arrays and words in one .npz file, read without pickle: loading one runs nothing of it. It holds
the words of the texts it was trained with, so its file is as private as they are.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from gongzhi.core.errors import Invalid
from gongzhi.language.segments import words_of

FORMAT = 1
_NEAREST = 15
"""Technical: most similar texts that are asked."""
_WORDS_SHOWN = 4
"""Technical: words named as reasons."""
Floats = NDArray[np.float32]


class UnusableModel(Invalid):
    code = "unusable_model"


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
        scores = self.scores(text)
        best = int(scores.argmax())
        shares = np.exp(scores - scores[best])
        confidence = float(1 / shares.sum())
        return Guess(self.labels[best], confidence, self._reasons(text, best) if reasons else ())

    def _counted(self, text: str) -> tuple[NDArray[np.intp], Floats, int]:
        words, runs = grams_of(words_of(text, self.lexicon, self.dropped))
        first_run = len(self.words)
        held = Counter(map(self.words.get, words))
        held.update(map(self.runs.get, runs))
        held.pop(None, None)
        keys = np.fromiter(held, dtype=np.intp, count=len(held))
        counts = np.fromiter(held.values(), dtype=np.float32, count=len(held))
        return keys, counts, first_run

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

    def save(self, path: Path) -> None:
        """Write the model to one file, whole or not at all."""
        names = {
            "labels": list(self.labels),
            "lexicon": sorted(self.lexicon),
            "dropped": sorted(self.dropped),
            "words": list(self.words),
            "runs": list(self.runs),
            "facts": self.facts,
            "format": FORMAT,
            "damped": [self.both.damped, self.plain.damped],
        }
        meant = np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), dtype=np.uint8)
        arrays = {
            f"{name}_{part}": getattr(view, part)
            for name, view in (("both", self.both), ("plain", self.plain))
            for part in ("rarity", "weights", "bias")
        }
        halfway = path.with_name(f"{path.name}.part")
        with halfway.open("wb") as file:
            near = {f"near_{part}": getattr(self.near, part) for part in _NEAR_PARTS}
            np.savez_compressed(file, names=meant, shift=self.shift, last=self.last, **arrays, **near)
        halfway.replace(path)


def load(path: Path) -> Classifier:
    """Return the model in a file. Raises UnusableModel; nothing in the file is executed."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            names = json.loads(file["names"].tobytes())
            if names["format"] != FORMAT:
                raise ValueError("another format")
            views = [
                View(damped, *(np.asarray(file[f"{name}_{part}"], dtype=np.float32) for part in _PARTS))
                for name, damped in zip(("both", "plain"), names["damped"], strict=True)
            ]
            model = Classifier(
                labels=tuple(names["labels"]),
                lexicon=frozenset(names["lexicon"]),
                dropped=frozenset(names["dropped"]),
                words=_numbered(names["words"]),
                runs=_numbered(names["runs"], start=len(names["words"])),
                both=views[0],
                plain=views[1],
                near=Neighbours(
                    *(np.asarray(file[f"near_{part}"], dtype=kind) for part, kind in _NEAR_PARTS.items())
                ),
                last=np.asarray(file["last"], dtype=np.float32),
                shift=np.asarray(file["shift"], dtype=np.float32),
                facts=names["facts"],
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise UnusableModel(field="model") from error
    _check(model)
    return model


_PARTS = ("rarity", "weights", "bias")
_NEAR_PARTS = {"ends": np.int64, "texts": np.int32, "values": np.float32, "labels": np.int32}


def _numbered(grams: Iterable[str], start: int = 0) -> dict[str, int]:
    return {gram: key for key, gram in enumerate(grams, start)}


def _check(model: Classifier) -> None:
    """Raise UnusableModel when the arrays do not belong to the words."""
    labels = len(model.labels)
    whole, runs = len(model.words) + len(model.runs), len(model.runs)
    for view, rows in ((model.both, whole), (model.plain, runs)):
        fits = view.rarity.shape == (rows,) and view.weights.shape == (rows, labels)
        if not fits or view.bias.shape != (labels,):
            raise UnusableModel(field="model")
    near = model.near
    last_fits = model.shift.shape == (labels,) and model.last.shape == (3 * labels, labels)
    near_fits = (
        0 < len(near.ends) <= len(model.words) + 1
        and len(near.texts) == len(near.values) == near.ends[-1]
        and bool((np.diff(near.ends) >= 0).all())
        and len(near.labels) > near.texts.max(initial=-1)
        and near.texts.min(initial=0) >= 0
        and near.labels.min(initial=0) >= 0
        and near.labels.max(initial=0) < labels
    )
    if not (labels and last_fits and near_fits):
        raise UnusableModel(field="model")
