"""The machine fails: the server is killed, the disk full, the database gone. Nothing acknowledged is lost.

Real server processes, really broken. What a test needs to know afterwards it asks in a fresh process.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Transition
from gongzhi.core import clock, metrics
from gongzhi.core.tests.test_worker import wait_for
from scripts.postgres import _options, _owner, _pg_ctl, find_binaries, temporary_postgres
from tests.cast import Cast
from tests.installation import Installation, installation, text_of
from tests.stage import TEXT, Program, Stage, picture

ON_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("installation")) as one:
        yield one


@pytest.fixture
def running(made: Installation) -> Iterator[Installation]:
    made.start()
    yield made
    made.kill()


def assert_whole(cases: dict[str, dict[str, Any]]) -> None:
    """Fail when there is any case of which a part is missing."""
    for number, case in cases.items():
        steps = case["moves"]
        assert (case["transitions"], case["audits"], case["clocks"]) == (steps, steps, 1), number
        assert case["sights"] == 2, f"{number}: the village and its town"
        assert all(case["pictures"]), number


def send_until_cut(server: Installation, enough: threading.Event, acknowledged: dict[str, str]) -> None:
    """Register one matter after the other until nobody answers; note what was acknowledged."""
    while True:
        text = text_of(len(acknowledged))
        try:
            answer = server.register(text)
        except OSError:
            return
        assert answer.status in (201, 503), answer.body
        if answer.status == 201:
            acknowledged[answer.json()["number"]] = text
        if len(acknowledged) >= 25:
            enough.set()


def test_a_server_killed_in_the_middle_of_its_work_loses_nothing_it_acknowledged(
    running: Installation,
) -> None:
    acknowledged: dict[str, str] = {}
    enough = threading.Event()
    senders = [
        threading.Thread(target=send_until_cut, args=(running, enough, acknowledged)) for _each in range(3)
    ]
    for sender in senders:
        sender.start()
    assert enough.wait(60), running.said()
    running.kill()
    for sender in senders:
        sender.join()
    stored = running.cases()
    assert len(acknowledged) >= 25
    assert {number: stored.get(number, {}).get("text") for number in acknowledged} == acknowledged
    assert_whole(stored)
    running.start()
    assert running.register("又来一件。").status == 201
    running.run("manage.py", "audit", "verify")


def multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    """Return a form with one picture as a browser sends it, and its content type."""
    mark = uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    return b"".join([*parts, head, content, f"\r\n--{mark}--\r\n".encode()]), mark


def raise_with_picture(server: Installation) -> int:
    """Raise a matter with a picture through the form; return the status of the answer."""
    page = server.get("/raise/?place=610921100222")
    cookie = page.headers["set-cookie"].split(";")[0]
    secret = cookie.split("=")[1]
    fields = {"csrfmiddlewaretoken": secret, "token": str(uuid4()), "text": TEXT, "place": "610921100222"}
    body, mark = multipart(fields, picture("JPEG", (400, 300)))
    answer = server.call(
        "POST",
        "/raise/",
        body,
        headers={"Content-Type": f"multipart/form-data; boundary={mark}", "Cookie": cookie},
    )
    if answer.status == 507:
        assert "<h1>" in answer.body
    return answer.status


def give_room(server: Installation, most: int) -> None:
    """Let no file of the server grow beyond `most` bytes: what a full disk looks like to a program."""
    for process in server.processes():
        _soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, hard))


def test_on_a_full_disk_people_read_why_nothing_acknowledged_is_lost_and_it_goes_on_when_there_is_room(
    running: Installation,
) -> None:
    first = running.register("有地方的时候。")
    assert first.status == 201
    assert raise_with_picture(running) == 302
    before = running.cases()
    give_room(running, 100)
    assert raise_with_picture(running) == 507
    refused = running.register("没有地方了。")
    if ON_SQLITE:
        assert refused.status == 507, refused.body
        assert refused.json()["error"]["code"] == "disk_full"
    assert running.get("/").status == 200, "reading goes on"
    give_room(running, resource.RLIM_INFINITY)
    assert running.register("又有地方了。").status == 201
    assert raise_with_picture(running) == 302
    after = running.cases()
    assert before.keys() <= after.keys()
    assert_whole(after)
    assert len(after) == len(before) + 2 + (not ON_SQLITE)
    stored = [path for path in (running.folder / "files").rglob("*") if path.is_file()]
    assert len(stored) == sum(len(case["pictures"]) for case in after.values()), "no file without its row"


def counters_mapped_by(server: Installation) -> set[Path]:
    """Return the counter files that the processes of the server write by touching memory."""
    lines = "\n".join(Path(f"/proc/{each.pid}/maps").read_text() for each in server.processes())
    return {Path(line.split(maxsplit=5)[5]) for line in lines.splitlines() if line.endswith(".db")}


def test_a_server_started_by_itself_keeps_its_counters_off_the_disk_that_may_be_full(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")
    in_memory = metrics.folder_in_memory(made.folder)
    assert in_memory is not None
    try:
        made.start(sys.executable, "manage.py", "serve", "--workers", "1")
        assert made.get("/").status == 200
        mapped = counters_mapped_by(made)
        assert mapped, "a request was counted"
        assert {file.parent for file in mapped} == {in_memory}
        assert not (made.folder / "metrics").exists()
    finally:
        made.kill()
        shutil.rmtree(in_memory)


def assert_says_gone(server: Installation) -> None:
    page = server.get("/")
    assert page.status == 503, page.body
    assert "<h1>" in page.body
    assert page.headers["retry-after"]
    call = server.register("数据库不在。")
    assert (call.status, call.json()["error"]["code"]) == (503, "unavailable")
    assert server.get("/healthz").status == 503


@pytest.mark.postgres
def test_when_the_database_server_is_gone_people_read_so_and_it_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    with temporary_postgres(durable=True) as address, installation(tmp_path, address) as server:
        server.start()
        number = server.register("先来一件。").json()["number"]
        with psycopg.connect(address) as asked:
            row = asked.execute("SHOW data_directory").fetchone()
            port = asked.info.port
        assert row is not None
        folder = Path(row[0]).parent
        _pg_ctl(find_binaries(), folder, _owner(), "stop", "-m", "immediate")
        assert_says_gone(server)
        _pg_ctl(find_binaries(), folder, _owner(), "start", "-o", _options(folder, port, durable=True))
        assert server.register("又来一件。").status == 201
        stored = server.cases()
        assert number in stored
        assert_whole(stored)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own with room for a small database; the account of the database may enter."""
    disk = Path(tempfile.mkdtemp(prefix="gongzhi-disk-"))
    size = ["-t", "tmpfs", "-o", "size=150m", "tmpfs", str(disk)]
    try:
        if os.geteuid() != 0 or subprocess.run(["mount", *size], check=False).returncode != 0:
            pytest.skip("only root makes a file system, where the machine lets it")
        disk.chmod(0o711)
        yield disk
        subprocess.run(["umount", str(disk)], check=True)
    finally:
        disk.rmdir()


