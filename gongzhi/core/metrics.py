"""Figures for Prometheus: counted in files shared by all processes of one machine, or read from the database.

What happens in a process (requests, runs of jobs) is counted by prometheus_client in memory-mapped files,
one for each process, and added up at the scrape: exact with any number of web workers, at the price of one
memory write. What stands in the database (queues, overdue cases) is asked at the scrape by functions
registered here, so that it is never counted twice nor forgotten at a restart.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there is private, and checked


def folder_in_memory(data: Path, memory: Path = MEMORY) -> Path | None:
    """Return this account's folder in memory for the installation at `data`, made if need be.

    None where there is no such place, or where somebody else made the folder first. The name is the same for
    every process of the installation, so that all share their counters.
    """
    mark = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    folder = memory / f"gongzhi-{os.geteuid()}-{mark}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return folder if ours else None


def _choose_folder() -> Path:
    """The folder an operator named, else one in memory, else one in the data folder.

    In memory because writing to a mapped file on a full disk kills the process instead of failing.
    """
    if named := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return Path(named)
    data = Path(settings.DATA_DIR)
    return folder_in_memory(data) or data / "metrics"


FOLDER = _choose_folder()
FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
# The library decides at its first import whether processes share their figures.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(FOLDER)

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

REQUESTS = Counter("gongzhi_requests", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("gongzhi_request_seconds", "Time to answer.", ["route"], buckets=SECONDS)
TASKS = Counter("gongzhi_tasks", "Queued tasks run, by how they ended.", ["outcome"])
TIMED_RUNS = Counter("gongzhi_timed_runs", "Runs of timed jobs, by how they ended.", ["job", "outcome"])

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
Values = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure read at the scrape. `read` gives one value for each tuple of label values."""

    name: str
    sentence: str
    labels: tuple[str, ...]
    read: Callable[[], Values]


_gauges: dict[str, Gauge] = {}


def register(gauge: Gauge) -> Gauge:
    """Add a figure to the scrape and return it; one name, one figure: a second registration replaces it."""
    _gauges[gauge.name] = gauge
    return gauge


def count_request(request: HttpRequest, status: int, seconds: float) -> None:
    """Count one answered request under its route, never under its address: addresses hold case numbers."""
    match = request.resolver_match
    route = (match.route or "/") if match is not None else "unmatched"
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(method, route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)


class _Gauges:
    def collect(self) -> Iterable[GaugeMetricFamily]:
        for gauge in _gauges.values():
            family = GaugeMetricFamily(gauge.name, gauge.sentence, labels=gauge.labels)
            for labels, value in gauge.read().items():
                family.add_metric(labels, value)
            yield family


def render() -> bytes:
    """Return all figures in the text format of Prometheus."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=os.environ["PROMETHEUS_MULTIPROC_DIR"])  # type: ignore[no-untyped-call]
    registry.register(_Gauges())
    return generate_latest(registry)


def forget_dead() -> int:
    """Delete the files of processes that are gone; return how many. Called when the web server starts.

    Counters start from zero again, which Prometheus recognises as a restart.
    """
    dead = [path for path in FOLDER.glob("*.db") if not _alive(path.stem.rpartition("_")[2])]
    for path in dead:
        path.unlink(missing_ok=True)
    return len(dead)


def _alive(process: str) -> bool:
    return process.isdigit() and Path(f"/proc/{process}").exists()
