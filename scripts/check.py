"""`make check`: formatting, lint, types, layers, templates, translations and leaks, side by side.

    python -m scripts.check                 all checks
    python -m scripts.check types layers    only these

Each check names the command that mends it, or that shows more.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("gongzhi", "config", "scripts", "tests", "bench", "conftest.py", "manage.py")


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]
    mend: str


@dataclass(frozen=True)
class Outcome:
    check: Check
    passed: bool
    said: str
    seconds: float


def tool(name: str) -> str:
    return str(ROOT / ".venv" / "bin" / name)


def places() -> list[str]:
    return [place for place in PLACES if (ROOT / place).exists()]


def typed_places() -> list[str]:
    """Return the places that hold Python; an empty folder would be an error."""
    return [place for place in places() if place.endswith(".py") or any((ROOT / place).rglob("*.py"))]


def checks() -> tuple[Check, ...]:
    python = sys.executable
    return (
        # The longest first, so that the others run beside it.
        Check("types", (tool("mypy"), *typed_places()), "mend the types named above"),
        Check(
            "layers",
            (tool("lint-imports"), "--no-cache", "--no-logo"),
            "move the import to the layer it belongs to",
        ),
        Check(
            "templates", (tool("djlint"), "templates", "gongzhi", "--lint", "--quiet"), "mend the lines above"
        ),
        Check("format", (tool("ruff"), "format", "--check", "--quiet", *places()), "make format"),
        Check("lint", (tool("ruff"), "check", "--quiet", *places()), "make format, then mend what is left"),
        Check("translations", (python, "-m", "scripts.messages", "--check"), "make messages, then fill in"),
        Check("leaks", (python, "-m", "scripts.leaks"), "remove what belongs to one machine"),
        Check("packages", (tool("uv"), "pip", "check", "--quiet"), "make lock, then make setup"),
    )


def run(check: Check) -> Outcome:
    started = time.monotonic()
    result = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said = re.sub(r"\n{3,}", "\n\n", result.stdout.strip())
    return Outcome(check, result.returncode == 0, said, time.monotonic() - started)


def run_checks(names: Sequence[str] = ()) -> bool:
    """Run the named checks, or all; print what failed and how to mend it. Return whether all passed."""
    chosen = [check for check in checks() if not names or check.name in names]
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(run, chosen))
    for outcome in outcomes:
        if not outcome.passed:
            print(f"\n--- {outcome.check.name} ---\n{outcome.said}\nTo mend it: {outcome.check.mend}")
    print()
    for outcome in outcomes:
        print(f"{outcome.check.name:<14}{'ok' if outcome.passed else 'FAILED'}  ({outcome.seconds:.1f} s)")
    sys.stdout.flush()
    return all(outcome.passed for outcome in outcomes)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts.check", description="Check everything that needs no run.")
    parser.add_argument("names", nargs="*", metavar="CHECK", help=", ".join(check.name for check in checks()))
    options = parser.parse_args()
    unknown = set(options.names) - {check.name for check in checks()}
    if unknown:
        parser.error(f"there is no check named {', '.join(sorted(unknown))}")
    return 0 if run_checks(options.names) else 1


if __name__ == "__main__":
    sys.exit(main())
