"""Training beside everything else: `python -m gongzhi.language.workshop PID`, a process of its own.

Training takes hundreds of megabytes and minutes; they go with the process, and the one that asked stays small
and answers meanwhile. The task comes on standard input and the figures leave on standard output, so that no
text of anybody lies in a file or an argument.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django

from gongzhi.core.errors import DomainError, Invalid

_NICE = 10
"""Technical: people go before training."""
_LOOK_SECONDS = 0.5
"""Technical: between two looks whether the one that asked is still there."""
_PARTS = 3
"""Technical: parts into which the held-out texts are cut; a model that knows the rest measures each."""


class TrainingFailed(Invalid):
    code = "training_failed"


@dataclass(frozen=True, slots=True)
class Task:
    """What is learnt from, and with what the result is compared."""

    texts: Sequence[str]
    labels: Mapping[str, Sequence[str]]
    """For each field, the label of each text."""
    unseen: Sequence[int]
    """Places of the texts the model in use has not learnt from; these are held out in turn."""
    out: str
    old: str = ""
    """File of the model in use; empty when there is none."""
    said: Mapping[str, Sequence[str]] | None = None
    """What the rules say of the unseen texts, for when there is no old model."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: how well the new and the old way find labels of the same texts neither had seen."""

    new: float
    old: float
    new_right: float
    old_right: float
    texts: int


def run(task: Task) -> dict[str, Compared]:
    """Train and compare in a process of its own; the model lies at `task.out` then. Raises TrainingFailed.

    The process is ended when the caller is, however that ends.
    """
    command = [sys.executable, "-m", "gongzhi.language.workshop", str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        try:
            answer, _nothing = process.communicate(json.dumps(asdict(task)).encode())
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise TrainingFailed(answer.decode(errors="replace")[:200] or f"exit {process.returncode}")
    return {field: Compared(**row) for field, row in json.loads(answer).items()}


def work(task: Task) -> dict[str, Compared]:
    """Train, compare and write the model. Raises TooFewTexts, UnusableModel."""
    from gongzhi.language import storing, training

    found = _compare(task)
    model = training.train_fields(task.texts, task.labels)
    storing.save(Path(task.out), model, facts={"texts": len(task.texts)})
    return {field: row for field, row in found.items() if field in model}


def _compare(task: Task) -> dict[str, Compared]:
    """Measure both on each part of the unseen texts, with a new model that has not seen the part either."""
    from gongzhi.language import storing, training

    old = storing.load(Path(task.old)) if task.old else {}
    fields = list(task.labels)
    wanted = [str(task.labels[fields[0]][n]) for n in task.unseen]
    new: dict[str, dict[int, str]] = {field: {} for field in fields}
    for part in range(_PARTS):
        held = [n for place, n in enumerate(_spread(task.unseen, wanted)) if place % _PARTS == part]
        kept = sorted(set(range(len(task.texts))) - set(held))
        with suppress(training.TooFewTexts):
            model = training.train_fields(
                [task.texts[n] for n in kept], {f: [row[n] for n in kept] for f, row in task.labels.items()}
            )
            for field, one in model.items():
                new[field] |= {n: one.classify(task.texts[n], reasons=False).label for n in held}
    return {
        field: _measured(task, field, found, old.get(field))
        for field, found in new.items()
        if len(found) == len(task.unseen)
    }


def _spread(unseen: Sequence[int], wanted: Sequence[str]) -> list[int]:
    """Order the texts by label, so that every part gets its share of each."""
    return [n for _label, n in sorted(zip(wanted, unseen, strict=True))]


def _measured(task: Task, field: str, found: Mapping[int, str], old: Any) -> Compared:
    from gongzhi.language import training

    places = list(task.unseen)
    wanted = [task.labels[field][n] for n in places]
    if old is not None:
        before = [old.classify(task.texts[n], reasons=False).label for n in places]
    else:
        before = list((task.said or {}).get(field) or [""] * len(places))
    ours, theirs = training.measure(wanted, [found[n] for n in places]), training.measure(wanted, before)
    return Compared(ours.macro_f1, theirs.macro_f1, ours.accuracy, theirs.accuracy, len(places))


def _leave_with(asker: int) -> None:
    """End at once when the process that asked is gone: killed, it cannot say so, and nobody waits now."""
    while os.getppid() == asker:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


def main() -> int:
    """Read a task, do it, print the figures; say why not on standard output and leave with 1."""
    os.nice(_NICE)
    threading.Thread(target=_leave_with, args=(int(sys.argv[1]),), daemon=True).start()
    # For the words of refusals; no database is opened.
    django.setup()
    try:
        found = work(Task(**json.loads(sys.stdin.buffer.read())))
    except DomainError as error:
        sys.stdout.write(str(error))
        return 1
    sys.stdout.write(json.dumps({field: asdict(row) for field, row in found.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
