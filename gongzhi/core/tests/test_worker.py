"""Promises of the worker, kept by real processes that are really killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult, get_date_max
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.core.models import TaskLease, TimedJobRun, WorkerSeen
from gongzhi.core.tests import sample_tasks

ROOT = Path(settings.BASE_DIR)
PATIENCE = 40.0
"""Seconds until a test gives up waiting. A limit for what hangs, not a measure of speed."""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, f"gave up waiting for: {what}"
        time.sleep(0.02)


def make_database(folder: Path, stack: ExitStack) -> str:
    """Make a database of the kind the tests run on, of its own, and return its address."""
    configured = settings.DATABASES["default"]
    if "sqlite" in configured["ENGINE"]:
        return f"sqlite:///{folder / 'worker.sqlite3'}"
    name = f"gz_worker_{uuid4().hex[:10]}"
    login = ":".join(quote(part, safe="") for part in (configured["USER"], configured["PASSWORD"]) if part)
    server = f"postgres://{login}@{configured['HOST'] or 'localhost'}:{configured['PORT'] or 5432}"
    admin = stack.enter_context(psycopg.connect(f"{server}/postgres", autocommit=True))
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
    stack.callback(admin.execute, drop)
    return f"{server}/{name}"


@dataclass
class Yard:
    """A folder and a database in which worker processes run; the test looks into it under the name `yard`.

    `data` lies with the database, because the keys in it belong to the database.
    """

    folder: Path
    database: str
    data: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.database,
            "GONGZHI_DATA": str(self.data),
            "GONGZHI_TEST_TRACE": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "gongzhi.core.tests.worker_settings",
        }

    def migrate(self, app: str) -> None:
        command = [sys.executable, "manage.py", "migrate", app, "-v0"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def enqueue(self, task: Task[..., Any], *args: str) -> None:
        DBTaskResult.objects.using("yard").create(
            args_kwargs={"args": args, "kwargs": {}},
            task_path=task.module_path,
            backend_name="default",
            run_after=get_date_max(),
        )

    def start_worker(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "log").open("ab")
        command = [sys.executable, "manage.py", "worker", "--poll", "0.05", "--lease", "1.5", *words]
        worker = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        log.close()
        self.workers.append(worker)
        return worker

    def lines(self) -> list[str]:
        path = self.folder / "trace"
        return path.read_text().splitlines() if path.exists() else []

    def names(self, word: str) -> list[str]:
        return [line.split()[1] for line in self.lines() if line.startswith(f"{word} ")]

    def count(self, beginning: str) -> int:
        return sum(line.startswith(beginning) for line in self.lines())

    def process_of(self, line: str) -> int:
        return next(int(each.split()[-1]) for each in self.lines() if each.startswith(f"{line} "))

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def states(self) -> list[str]:
        return sorted(DBTaskResult.objects.using("yard").values_list("status", flat=True))


@pytest.fixture(scope="module")
def database(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, Path]]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("worker")
        address = make_database(folder, stack)
        yard = Yard(folder, address, folder / "data")
        yard.migrate("core")
        yard.migrate("django_tasks_database")
        connections.settings["yard"] = settings.DATABASES["default"] | dj_database_url.parse(address)
        stack.enter_context(django_db_blocker.unblock())
        yield address, yard.data
        connections["yard"].close()
        del connections.settings["yard"]
        del connections["yard"]


@pytest.fixture
def yard(database: tuple[str, Path], tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(tmp_path, *database)
    yield yard
    for worker in yard.workers:
        worker.kill()
        worker.wait()
    for table in (DBTaskResult, TaskLease, TimedJobRun, WorkerSeen):
        table.objects.using("yard").all().delete()


def test_a_worker_killed_in_the_middle_of_a_task_loses_nothing(yard: Yard) -> None:
    folder = str(yard.folder)
    yard.enqueue(sample_tasks.hang_until_released, folder, "long")
    for number in range(30):
        yard.enqueue(sample_tasks.note, folder, f"task{number}")
    workers = [yard.start_worker() for _each in range(3)]
    wait_for(lambda: "long" in yard.names("begun"), "one worker to begin the long task")
    victim = yard.process_of("begun long")
    assert victim in [worker.pid for worker in workers]
    os.kill(victim, signal.SIGKILL)

    wanted = {"long", *(f"task{number}" for number in range(30))}
    wait_for(lambda: set(yard.names("done")) == wanted, "every task to be done by the others")
    assert yard.names("begun") == ["long", "long"]
    assert yard.process_of("done long") != victim
    wait_for(lambda: yard.states() == ["SUCCESSFUL"] * 31, "every task to be recorded")
    assert "taken back from a dead worker" in yard.log()


def test_a_living_worker_keeps_its_long_task_to_itself(yard: Yard) -> None:
    yard.enqueue(sample_tasks.hang_until_released, str(yard.folder), "long")
    for _each in range(2):
        yard.start_worker()
    wait_for(lambda: "long" in yard.names("begun"), "a worker to begin")
    # Without renewals the lease of 1.5 s lapses within eight runs, 0.2 s apart, and the task is taken.
    ticks = yard.count("tick done")
    wait_for(lambda: yard.count("tick done") > ticks + 12, "the timed jobs to go round")
    (yard.folder / "release").touch()
    wait_for(lambda: "long" in yard.names("done"), "the long task to end")
    assert yard.names("begun") == ["long"]


def test_a_stop_signal_lets_the_task_in_hand_finish(yard: Yard) -> None:
    yard.enqueue(sample_tasks.hang_until_released, str(yard.folder), "long")
    worker = yard.start_worker()
    wait_for(lambda: "long" in yard.names("begun"), "the worker to begin")
    yard.enqueue(sample_tasks.note, str(yard.folder), "next")
    worker.send_signal(signal.SIGTERM)
    (yard.folder / "release").touch()
    assert worker.wait(PATIENCE) == 0
    assert yard.names("done") == ["long"]
    assert yard.states() == ["READY", "SUCCESSFUL"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_task_that_does_not_end_is_put_back_when_the_worker_stops(yard: Yard, number: int) -> None:
    yard.enqueue(sample_tasks.hang_until_released, str(yard.folder), "long")
    worker = yard.start_worker("--grace", "0.3", "--lease", "600")
    wait_for(lambda: "long" in yard.names("begun"), "the worker to begin")
    worker.send_signal(number)
    assert worker.wait(PATIENCE) == 0
    assert yard.states() == ["READY"]
    yard.start_worker("--lease", "600")
    wait_for(lambda: "long" in yard.names("done"), "another worker to run it at once, not after the lease")


def test_a_task_that_breaks_is_recorded_and_the_next_one_runs(yard: Yard) -> None:
    yard.enqueue(sample_tasks.break_down, str(yard.folder))
    yard.enqueue(sample_tasks.return_something_odd)
    yard.enqueue(sample_tasks.note, str(yard.folder), "after")
    yard.start_worker()
    wait_for(lambda: "after" in yard.names("done"), "the task after the broken ones")
    wait_for(lambda: yard.states() == ["FAILED", "FAILED", "SUCCESSFUL"], "every end to be recorded")
    broken = DBTaskResult.objects.using("yard").get(task_path__endswith="break_down")
    assert "this task always breaks" in broken.traceback


def test_a_timed_job_that_fails_is_logged_and_tried_again_and_the_others_go_on(yard: Yard) -> None:
    yard.start_worker()
    wait_for(lambda: yard.count("tick done") >= 5 and yard.count("failing") >= 2, "five ticks, two tries")
    plan = TimedJobRun.objects.using("yard").get(name="sample.always_fail")
    assert plan.error == "RuntimeError"
    assert plan.failures >= 1
    assert "timed job failed job=sample.always_fail" in yard.log()


def test_a_timed_job_has_one_run_at_a_time_however_many_workers_there_are(yard: Yard) -> None:
    workers = [yard.start_worker() for _each in range(3)]
    wait_for(lambda: yard.count("tick done") >= 12, "twelve ticks")
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0, 0]
    story = [line.split()[1] for line in yard.lines() if line.startswith("tick")]
    assert story == ["begun", "done"] * (len(story) // 2)


def test_a_worker_shows_signs_of_life_and_says_goodbye(yard: Yard) -> None:
    seen = WorkerSeen.objects.using("yard")
    worker = yard.start_worker()
    wait_for(seen.all().exists, "a sign of life")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert not seen.all().exists()
