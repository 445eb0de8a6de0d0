"""Training a classifier from texts with labels. Needs scikit-learn, which is loaded here and nowhere else.

Everything that is tuned is tuned on texts the weights have not seen; what a model says of itself is measured
on such texts too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from gongzhi.core.errors import Invalid
from gongzhi.language.classifier import Classifier, Neighbours, View
from gongzhi.language.segments import EMPTY_WORDS, lexicon_of, words_of
from gongzhi.language.vocabulary import Vocabulary, grams_of, vocabulary_of

FOLDS = 5
SEED = 0
_SPLITS = 3
"""Technical: splits whose held-out texts train the last step."""
_LEAST_TEXTS = 20
"""Technical: fewer say nothing."""
_SEEN_WORD, _SEEN_RUN = 2, 3
"""Technical: texts a gram must stand in to count."""
_MOST_WEIGHTS = 16_000_000
"""Technical: bounds a model's memory however many labels it has; about 64 MB for each field at the most."""
_STRENGTH_BOTH, _STRENGTH_PLAIN, _STRENGTH_LAST = 1.0, 3.0, 0.3
"""Technical: how closely the views follow the texts; chosen on folds, see docs/language.md."""


class TooFewTexts(Invalid):
    code = "too_few_texts"
    message = _("There are too few texts to learn from: at least 20, with two labels of three texts each.")


@dataclass(frozen=True, slots=True)
class Measured:
    """How well labels were found on texts not trained with."""

    macro_f1: float
    accuracy: float
    texts: int
    by_label: dict[str, float]


def train(texts: Sequence[str], labels: Sequence[str], *, facts: dict[str, Any] | None = None) -> Classifier:
    """Return a calibrated classifier. Raises TooFewTexts."""
    return train_fields(texts, {"label": labels}, facts=facts)["label"]


def train_fields(
    texts: Sequence[str], labels: Mapping[str, Sequence[str]], *, facts: dict[str, Any] | None = None
) -> dict[str, Classifier]:
    """Return a calibrated classifier for each field of labels; they share what they know of words.

    Trained once for each of a few splits, to see what the views say of texts they have not seen, which trains
    the last step; then on all. Texts with a label that hardly occurs are left out, and fields with one label
    only. Raises TooFewTexts.
    """
    texts, wanted = _usable(texts, labels)
    names = {field: tuple(sorted(set(row.tolist()))) for field, row in wanted.items()}
    said = {f: np.zeros((len(texts), 3 * len(known)), dtype=np.float32) for f, known in names.items()}
    for learnt, held in folds(next(iter(wanted.values())), count=_SPLITS):
        ready = prepare([texts[n] for n in learnt], labels=max(map(len, names.values())))
        for field, row in wanted.items():
            part = fit(ready, row[learnt], names[field])
            said[field][held] = [part.said(part.read(texts[n])) for n in held]
    ready = prepare(texts, labels=max(map(len, names.values())))
    about = {"texts": len(texts), **(facts or {})}
    found = {}
    for field, row in wanted.items():
        last, shift = _last_step(said[field], row)
        found[field] = replace(fit(ready, row, names[field]), last=last, shift=shift, facts=about)
    return found


def _usable(
    texts: Sequence[str], labels: Mapping[str, Sequence[str]]
) -> tuple[list[str], dict[str, NDArray[np.str_]]]:
    """Return texts whose labels all occur often enough, with the fields that have two labels or more."""
    known = {field: Counter(row) for field, row in labels.items()}
    chosen = [n for n in range(len(texts)) if all(known[f][row[n]] >= _SPLITS for f, row in labels.items())]
    rows = {field: np.array([row[n] for n in chosen]) for field, row in labels.items()}
    rows = {field: row for field, row in rows.items() if len(set(row.tolist())) > 1}
    if len(chosen) < _LEAST_TEXTS or not rows:
        raise TooFewTexts(field="labelled")
    return [texts[n] for n in chosen], rows


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
    """Return how well this model, and a plain one of character n-grams, do on the same five folds.

    Labels of fewer texts than folds are left out. Raises TooFewTexts."""
    rare = Counter(labels)
    texts = [text for text, label in zip(texts, labels, strict=True) if rare[label] >= FOLDS]
    labels = [label for label in labels if rare[label] >= FOLDS]
    if len(texts) < FOLDS * _LEAST_TEXTS or len(set(labels)) < 2:
        raise TooFewTexts(_("There are too few texts to measure with: at least 100, with two labels."))
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """Texts taken apart and counted, whatever is then asked of them."""

    lexicon: frozenset[str]
    dropped: frozenset[str]
    vocabulary: Vocabulary
    counts: Any


