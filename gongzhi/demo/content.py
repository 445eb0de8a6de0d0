"""The written content of the demonstration county, read once from `data/`. Pure data, no choices.

Scenes are plain text so that a villager can add one: `@ code` starts a scene, then one line for each part.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
CATEGORIES = DATA.parent.parent / "cases" / "data" / "categories.csv"
_PARTS = {"题": "title", "事": "what", "害": "harm", "求": "want", "办": "done", "月": "months"}


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    zh: str
    kind: str
    urgency: str
    department: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One kind of incident: templates of what is said and of what was done about it."""

    code: str
    """`category#number`, stable while scenes are only added."""
    category: str
    title: str
    what: str
    want: str
    done: str
    harm: str = ""
    months: frozenset[int] = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class Voice:
    code: str
    weight: int
    self: str
    we: str
    home: tuple[str, ...]
    group: str
    open: tuple[str, ...]
    close: tuple[str, ...]
    ages: tuple[int, int] = (22, 84)
    sex: str = ""
    on_behalf: bool = False


@dataclass(frozen=True, slots=True)
class Department:
    """A bureau of the county, or the station of that bureau in every town."""

    code: str
    level: str
    zh: str
    en: str
    phone: str
    categories: tuple[str, ...]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """The leaves of the county's category list by code."""
    names = ("code", "zh", "kind", "urgency", "department")
    return {
        row["code"]: Category(*(row[n] for n in names)) for row in _rows(CATEGORIES) if len(row["code"]) == 6
    }


@lru_cache(maxsize=1)
def departments() -> tuple[Department, ...]:
    return tuple(
        Department(r["code"], r["level"], r["zh"], r["en"], r["phone"], tuple(r["categories"].split()))
        for r in _rows(DATA / "departments.csv")
    )


@lru_cache(maxsize=1)
def scenes() -> dict[str, tuple[Scene, ...]]:
    """All scenes by category code."""
    found: dict[str, list[Scene]] = {}
    for path in sorted((DATA / "scenes").glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("@ ")[1:]:
            scene = _scene(block, found)
            found.setdefault(scene.category, []).append(scene)
    return {code: tuple(rows) for code, rows in sorted(found.items())}


def _scene(block: str, found: Mapping[str, Sequence[Scene]]) -> Scene:
    head, *lines = block.strip().splitlines()
    parts: dict[str, Any] = {_PARTS[line[0]]: line[2:].strip() for line in lines}
    if "months" in parts:
        parts["months"] = frozenset(int(month) for month in parts["months"].split())
    return Scene(code=f"{head}#{len(found.get(head, ())) + 1}", category=head, **parts)


@lru_cache(maxsize=1)
def voices() -> tuple[Voice, ...]:
    lists = ("home", "open", "close", "ages")
    rows: list[dict[str, Any]] = _toml("voices.toml")["voice"]
    for row in rows:
        row.update({key: tuple(row[key]) for key in lists if key in row})
    return tuple(Voice(**row) for row in rows)


@lru_cache(maxsize=1)
def words() -> dict[str, tuple[str, ...]]:
    """Word lists that templates may name."""
    return {key: tuple(value) for key, value in _toml("slots.toml")["slots"].items()}


@lru_cache(maxsize=1)
def since() -> dict[str, tuple[str, ...]]:
    """How long it has been so, by urgency, and `tried`: whom people have told before."""
    return {key: tuple(value) for key, value in _toml("slots.toml")["since"].items()}


@lru_cache(maxsize=1)
def stories() -> dict[str, tuple[str, ...]]:
    """Longer passages by kind; the key "" fits all."""
    return {key: tuple(value) for key, value in _toml("slots.toml")["story"].items()}


@lru_cache(maxsize=1)
def answers() -> dict[str, dict[str, tuple[str, ...]]]:
    """What offices and residents write along the way: list name -> key -> templates."""
    return {
        name: {key: tuple(value) for key, value in rows.items()}
        for name, rows in _toml("answers.toml").items()
    }


@lru_cache(maxsize=1)
def rhythm() -> dict[str, Any]:
    return _toml("rhythm.toml")


def longest(rows: Mapping[str, Any], code: str) -> Any:
    """Return the entry whose key is the longest prefix of `code`; the key "" fits all."""
    return next(rows[code[:size]] for size in range(len(code), -1, -1) if code[:size] in rows)
