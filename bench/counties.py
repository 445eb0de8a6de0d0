"""Counties of one run of the bench: each size and database is filled once, and gone with the run."""

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

from bench import create, servers
from scripts.postgres import temporary_postgres


@dataclass(frozen=True, slots=True)
class County:
    """A filled database. `sessions` are cookies by role."""

    environ: dict[str, str]
    sessions: dict[str, str]
    cases: int
    is_postgres: bool

    @property
    def where(self) -> str:
        return "PostgreSQL" if self.is_postgres else "SQLite"

    def processes(self) -> list[int]:
        """Return the processes of the server that was started here; a database goes its own way."""
        return [each.pid for each in psutil.Process().children(recursive=True)]

    def run(self, module: str, *words: str) -> str:
        """Run a part of the bench in a process of its own; return the last line it said."""
        said = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=servers.ROOT, env=self.environ, check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
        return said.splitlines()[-1]


class Counties:
    """Fills counties when they are first asked for. They stay until the end of the run."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, bool], tuple[County, ExitStack]] = {}

    def __enter__(self) -> "Counties":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _county, stack in self._kept.values():
            stack.close()

    def of(self, cases: int, *, postgres: bool) -> County:
        found = self._kept.get((cases, postgres))
        if found is None:
            found = self._kept[cases, postgres] = _filled(cases, postgres=postgres)
        return found[0]


def _filled(cases: int, *, postgres: bool) -> tuple[County, ExitStack]:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="gongzhi-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environ = servers.environ_for(folder, stack.enter_context(temporary_postgres()) if postgres else "")
        create.prepare(environ)
        county = County(environ, {}, cases, postgres)
        county.sessions.update(json.loads(county.run("bench.scale", str(cases))))
        return county, stack.pop_all()
