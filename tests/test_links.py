"""Links of the documents lead somewhere: to a file that is there, and to a heading that it has."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
OUTSIDE = ("http://", "https://", "mailto:")


def pages() -> list[Path]:
    """Return every document under version control, or about to be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted({ROOT / name for name in names.split("\0") if name and (ROOT / name).exists()})


def anchors(page: Path) -> set[str]:
    """Return the names that the headings of a page get where it is shown."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in HEADING.findall(text)
    }


def broken(page: Path) -> Iterator[str]:
    for first, second in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        link = first or second
        if link.startswith(OUTSIDE):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and anchor not in anchors(target):
            yield f"{link}: {target.name} has no such heading"


@pytest.mark.once
@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


@pytest.mark.once
def test_every_page_of_the_docs_is_reached_from_the_first_page() -> None:
    waiting, reached = [ROOT / "README.md"], set[Path]()
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = (first for first, _ in LINK.findall(page.read_text(encoding="utf-8")) if first)
        paths = (link.partition("#")[0] for link in links if not link.startswith(OUTSIDE))
        waiting += [target for path in paths if path and (target := (page.parent / path).resolve()).is_file()]
    assert sorted(str(page) for page in (ROOT / "docs").rglob("*.md") if page not in reached) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One *two*\n[a](none.md) [b](#one-two) [c](#three) `[d](none.md)`\n", encoding="utf-8")
    assert [found.partition(":")[0] for found in broken(page)] == ["none.md", "#three"]
