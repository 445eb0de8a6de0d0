"""Pages of staff at a million cases, held against the same pages at ten thousand, request by request."""

import http.client
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from bench import load, servers
from bench.counties import Counties, County
from bench.report import Line

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


def measure(counties: Counties, *, cases: int, rounds: int) -> list[Line]:
    lines = []
    for postgres in (True, False):
        served = [counties.of(size, postgres=postgres) for size in (SMALL, cases)]
        with _connected(served[0]) as small, _connected(served[1]) as big:
            for name, (path, role) in PAGES.items():
                lines.append(_compare(name, path, role, small, big, rounds, served[1]))
    return lines


@contextmanager
def _connected(county: County) -> "Iterator[Served]":
    """Serve a county; give a connection to it and the session cookies."""
    with servers.serving(county.environ, workers=1, threads=1) as port:
        yield http.client.HTTPConnection("127.0.0.1", port, timeout=60), county.sessions


Served = tuple[http.client.HTTPConnection, dict[str, str]]


def _compare(
    name: str, path: str, role: str, small: Served, big: Served, rounds: int, county: County
) -> Line:
    taken: dict[int, list[float]] = {0: [], 1: []}
    for round_number in range(rounds + WARM_UP):
        for index, (connection, cookies) in enumerate((small, big)):
            request = load.Request("GET", path, headers={"Cookie": f"sessionid={cookies[role]}"})
            seconds = load.latency(connection, request)
            if round_number >= WARM_UP:
                taken[index].append(seconds)
    few, many = (statistics.quantiles(taken[index], n=20)[-1] for index in (0, 1))
    return Line(
        f"{name}, {county.cases:,} cases, {county.where}, 95th percentile", f"{many * 1000:.0f} ms",
        f"{SMALL:,} cases {few * 1000:.0f} ms", many / few, f"<= {BOUND}", many / few <= BOUND,
    )  # fmt: skip
