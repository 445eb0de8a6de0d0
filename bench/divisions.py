"""The whole country's divisions imported into SQLite: 620,573 villages and all above them."""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import servers
from bench.report import Line

PACKAGE = "china-division@2.7.0"
WANTED_SECONDS = 60
FILES = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv")


def measure() -> list[Line]:
    """Fetch the lists from the npm registry, import them, and say how long it took and how much memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        npm = shutil.which("npm") or str(servers.ROOT / ".venv" / "bin" / "npm")
        run = [npm, "install", "--ignore-scripts", "--no-save", "--prefix", str(folder), PACKAGE]
        subprocess.run(run, check=True, capture_output=True)
        lists = [str(folder / "node_modules" / "china-division" / "dist" / file) for file in FILES]
        environ = servers.environ_for(folder, settings="config.settings")
        servers.command(environ, "migrate", "-v0")
        started = time.monotonic()
        subprocess.run(
            [sys.executable, "manage.py", "import_divisions", *lists],
            cwd=servers.ROOT, env=environ, check=True, capture_output=True,
        )  # fmt: skip
        taken = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        Line("the country's divisions imported, SQLite", f"{taken:.0f} s", f"peak memory {peak:.0f} MB", None,
             f"<= {WANTED_SECONDS} s", taken <= WANTED_SECONDS)
    ]  # fmt: skip
