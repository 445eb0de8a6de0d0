"""Training a classifier from texts with labels. Needs scikit-learn, which is loaded here and nowhere else.

Everything that is tuned is tuned on texts the weights have not seen; what a model says of itself is measured
on such texts too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongzhi.core.errors import Invalid
from gongzhi.language.classifier import Classifier, Neighbours, View, grams_of
from gongzhi.language.segments import EMPTY_WORDS, lexicon_of, words_of

FOLDS = 5
SEED = 0
_SPLITS = 3
"""Technical: splits whose held-out texts train the last step."""
_LEAST_TEXTS = 20
"""Technical: fewer say nothing."""
_SEEN_WORD, _SEEN_RUN = 2, 3
"""Technical: texts a gram must stand in to count."""
_STRENGTH_BOTH, _STRENGTH_PLAIN, _STRENGTH_LAST = 1.0, 3.0, 0.3
"""Technical: how closely the views follow the texts; chosen on folds, see docs/language.md."""


class TooFewTexts(Invalid):
    code = "too_few_texts"


@dataclass(frozen=True, slots=True)
class Measured:
    """How well labels were found on texts not trained with."""

    macro_f1: float
    accuracy: float
    texts: int
    by_label: dict[str, float]


def train(texts: Sequence[str], labels: Sequence[str], *, facts: dict[str, Any] | None = None) -> Classifier:
    """Return a calibrated classifier. Raises TooFewTexts.

    Trained once for each of a few splits, to see what the views say of texts they have not seen, which trains
    the last step; then on all.
    """
    known = Counter(labels)
    chosen = [n for n, label in enumerate(labels) if known[label] >= _SPLITS]
    texts, wanted = [texts[n] for n in chosen], np.array([labels[n] for n in chosen])
    if len(texts) < _LEAST_TEXTS or len(set(wanted.tolist())) < 2:
        raise TooFewTexts(field="labelled")
    said = np.zeros((len(texts), 3 * len(set(wanted.tolist()))), dtype=np.float32)
    for learnt, held in folds(wanted, count=_SPLITS):
        part = fit([texts[n] for n in learnt], wanted[learnt])
        said[held] = [part.said(texts[n]) for n in held]
    last, shift = _last_step(said, wanted)
    whole = replace(fit(texts, wanted), last=last, shift=shift)
    return replace(whole, facts={"texts": len(texts), **(facts or {})})


def measure(wanted: Iterable[str], found: Iterable[str]) -> Measured:
    """Return the mean F1 over labels, the share of right ones, and the F1 of each label."""
    wanted, found = list(wanted), list(found)
    names = sorted(set(wanted))
    right = Counter(one for one, other in zip(wanted, found, strict=True) if one == other)
    were, said = Counter(wanted), Counter(found)
    by_label = {name: 2 * right[name] / (were[name] + said[name]) for name in names}
    return Measured(
        macro_f1=sum(by_label.values()) / len(names),
        accuracy=sum(right.values()) / len(wanted),
        texts=len(wanted),
        by_label=by_label,
    )


def folds(
    wanted: Sequence[str] | NDArray[np.str_], *, count: int = FOLDS
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return fixed splits into learnt and held out, each with its share of every label."""
    from sklearn.model_selection import StratifiedKFold

    cut = StratifiedKFold(count, shuffle=True, random_state=SEED)
    return list(cut.split(np.zeros(len(wanted)), np.asarray(wanted)))


def evaluate(
    texts: Sequence[str], labels: Sequence[str], *, told: Callable[[str], None] = lambda _line: None
) -> tuple[Measured, Measured]:
    """Return how well this model, and a plain one of character n-grams, do on the same five folds."""
    wanted = np.array(labels)
    ours, plain = wanted.copy(), wanted.copy()
    for number, (learnt, held) in enumerate(folds(labels), 1):
        some = [texts[n] for n in learnt]
        model = train(some, list(wanted[learnt]))
        ours[held] = [model.classify(texts[n], reasons=False).label for n in held]
        plain[held] = _plain(some, wanted[learnt], [texts[n] for n in held])
        here, there = measure(wanted[held], ours[held]), measure(wanted[held], plain[held])
        told(f"{number}: {here.macro_f1:.4f}  {there.macro_f1:.4f}")
    return measure(wanted, ours), measure(wanted, plain)


