"""`make test`: everything that can be proved here, one step after the other, each named with its outcome.

    python -m scripts.test                    all steps
    python -m scripts.test --only sqlite      one step (static, sqlite, postgres)
    python -m scripts.test -- -k receipts     further words for pytest

The whole suite runs on SQLite, browser included; then all but the browser once more on a PostgreSQL that is
started for it and gone afterwards. The first failure does not hide the later ones.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.check import run_checks
from scripts.postgres import PostgresFailed, PostgresMissing, temporary_postgres

ROOT = Path(__file__).resolve().parent.parent
CLOSING_LINE = re.compile(r"((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s")
NO_TESTS = 5
STEPS = ("static", "sqlite", "postgres")


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts.test", description="Run every test on both databases.")
    parser.add_argument("--only", choices=STEPS, action="append", help="only this step (may be repeated)")
    # One more than there are processors: a test that waits for a server or a browser leaves its own free.
    parser.add_argument("--processes", default=str(min((os.cpu_count() or 1) + 1, 4)))
    parser.add_argument("pytest", nargs="*", help="further words for pytest, after --")
    options = parser.parse_args()
    # A request to stop unwinds like Ctrl-C does, so that the database server is stopped too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    outcomes = [run_step(step, options) for step in options.only or STEPS]
    print("\n--- all of it ---")
    for outcome in outcomes:
        print(f"{outcome.step:<10}{outcome.failure or 'ok'}  {outcome.summary} ({outcome.seconds:.0f} s)")
    print(total(outcomes))
    return 1 if any(outcome.failure for outcome in outcomes) else 0


@dataclass
class Outcome:
    step: str
    failure: str = ""
    """Why the step failed; empty when it passed."""
    summary: str = ""
    """The closing line of pytest: `12 passed, 1 skipped`."""
    seconds: float = 0.0


def total(outcomes: list[Outcome]) -> str:
    """Return one line that counts the tests of all steps."""

    def count(*words: str) -> int:
        pattern = rf"(\d+) (?:{'|'.join(words)})\b"
        return sum(int(number) for outcome in outcomes for number in re.findall(pattern, outcome.summary))

    failed = count("failed", "errors?")
    return f"tests: {count('passed')} passed, {failed} failed, {count('skipped')} skipped"


def run_step(step: str, options: argparse.Namespace) -> Outcome:
    """Run one step and say how it went; a failure is an answer, not an exception."""
    print(f"\n--- {step} ---", flush=True)
    outcome, started = Outcome(step), time.monotonic()
    try:
        if step == "static":
            outcome.failure = "" if run_checks(("types", "layers")) else "FAILED, see above"
        else:
            marks = ["-m", "not browser and not once"] if step == "postgres" else []
            with database(step) as environ:
                run_pytest(outcome, options.processes, [*marks, *options.pytest], environ)
    except (PostgresMissing, PostgresFailed) as failure:
        print(failure, file=sys.stderr)
        outcome.failure = "FAILED: no PostgreSQL, see above"
    outcome.seconds = time.monotonic() - started
    return outcome


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


def run_pytest(outcome: Outcome, processes: str, words: list[str], environ: dict[str, str]) -> None:
    """Run pytest, show what it says as it says it, and keep its closing line."""
    colour = "yes" if sys.stdout.isatty() else "no"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        processes,
        "--dist",
        "worksteal",
        f"--color={colour}",
    ]
    with subprocess.Popen(
        [*command, *words], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            plain = re.sub(r"\x1b\[[\d;]*m", "", line).strip(" =\n")
            if found := CLOSING_LINE.match(plain):
                outcome.summary = found.group(1)
    # A selection that selects nothing on this database is no failure; a suite without tests is one.
    if process.returncode and not (
        process.returncode == NO_TESTS and outcome.step == "postgres" and words[2:]
    ):
        outcome.failure = f"FAILED: pytest exit code {process.returncode}"


if __name__ == "__main__":
    sys.exit(main())
