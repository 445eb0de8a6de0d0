"""Memory of web and worker at rest, and the time to the first page in a fresh clone."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from bench import servers
from bench.report import Line

MEMORY_WANTED_MB = 350
FIRST_PAGE_WANTED = 60
SECOND_START_WANTED = 5
REST_SECONDS = 20


def measure() -> list[Line]:
    """Clone the project, run it twice, and weigh all its processes once they rest."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(servers.ROOT), str(clone)], check=True)
        first, _weight = _run(clone, Path(folder) / "data", rest=0)
        second, weight = _run(clone, Path(folder) / "data", rest=REST_SECONDS)
    return [
        Line("first page of `make run` in a fresh clone", f"{first:.0f} s", "packages cached", None,
             f"<= {FIRST_PAGE_WANTED} s", first <= FIRST_PAGE_WANTED),
        Line("first page of the second `make run`", f"{second:.1f} s", "", None,
             f"<= {SECOND_START_WANTED} s", second <= SECOND_START_WANTED),
        Line("memory of web and worker at rest (PSS)", f"{weight:.0f} MB", "", None,
             f"<= {MEMORY_WANTED_MB} MB", weight <= MEMORY_WANTED_MB),
    ]  # fmt: skip


def _run(clone: Path, data: Path, *, rest: float) -> tuple[float, float]:
    """Start with `make run`, wait for the first page, weigh, stop. Return the seconds and megabytes."""
    port = servers.free_port()
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"PORT": str(port), "GONGZHI_DATA": str(data)}
    process = subprocess.Popen(
        ["make", "run"], cwd=clone, env=environ, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        taken = servers.wait_for(f"http://127.0.0.1:{port}/", process, within=600)
        time.sleep(rest)
        return taken, _weight(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def _weight(pid: int) -> float:
    """Return the proportional memory of a process and all below it, in megabytes."""
    found = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(process.memory_full_info().pss for process in found) / 1e6
