"""Timed jobs: what runs by itself and how often; and core's own.

The list of all jobs stands in config/schedule.py. A job is a door: it reads rows, calls one action for each,
and may be run twice, late, or in two processes without changing the result.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

from django.utils.module_loading import import_string

from gongzhi.core import shared_cache
from gongzhi.core.actions import background, idempotency, rates


class TimedRun(Protocol):
    """What a timed job's function looks like. What it returns is logged, for example how many rows it did."""

    def __call__(self, *, at: datetime) -> object: ...


@dataclass(frozen=True, slots=True)
class TimedJob:
    """A function run once every `every`, by whichever worker claims the run.

    `run` is a dotted path; the function takes the keyword `at`, the moment of the run. When it raises it is
    logged and tried again sooner than `every`. Raises ValueError for a period that is not positive.
    """

    name: str
    every: timedelta
    run: str

    def __post_init__(self) -> None:
        if self.every <= timedelta():
            raise ValueError(f"the timed job {self.name!r} needs a period")

    def function(self) -> TimedRun:
        """Raises ImportError when the path is wrong."""
        return cast(TimedRun, import_string(self.run))


def load(path: str) -> tuple[TimedJob, ...]:
    """Return the jobs listed at the dotted `path`. Raises ImportError, ValueError for a name used twice."""
    jobs = cast(tuple[TimedJob, ...], import_string(path))
    names = [job.name for job in jobs]
    if len(set(names)) != len(names):
        raise ValueError(f"a timed job is listed twice in {path}")
    return jobs


def reap(*, at: datetime) -> int:
    """Give the tasks of workers that died back to the living."""
    return background.reap(at=at)


def sweep(*, at: datetime) -> int:
    """Delete first answers, counted tries, ended entries of the cache, finished tasks and signs of life."""
    tries = rates.forget_tries(at=at) + shared_cache.forget_ended(at=at)
    return idempotency.forget_old(at=at) + tries + background.forget_finished(at=at)
