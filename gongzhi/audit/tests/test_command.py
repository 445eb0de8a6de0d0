"""`gongzhi audit`: what an operator reads and what a script gets."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from gongzhi.audit.models import AuditBatch
from gongzhi.audit.tests.conftest import forger

pytestmark = pytest.mark.django_db

Batches = list[list[int]]


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    """Return exit code and standard output."""
    try:
        call_command("audit", *args)
    except SystemExit as ended:
        return int(ended.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


@pytest.fixture
def saved(three_batches: Batches, client: Client, tmp_path: Path) -> Path:
    path = tmp_path / "roots.json"
    path.write_bytes(client.get(reverse("audit:roots_json")).content)
    return path


def test_a_whole_log_ends_with_code_0(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "verify", "--against", str(saved), "--json")
    result = json.loads(out)
    assert (code, result["whole"], result["rows"], result["batches"]) == (0, True, 12, 3)
    assert result["chain"] == AuditBatch.objects.get(number=3).chain
    assert run(capsys, "verify")[0] == 0


def test_a_tampered_log_ends_with_code_1_and_names_the_row(
    three_batches: Batches, capsys: pytest.CaptureFixture[str]
) -> None:
    row = three_batches[1][1]
    with forger() as cursor:
        cursor.execute("UPDATE audit_auditevent SET actor_name = '' || id WHERE id = %s", [row])
    code, out = run(capsys, "verify", "--json")
    (finding,) = json.loads(out)["findings"]
    assert (code, finding["wrong"], finding["row"], finding["batch"]) == (1, "altered", row, 2)
    code, out = run(capsys, "verify")
    assert code == 1
    assert out.splitlines()[0] == finding["words"]


def test_a_cut_tail_is_found_against_a_saved_copy(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with forger() as cursor:
        cursor.execute("DELETE FROM audit_auditbatch WHERE number = 3")
    assert run(capsys, "verify")[0] == 0
    code, out = run(capsys, "verify", "--json", "--against", str(saved))
    assert (code, json.loads(out)["findings"][0]["wrong"]) == (1, "tail_cut")


@pytest.fixture
def address(saved: Path) -> Iterator[str]:
    """Where another machine has kept the copy."""

    class Keeper(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(saved.read_bytes())

        def log_message(self, *args: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Keeper) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/roots.json"
        server.shutdown()
        thread.join()


def test_a_copy_may_lie_at_an_address(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "verify", "--against", address)[0] == 0
    with forger() as cursor:
        cursor.execute("DELETE FROM audit_auditbatch WHERE number = 3")
    assert run(capsys, "verify", "--against", address)[0] == 1


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[]", '{"roots": 1}', '{"roots": [{"number": "x"}]}', "\udcff"]
)
def test_a_file_that_is_no_copy_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "roots.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(CommandError, match=r"roots\.json"):
        call_command("audit", "verify", "--against", str(path))
    with pytest.raises(CommandError):
        call_command("audit", "verify", "--against", str(tmp_path / "absent.json"))


def test_rows_are_sealed_by_hand(write: Callable[..., list[int]], capsys: pytest.CaptureFixture[str]) -> None:
    write(3)
    assert "3" in run(capsys, "seal")[1]
    assert AuditBatch.objects.get().size == 3
    assert AuditBatch.objects.get().sealed_at <= datetime.now(UTC)
