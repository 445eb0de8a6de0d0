"""A worker that is really killed while a model is being learnt."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import learnt_files
from gongzhi.cases.actions import learning
from gongzhi.cases.models import LearntModel
from gongzhi.cases.queries import proposing
from gongzhi.cases.tests.test_learning import many
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[[], "subprocess.Popen[bytes]"]
_WORKER = """
import datetime, django
django.setup()
from gongzhi.core.jobs import TimedJob
from gongzhi.core.worker import Worker
reap = TimedJob("core.reap", every=datetime.timedelta(seconds=1), run="gongzhi.core.jobs.reap")
Worker([reap], lease=datetime.timedelta(seconds=1.5), poll=0.1).run()
"""
"""The real worker, with the one timed job that takes tasks back from the dead."""
PATIENCE = 90.0
"""Seconds until the test gives up. A limit for what hangs, not a measure of speed."""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, f"gave up waiting for: {what}"
        time.sleep(0.05)


def trainings(worker: int) -> list[int]:
    """The processes of the workshop that a worker has begun."""
    found = []
    for thread in Path(f"/proc/{worker}/task").iterdir():
        found += [int(pid) for pid in (thread / "children").read_text().split()]
    return [pid for pid in found if b"language.workshop" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def is_alive(pid: int) -> bool:
    path = Path(f"/proc/{pid}/stat")
    return path.exists() and path.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    now = connection.settings_dict
    address = f"sqlite:///{now['NAME']}"
    if connection.vendor == "postgresql":
        login = f"{now['USER']}:{now['PASSWORD']}@{now['HOST'] or '127.0.0.1'}:{now['PORT']}"
        address = f"postgres://{login}/{now['NAME']}"
    environment = os.environ | {"DATABASE_URL": address, "GONGZHI_DATA": str(settings.DATA_DIR)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-c", _WORKER]
    begun = []

    def started() -> "subprocess.Popen[bytes]":
        with (tmp_path / "log").open("ab") as log:
            begun.append(
                subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
            )
        return begun[-1]

    yield started
    for worker in begun:
        worker.kill()
        worker.wait()


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    for path in learnt_files.folder().iterdir():
        path.unlink()


def test_a_worker_killed_while_a_model_is_learnt_leaves_nothing_behind_and_another_finishes_once(
    cast: Cast, at: datetime, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "_check_enough", lambda **_more: None)
    many(cast, at)
    row = learning.ask(by=cast.manager.actor, at=at)
    first = start()
    wait_for(lambda: bool(trainings(first.pid)), "the training to begin")
    training = trainings(first.pid)[0]
    os.kill(first.pid, signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    wait_for(lambda: not is_alive(training), "the training to end with the worker")
    row.refresh_from_db()
    assert row.state == LearntModel.State.TRAINING
    assert proposing.model_in_use() is None
    assert list(learnt_files.folder().iterdir()) == []

    start()
    wait_for(
        lambda: LearntModel.objects.get().state != LearntModel.State.TRAINING, "another worker to finish"
    )
    row.refresh_from_db()
    assert (row.state, row.problem) == (LearntModel.State.IN_USE, "")
    assert AuditEvent.objects.filter(code="cases.model.learnt").count() == 1
    assert [path.name for path in learnt_files.folder().iterdir()] == [f"{row.file}.npz"]
    assert learnt_files.model(row.file)
