"""Classifiers in a file: arrays and words in one .npz, read without pickle, so that loading one runs nothing.

Classifiers of one file answer different questions about the same texts (subject, kind, …) and share what they
know of words. The file holds words of the texts it was trained with: it is as private as they are.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from django.utils.translation import gettext_lazy as _

from gongzhi.core.errors import Invalid
from gongzhi.language.classifier import Classifier, Neighbours, View

FORMAT = 3
_OWN = ("both_weights", "both_bias", "plain_weights", "plain_bias", "last", "shift")
_SHARED = ("both_rarity", "plain_rarity")
_NEAR = {"ends": np.int64, "texts": np.int32, "values": np.float32}


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
        "words": list(one.words),
        "runs": list(one.runs),
        "damped": [one.both.damped, one.plain.damped],
        "facts": dict(facts or one.facts),
    }
    arrays = {
        "names": np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), dtype=np.uint8),
        "both_rarity": one.both.rarity,
        "plain_rarity": one.plain.rarity,
        **{f"near_{part}": getattr(one.near, part) for part in _NEAR},
    }
    for name, each in model.items():
        own = (*(getattr(v, p) for v in (each.both, each.plain) for p in ("weights", "bias")),)
        for part, array in zip(_OWN, (*own, each.last, each.shift), strict=True):
            arrays[f"{name}:{part}"] = array
        arrays[f"{name}:near"] = each.near.labels
    halfway = path.with_name(f"{path.name}.part")
    try:
        with open(halfway, "wb", opener=_private) as file:
            np.savez_compressed(file, **arrays)
        halfway.replace(path)
    except OSError as error:
        raise UnusableModel(_("%(file)s cannot be written.") % {"file": path}) from error


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def load(path: Path) -> dict[str, Classifier]:
    """Return the classifiers in a file by name. Raises UnusableModel; nothing in the file is executed."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            names = json.loads(file["names"].tobytes())
            if names["format"] != FORMAT:
                raise ValueError("another format")
            model = _read(names, file)
    except (OSError, ValueError, KeyError, TypeError, EOFError, AttributeError, BadZipFile) as error:
        raise UnusableModel from error
    if not model:
        raise UnusableModel
    for each in model.values():
        _check(each)
    return model


def _read(names: dict[str, Any], file: Any) -> dict[str, Classifier]:
    def floats(name: str) -> Any:
        return np.asarray(file[name], dtype=np.float32)

    shared: dict[str, Any] = {
        "lexicon": frozenset(names["lexicon"]),
        "dropped": frozenset(names["dropped"]),
        "words": _numbered(names["words"]),
        "runs": _numbered(names["runs"], start=len(names["words"])),
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


def _numbered(grams: Iterable[str], start: int = 0) -> dict[str, int]:
    return {gram: key for key, gram in enumerate(grams, start)}


def _check(model: Classifier) -> None:
    """Raise UnusableModel when the arrays do not belong to the words."""
    labels = len(model.labels)
    whole, runs = len(model.words) + len(model.runs), len(model.runs)
    for view, rows in ((model.both, whole), (model.plain, runs)):
        fits = view.rarity.shape == (rows,) and view.weights.shape == (rows, labels)
        if not fits or view.bias.shape != (labels,):
            raise UnusableModel
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
        raise UnusableModel
