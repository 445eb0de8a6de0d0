"""Files of learnt models below GONGZHI_DATA; the one in use is held in memory while it is needed.

Named by the row in use, so a process that looks at the row sees a new model without a restart; a file nobody
names means nothing.
"""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from gongzhi.language.classifier import Classifier

log = logging.getLogger("gongzhi.language")
_IDLE_SECONDS = 600
_YOUNG_SECONDS = 86_400
"""Technical: an unnamed file of today may belong to a training that goes on."""


@dataclass(slots=True)
class _Held:
    name: str = ""
    model: "dict[str, Classifier] | None" = None
    used: float = 0.0


_held = _Held()


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "language"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(name: str) -> Path:
    return folder() / f"{name}.npz"


def model(name: str) -> "dict[str, Classifier]":
    """Return the classifiers of a file by field; empty when it is lost or broken, which is logged once."""
    # Numbers libraries cost memory: only who reads texts loads them.
    from gongzhi.language import storing

    if _held.model is None or _held.name != name:
        try:
            _held.model = storing.load(path_of(name))
        except storing.UnusableModel:
            log.exception("the model in use cannot be read; key words speak instead", extra={"file": name})
            _held.model = {}
        _held.name = name
    _held.used = time.monotonic()
    return _held.model


def release() -> None:
    """Give the memory back when nothing was read for a while."""
    if _held.model is not None and time.monotonic() - _held.used > _IDLE_SECONDS:
        _held.model, _held.name = None, ""


def sweep(named: Collection[str]) -> int:
    """Remove old files that no row names; return how many."""
    gone = 0
    for path in folder().iterdir():
        is_old = time.time() - path.stat().st_mtime > _YOUNG_SECONDS
        if is_old and path.suffix in (".npz", ".part") and path.name.split(".")[0] not in named:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
