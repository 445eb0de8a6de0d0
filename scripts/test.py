"""`make test`: everything that can be proved here, one step after the other, each named with its outcome.

    python -m scripts.test                    all steps
    python -m scripts.test --only sqlite      one step (static, sqlite, postgres)
    python -m scripts.test -- -k receipts     further words for pytest

The whole suite runs on SQLite, browser included; then all but the browser once more on a PostgreSQL that is
started for it and gone afterwards. The first failure does not hide the later ones.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.check import run_checks
from scripts.postgres import PostgresFailed, PostgresMissing, temporary_postgres

ROOT = Path(__file__).resolve().parent.parent
STEPS = ("static", "sqlite", "postgres")
CHROMIUM_MISSING = (
    "Chromium is not installed on this machine, so pages cannot be tried in a real browser.\n"
    "Install it with:\n  sudo apt-get install chromium fonts-noto-cjk"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts.test", description="Run every test on both databases.")
    parser.add_argument("--only", choices=STEPS, action="append", help="only this step (may be repeated)")
    parser.add_argument("--processes", default=str(min(os.cpu_count() or 1, 4)))
    parser.add_argument("pytest", nargs="*", help="further words for pytest, after --")
    options = parser.parse_args()
    # A request to stop unwinds like Ctrl-C does, so that the database server is stopped too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    steps, outcome = options.only or STEPS, {}
    for step in steps:
        started = time.monotonic()
        outcome[step] = (run_step(step, options), time.monotonic() - started)
    print("\n--- all of it ---")
    for step, (said, seconds) in outcome.items():
        print(f"{step:<10}{said or 'ok'}  ({seconds:.0f} s)")
    return 1 if any(said for said, _ in outcome.values()) else 0


def run_step(step: str, options: argparse.Namespace) -> str:
    """Run one step; return why it failed, or nothing."""
    print(f"\n--- {step} ---", flush=True)
    if step == "static":
        return "" if run_checks(("types", "layers")) else "FAILED: see above, or run: make check"
    try:
        with database(step) as environ:
            marks = ["-m", "not browser"] if step == "postgres" else []
            return pytest(options.processes, [*marks, *options.pytest], environ)
    except (PostgresMissing, PostgresFailed) as failure:
        print(failure, file=sys.stderr)
        return "FAILED: no PostgreSQL, see above"


@contextmanager
def database(step: str) -> Iterator[dict[str, str]]:
    """Give the environment in which the tests of `step` find their database."""
    environ = {key: value for key, value in os.environ.items() if not _belongs_to_an_installation(key)}
    with ExitStack() as stack:
        if step == "postgres":
            environ["DATABASE_URL"] = stack.enter_context(temporary_postgres())
        yield environ


def _belongs_to_an_installation(name: str) -> bool:
    """A developer's own settings must not decide what a test sees."""
    return name.startswith(("GONGZHI_", "GRANIAN_", "DJANGO_")) or name in {"DATABASE_URL", "PORT", "HOST"}


def pytest(processes: str, words: list[str], environ: dict[str, str]) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-n", processes, "--dist", "worksteal", *words]
    code = subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, check=False).returncode
    if code == 5 and words:
        return ""  # a selection that selects nothing on this database is no failure
    return f"FAILED: pytest exit code {code}" if code else ""


if __name__ == "__main__":
    sys.exit(main())
