"""`gongzhi language` refuses what it cannot use with words that help, exit 1, and nothing half written."""

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from gongzhi.language import storing, training
from gongzhi.language.tests.test_classifier import SAID

pytestmark = pytest.mark.once

Say = Callable[..., None]
ROWS = [(f"{text}{n}号", label) for n in range(3) for label, said in SAID.items() for text in said]
GOOD = "text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "m.npz"
    storing.save(path, training.train_fields([t for t, _l in ROWS], {"label": [label for _t, label in ROWS]}))
    return path


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(*words: object) -> str:
    with pytest.raises(CommandError) as error:
        call_command("language", *map(str, words))
    assert error.value.returncode == 1
    return str(error.value)


BAD = {
    "no label": ("text,kind\n路,a\n", "label"),
    "no text": ("words,label\n路,a\n", "text"),
    "empty": ("", "text"),
    "only a head": ("text,label\n", "in.csv"),
    "only blanks": ("text,label\n ,a\n路, \n", "in.csv"),
    "one label": ("text,label\n" + "路塌了,路\n" * 40, "20"),
    "too few": ("text,label\n路,a\n水,b\n", "20"),
    "neither UTF-8 nor GBK": (b"text,label\n\xff\xff\xff,a\n", "UTF-8"),
    "a spreadsheet": (b"PK\x03\x04\x00\x00", "CSV"),
    "UTF-16": ("text,label\n路,a\n".encode("utf-16"), "UTF-8"),
}


@pytest.mark.parametrize(("content", "says"), BAD.values(), ids=list(BAD))
def test_what_cannot_be_learnt_from_is_refused_with_what_is_wrong(
    content: str | bytes, says: str, tmp_path: Path
) -> None:
    path = table(tmp_path, content)
    assert says in refused("train", "--labelled", path, "--out", tmp_path / "m.npz")
    assert refused("evaluate", "--labelled", path)
    assert [each.name for each in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("gb18030"),
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("text,label", " TEXT,Label ").replace(",", ";").encode(),
        GOOD.replace("\n", "\r\n").encode(),
    ],
    ids=["GB18030", "mark", "tabs", "semicolons", "Windows"],
)
def test_tables_as_spreadsheets_here_write_them_are_read(content: bytes, tmp_path: Path) -> None:
    path = table(tmp_path, content)
    call_command("language", "train", "--labelled", str(path), "--out", str(tmp_path / "m.npz"))
    assert storing.load(tmp_path / "m.npz")["label"].facts["texts"] == len(ROWS)


def test_a_file_that_is_absent_a_folder_or_has_no_text_is_refused(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    for path in (tmp_path / "none.csv", tmp_path):
        assert str(path) in refused("predict", path, "--model", model, "--out", out)
        assert str(path) in refused("train", "--labelled", path, "--out", tmp_path / "m.npz")
    path = table(tmp_path, "label\na\n")
    assert "text" in refused("predict", path, "--model", model, "--out", out)
    assert [each.name for each in tmp_path.iterdir()] == ["in.csv"]


def test_a_huge_text_empty_ones_and_broken_lines_are_labelled_like_any(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, 'text,more\n"' + "路塌了，" * 500_000 + '",x\n,\n"两\n行",x\n路\n水,a,b,c\n')
    out = tmp_path / "out.csv"
    call_command("language", "predict", str(path), "--model", str(model), "--out", str(out))
    assert out.read_text(encoding="utf-8").count("\n") == 1 + 5 + 1
    assert out.stat().st_mode & 0o777 == 0o600


def _other_format(path: Path, model: Path) -> None:
    with np.load(model) as file:
        parts = dict(file)
    parts["names"] = np.frombuffer(parts["names"].tobytes().replace(b'"format": 4', b'"format": 3'), np.uint8)
    np.savez(path, **parts)


UNUSABLE: dict[str, Callable[[Path, Path], object]] = {
    "absent": lambda path, model: None,
    "empty": lambda path, model: path.write_bytes(b""),
    "text": lambda path, model: path.write_text("text,label\n"),
    "half": lambda path, model: path.write_bytes(model.read_bytes()[: model.stat().st_size // 2]),
    "damaged": lambda path, model: path.write_bytes(_damaged(model.read_bytes())),
    "an older format": _other_format,
    "folder": lambda path, model: path.mkdir(),
}


def _damaged(content: bytes) -> bytes:
    middle = len(content) // 2
    return (
        content[:middle]
        + bytes(255 - each for each in content[middle : middle + 64])
        + content[middle + 64 :]
    )


@pytest.mark.parametrize("make", UNUSABLE.values(), ids=list(UNUSABLE))
def test_a_file_that_is_no_model_of_this_version_is_refused_by_name_with_what_to_do(
    make: Callable[[Path, Path], object], model: Path, tmp_path: Path
) -> None:
    path, out = tmp_path / "m.npz", tmp_path / "out.csv"
    make(path, model)
    said = refused("predict", table(tmp_path, GOOD), "--model", path, "--out", out)
    assert "m.npz" in said
    assert not out.exists()


def test_what_cannot_be_written_is_refused_by_name_and_leaves_what_was_there(
    model: Path, tmp_path: Path
) -> None:
    path = table(tmp_path, GOOD)
    for out in (tmp_path / "no folder" / "x", tmp_path, Path("/"), Path()):
        assert str(out) in refused("predict", path, "--model", model, "--out", out)
        assert str(out) in refused("train", "--labelled", path, "--out", out)
    assert [each.name for each in tmp_path.iterdir()] == ["in.csv"]


def test_a_full_disk_is_said_and_the_file_before_stays_whole(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, GOOD)
    for words in (("predict", path, "--model", model), ("train", "--labelled", path)):
        out = tmp_path / "out"
        out.write_text("before")
        command = [sys.executable, "manage.py", "language", *map(str, words), "--out", str(out)]
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            capture_output=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
        )
        assert done.returncode == 1
        assert str(out) in done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()
        assert out.read_text() == "before"
        assert {each.name for each in tmp_path.iterdir()} == {"in.csv", "out"}
