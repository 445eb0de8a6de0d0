"""A press for many matters and real processes that are really killed, or press at the same moment."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.installation import PATIENCE, ROOT, Installation, installation

MATTERS = 50
PRESS = """
import json, sys, threading
import django; django.setup()
from datetime import timedelta
from django.db import connection
from gongzhi.cases.actions import intake
from gongzhi.cases.lifecycle import Channel
from gongzhi.core import clock
from gongzhi.core.actor import resident
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit, User
from gongzhi.workbench.actions import batching, foreseeing
from gongzhi.workbench.actions.foreseeing import Asked
from gongzhi.workbench.lifecycle import Kind
from gongzhi.cases.models import Transition

def press(many, *, ago):
    # Pressed so long ago that the window is over, or just about to be.
    at = clock.now() - ago
    by = orgs.actor_for(User.objects.get(username="clerk"), at=at)
    place = Unit.objects.get(code="610921100222")
    numbers = [
        intake.register_case(
            matter=intake.Matter(text=f"第 {n} 件：路灯不亮。", place=place),
            reporter=intake.Reporter(), channel=Channel.WEB, by=resident("王桂芳"), at=at,
        ).number
        for n in range(many)
    ]
    asked = Asked(Kind.ACCEPT, tier="small", subject="0101")
    will = foreseeing.foresee(viewer=by, asked=asked, numbers=numbers, at=at).will
    marks = {w.case.number: w.mark for w in will}
    return batching.ask(asked=asked, marks=marks, language="en", by=by, at=at), by
"""
RACE = """
def race(batch, by):
    gate, said = threading.Barrier(2), {}
    def undo():
        gate.wait()
        try:
            said["undo"] = bool(batching.undo(batch=batch, by=by, at=clock.now()))
        except batching.HasBegun:
            said["undo"] = False
        connection.close()
    def run():
        gate.wait()
        said["run"] = batching.run(batch.pk)
        connection.close()
    threads = [threading.Thread(target=undo), threading.Thread(target=run)]
    [t.start() for t in threads]; [t.join() for t in threads]
    batch.refresh_from_db()
    cases = list(batch.items.values_list("case", flat=True))
    said["moved"] = Transition.objects.filter(case__in=cases, move="accept").count()
    said["state"] = batch.state
    return said
print(json.dumps([race(*press(3, ago=timedelta(minutes=5))) for _ in range(5)]))
"""
LOOK = """
import json, sys
import django; django.setup()
from collections import Counter
from gongzhi.audit.models import AuditEvent
from gongzhi.cases.models import Transition
from gongzhi.workbench.models import Batch
batch = Batch.objects.get(pk=int(sys.argv[1]))
cases = [item.case for item in batch.items.select_related("case")]
subjects = [f"case:{case.number}" for case in cases]
moved = Counter(Transition.objects.filter(case__in=cases, move="accept").values_list("case", flat=True))
audits = Counter(AuditEvent.objects.filter(subject__in=subjects).values_list("subject", "code"))
print(json.dumps({
    "state": batch.state,
    "items": Counter(item.state for item in batch.items.all()),
    "moved": [moved[case.pk] for case in cases],
    "moves": [case.moves for case in cases],
    "audited_most": max(audits.values()),
    "audited": sum(audits.values()),
    "ended": AuditEvent.objects.filter(subject=f"batch:{batch.pk}", code="workbench.batch.done").count(),
}))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("installation")) as place:
        yield place


def counted(place: Installation, query: str) -> int:
    """Ask the database by itself, without a word of ours in between: it has to be quick."""
    if place.database.startswith("sqlite"):
        line: Any = sqlite3.connect(urlsplit(place.database).path, timeout=10)
    else:
        line = psycopg.connect(place.database)
    with closing(line):
        return int(line.execute(query).fetchone()[0])


def wait_for(condition: Callable[[], bool], what: str, worker: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, f"gave up waiting for: {what}"
        assert worker.poll() is None, "the worker ended by itself"
        time.sleep(0.002)


def test_a_worker_killed_in_the_middle_of_fifty_matters_does_each_of_them_exactly_once(
    place: Installation,
) -> None:
    key = int(place.run("-c", f"{PRESS}\nprint(press({MATTERS}, ago=timedelta(minutes=5))[0].pk)"))
    done = f"SELECT count(*) FROM workbench_batchitem WHERE batch_id = {key} AND state = 'done'"
    over = f"SELECT count(*) FROM workbench_batch WHERE id = {key} AND state = 'done'"

    def has(least: int) -> bool:
        return counted(place, done) >= least

    command = [sys.executable, "manage.py", "worker", "--poll", "0.05", "--lease", "1.5"]
    log = (place.folder / "worker.log").open("ab")
    for enough in (7, 23, MATTERS):
        worker = subprocess.Popen(command, cwd=ROOT, env=place.environment, stdout=log, stderr=log)
        try:
            if enough < MATTERS:
                wait_for(partial(has, enough), "some to be done", worker)
                os.kill(worker.pid, signal.SIGKILL)
                worker.wait()
                assert enough <= counted(place, done) < MATTERS
            else:
                wait_for(lambda: counted(place, over) == 1, "the batch to be over", worker)
        finally:
            worker.kill()
            worker.wait()
    log.close()
    found = json.loads(place.run("-c", LOOK, str(key)))
    assert found["items"] == {"done": MATTERS}
    assert found["moved"] == [1] * MATTERS
    assert found["moves"] == [2] * MATTERS
    assert (found["state"], found["ended"]) == ("done", 1)
    # Registered and accepted, each once.
    assert (found["audited_most"], found["audited"]) == (1, 2 * MATTERS)


def test_of_undo_and_worker_at_the_same_moment_exactly_one_wins(place: Installation) -> None:
    for said in json.loads(place.run("-c", PRESS + RACE)):
        undone, done = (True, False, 0, "undone"), (False, True, 3, "done")
        assert (said["undo"], said["run"], said["moved"], said["state"]) in (undone, done)
