"""The county's own category list: its shape is a promise to dispatch rules, statistics and pages."""

import csv
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parent.parent / "data" / "categories.csv"
Row = dict[str, str]
KINDS = {"request", "suggestion", "dispute", "hazard", "consultation"}
URGENCIES = {"ordinary", "urgent", "emergency"}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_code_is_unique_and_its_parent_stands_before_it(rows: list[Row]) -> None:
    seen: set[str] = set()
    for row in rows:
        code = row["code"]
        assert code not in seen
        assert code.isdigit()
        assert len(code) in (2, 4, 6)
        assert len(code) == 2 or code[:-2] in seen, code
        seen.add(code)


def test_the_three_levels_have_about_15_60_and_200_rows_and_no_branch_is_bare(rows: list[Row]) -> None:
    codes = [row["code"] for row in rows]
    counts = [sum(len(code) == size for code in codes) for size in (2, 4, 6)]
    assert counts[0] == 15
    assert 55 <= counts[1] <= 75
    assert 190 <= counts[2] <= 240
    assert all(any(c.startswith(code) and len(c) == 6 for c in codes) for code in codes)


def test_every_row_is_named_and_described_in_both_languages(rows: list[Row]) -> None:
    for row in rows:
        assert any("一" <= c <= "龥" for c in row["zh"]), row
        assert row["en"].isascii(), row
        assert row["en"].strip(), row
        assert row["belongs_zh"].endswith("。"), row
        assert row["belongs_en"].endswith("."), row


def test_names_tell_siblings_apart(rows: list[Row]) -> None:
    for language in ("zh", "en"):
        leaves = [row[language] for row in rows if len(row["code"]) == 6]
        assert len(set(leaves)) == len(leaves), {name for name in leaves if leaves.count(name) > 1}


def test_kind_urgency_and_key_words_have_known_values(rows: list[Row]) -> None:
    for row in rows:
        assert row["kind"] in KINDS, row
        assert row["urgency"] in URGENCIES, row
        assert 2 <= len(row["keywords"].split()) <= 6, row
