"""Files that no row names are swept away; every other file stays."""

import logging
import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongzhi.cases import files, jobs
from gongzhi.cases.actions import sweeping
from gongzhi.cases.models import Attachment
from tests.cast import Cast
from tests.stage import Stage

GONGZHI = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "files")


def left_behind(at: datetime, age: timedelta, name: str = "") -> Path:
    """A file whose row never came, written `age` before `at`."""
    path = files.path_of(files.write(b"a picture"))
    if name:
        path = path.rename(path.with_name(name))
    moment = (at - age).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.mark.django_db
def test_only_old_files_without_a_row_are_removed(cast: Cast, at: datetime) -> None:
    stage = Stage(cast, at)
    stage.attach(stage.register())
    kept = files.path_of(Attachment.objects.get().key)
    long_ago = (at - timedelta(days=400)).timestamp()
    os.utime(kept, (long_ago, long_ago))
    old, unfinished = left_behind(at, timedelta(hours=25)), left_behind(at, timedelta(days=9), "a.part")
    young = left_behind(at, timedelta(hours=23))
    assert jobs.sweep_files(at=at) == 2
    assert [path.exists() for path in (kept, young, old, unfinished)] == [True, True, False, False]
    assert jobs.sweep_files(at=at) == 0


@pytest.mark.django_db
def test_files_of_another_database_are_left_alone_and_the_log_says_so(
    at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sweeping, "_FEW", 2)
    paths = [left_behind(at, timedelta(days=2)) for _each in range(3)]
    with caplog.at_level(logging.ERROR):
        assert jobs.sweep_files(at=at) == 0
    assert all(path.exists() for path in paths)
    assert "too many files have no row in this database" in caplog.text


@pytest.mark.django_db
def test_a_place_without_files_is_swept_in_peace(at: datetime) -> None:
    assert jobs.sweep_files(at=at) == 0


@pytest.mark.once
def test_every_app_that_writes_files_names_those_it_keeps() -> None:
    writers = {
        path.relative_to(GONGZHI).parts[0]
        for path in GONGZHI.rglob("*.py")
        if "tests" not in path.parts and re.search(r"\bfiles\.write\(", path.read_text())
    }
    assert writers == files.HOLDERS.keys()
