"""Message catalogues: extract from code and templates, update every catalogue, compile, and check them.

    python -m scripts.messages              extract, update the catalogues, compile
    python -m scripts.messages cases orgs   the same for these apps only ("project" is the project-wide one)
    python -m scripts.messages --prune      also remove translations that nothing uses any more
    python -m scripts.messages --compile    only compile
    python -m scripts.messages --check      change nothing; name everything that is not complete

The language of the source is English; Chinese is the default language of the pages and must be complete.
Each app has its own catalogue; what lies outside the apps has the one in `locale/`. No system tool is needed.
"""

import argparse
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
PROJECT = "project"
# Function -> which arguments are the message; as Django names them. "c" marks the context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-zA-Z]|%[sd]|\{(\w*)\}")
TAG = re.compile(r"<[^>]*>")
SAME_IN_CHINESE = "same in Chinese"
"""A translator's comment (`# same in Chinese`) that allows a translation without Chinese characters."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    names = options.apps or [*apps(), PROJECT]
    if options.check:
        complaints = [complaint for name in names for complaint in check(name)]
        complaints += disagreements({name: read(name) for name in [*apps(), PROJECT]})
        complaints += [complaint for path in template_files() for complaint in unmarked_text(path)]
        for complaint in complaints:
            print(complaint)
        return 1 if complaints else 0
    for name in names:
        if not options.compile:
            update(name, prune=options.prune)
        compile_catalogue(name)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts.messages", description="Update and check the translations."
    )
    parser.add_argument("apps", nargs="*", metavar="APP", choices=[*apps(), PROJECT, []])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="change nothing, name what is not complete")
    what.add_argument("--compile", action="store_true", help="only compile the catalogues")
    what.add_argument("--prune", action="store_true", help="also remove translations that nothing uses")
    return parser


# --- Where things lie -----------------------------------------------------------------------------


def apps() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "gongzhi").glob("*/apps.py"))


def catalogue_path(name: str) -> Path:
    folder = ROOT if name == PROJECT else ROOT / "gongzhi" / name
    return folder / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def source_files(name: str) -> Iterator[Path]:
    """Give the Python files and templates whose words belong into this catalogue."""
    folders = [ROOT / "config", ROOT / "templates"] if name == PROJECT else [ROOT / "gongzhi" / name]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(ROOT).parts
            if path.suffix in {".py", ".html", ".txt", ".xml"} and not {"tests", "migrations"} & set(inside):
                yield path


def template_files() -> Iterator[Path]:
    for name in [*apps(), PROJECT]:
        yield from (path for path in source_files(name) if path.suffix == ".html")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- Extracting -----------------------------------------------------------------------------------


def extract_from(name: str) -> Catalog:
    """Return a catalogue of every marked message in the sources of `name`, without translations."""
    found = Catalog(locale=LOCALE, project="Gongzhi", charset="utf-8", fuzzy=False)
    for path in source_files(name):
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # The tokenizer minds indentation; a template's means nothing.
            source = "\n".join(line.lstrip() for line in templatize(source, origin=place(path)).splitlines())
        for line, message, comments, context in extract(
            "python",
            io.BytesIO(source.encode()),
            KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=False,
        ):
            if message:
                found.add(message, None, [(place(path), line)], auto_comments=comments, context=context)
    return found


def read(name: str) -> Catalog:
    path = catalogue_path(name)
    if not path.exists():
        return Catalog(locale=LOCALE, project="Gongzhi", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


# --- Updating and compiling -----------------------------------------------------------------------


def update(name: str, *, prune: bool) -> None:
    """Bring the catalogue in line with the sources: new ones empty, unused ones marked or (`prune`) gone."""
    catalogue, found = read(name), extract_from(name)
    if not len(found) and not catalogue_path(name).exists():
        return
    catalogue.update(found, no_fuzzy_matching=True)
    buffer = io.BytesIO()
    # Line numbers would change every catalogue with every edit; the file name is enough to find the place.
    write_po(
        buffer,
        catalogue,
        width=100,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=prune,
        omit_header=True,
    )
    text = _header() + buffer.getvalue().decode()
    path = catalogue_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    missing = sum(1 for message in catalogue if message.id and not any(_texts(message)))
    print(f"{name}: {len(catalogue)} messages, {missing} without Chinese, {len(catalogue.obsolete)} unused")


def _header() -> str:
    """Return a header without dates, which would change with every run."""
    return (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Gongzhi\\n"\n"Language: zh_Hans\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )


def compile_catalogue(name: str) -> None:
    path = catalogue_path(name)
    if not path.exists():
        return
    # Written beside and moved into place: a server that starts meanwhile never reads half a file.
    beside = path.with_suffix(".mo.new")
    with beside.open("wb") as file:
        write_mo(file, read(name))
    beside.replace(path.with_suffix(".mo"))


# --- Checking -------------------------------------------------------------------------------------


def check(name: str) -> Iterator[str]:
    """Give one sentence for everything in the catalogue of `name` that is missing, unused, fuzzy or wrong."""
    catalogue, found = read(name), extract_from(name)
    where = place(catalogue_path(name))
    wanted = {(message.id, message.context): message for message in found if message.id}
    present = {(message.id, message.context): message for message in catalogue if message.id}
    for key, message in wanted.items():
        if key not in present:
            yield f"{where}: missing: {_first(message)!r} (used in {message.locations[0][0]})"
    for key, message in present.items():
        if key not in wanted:
            yield f"{where}: unused: {_first(message)!r}"
        else:
            yield from (f"{where}: {said}: {_first(message)!r}" for said in faults(message))
    for message in catalogue.obsolete.values():
        yield f"{where}: obsolete: {_first(message)!r}"


def faults(message: Message) -> Iterator[str]:
    """Give what is wrong with one translated message."""
    if message.fuzzy:
        yield "fuzzy"
    texts = _texts(message)
    if not texts or not all(texts):
        yield "without Chinese"
        return
    same_allowed = SAME_IN_CHINESE in message.user_comments
    words = re.search(r"[A-Za-z]", TAG.sub("", PLACEHOLDER.sub("", _first(message))))
    for text in texts:
        if placeholders(text) != placeholders(_last(message)):
            yield f"placeholders differ from those of {text!r}"
        if words and not same_allowed and not CHINESE.search(text):
            yield f"no Chinese in {text!r} (a comment '# {SAME_IN_CHINESE}' allows it)"


def placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def disagreements(catalogues: dict[str, Catalog]) -> Iterator[str]:
    """Give messages that two catalogues translate differently: Django would show either, by order of apps."""
    seen: dict[tuple[str, str | None], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, catalogue in catalogues.items():
        for message in catalogue:
            if message.id and (texts := _texts(message)):
                seen[_first(message), message.context][texts[0]].append(name)
    for (text, _), answers in seen.items():
        if len(answers) > 1:
            spelled = "; ".join(f"{answer!r} in {', '.join(names)}" for answer, names in answers.items())
            yield f"{text!r} is translated differently: {spelled} (use pgettext to tell them apart)"


NOT_TEXT = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{#.*?#}"
    r"|<!--.*?-->|<(script|style|svg|code|kbd)\b.*?</\1>",
    re.DOTALL,
)
TEMPLATE_CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(
    r"""\b(?:title|alt|placeholder|aria-label|aria-description)=(["'])(.*?)\1""", re.DOTALL
)
LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]{2,}")


def unmarked_text(path: Path) -> Iterator[str]:
    """Give words in a template that people would see and that are not marked for translation."""

    def blank(match: re.Match[str]) -> str:
        return "\n" * match.group().count("\n")

    rest = NOT_TEXT.sub(blank, path.read_text(encoding="utf-8"))
    rest = TEMPLATE_CODE.sub(blank, rest)
    spoken = (match.group(2) for match in SPOKEN_ATTRIBUTE.finditer(rest))
    lines = re.sub(r"<[^>]*>", blank, re.sub(r"&\w+;", "", rest), flags=re.DOTALL).splitlines()
    for text in (*spoken, *lines):
        if LETTERS.search(text):
            yield f"{place(path)}: not marked for translation: {text.strip()!r}"


def _texts(message: Message) -> list[str]:
    strings = message.string
    return list(strings) if isinstance(strings, list | tuple) else [strings] if strings else []


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _last(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


if __name__ == "__main__":
    sys.exit(main())
