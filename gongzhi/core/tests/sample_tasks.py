"""Tasks and timed jobs that leave a trace in a file, for the tests of the worker."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from django_tasks import task

from gongzhi.core.jobs import TimedJob

_SOON = timedelta(milliseconds=200)


def leave_trace(folder: str, line: str) -> None:
    handle = os.open(Path(folder) / "trace", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, f"{line} {os.getpid()}\n".encode())
    os.close(handle)


@task()
def note(folder: str, name: str) -> str:
    leave_trace(folder, f"done {name}")
    return name


@task()
def hang_until_released(folder: str, name: str) -> None:
    """Begin, then wait until the test makes the file `release`; begun a second time, just finish."""
    trace = Path(folder) / "trace"
    begun_before = trace.exists() and f"begun {name}" in trace.read_text()
    leave_trace(folder, f"begun {name}")
    while not begun_before and not (Path(folder) / "release").exists():
        time.sleep(0.02)
    leave_trace(folder, f"done {name}")


@task()
def break_down(folder: str) -> None:
    leave_trace(folder, "broken")
    raise RuntimeError("this task always breaks")


@task()
def return_something_odd() -> object:
    return object()


def tick(*, at: datetime) -> None:
    """Long enough for a second run to fall into it, if two were ever allowed."""
    leave_trace(os.environ["GONGZHI_TEST_TRACE"], "tick begun")
    time.sleep(0.03)
    leave_trace(os.environ["GONGZHI_TEST_TRACE"], "tick done")


def always_fail(*, at: datetime) -> None:
    leave_trace(os.environ["GONGZHI_TEST_TRACE"], "failing")
    raise RuntimeError("this timed job always fails")


JOBS = (
    TimedJob("sample.tick", every=_SOON, run=f"{__name__}.tick"),
    TimedJob("sample.always_fail", every=_SOON, run=f"{__name__}.always_fail"),
    TimedJob("core.reap", every=_SOON, run="gongzhi.core.jobs.reap"),
)
