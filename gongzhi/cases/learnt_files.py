"""Files of learnt models below GONGZHI_DATA; the one in use is held in memory while it is needed.

Named by the row in use, so a process that looks at the row sees a new model without a restart; a file nobody
names means nothing.
"""

import logging
import threading
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
_lock = threading.Lock()
"""Two requests at once read a model once."""


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "language"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(name: str) -> Path:
    return folder() / f"{name}.npz"


def model(name: str) -> "dict[str, Classifier]":
    """Return the classifiers of a file by field; empty when it is lost or broken, which is logged once.

    Held in memory until nothing was read for a while.
    """
    with _lock:
        found = _held.model if _held.name == name else None
        if found is None:
            found = _read(name)
            if _held.model is None:
                _look_later()
            _held.model, _held.name = found, name
        _held.used = time.monotonic()
    return found


def is_readable(name: str) -> bool:
    """Whether a file is there and of this version; loads it."""
    return path_of(name).exists() and bool(model(name))


def _read(name: str) -> "dict[str, Classifier]":
    # Numbers libraries cost memory: only who reads texts loads them.
    from gongzhi.language import storing

    try:
        return storing.load(path_of(name))
    except storing.UnusableModel as error:
        log.error("%s Key words speak instead.", error)
        return {}


def _look_later() -> None:
    timer = threading.Timer(_IDLE_SECONDS, _release)
    timer.daemon = True
    timer.start()


def _release() -> None:
    """Give the memory back when nothing was read for a while; else look again."""
    with _lock:
        if time.monotonic() - _held.used < _IDLE_SECONDS:
            _look_later()
        else:
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
