"""Pages of staff at a million cases, held against the same pages at ten thousand, request by request."""

import http.client
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import create, load, servers
from bench.report import Line
from scripts.postgres import temporary_postgres

SMALL = 10_000
BOUND = 1.5
PAGES = {
    "queue of a town dispatcher": ("/cases/dispatch/", "town_dispatcher"),
    "all matters of a town": ("/cases/", "town_dispatcher"),
    "all matters of the county": ("/cases/", "county_dispatcher"),
    "overdue matters of the county": ("/cases/?due=overdue", "county_dispatcher"),
    "dashboard of a town": ("/figures/610921100/", "town_dispatcher"),
    "dashboard of the county": ("/figures/610921/", "county_dispatcher"),
    "my desk": ("/desk/", "town_dispatcher"),
}
WARM_UP = 20


@contextmanager
def county(cases: int, *, postgres: bool) -> Iterator[tuple[http.client.HTTPConnection, dict[str, str]]]:
    """Serve a county with so many cases; give a connection to it and the session cookies."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(temporary_postgres()) if postgres else ""
        environ = servers.environ_for(folder, database)
        create.prepare(environ)
        said = subprocess.run(
            [sys.executable, "-m", "bench.scale", str(cases)],
            cwd=servers.ROOT, env=environ, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        port = stack.enter_context(servers.serving(environ, workers=1, threads=1))
        yield http.client.HTTPConnection("127.0.0.1", port, timeout=60), json.loads(said.splitlines()[-1])


def measure(*, large: int, rounds: int) -> list[Line]:
    lines = []
    for postgres in (True, False):
        with county(SMALL, postgres=postgres) as small, county(large, postgres=postgres) as big:
            for name, (path, role) in PAGES.items():
                lines.append(_compare(name, path, role, small, big, rounds, large, postgres=postgres))
    return lines


Served = tuple[http.client.HTTPConnection, dict[str, str]]


def _compare(
    name: str, path: str, role: str, small: Served, big: Served, rounds: int, large: int, *, postgres: bool
) -> Line:
    taken: dict[int, list[float]] = {0: [], 1: []}
    for round_number in range(rounds + WARM_UP):
        for index, (connection, cookies) in enumerate((small, big)):
            request = load.Request("GET", path, headers={"Cookie": f"sessionid={cookies[role]}"})
            seconds = load.latency(connection, request)
            if round_number >= WARM_UP:
                taken[index].append(seconds)
    few, many = (statistics.quantiles(taken[index], n=20)[-1] for index in (0, 1))
    where = "PostgreSQL" if postgres else "SQLite"
    return Line(
        f"{name}, {large:,} cases, {where}, 95th percentile", f"{many * 1000:.0f} ms",
        f"{SMALL:,} cases {few * 1000:.0f} ms", many / few, f"<= {BOUND}", many / few <= BOUND,
    )  # fmt: skip
