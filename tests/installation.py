"""A whole installation in a folder of its own: real server processes, for tests that break them.

The database is of the kind the tests run on. Everything a test wants to know of it is asked in a process of
its own, as an operator would.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from gongzhi.core import web_server
from gongzhi.core.tests.test_worker import make_database

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds until a test gives up waiting: a limit for what hangs, never a measure of speed."""

MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("install", verbosity=0)
from django.contrib.auth.hashers import make_password
from tests.cast import make_cast
from gongzhi.core import clock
from gongzhi.orgs.actions import issue_token
cast = make_cast(hashed_password=make_password(None))
print(issue_token(user=cast.clerk.user, name="test", days=9, by=cast.clerk.actor, at=clock.now())[1])
"""
LOOK = """
import json, django; django.setup()
from gongzhi.audit.models import AuditEvent
from gongzhi.cases import files
from gongzhi.cases.models import Attachment, Case
print(json.dumps({case.number: {
    "text": case.text,
    "moves": case.moves,
    "transitions": case.transitions.count(),
    "clocks": case.clocks.count(),
    "sights": case.sights.count(),
    "audits": AuditEvent.objects.filter(subject=f"case:{case.number}").count(),
    "pictures": [files.path_of(row.key).is_file() for row in Attachment.objects.filter(case=case)],
} for case in Case.objects.all()}))
"""


@dataclass
class Answer:
    status: int
    body: str
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Installation:
    """One installation: its environment, its server while it runs, and the token of a clerk."""

    folder: Path
    database: str
    port: int
    token: str = ""
    server: subprocess.Popen[bytes] | None = None
    log: list[Path] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GONGZHI_", "DJANGO_"))}
        return kept | {
            "DATABASE_URL": self.database,
            "GONGZHI_DATA": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PORT": str(self.port),
        }

    def run(self, *words: str) -> str:
        """Run a program in the installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def make(self) -> None:
        """Migrate, install and write the cast, in one process: starting one takes as long as its work."""
        self.token = self.run("-c", MAKE).split()[-1]

    def cases(self) -> dict[str, dict[str, Any]]:
        """Return every case with how much of it is there."""
        found: dict[str, dict[str, Any]] = json.loads(self.run("-c", LOOK))
        return found

    def start(self, *words: str) -> None:
        """Start the web server as `gongzhi run` does, or with `words`, and wait until it answers."""
        log = self.folder / f"server-{len(self.log)}.log"
        self.log.append(log)
        with log.open("wb") as said:
            self.server = subprocess.Popen(
                words or web_server.command(host="127.0.0.1", port=self.port, workers=1),
                cwd=ROOT,
                env=self.environment,
                stdout=said,
                stderr=said,
            )
        self.wait_for_health()

    def wait_for_health(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                if self.get("/healthz").status == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < give_up, f"the server does not answer:\n{self.said()}"
            time.sleep(0.05)

    def said(self) -> str:
        return self.log[-1].read_text()[-4000:] if self.log else ""

    def processes(self) -> list[psutil.Process]:
        if self.server is None or self.server.poll() is not None:
            return []
        leader = psutil.Process(self.server.pid)
        return [leader, *leader.children(recursive=True)]

    def kill(self) -> None:
        """End the server and its workers as a power cut does."""
        victims = self.processes()
        for process in victims:
            process.send_signal(signal.SIGKILL)
        if self.server is not None:
            self.server.wait()
        assert still_running(victims, within=PATIENCE) == []
        self.server = None

    def call(
        self, method: str, path: str, body: bytes | None = None, *, headers: dict[str, str] | None = None
    ) -> Answer:
        """Make one request on a connection of its own. Raises OSError when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, {"Host": f"127.0.0.1:{self.port}", **(headers or {})})
            answer = line.getresponse()
            return Answer(
                answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.headers.items()}
            )
        except http.client.HTTPException as cut:
            raise ConnectionError(str(cut)) from cut
        finally:
            line.close()

    def get(self, path: str) -> Answer:
        return self.call("GET", path, headers={"Accept-Language": "en"})

    def register(self, text: str) -> Answer:
        """Register a matter through the API."""
        body = json.dumps({"text": text, "place": "610921100222"}).encode()
        return self.call(
            "POST",
            "/api/v1/cases",
            body,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )


def still_running(processes: list[psutil.Process], *, within: float) -> list[psutil.Process]:
    """Return those that still run after so many seconds; at once when none does."""
    give_up = time.monotonic() + within
    while (left := [each for each in processes if _is_running(each)]) and time.monotonic() < give_up:
        time.sleep(0.01)
    return left


def _is_running(process: psutil.Process) -> bool:
    """Whether it may still do something; the dead child of a dead parent stays listed for a while."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def installation(folder: Path, database: str = "") -> Iterator[Installation]:
    """Give a new installation with the people of the cast; not started; nothing of it runs at the end.

    `database` is an address to use instead of one of its own.
    """
    with ExitStack() as stack:
        made = Installation(folder, database or make_database(folder, stack), free_port())
        made.make()
        stack.callback(made.kill)
        yield made


def text_of(number: int) -> str:
    return f"第 {number} 件：路灯不亮。{uuid4()}"
