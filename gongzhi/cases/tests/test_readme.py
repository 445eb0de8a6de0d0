"""The page of this app says what the table of moves says."""

import re
from pathlib import Path

import pytest

from gongzhi.cases.lifecycle import Move, State
from scripts.diagram import drawn, page_with_diagram

PAGE = Path(__file__).parent.parent / "README.md"


@pytest.mark.once
def test_the_state_diagram_of_the_page_is_the_table_of_moves() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_with_diagram(page), "run: python -m scripts.diagram"


@pytest.mark.once
def test_the_diagram_names_every_state_and_the_page_every_move() -> None:
    assert all(str(state) in drawn() for state in State)
    page = PAGE.read_text(encoding="utf-8")
    assert [str(move) for move in Move if str(move) not in page] == []


@pytest.mark.once
def test_the_page_names_every_file_of_the_app() -> None:
    app, page = PAGE.parent, PAGE.read_text(encoding="utf-8")
    files = {*app.glob("*.py"), *app.glob("actions/*.py"), *app.glob("queries/*.py")}
    stems = {file.stem for file in files} - {"__init__", "apps"}
    assert sorted(stem for stem in stems if not re.search(rf"\b{stem}\b", page)) == []
