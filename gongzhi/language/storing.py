"""Classifiers in a file: arrays and words in one .npz, read without pickle, so that loading one runs nothing.

Classifiers of one file answer different questions about the same texts (subject, kind, …) and share what they
know of words. The file holds words of the texts it was trained with: it is as private as they are.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from django.utils.translation import gettext_lazy as _

from gongzhi.core.errors import Invalid
from gongzhi.language.classifier import Classifier, Neighbours, View
from gongzhi.language.vocabulary import numbered
from gongzhi.language.whole_files import private, written_whole

FORMAT = 4
_BROKEN = (ValueError, LookupError, TypeError, EOFError, AttributeError, BadZipFile, zlib.error)
_OWN = ("both_weights", "both_bias", "plain_weights", "plain_bias", "last", "shift")
_SHARED = ("both_rarity", "plain_rarity")
_NEAR = {"ends": np.int64, "texts": np.int64, "values": np.float64}
_KEPT = {"ends": np.int64, "texts": np.int32, "values": np.float32}
"""As they lie in the file, half as wide as they are read."""


class UnusableModel(Invalid):
    code = "unusable_model"
    message = _("This file is not a model that can be used here.")
    hint = _("Train it anew; models of another version are not read.")


def save(path: Path, model: Mapping[str, Classifier], *, facts: Mapping[str, Any] | None = None) -> None:
    """Write classifiers trained together to one file, whole or not at all; only the owner may read it.
    Raises UnusableModel when it cannot be written."""
    one = next(iter(model.values()))
    names = {
        "format": FORMAT,
        "fields": {name: list(each.labels) for name, each in model.items()},
        "lexicon": sorted(one.lexicon),
        "dropped": sorted(one.dropped),
        "words": list(one.vocabulary.words),
        "alphabet": one.vocabulary.alphabet,
        "damped": [one.both.damped, one.plain.damped],
        "facts": dict(facts or one.facts),
    }
    arrays = {
        "names": np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), dtype=np.uint8),
        "pairs": one.vocabulary.pairs,
        "runs": one.vocabulary.runs,
        "both_rarity": one.both.rarity,
        "plain_rarity": one.plain.rarity,
        **{f"near_{part}": getattr(one.near, part).astype(kind) for part, kind in _KEPT.items()},
    }
    for name, each in model.items():
        own = (*(getattr(v, p) for v in (each.both, each.plain) for p in ("weights", "bias")),)
        for part, array in zip(_OWN, (*own, each.last, each.shift), strict=True):
            arrays[f"{name}:{part}"] = array
        arrays[f"{name}:near"] = each.near.labels
    try:
        with written_whole(path) as halfway, open(halfway, "wb", opener=private) as file:
            np.savez_compressed(file, **arrays)
    except OSError as error:
        raise UnusableModel(_("%(file)s cannot be written.") % {"file": path}, hint="") from error


def load(path: Path) -> dict[str, Classifier]:
    """Return the classifiers in a file by name. Raises UnusableModel; nothing in the file is executed."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            names = json.loads(file["names"].tobytes())
            if names["format"] != FORMAT:
                raise ValueError("another format")
            model = _read(names, file)
    except OSError as error:
        raise UnusableModel(_("%(file)s cannot be opened.") % {"file": path}, hint="") from error
    except _BROKEN as error:
        raise _unusable(path) from error
    fits = bool(model) and all(_fits(each) for each in model.values())
    if not fits:
        raise _unusable(path)
    return model


def _unusable(path: Path) -> UnusableModel:
    return UnusableModel(_("%(file)s is not a model that can be used here.") % {"file": path})


def _read(names: dict[str, Any], file: Any) -> dict[str, Classifier]:
    def floats(name: str) -> Any:
        return np.asarray(file[name], dtype=np.float32)

    def whole(name: str) -> Any:
        return np.asarray(file[name], dtype=np.int64)

    shared: dict[str, Any] = {
        "lexicon": frozenset(names["lexicon"]),
        "dropped": frozenset(names["dropped"]),
        "vocabulary": numbered(names["words"], whole("pairs"), str(names["alphabet"]), whole("runs")),
        "facts": dict(names["facts"]),
    }
    both, plain = (floats(name) for name in _SHARED)
    near: dict[str, Any] = {
        part: np.asarray(file[f"near_{part}"], dtype=kind) for part, kind in _NEAR.items()
    }
    found = {}
    for name, labels in names["fields"].items():
        own = [floats(f"{name}:{part}") for part in _OWN]
        found[name] = Classifier(
            labels=tuple(labels),
            both=View(bool(names["damped"][0]), both, own[0], own[1]),
            plain=View(bool(names["damped"][1]), plain, own[2], own[3]),
            near=Neighbours(**near, labels=np.asarray(file[f"{name}:near"], dtype=np.int32)),
            last=own[4],
            shift=own[5],
            **shared,
        )
    return found


def _fits(model: Classifier) -> bool:
    """Whether the arrays belong to the words."""
    labels = len(model.labels)
    known = model.vocabulary
    for view, rows in ((model.both, len(known)), (model.plain, len(known.runs))):
        fits = view.rarity.shape == (rows,) and view.weights.shape == (rows, labels)
        if not fits or view.bias.shape != (labels,):
            return False
    near = model.near
    last_fits = model.shift.shape == (labels,) and model.last.shape == (3 * labels, labels)
    near_fits = (
        len(near.ends) == known.single + 1
        and near.ends[0] == 0
        and len(near.texts) == len(near.values) == near.ends[-1]
        and bool((np.diff(near.ends) >= 0).all())
        and len(near.labels) > near.texts.max(initial=-1)
        and near.texts.min(initial=0) >= 0
        and near.labels.min(initial=0) >= 0
        and near.labels.max(initial=0) < labels
    )
    in_order = all(part.ndim == 1 and bool((np.diff(part) > 0).all()) for part in (known.pairs, known.runs))
    return bool(labels and last_fits and near_fits and in_order)
