"""Promises of the interface for every page: budgets, tokens, no inline style or script, known icons."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongzhi.core import icons

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "static-build" / "assets"
OWN_CSS = sorted((ROOT / "frontend" / "css").glob("*.css"))
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "gongzhi").glob("*/templates/**/*.html")])
RESIDENT_CSS_BYTES = 25_000
RESIDENT_SCRIPT_BYTES = 12_000
STAFF_CSS_BYTES = 60_000
STAFF_SCRIPT_BYTES = 90_000

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CONDITION = re.compile(r"@(?:media|supports|import)[^{;]*")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb|color|color-mix)\(")
NAMED_COLOUR = re.compile(
    r":[^;{}]*(?<![\w-])(?:white|black|red|green|blue|gr[ae]y|orange|yellow|teal|silver|navy|maroon)(?![\w-])"
)
SIZE = re.compile(r"(?<![\w-])\d*\.?\d+(?:px|rem|pt|cm|mm|in)\b")


def _built(name: str) -> bytes:
    file = ASSETS / name
    assert file.exists(), f"{file} is missing: run `npm ci --ignore-scripts && npm run build`"
    return file.read_bytes()


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("resident.css", RESIDENT_CSS_BYTES),
        ("resident.js", RESIDENT_SCRIPT_BYTES),
        ("staff.css", STAFF_CSS_BYTES),
        ("staff.js", STAFF_SCRIPT_BYTES),
    ],
)
def test_pages_stay_light(name: str, most: int) -> None:
    assert len(_built(name)) <= most


def test_pages_for_residents_carry_no_rule_of_the_framework() -> None:
    assert b"--tblr-" not in _built("resident.css")


def test_the_framework_is_cut_to_the_rules_in_use() -> None:
    whole = (ROOT / "node_modules/@tabler/core/dist/css/tabler.min.css").stat().st_size
    assert len(_built("staff.css")) < whole / 8


@pytest.mark.parametrize("file", [f for f in OWN_CSS if f.name != "tokens.css"], ids=lambda f: f.name)
def test_colours_and_sizes_stand_only_among_the_tokens(file: Path) -> None:
    css = CONDITION.sub("", COMMENT.sub("", file.read_text()))
    assert [m.group() for rule in (COLOUR, NAMED_COLOUR, SIZE) for m in rule.finditer(css)] == []


def test_no_picture_waits_to_be_scrolled_to() -> None:
    """A page that is printed is never scrolled: what waits would be an empty box on paper."""
    assert [file.name for file in TEMPLATES if "loading=" in file.read_text()] == []


def test_every_token_used_is_declared_and_every_declared_one_is_used() -> None:
    text = {f.name: COMMENT.sub("", f.read_text()) for f in OWN_CSS}
    declared = set(re.findall(r"(--[\w-]+)\s*:", "".join(text.values())))
    used = set(re.findall(r"var\((--[\w-]+)", "".join(text.values())))
    assert used - declared == set()
    # Variables of the framework are read by its rules, not by ours.
    assert {name for name in declared - used if not name.startswith("--tblr-")} == set()


def test_every_class_of_our_sheets_is_used_somewhere() -> None:
    sheets = "".join(CONDITION.sub("", COMMENT.sub("", f.read_text())) for f in OWN_CSS)
    selectors = re.sub(r"\{[^{}]*\}", " ", sheets)
    classes = set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", selectors))
    sources = [
        *TEMPLATES,
        *(ROOT / "gongzhi/core/components").glob("*.py"),
        *(ROOT / "frontend/src").glob("*.ts"),
    ]
    text = "\n".join(source.read_text() for source in sources)
    words = set(re.findall(r"[\w-]+", text))
    # A template may put the last part together: `badge-{{ tone }}`.
    families = tuple(re.findall(r"([a-z]+-)(?:\{\{|\{\w)", text))
    set_by_htmx = {"htmx-request", "htmx-indicator"}
    assert {c for c in classes if c not in words and not c.startswith(families)} - set_by_htmx == set()


INLINE = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "a script in the page": re.compile(
        # A block of data is not run, and the policy lets it be.
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>",
        re.IGNORECASE,
    ),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx evaluating text": re.compile(r"hx-on|hx-vals=['\"]?js:", re.IGNORECASE),
    "something from another host": re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what: str) -> None:
    without_code = ((f, re.sub(r"\{[%#{].*?[%#}]\}", "", f.read_text(), flags=re.DOTALL)) for f in TEMPLATES)
    assert [str(f.relative_to(ROOT)) for f, text in without_code if INLINE[what].search(text)] == []


def _icons_named() -> Iterator[tuple[str, str]]:
    tag = re.compile(r"\{%\s*icon\s+\"([\w-]+)\"|\bicon=\"([\w-]+)\"")
    python = re.compile(r"\bicon=\"([\w-]+)\"|\"icon\": \"([\w-]+)\"")
    sources = [(f, tag) for f in TEMPLATES] + [
        (f, python) for f in (ROOT / "gongzhi").rglob("*.py") if "tests" not in f.parts
    ]
    for source, pattern in sources:
        for match in pattern.finditer(source.read_text()):
            yield next(filter(None, match.groups())), str(source.relative_to(ROOT))


def test_every_icon_named_is_in_the_sprite() -> None:
    assert [(name, where) for name, where in _icons_named() if name not in icons.names()] == []
    sprite = _built("icons.svg").decode()
    assert {name for name in icons.names() if f'<symbol id="{name}"' not in sprite} == set()


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "http" not in re.sub(r'"(?:url|homepage|funding)":[^,\n]*|"https://[^"]*sponsors[^"]*"', "", lock)
