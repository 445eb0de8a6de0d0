"""The background worker: one process with three threads.

The main thread runs queued tasks, a second the timed jobs, a third renews what both hold and leaves signs of
life. A killed worker's claims lapse and others take over (`actions.background`). The invariant: nothing a job
does, and nothing the database does, ends the loop; only a signal does.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import InterfaceError, OperationalError, connection
from django_tasks.base import TaskContext, TaskResult

from gongzhi.core import clock, metrics
from gongzhi.core.actions import background
from gongzhi.core.jobs import TimedJob

logger = logging.getLogger("gongzhi.worker")

DATABASE_ERRORS = (OperationalError, InterfaceError)
LONGEST_BACKOFF = 30.0
LAST_WORD = 3.0
"""Seconds beyond the grace after which a worker that cannot stop is ended by force."""


class TimeIsUp(BaseException):
    """Raised inside a running task when the grace after a stop signal is over. Not an Exception: a task that
    catches everything must not swallow it."""


def _new_name() -> str:
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid4().hex[:8]}"


@dataclass
class Worker:
    """Runs tasks and timed jobs until told to stop. Times are in seconds, except `lease`."""

    jobs: Sequence[TimedJob]
    lease: timedelta = timedelta(seconds=60)
    poll: float = 1.0
    grace: float = 8.0
    name: str = field(default_factory=_new_name)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._task: UUID | None = None
        self._timed: str | None = None

    def run(self) -> None:
        """Work until a stop signal; return when everything in hand is finished or given back."""
        self._listen()
        logger.info("worker started", extra={"worker": self.name, "timed_jobs": len(self.jobs)})
        threads = [
            threading.Thread(target=self._loop, args=("timed", self._turn_of_timed_jobs), daemon=True),
            threading.Thread(target=self._loop, args=("pulse", self._pulse, self._beat), daemon=True),
        ]
        for thread in threads:
            thread.start()
        self._loop("tasks", self._turn_of_tasks)
        threads[0].join(self.grace)
        self._leave()

    def _leave(self) -> None:
        try:
            background.say_goodbye(worker=self.name)
        except DATABASE_ERRORS:
            logger.warning("worker left without saying goodbye", extra={"worker": self.name})
        connection.close()
        logger.info("worker stopped", extra={"worker": self.name})

    # Stopping

    def _listen(self) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._on_stop)
        signal.signal(signal.SIGALRM, self._on_time_up)

    def _on_stop(self, signum: int, frame: FrameType | None) -> None:
        if self._stopping.is_set():
            os._exit(1)  # Asked twice: whatever is in hand lapses and another worker takes it.
        self._stopping.set()
        signal.setitimer(signal.ITIMER_REAL, self.grace)
        watchdog = threading.Timer(self.grace + LAST_WORD, os._exit, [1])
        watchdog.daemon = True
        watchdog.start()

    def _on_time_up(self, signum: int, frame: FrameType | None) -> None:
        if self._task is not None:
            raise TimeIsUp

    # The loop of each thread

    @property
    def _beat(self) -> float:
        return self.lease.total_seconds() / 4

    def _loop(self, name: str, turn: Callable[[], bool], pause: float | None = None) -> None:
        """Take turns until stopping. A turn says whether there may be more to do at once."""
        failures = 0
        while not self._stopping.is_set():
            try:
                again = turn()
            except DATABASE_ERRORS as error:
                failures += 1
                self._on_database_trouble(name, failures, error)
                continue
            except Exception:
                # A fault of ours: loud each time, but one fault must not stop all other work.
                failures += 1
                logger.exception("a turn of the worker failed", extra={"worker": self.name, "part": name})
                connection.close()
                self._stopping.wait(_backoff(failures))
                continue
            if failures:
                logger.warning("work goes on", extra={"worker": self.name, "part": name})
                failures = 0
            if not again:
                self._stopping.wait(pause or self.poll)
        if threading.current_thread() is not threading.main_thread():
            connection.close()

    def _on_database_trouble(self, name: str, failures: int, error: Exception) -> None:
        connection.close()
        if failures == 1:
            facts = {"worker": self.name, "part": name, "error": type(error).__qualname__}
            logger.error("database is not answering, trying again", extra=facts)
        self._stopping.wait(_backoff(failures))

    def _pulse(self) -> bool:
        at = clock.now()
        background.sign_of_life(worker=self.name, at=at)
        task, timed = self._task, self._timed
        if task is not None and not background.renew_lease(
            task_id=task, worker=self.name, until=at + self.lease
        ):
            logger.warning("task was given to another worker", extra={"task": str(task)})
        if timed is not None:
            background.renew_timed_run(name=timed, worker=self.name, until=at + self.lease)
        return False

    # Queued tasks

    def _turn_of_tasks(self) -> bool:
        task = background.claim_task(worker=self.name, lease=self.lease, at=clock.now())
        if task is None:
            return False
        self._run_task(task)
        return True

    def _run_task(self, row: background.AnyTask) -> None:
        facts = {"task": str(row.pk), "path": row.task_path}
        self._task = row.pk
        try:
            value = _call(row)
        except TimeIsUp:
            self._task = None
            logger.warning("task put back, the worker is stopping", extra=facts)
            connection.close()
            background.release_task(task_id=row.pk, worker=self.name, at=clock.now())
        except DATABASE_ERRORS as error:
            # Hardly the task's fault. Should the database still be away, the lease lapses by itself.
            self._task = None
            logger.warning("task put back, the database failed it", extra=facts, exc_info=True)
            connection.close()
            background.retry_task(task_id=row.pk, worker=self.name, error=error, at=clock.now())
        except Exception as error:
            self._task = None
            logger.exception("task failed", extra=facts)
            metrics.TASKS.labels("failed").inc()
            background.fail_task(task_id=row.pk, worker=self.name, error=error, at=clock.now())
        else:
            self._task = None
            self._finish(row, value, facts)

    def _finish(self, row: background.AnyTask, value: object, facts: dict[str, str]) -> None:
        try:
            background.finish_task(task_id=row.pk, worker=self.name, value=value, at=clock.now())
            logger.info("task done", extra=facts)
            metrics.TASKS.labels("done").inc()
        except TypeError as error:
            logger.exception("task returned something that is not plain JSON", extra=facts)
            background.fail_task(task_id=row.pk, worker=self.name, error=error, at=clock.now())

    # Timed jobs

    def _turn_of_timed_jobs(self) -> bool:
        jobs = {job.name: job for job in self.jobs}
        periods = {name: job.every for name, job in jobs.items()}
        for plan in background.plan_timed_jobs(periods=periods, at=clock.now()):
            if not self._stopping.is_set():
                self._run_timed_job(jobs[plan.name], plan)
        return False

    def _run_timed_job(self, job: TimedJob, plan: background.TimedPlan) -> None:
        at = clock.now()
        if not background.claim_timed_run(plan=plan, worker=self.name, lease=self.lease, at=at):
            return
        self._timed = job.name
        try:
            result = job.function()(at=at)
        except Exception as error:
            self._timed = None
            logger.exception("timed job failed", extra={"job": job.name})
            metrics.TIMED_RUNS.labels(job.name, "failed").inc()
            connection.close()
            background.fail_timed_run(
                plan=plan, every=job.every, worker=self.name, error=error, at=clock.now()
            )
        else:
            self._timed = None
            metrics.TIMED_RUNS.labels(job.name, "done").inc()
            logger.debug("timed job done", extra={"job": job.name, "result": str(result)})
            background.finish_timed_run(plan=plan, every=job.every, worker=self.name, at=clock.now())


def _backoff(failures: int) -> float:
    """Seconds to wait after this many failures in a row."""
    return min(LONGEST_BACKOFF, 2.0 ** min(failures - 1, 10))


def _call(row: background.AnyTask) -> object:
    """Run the function of a queued task. Raises whatever it raises."""
    task, args = row.task, row.args_kwargs
    context = (TaskContext(task_result=cast(TaskResult[Any], row.task_result)),) if task.takes_context else ()
    return task.call(*context, *args["args"], **args["kwargs"])
