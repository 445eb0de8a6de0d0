"""Claims on background work: who runs which task or timed job, and what becomes of it when he dies.

The invariant: a task is in hand only while its lease is renewed. Whoever finds a lease lapsed gives the task
back, so a killed worker delays work and never loses it. Work may therefore run twice, never not at all.
Every step is a conditional update, so any number of workers may take it at the same moment.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from traceback import format_exception
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from gongzhi.core.models import TaskLease, TimedJobRun, WorkerSeen

logger = logging.getLogger("gongzhi.worker")
AnyTask = DBTaskResult[Any, Any]
TimedPlan = TimedJobRun

MAX_ATTEMPTS = 5
"""A task that outlived this many workers is more likely their killer than their victim."""

KEEP_FINISHED = timedelta(days=30)
KEEP_SIGNS_OF_LIFE = timedelta(days=1)
FIRST_RETRY = timedelta(seconds=5)
PEEK = 5
"""How many ready tasks a worker looks at when others claim them under his hands."""


class WorkerDied(Exception):
    """Recorded for a task whose workers died MAX_ATTEMPTS times."""


# Tasks


def claim_task(*, worker: str, lease: timedelta, at: datetime) -> AnyTask | None:
    """Claim the most urgent ready task and return it, or None. One query while there is nothing to do."""
    for task in DBTaskResult.objects.ready()[:PEEK]:
        with transaction.atomic():
            claimed = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.READY).update(
                status=TaskResultStatus.RUNNING, started_at=at, worker_ids=[*task.worker_ids, worker]
            )
            if claimed:
                _take_lease(task.pk, worker=worker, until=at + lease)
                task.refresh_from_db()
                return task
    return None


def _take_lease(task_id: UUID, *, worker: str, until: datetime) -> None:
    known = TaskLease.objects.filter(task_id=task_id).update(
        worker=worker, lapses_at=until, attempts=F("attempts") + 1
    )
    if not known:
        TaskLease.objects.create(task_id=task_id, worker=worker, lapses_at=until)


def renew_lease(*, task_id: UUID, worker: str, until: datetime) -> bool:
    """Keep a task in hand; False when it was given to somebody else meanwhile."""
    return TaskLease.objects.filter(task_id=task_id, worker=worker).update(lapses_at=until) == 1


@transaction.atomic
def finish_task(*, task_id: UUID, worker: str, value: object, at: datetime) -> bool:
    """Record a task as done; False when it was given to somebody else meanwhile. Raises TypeError."""
    return _close(
        task_id,
        worker,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=at,
        return_value=json.loads(json.dumps(value)),
        exception_class_path="",
        traceback="",
    )


@transaction.atomic
def fail_task(*, task_id: UUID, worker: str, error: BaseException, at: datetime) -> bool:
    """Record a task as failed, with where and why; False when it was given to somebody else meanwhile."""
    return _close(task_id, worker, **_failure(error, at))


def _failure(error: BaseException, at: datetime) -> dict[str, object]:
    return {
        "status": TaskResultStatus.FAILED,
        "finished_at": at,
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error)),
    }


def _close(task_id: UUID, worker: str, **fields: object) -> bool:
    mine, _per_model = TaskLease.objects.filter(task_id=task_id, worker=worker).delete()
    if mine:
        DBTaskResult.objects.filter(pk=task_id).update(**fields)
    return bool(mine)


@transaction.atomic
def release_task(*, task_id: UUID, worker: str, at: datetime) -> bool:
    """Put an unfinished task back into the queue, not counted as an attempt; for a worker that stops."""
    mine = TaskLease.objects.filter(task_id=task_id, worker=worker).update(
        worker="", attempts=F("attempts") - 1
    )
    if mine:
        DBTaskResult.objects.filter(pk=task_id).update(status=TaskResultStatus.READY, run_after=at)
    return mine == 1


@transaction.atomic
def retry_task(*, task_id: UUID, worker: str, error: Exception, at: datetime) -> bool:
    """Run a task again a little later because the database failed it; fail it past MAX_ATTEMPTS."""
    lease = TaskLease.objects.filter(task_id=task_id, worker=worker).first()
    if lease is None:
        return False
    if lease.attempts >= MAX_ATTEMPTS:
        return _close(task_id, worker, **_failure(error, at))
    TaskLease.objects.filter(pk=lease.pk).update(worker="")
    later = at + FIRST_RETRY * 2**lease.attempts
    DBTaskResult.objects.filter(pk=task_id).update(status=TaskResultStatus.READY, run_after=later)
    return True


def reap(*, at: datetime) -> int:
    """Give back every task whose lease lapsed, or fail it past MAX_ATTEMPTS; return how many."""
    lapsed = list(TaskLease.objects.filter(lapses_at__lt=at).exclude(worker=""))
    return sum(_reap_one(lease, at) for lease in lapsed)


@transaction.atomic
def _reap_one(lease: TaskLease, at: datetime) -> bool:
    # The worker may have renewed the lease since we read it: the condition decides.
    mine = TaskLease.objects.filter(pk=lease.pk, worker=lease.worker, lapses_at=lease.lapses_at).update(
        worker=""
    )
    if not mine:
        return False
    running = DBTaskResult.objects.filter(pk=lease.task_id, status=TaskResultStatus.RUNNING)
    if lease.attempts >= MAX_ATTEMPTS:
        logger.error("task given up after its workers died", extra={"task": str(lease.task_id)})
        running.update(**_failure(WorkerDied(f"{lease.attempts} workers died running this task"), at))
        TaskLease.objects.filter(pk=lease.pk).delete()
    else:
        logger.warning("task taken back from a dead worker", extra={"task": str(lease.task_id)})
        running.update(status=TaskResultStatus.READY)
    return True


# Timed jobs


def plan_timed_jobs(*, periods: Mapping[str, timedelta], at: datetime) -> list[TimedJobRun]:
    """Return the plans of the jobs that are due; jobs without a row get one and are due at once.

    One query in the ordinary case. A plan further ahead than twice the job's period was made by a clock that
    has since been set back: it is due.
    """
    plans = {plan.name: plan for plan in TimedJobRun.objects.filter(name__in=periods)}
    missing = [TimedJobRun(name=name, next_at=at) for name in periods if name not in plans]
    if missing:
        TimedJobRun.objects.bulk_create(missing, ignore_conflicts=True)
        return plan_timed_jobs(periods=periods, at=at)
    return [plan for name, plan in plans.items() if not at < plan.next_at <= at + _furthest(periods[name])]


def _furthest(every: timedelta) -> timedelta:
    return max(every * 2, timedelta(minutes=10))


def claim_timed_run(*, plan: TimedJobRun, worker: str, lease: timedelta, at: datetime) -> bool:
    """Claim the run of a timed job unless another worker has; `plan` keeps what was planned before."""
    mine = TimedJobRun.objects.filter(pk=plan.pk, next_at=plan.next_at)
    return mine.update(next_at=at + lease, worker=worker, started_at=at) == 1


def renew_timed_run(*, name: str, worker: str, until: datetime) -> None:
    """Keep others from starting a timed job that is still running."""
    TimedJobRun.objects.filter(name=name, worker=worker).update(next_at=until)


def finish_timed_run(*, plan: TimedJobRun, every: timedelta, worker: str, at: datetime) -> None:
    """Record a good run and plan the next: on the old beat, or from now when that has been missed."""
    on_beat = plan.next_at + every
    next_at = on_beat if at < on_beat <= at + every else at + every
    TimedJobRun.objects.filter(pk=plan.pk, worker=worker).update(
        next_at=next_at, worker="", finished_at=at, failures=0, error=""
    )


def fail_timed_run(
    *, plan: TimedJobRun, every: timedelta, worker: str, error: Exception, at: datetime
) -> None:
    """Record a failed run and plan another try: soon, then less often, never less often than `every`."""
    wait = min(every, FIRST_RETRY * 2 ** min(plan.failures, 16))
    TimedJobRun.objects.filter(pk=plan.pk, worker=worker).update(
        next_at=at + wait, worker="", failures=F("failures") + 1, error=type(error).__qualname__[:200]
    )


# Signs of life


def sign_of_life(*, worker: str, at: datetime) -> None:
    """Record that `worker` is alive."""
    if not WorkerSeen.objects.filter(worker=worker).update(seen_at=at):
        WorkerSeen.objects.bulk_create([WorkerSeen(worker=worker, seen_at=at)], ignore_conflicts=True)


def say_goodbye(*, worker: str) -> None:
    """Forget a worker that stops of its own will."""
    WorkerSeen.objects.filter(worker=worker).delete()


@transaction.atomic
def forget_finished(*, at: datetime) -> int:
    """Delete tasks finished KEEP_FINISHED ago and workers long unseen; return how many."""
    tasks, _per_model = DBTaskResult.objects.finished().filter(finished_at__lt=at - KEEP_FINISHED).delete()
    workers, _per_model = WorkerSeen.objects.filter(seen_at__lt=at - KEEP_SIGNS_OF_LIFE).delete()
    return tasks + workers
