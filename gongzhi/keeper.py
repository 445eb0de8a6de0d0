"""Keeps the web server and the worker running in one terminal, and stops them together.

The promise: however it ends (Ctrl-C, a request to stop, the terminal closed, this process killed) no process
is left behind. Standard library only: `gongzhi run` becomes this, so that no third copy of the application
stays in memory.
"""

import argparse
import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

STOP_WITHIN_SECONDS = 15
TOO_SHORT_SECONDS = 5
"""A part that ends sooner than this after its start did not really start."""
TRIES = 3
HEAD_START_SECONDS = 10
"""How long the other parts wait at most for the first one to answer: on few cores, parts that load the
application at the same time would keep the first page waiting."""
_SIGNAL_WHEN_PARENT_ENDS = 1
"""PR_SET_PDEATHSIG, see prctl(2)."""


class CannotKeepUp(Exception):
    """A part ended right after its start, time after time."""


@dataclass
class Part:
    """One process that is kept running, in a process group of its own."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0

    def start(self) -> None:
        self.started = time.monotonic()
        # Its own group: Ctrl-C reaches only the keeper, which stops the parts in order.
        self.process = subprocess.Popen(  # noqa: S603 - no shell, and only our own words
            self.command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
        )

    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def _end_with_parent() -> None:
    """Have the kernel ask this process to stop when the keeper is killed without a chance to do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SIGNAL_WHEN_PARENT_ENDS, signal.SIGTERM)


class Keeper:
    def __init__(self, parts: list[Part], *, address: str, greeting: str, say: Callable[[str], None]) -> None:
        self.parts, self.address, self.greeting, self.say = parts, address, greeting, say
        self.stopping = False

    def run(self) -> None:
        """Start all parts, the first one first, and watch them until asked to stop. Raises CannotKeepUp."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            self._watch()
        finally:
            self._stop_all()

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def _watch(self) -> None:
        greeted = False
        self.parts[0].start()
        others_start = time.monotonic() + HEAD_START_SECONDS
        while not self.stopping:
            for part in self.parts:
                if self.stopping:
                    break
                if part.process is None and (greeted or time.monotonic() > others_start):
                    part.start()
                self._mend(part)
            if not greeted and answers(self.address):
                greeted = True
                self.say(self.greeting)
            time.sleep(0.5 if greeted else 0.1)

    def _mend(self, part: Part) -> None:
        """Start the part again if it ended; give up when it ends at once time after time."""
        code = part.exit_code()
        if code is None:
            return
        short = time.monotonic() - part.started < TOO_SHORT_SECONDS
        part.failures = part.failures + 1 if short else 1
        if part.failures >= TRIES:
            raise CannotKeepUp(
                f"The {part.name} ended {TRIES} times right after its start (exit code {code}); the lines"
                f" above say why. To try it alone:\n  {' '.join(part.command)}"
            )
        self.say(f"The {part.name} ended (exit code {code}); starting it again.")
        # What the ended process had started itself would stand in the way of the new one.
        part.signal_all(signal.SIGKILL)
        part.start()

    def _stop_all(self) -> None:
        self.say("\nStopping …")
        for part in self.parts:
            part.signal_all(signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN_SECONDS
        for part in self.parts:
            if part.process is not None:
                self._see_end(part, part.process, until)
        self.say("Stopped.")

    def _see_end(self, part: Part, process: subprocess.Popen[bytes], until: float) -> None:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.say(f"The {part.name} did not stop within {STOP_WITHIN_SECONDS} seconds; ending it.")
        part.signal_all(signal.SIGKILL)
        process.wait()


def answers(address: str) -> bool:
    """Whether something answers at `address`; an error page is an answer too."""
    # A proxy of the environment must not be asked for a page of this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, method="HEAD"), timeout=5):  # noqa: S310 - http, ours
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="gongzhi.keeper", description=__doc__)
    parser.add_argument("--address", required=True, help="the page that tells when the server is up")
    parser.add_argument("--greeting", default="", help="what to print then")
    parser.add_argument("parts", nargs="+", metavar="NAME=COMMAND", help="a name and the words that start it")
    options = parser.parse_args()
    named = (part.partition("=") for part in options.parts)
    parts = [Part(name, shlex.split(words)) for name, _, words in named]
    try:
        with counters_in_memory():
            Keeper(parts, address=options.address, greeting=options.greeting, say=_say).run()
    except CannotKeepUp as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


@contextmanager
def counters_in_memory(memory: Path = Path("/dev/shm")) -> Iterator[None]:  # noqa: S108 - made private below
    """Let the parts keep their counters in a private folder in memory, unless a folder was named for them.

    They are mapped files: on a full disk, writing into one would kill a web worker instead of refusing.
    """
    folder = ""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        with suppress(OSError):
            folder = tempfile.mkdtemp(prefix="gongzhi-", dir=memory)
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        if folder:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]
            shutil.rmtree(folder, ignore_errors=True)


def _say(text: str) -> None:
    # The terminal may be gone already when the last words are said.
    with suppress(OSError):
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
