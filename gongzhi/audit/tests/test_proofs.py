"""A receipt proves the history of its matter, and an outsider can check it with the script in the docs."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongzhi.audit import canonical, queries
from gongzhi.audit.actions import seal
from gongzhi.audit.models import AuditEvent
from gongzhi.audit.tests.conftest import forger

pytestmark = pytest.mark.django_db

Write = Callable[..., list[int]]
FORMAT = Path(__file__).resolve().parents[3] / "docs" / "audit-format.md"


@pytest.fixture
def history(write: Write, wall: datetime) -> list[int]:
    """A matter with events in two batches among those of others, and one not yet sealed."""
    rows = []
    for _ in range(2):
        write(3, subject="case:HY26-000002")
        rows += write(2)
        write(4, subject="case:HY26-000003")
        seal(at=wall)
    return rows + write(1)


def test_every_event_of_a_matter_has_a_proof_that_holds(history: list[int]) -> None:
    proofs = queries.proofs_for("case:HY26-000001")
    assert [proof.row for proof in proofs] == history
    assert [proof.holds for proof in proofs] == [True] * 4 + [False]
    assert [proof.is_sealed for proof in proofs] == [True] * 4 + [False]
    assert {proof.what for proof in proofs} == {"Trial row written"}


def test_a_matter_nobody_wrote_about_has_no_proofs() -> None:
    assert queries.proofs_for("case:HY26-999999") == []


def test_the_proof_of_an_altered_event_does_not_hold(history: list[int]) -> None:
    with forger() as cursor:
        cursor.execute("UPDATE audit_auditevent SET data = '{}' WHERE id = %s", [history[1]])
    assert [proof.holds for proof in queries.proofs_for("case:HY26-000001")] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_the_proofs_of_a_receipt_cost_two_queries_for_each_batch(history: list[int]) -> None:
    with CaptureQueriesContext(connection) as captured:
        queries.proofs_for("case:HY26-000001")
    # The events; one regular batch each for the two that hold some; two looks for the one not sealed yet.
    assert len(captured) <= 1 + 2 * 3


def outsider(*files: Path) -> subprocess.CompletedProcess[str]:
    """Run the script printed in the docs, with nothing of ours on its path."""
    script = FORMAT.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    return subprocess.run(
        [sys.executable, "-I", "-c", script, *map(str, files)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def saved(history: list[int], client: Client, tmp_path: Path) -> tuple[Path, Path]:
    """What a resident saves: a proof, and the roots as they were published."""
    proof, roots = tmp_path / "proof.json", tmp_path / "roots.json"
    proof.write_bytes(client.get(reverse("audit:proof_json", args=[history[3]])).content)
    roots.write_bytes(client.get(reverse("audit:roots_json")).content)
    return proof, roots


def test_an_outsider_can_check_a_proof_with_the_script_in_the_docs(saved: tuple[Path, Path]) -> None:
    result = outsider(*saved)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("part", ["leaf", "path", "index", "root", "size", "sealed_at", "chain"])
def test_the_script_in_the_docs_refuses_what_was_tampered_with(saved: tuple[Path, Path], part: str) -> None:
    proof = json.loads(saved[0].read_text())
    holder = proof if part in proof else proof["batch"]
    value = holder[part]
    holder[part] = value[::-1] if isinstance(value, str | list) else value + 1
    saved[0].write_text(json.dumps(proof))
    assert outsider(*saved).returncode != 0


def test_the_leaf_of_an_event_is_the_hash_of_the_text_the_docs_describe(history: list[int]) -> None:
    event = AuditEvent.objects.filter(id=history[0]).values_list(*canonical.EVENT_COLUMNS).get()
    text = canonical.event_text(event)
    names = ["form", *canonical.EVENT_COLUMNS]
    documented = [
        line.split("|")[2].strip(" `") for line in FORMAT.read_text().splitlines() if line.startswith("| e")
    ]
    assert documented == names
    assert json.loads(text)[0] == canonical.EVENT_FORM
    assert len(json.loads(text)) == len(names)