def fit(texts: Sequence[str], wanted: NDArray[np.str_]) -> Classifier:
    """Return a classifier trained on all the texts, not calibrated."""
    from sklearn.svm import LinearSVC

    counted = lexicon_of(texts)
    dropped = frozenset(word for word in EMPTY_WORDS if word not in counted)
    lexicon = dropped.union(word for word, times in counted.items() if times >= _SEEN_WORD)
    grams = [grams_of(words_of(text, lexicon, dropped)) for text in texts]
    words = _known((words for words, _runs in grams), _SEEN_WORD, 0)
    runs = _known((runs for _words, runs in grams), _SEEN_RUN, len(words))
    matrix = _counts(grams, words, runs)
    labels = tuple(sorted(set(wanted.tolist())))

    def view(counts: Any, strength: float, *, damped: bool) -> View:
        rarity = _rarity(counts)
        learner = LinearSVC(C=strength, tol=1e-3, random_state=SEED)
        learner.fit(_values(counts, rarity, damped=damped), wanted)
        weights, bias = learner.coef_.T, learner.intercept_
        if len(labels) == 2:
            weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
        return View(damped, rarity, np.ascontiguousarray(weights, dtype=np.float32), bias.astype(np.float32))

    return Classifier(
        labels=labels,
        lexicon=lexicon,
        dropped=dropped,
        words=words,
        runs=runs,
        both=view(matrix, _STRENGTH_BOTH, damped=True),
        plain=view(matrix[:, len(words) :], _STRENGTH_PLAIN, damped=False),
        near=_neighbours(matrix, sum(" " not in word for word in words), np.searchsorted(labels, wanted)),
        last=np.vstack([np.eye(len(labels), dtype=np.float32)] * 3),
        shift=np.zeros(len(labels), dtype=np.float32),
        facts={"texts": len(texts)},
    )


def _known(grams: Iterable[Sequence[str]], least: int, start: int) -> dict[str, int]:
    seen: Counter[str] = Counter()
    for each in grams:
        seen.update(set(each))
    # Single words before pairs.
    kept = sorted((g for g, n in seen.items() if n >= least), key=lambda gram: (" " in gram, gram))
    return {gram: key for key, gram in enumerate(kept, start)}


def _counts(grams: Sequence[tuple[list[str], list[str]]], words: dict[str, int], runs: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix

    ends, keys, counts = [0], [], []
    for said, parts in grams:
        held = Counter(key for key in map(words.get, said) if key is not None)
        held.update(key for key in map(runs.get, parts) if key is not None)
        row = sorted(held.items())
        keys.append(np.array([key for key, _count in row], dtype=np.int32))
        counts.append(np.array([count for _key, count in row], dtype=np.float32))
        ends.append(ends[-1] + len(row))
    shape = (len(grams), len(words) + len(runs))
    return csr_matrix((np.concatenate(counts), np.concatenate(keys), np.array(ends)), shape=shape)


def _rarity(counts: Any) -> NDArray[np.float32]:
    texts = counts.shape[0]
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    found: NDArray[np.float32] = (np.log((1 + texts) / (1 + held)) + 1).astype(np.float32)
    return found


def _values(counts: Any, rarity: NDArray[np.float32], *, damped: bool) -> Any:
    from sklearn.preprocessing import normalize

    found = counts.copy()
    if damped:
        found.data = 1 + np.log(found.data)
    found.data = found.data * rarity[found.indices]
    return normalize(found, copy=False)


def _neighbours(counts: Any, single: int, labels: Any) -> Neighbours:
    damped = _values(counts[:, :single], _rarity(counts)[:single], damped=True).tocsc()
    return Neighbours(
        ends=damped.indptr.astype(np.int64),
        texts=damped.indices.astype(np.int32),
        values=damped.data.astype(np.float32),
        labels=np.asarray(labels, dtype=np.int32),
    )


def _last_step(said: Any, wanted: NDArray[np.str_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights and shifts of the last step: a logistic regression over what the views say."""
    from sklearn.linear_model import LogisticRegression

    labels = said.shape[1] // 3
    spread = np.repeat(
        [said[:, part * labels : (part + 1) * labels].std() or 1.0 for part in range(3)], labels
    )
    learner = LogisticRegression(C=_STRENGTH_LAST, max_iter=400).fit(said / spread, wanted)
    weights, shift = learner.coef_.T / spread[:, None], learner.intercept_
    if labels == 2:
        weights, shift = np.hstack([-weights, weights]) / 2, np.hstack([-shift, shift]) / 2
    return weights.astype(np.float32), shift.astype(np.float32)


def _plain(texts: Sequence[str], wanted: NDArray[np.str_], asked: Sequence[str]) -> NDArray[np.str_]:
    """The model to be beaten: one to three characters weighted by rarity, and a linear classifier."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    counter = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    learner = LinearSVC(random_state=SEED).fit(counter.fit_transform(texts), wanted)
    found: NDArray[np.str_] = learner.predict(counter.transform(asked))
    return found
