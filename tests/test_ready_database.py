"""The database that is kept from one run to the next is the one that the migrations of now would make."""

import re
from pathlib import Path

import pytest

from tests import ready_database

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent


def test_what_migrations_import_is_part_of_the_name_under_which_their_database_is_kept() -> None:
    named = {path for pattern in ready_database._FOLLOWS_FROM for path in ROOT.glob(pattern)}
    for migration in ROOT.glob("gongzhi/*/migrations/*.py"):
        found = re.findall(
            r"^\s*(?:import|from) (gongzhi[\w.]*)(?: import (\w+))?", migration.read_text(), re.M
        )
        for module, name in found:
            ways = [
                ROOT / f"{module.replace('.', '/')}{end}" for end in (".py", f"/{name}.py", "/__init__.py")
            ]
            assert named & set(ways), f"{migration.name} imports {module}"


def test_any_change_of_a_migration_gives_the_database_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready_database, "_ROOT", tmp_path)
    folder = tmp_path / "gongzhi" / "cases" / "migrations"
    folder.mkdir(parents=True)
    names = set()
    for text in ("a = 1", "a = 2"):
        (folder / "0001_initial.py").write_text(text)
        names.add(ready_database.fingerprint())
    assert len(names) == 2
