"""The keeper's promise: however it ends, no process is left behind; and a part that ends is started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from gongzhi.core.metrics import folder_in_memory
from gongzhi.keeper import counters_in_memory
from tests.installation import still_running

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
WITHIN_SECONDS = 30
# A part with a child of its own, as the web server has; the child is the one that answers.
PART = (
    "import subprocess, sys; "
    "subprocess.Popen([sys.executable, '-m', 'http.server', '--bind', '127.0.0.1', sys.argv[1]],"
    " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait()"
)
KEEPER = """
import sys
from gongzhi.keeper import CannotKeepUp, Keeper, Part
port, code = sys.argv[1:]
part = Part("part", [sys.executable, "-c", code, port])
say = lambda text: print(text, flush=True)
try:
    Keeper([part], address=f"http://127.0.0.1:{port}/", greeting="it is up", say=say).run()
except CannotKeepUp as failure:
    sys.exit(str(failure))
"""
Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def keep(free_port: int) -> Iterator[Start]:
    """Return a function that starts a keeper of one part; whatever is left at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> "subprocess.Popen[str]":
        keeper = subprocess.Popen(
            [sys.executable, "-c", KEEPER, str(free_port), code],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(keeper)
        return keeper

    yield start
    for keeper in started:
        keeper.kill()
        keeper.communicate()


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Return every process the keeper has started, itself included."""
    keeper = psutil.Process(process.pid)
    return [keeper, *keeper.children(recursive=True)]


def family_with(process: "subprocess.Popen[str]", word: str) -> list[psutil.Process]:
    """Return the family once one of its members was started with `word`."""
    give_up = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < give_up:
        everyone = family(process)
        with suppress(psutil.NoSuchProcess):
            if any(word in member.cmdline() for member in everyone):
                return everyone
        time.sleep(0.05)
    pytest.fail(f"nothing was started with {word!r}")


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Return the output up to the line with `words`; fail with what was said when it ends before."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(
        f"it ended before it said {words!r}:\n{said}\n{process.stderr.read() if process.stderr else ''}"
    )


def left_of(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run after a generous while, and end them."""
    left = still_running(processes, within=WITHIN_SECONDS)
    for process in left:
        process.kill()
    return left


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_leaves_no_process_behind(keep: Start, number: signal.Signals) -> None:
    keeper = keep(PART)
    read_until(keeper, "it is up")
    everyone = family(keeper)
    assert len(everyone) == 3
    keeper.send_signal(number)
    assert keeper.wait(WITHIN_SECONDS) == 0
    assert left_of(everyone) == []


def test_a_keeper_that_is_killed_takes_its_parts_along(keep: Start) -> None:
    # The part here is the server itself: the kernel tells the direct child, which ends what it started.
    keeper = keep("import os, sys; os.execv(sys.executable, [sys.executable, '-m', 'http.server', '--bind',"
                  " '127.0.0.1', sys.argv[1]])")  # fmt: skip
    read_until(keeper, "it is up")
    everyone = family(keeper)
    keeper.kill()
    assert left_of(everyone) == []


def test_the_other_parts_let_the_first_one_answer_before_they_start(free_port: int) -> None:
    # The other one asks the first at its own start: whoever starts too early finds nobody there.
    first = f"import time; time.sleep(0.5); {PART}"
    other = (
        "import socket, sys, time; s = socket.socket(); c = s.connect_ex(('127.0.0.1', int(sys.argv[1])));"
        " print('too early' if c else 'in order', flush=True); time.sleep(60)"
    )
    code = KEEPER.replace("[part]", "[part, Part('other', [sys.executable, '-c', OTHER, port])]")
    keeper = subprocess.Popen(
        [sys.executable, "-c", code.replace("OTHER", repr(other)), str(free_port), first],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = read_until(keeper, "in order")
        assert "it is up" in said
        assert "too early" not in said
    finally:
        keeper.terminate()
        keeper.communicate(timeout=WITHIN_SECONDS)


def test_a_part_that_ends_is_started_again(keep: Start) -> None:
    keeper = keep(PART)
    read_until(keeper, "it is up")
    first = family(keeper)[1:]
    first[0].kill()
    read_until(keeper, "starting it again")
    assert left_of(first) == [], "what the ended part had started must not stand in the way"
    keeper.send_signal(signal.SIGTERM)
    assert keeper.wait(WITHIN_SECONDS) == 0


def test_a_part_that_never_starts_is_given_up_with_its_command_named(keep: Start) -> None:
    keeper = keep("import sys; sys.exit(3)")
    _, said = keeper.communicate(timeout=WITHIN_SECONDS)
    assert keeper.returncode == 1
    assert "ended 3 times right after its start (exit code 3)" in said
    assert "To try it alone" in said


@pytest.fixture
def installation(tmp_path: Path, free_port: int) -> dict[str, str]:
    """The environment of a new, empty installation with a data folder and a port of its own."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "GONGZHI_"))
    }
    inherited.pop("DATABASE_URL", None)
    return {**inherited, "GONGZHI_DATA": str(tmp_path), "PORT": str(free_port)}


def run_gongzhi(installation: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "gongzhi.console", "run", "--no-demo"],
        cwd=ROOT,
        env=installation,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A group of its own, to press Ctrl-C in as a terminal does: for the whole group at once.
        start_new_session=True,
    )


def test_gongzhi_run_makes_its_database_serves_and_stops_on_ctrl_c(
    installation: dict[str, str], tmp_path: Path
) -> None:
    process = run_gongzhi(installation)
    try:
        said = read_until(process, "Stop with Ctrl-C")
        assert f"http://localhost:{installation['PORT']}/" in said
        assert (tmp_path / "gongzhi.sqlite3").exists()
        everyone = family_with(process, "worker")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(WITHIN_SECONDS) == 0
        assert left_of(everyone) == []
    finally:
        process.kill()
        process.communicate()


def test_gongzhi_run_says_what_to_do_when_the_port_is_taken(installation: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(installation["PORT"]))):
        process = run_gongzhi(installation)
        _, said = process.communicate(timeout=WITHIN_SECONDS)
    assert process.returncode == 1
    assert f"Port {installation['PORT']}" in said
    assert "make run PORT=" in said


def test_counters_live_in_memory_unless_a_folder_was_named_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    with counters_in_memory(tmp_path):
        folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
        assert (folder.parent, folder.stat().st_mode & 0o777) == (tmp_path, 0o700)
    assert (folder.exists(), "PROMETHEUS_MULTIPROC_DIR" in os.environ) == (False, False)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "named")
    with counters_in_memory(tmp_path):
        assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == "named"
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")
    with counters_in_memory(tmp_path / "absent"):
        assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def test_a_folder_in_memory_that_is_not_ours_alone_is_not_used(tmp_path: Path) -> None:
    data, memory = tmp_path / "data", tmp_path / "memory"
    memory.mkdir()
    folder = folder_in_memory(data, memory)
    assert folder is not None
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder_in_memory(data, memory) == folder, "all processes of an installation share it"
    assert folder_in_memory(tmp_path / "other", memory) != folder
    folder.chmod(0o777)
    assert folder_in_memory(data, memory) is None
    folder.rmdir()
    folder.symlink_to(tmp_path)
    assert folder_in_memory(data, memory) is None
    assert folder_in_memory(data, tmp_path / "absent") is None