def switch_journals(address: str) -> None:
    """Begin one journal file of the database after the other, as long as there is room."""
    with psycopg.connect(address, autocommit=True) as line:
        for _switched in range(20):
            line.execute("SELECT pg_logical_emit_message(false, 'test', 'so that there is something in it')")
            line.execute("SELECT pg_switch_wal()")


@pytest.mark.postgres
def test_when_the_disk_of_the_database_server_is_full_people_read_so_and_nothing_acknowledged_is_lost(
    small_disk: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    with (
        temporary_postgres(durable=True, where=small_disk) as address,
        installation(folder, address) as server,
    ):
        server.start()
        answers = [server.register("有地方的时候。")]
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 300_000))
        while answers[-1].status == 201:
            answers.append(server.register("一件长的。" * 600))
        assert (answers[-1].status, answers[-1].json()["error"]["code"]) == (507, "disk_full")
        assert server.get("/").status == 200, "reading goes on"
        ballast.unlink()
        answers.append(server.register("又有地方了。"))
        assert answers[-1].status == 201
        # Without room for its journal PostgreSQL stops by itself and does not come back before there is room.
        ballast.write_bytes(b"x" * shutil.disk_usage(small_disk).free)
        with pytest.raises(psycopg.OperationalError):
            switch_journals(address)
        assert_says_gone(server)
        (cluster,) = small_disk.glob("gongzhi-postgres-*")
        wait_for(lambda: not (cluster / "data" / "postmaster.pid").exists(), "the server gives up")
        ballast.unlink()
        port = int(urlsplit(address).port or 0)
        _pg_ctl(find_binaries(), cluster, _owner(), "start", "-o", _options(cluster, port, durable=True))
        answers.append(server.register("数据库又在了。"))
        assert answers[-1].status == 201
        stored = server.cases()
        assert {each.json()["number"] for each in answers if each.status == 201} <= stored.keys()
        assert_whole(stored)


@pytest.mark.django_db
def test_a_clock_that_was_set_back_stops_nobody_and_reorders_no_history(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=3))
    stage = Stage(cast, at)
    case = stage.in_state(State.DISPATCHED)
    clerk = Program(cast.clerk)
    monkeypatch.setattr(clock, "now", lambda: at - timedelta(days=3))
    moves = f"/cases/{case.number}/moves"
    assert clerk.post(moves, {"move": "sign"}).status_code == 200
    answered = clerk.post(moves, {"move": "resolve", "outcome": "solved", "answer": "修好了。"})
    assert answered.status_code == 200, answered.content
    moments = list(Transition.objects.filter(case=case).order_by("seq").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert clerk.post("/cases", {"text": TEXT, "place": cast.units.village.code}).status_code == 201
