"""The documents keep up with the code: all is named, what is generated is fresh, links lead on."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from gongzhi.audit.codes import CODES
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.measures import MEASURES
from gongzhi.core import checks, metrics
from gongzhi.orgs.permissions import Permission, RoleCode
from gongzhi.rulebook.kinds import KINDS
from scripts import reference

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text()


def page(name: str) -> str:
    return (DOCS / "reference" / name).read_text()


def documents() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    yield from DOCS.rglob("*.md")
    yield from (ROOT / "gongzhi").rglob("*.md")
    yield from (path for name in ("deploy", "bench", "frontend") for path in (ROOT / name).rglob("*.md"))


def test_the_reference_pages_are_what_the_code_says() -> None:
    assert reference.out_of_date() == [], "make docs"


def test_every_setting_is_described() -> None:
    read = set()
    for source in (ROOT / "config" / "settings.py", *(ROOT / "gongzhi").rglob("*.py")):
        if "tests" not in source.parts:
            found = r"(?:env\.\w+\(|environ(?:\.get\(|\[|\.setdefault\())\s*[\"']([A-Z][A-Z_]+)[\"']"
            read |= set(re.findall(found, source.read_text()))
    assert len(read) > 20, "the settings are found"
    internal = {"DJANGO_SETTINGS_MODULE"}
    assert {name for name in read - internal if f"`{name}`" not in OPERATIONS} == set()


def test_every_described_setting_is_read() -> None:
    sources = [
        ROOT / "config" / "settings.py",
        *(ROOT / "gongzhi").rglob("*.py"),
        *(ROOT / "scripts").glob("*.py"),
    ]
    code = "".join(path.read_text() for path in sources)
    named = set(re.findall(r"`(GONGZHI_[A-Z_]+)`", OPERATIONS))
    assert {name for name in named if f'"{name}"' not in code} == set()


def test_every_permission_and_role_is_described() -> None:
    text = page("permissions.md")
    assert {name for name in (*Permission, *RoleCode) if f"`{name}`" not in text} == set()


def test_every_state_and_move_is_described() -> None:
    text = page("loop.md")
    assert {name for name in (*State, *Move) if f"`{name}`" not in text} == set()


def test_every_rule_is_described() -> None:
    text = page("rules.md")
    assert {code for code in KINDS if f"## `{code}`" not in text} == set()


def test_every_event_of_the_audit_log_is_described() -> None:
    text = page("audit-events.md")
    assert {code for code in CODES if f"`{code}`" not in text} == set()


def test_every_measure_is_described() -> None:
    text = (DOCS / "measures.md").read_text()
    assert {code for code in MEASURES if f"`{code}`" not in text} == set()


def test_every_command_of_ours_is_described() -> None:
    ours = {name for name, app in get_commands().items() if str(app).startswith("gongzhi.")}
    assert ours
    assert {name for name in ours if f"gongzhi {name.replace('_', '-')}" not in OPERATIONS} == set()


def test_every_metric_is_described() -> None:
    counted = {
        f"{each._name}{'_total' if each._type == 'counter' else ''}"
        for each in vars(metrics).values()
        if hasattr(each, "_type") and hasattr(each, "_name")
    }
    assert len(counted) >= 4
    assert {name for name in counted | set(metrics._gauges) if f"`{name}`" not in OPERATIONS} == set()


def test_every_finding_of_the_check_command_is_described() -> None:
    codes = set(re.findall(r"core\.[EW]\d{3}", Path(checks.__file__).read_text()))
    text = (ROOT / "gongzhi" / "core" / "README.md").read_text() + OPERATIONS
    assert {code for code in codes if code not in text} == set()


def test_every_target_of_make_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.M)[0].split())
    described = set(re.findall(r"^(\w+):.*## \S", makefile, re.M))
    assert targets == described


def test_every_app_has_a_page_of_its_own_that_the_overview_names() -> None:
    apps = sorted(path.parent for path in (ROOT / "gongzhi").glob("*/apps.py"))
    assert [app.name for app in apps if not (app / "README.md").is_file()] == []
    overview = (DOCS / "apps.md").read_text()
    assert [app.name for app in apps if f"gongzhi/{app.name}/README.md" not in overview] == []


def test_every_dependency_has_its_sentence() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("dependencies = [")
    end = lines.index("]", start)
    bare = [
        line
        for before, line in zip(lines[start:end], lines[start + 1 : end], strict=False)
        if line.strip().startswith('"') and not before.strip().startswith("#")
    ]
    assert bare == []
    assert len(tomllib.loads("\n".join(lines))["project"]["dependencies"]) > 10


def test_numbers_of_decisions_are_unique_and_listed() -> None:
    records = sorted(path.name for path in (DOCS / "adr").glob("[0-9]*.md"))
    numbers = Counter(name[:4] for name in records)
    assert [number for number, times in numbers.items() if times > 1] == []
    index = (DOCS / "adr" / "README.md").read_text()
    assert [name for name in records if name not in index] == []


LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document, as GitHub makes them from headings."""
    heads = re.findall(r"^#{1,6} (.+)$", document.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", sorted(documents()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.S)
    text = re.sub(r"`[^`\n]*`", "", text)
    dead = []
    for found in LINK.finditer(text):
        target = next(part for part in found.groups() if part)
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (document.parent / path).resolve() if path else document
        is_dead_anchor = anchor and goal.suffix == ".md" and goal.is_file() and anchor not in anchors(goal)
        if not goal.exists() or is_dead_anchor:
            dead.append(target)
    assert dead == []
