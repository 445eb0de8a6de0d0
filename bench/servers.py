"""Real servers for measurements: the project's own command on a free loopback port, gone afterwards."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 120
SAME_SERVER = (
    "--interface",
    "wsgi",
    "--host",
    "127.0.0.1",
    "--blocking-threads",
    "4",
    "--no-ws",
    "--log-level",
    "warning",
)


def environ_for(folder: Path, database: str = "", settings: str = "bench.settings") -> dict[str, str]:
    """Return an environment that keeps everything of a run in `folder`."""
    found = os.environ | {
        "GONGZHI_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": str(ROOT),
    }
    found.pop("DATABASE_URL", None)
    if database:
        found["DATABASE_URL"] = database
    return found


def command(environ: Mapping[str, str], *words: str) -> str:
    """Run a management command and return what it printed. Raises CalledProcessError."""
    run = [sys.executable, "manage.py", *words]
    return subprocess.run(run, cwd=ROOT, env=dict(environ), check=True, capture_output=True, text=True).stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def serving(
    environ: Mapping[str, str], *, workers: int = 2, threads: int = 4, alone: bool = False
) -> Iterator[int]:
    """Start the web server, wait until it answers, give its port, and stop it at the end.

    `alone` starts the same server with the same options around settings that have no commands of ours.
    """
    port = free_port()
    run = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", str(workers)]
    run += ["--threads", str(threads)]
    if alone:
        run = [sys.executable, "-m", "granian", "config.wsgi:application", *SAME_SERVER,
               "--port", str(port), "--workers", str(workers)]  # fmt: skip
    process = subprocess.Popen(
        run, cwd=ROOT, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str, process: "subprocess.Popen[bytes]", *, within: float = START_WITHIN) -> float:
    """Wait until an address answers 200; return the seconds it took. Raises RuntimeError."""
    started = time.monotonic()
    while time.monotonic() - started < within:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return time.monotonic() - started
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{address} did not answer within {within} s")