def prepare(texts: Sequence[str], *, labels: int) -> Prepared:
    """Take texts apart for a model of so many labels; the more labels, the fewer rare grams are kept."""
    counted = lexicon_of(texts)
    dropped = frozenset(word for word in EMPTY_WORDS if word not in counted)
    lexicon = dropped.union(word for word, times in counted.items() if times >= _SEEN_WORD)
    said = [words_of(text, lexicon, dropped) for text in texts]
    grams = [grams_of(each) for each in said]
    most = _MOST_WEIGHTS // labels // 2
    known = _known(([*words, *pairs] for words, pairs, _runs in grams), _SEEN_WORD, most=most)
    words = [gram for gram in known if " " not in gram]
    single = set(words)
    pairs = [gram for gram in known if " " in gram and single.issuperset(gram.split(" "))]
    runs = _known((runs for _words, _pairs, runs in grams), _SEEN_RUN, most=most)
    vocabulary = vocabulary_of(words, pairs, runs)
    return Prepared(lexicon, dropped, vocabulary, _counts(said, vocabulary))


def fit(ready: Prepared, wanted: NDArray[np.str_], labels: tuple[str, ...]) -> Classifier:
    """Return a classifier of these labels trained on all the texts, not calibrated. A label that none of the
    texts has is never found."""
    matrix, known = ready.counts, ready.vocabulary
    return Classifier(
        labels=labels,
        lexicon=ready.lexicon,
        dropped=ready.dropped,
        vocabulary=known,
        both=_view(matrix, wanted, labels, _STRENGTH_BOTH, damped=True),
        plain=_view(matrix[:, known.first_run :], wanted, labels, _STRENGTH_PLAIN, damped=False),
        near=_neighbours(matrix, known.single, np.searchsorted(labels, wanted)),
        last=np.vstack([np.eye(len(labels), dtype=np.float32)] * 3),
        shift=np.zeros(len(labels), dtype=np.float32),
        facts={},
    )


def _view(
    counts: Any, wanted: NDArray[np.str_], labels: tuple[str, ...], strength: float, *, damped: bool
) -> View:
    from sklearn.svm import LinearSVC

    rarity = _rarity(counts)
    learner = LinearSVC(C=strength, tol=1e-3, random_state=SEED)
    learner.fit(_values(counts, rarity, damped=damped), wanted)
    weights, bias = learner.coef_.T, learner.intercept_
    if len(learner.classes_) == 2:
        weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
    # A label missing among these texts gets the "no" of a linear machine.
    whole = np.zeros((weights.shape[0], len(labels)), dtype=np.float32)
    shift = np.full(len(labels), -1, dtype=np.float32)
    at = np.searchsorted(labels, learner.classes_)
    whole[:, at], shift[at] = weights, bias
    return View(damped, rarity, whole, shift)


def _known(grams: Iterable[Sequence[str]], least: int, *, most: int) -> list[str]:
    """Return the grams that stand in so many texts, the most frequent first."""
    seen: Counter[str] = Counter()
    for each in grams:
        seen.update(set(each))
    often = sorted((g for g, n in seen.items() if n >= least), key=lambda gram: (-seen[gram], gram))
    return often[:most]


def _counts(said: Sequence[list[str]], vocabulary: Vocabulary) -> Any:
    from scipy.sparse import csr_matrix

    rows = [vocabulary.count(each) for each in said]
    ends = np.cumsum([0, *(len(row.places) for row in rows)])
    places = np.concatenate([row.places for row in rows]).astype(np.int32)
    counts = np.concatenate([row.counts for row in rows])
    return csr_matrix((counts, places, ends), shape=(len(rows), len(vocabulary)))


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
        texts=damped.indices.astype(np.int64),
        values=damped.data.astype(np.float64),
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
