"""`make setup` on a machine whose Python comes without ensurepip: pip is taken from the index, and only the
very file that was locked."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import setup

pytestmark = pytest.mark.once
WHEEL = b"a wheel of pip"
NAME = "pip-26.3-py3-none-any.whl"
LOCK = f"pip==26.3 \\\n    --hash=sha256:{hashlib.sha256(WHEEL).hexdigest()}\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index of one file, named to pip's settings as an operator would; yields the file."""
    shelf = tmp_path / "index"
    (shelf / "simple" / "pip").mkdir(parents=True)
    (shelf / "simple" / "pip" / "index.html").write_text(
        '<a href="../../files/pip-26.2-py3-none-any.whl">old</a>\n'
        f'<a href="../../files/{NAME}#sha256=0">new</a>'
    )
    (shelf / "files").mkdir()
    file = shelf / "files" / NAME
    file.write_bytes(WHEEL)

    class Shelf(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(shelf))  # type: ignore[arg-type]

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.delenv("PIP_CERT", raising=False)
    monkeypatch.setattr(setup, "_CONFIGURATIONS", ())
    yield file
    server.shutdown()
    server.server_close()


def test_the_locked_pip_is_taken_from_the_index_that_the_machine_names(index: Path, tmp_path: Path) -> None:
    wheel = setup._download_pip(LOCK, tmp_path)
    assert (wheel.name, wheel.read_bytes()) == (NAME, WHEEL)


def test_another_file_under_the_name_of_the_locked_pip_is_refused(index: Path, tmp_path: Path) -> None:
    index.write_bytes(WHEEL + b"!")
    with pytest.raises(setup.SetupFailed, match="not the file that was locked"):
        setup._download_pip(LOCK, tmp_path)
    assert not (tmp_path / NAME).exists()


def test_an_index_without_the_locked_pip_is_named(index: Path, tmp_path: Path) -> None:
    with pytest.raises(setup.SetupFailed, match=r"does not list pip-26\.4"):
        setup._download_pip(LOCK.replace("26.3", "26.4"), tmp_path)


def test_settings_of_pip_are_read_from_its_files_the_nearest_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, person = tmp_path / "machine.conf", tmp_path / "person.conf"
    machine.write_text("[global]\nindex-url = https://a.example/simple\ncert = /a.crt\n")
    person.write_text("[global]\nindex-url = https://b.example/%simple\n")
    monkeypatch.setattr(setup, "_CONFIGURATIONS", (machine, person))
    for name in ("PIP_INDEX_URL", "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)
    assert setup._pip_setting("index-url") == "https://b.example/%simple"
    assert setup._pip_setting("cert") == "/a.crt"
    assert setup._pip_setting("proxy") == ""
