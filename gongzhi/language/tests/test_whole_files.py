"""A file is there whole or not at all; what is no file is never replaced by one."""

import os
import stat
import threading
from pathlib import Path

import pytest

from gongzhi.language.whole_files import written_whole

pytestmark = pytest.mark.once


def _fill_the_disk(path: Path) -> None:
    with written_whole(path) as halfway:
        halfway.write_text("half")
        raise OSError("the disk is full")


def test_a_file_takes_its_place_whole_or_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with written_whole(path) as halfway:
        halfway.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    with pytest.raises(OSError, match="full"):
        _fill_the_disk(path)
    assert (path.read_text(), os.listdir(tmp_path)) == ("new", ["out.csv"])


def test_a_pipe_or_a_device_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with written_whole(pipe) as place:
        place.write_text("text")
    reader.join(10)
    assert read == ["text"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_goes_on_leading_where_it_led(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    for said in ("one", "two"):
        with written_whole(link) as place:
            place.write_text(said)
        assert (link.readlink(), real.read_text()) == (real, said)
