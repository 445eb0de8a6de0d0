"""`make docs`: the tables of docs/reference, written from the code, so that they cannot drift from it.

python -m scripts.reference            write them
python -m scripts.reference --check    change nothing; name those that are out of date
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
HEAD = "<!-- Written by `make docs` from the code: change the code, not this page. -->\n\n"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table of Markdown; line ends and bars inside a cell are kept from breaking it."""
    names = list(head)
    lines = [names, ["---"] * len(names), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _code(value: object) -> str:
    return f"`{value}`"


def permissions() -> str:
    """Who may do what: the roles in words, then each permission with the roles that hold it."""
    from gongzhi.orgs.permissions import ROLES, Permission

    roles = table(
        ("Role", "Name", "Held at", "What it is for"),
        (
            (_code(role.code), role.name, ", ".join(sorted(role.unit_kinds)), role.sentence)
            for role in ROLES.values()
        ),
    )
    granted = table(
        ("Permission", "Roles"),
        (
            (
                _code(permission),
                ", ".join(str(role.name) for role in ROLES.values() if permission in role.permissions),
            )
            for permission in Permission
        ),
    )
    return (
        "# Roles and permissions\n\nRights come from posts only: a role at a unit, from a day to a day. "
        "The scope of a post is its unit with all below.\n\n"
        f"## Roles\n\n{roles}\n## Permissions\n\n{granted}"
    )


def loop() -> str:
    """States and moves of a case."""
    from gongzhi.cases import words
    from gongzhi.cases.lifecycle import OPEN_STATES, STEPS, State

    states = table(
        ("State", "Words", ""),
        ((_code(s), words.STATES[s], "open" if s in OPEN_STATES else "final") for s in State),
    )
    moves = table(
        ("Move", "Words", "From", "To", "Who", "Clocks"),
        (
            (
                _code(move),
                words.MOVED[move],
                ", ".join(_in_order(step.sources)),
                step.target or "as it was",
                "; ".join(_who(who, permission) for who, permission in step.who),
                _clocks(step),
            )
            for move, step in STEPS.items()
        ),
    )
    return (
        "# States and moves\n\nA pair of state and move that is not in this table is refused, "
        "with words that say what is possible. `–` is a matter that does not exist yet.\n\n"
        f"## States\n\n{states}\n## Moves\n\n{moves}\n{WHO}"
    )


WHO = (
    "Who: `reporter` the resident, by the receipt · `desk` whoever holds the permission above the desk of "
    "the case · `member` whoever holds it at exactly the unit that has the case · `above` whoever holds it "
    "above the place of the case · `system` the worker.\n"
)


def _in_order(sources: Iterable[Any]) -> Iterator[str]:
    from gongzhi.cases.lifecycle import State

    given = set(sources)
    if None in given:
        yield "–"
    if given >= set(State):
        yield "any"
        return
    yield from (str(state) for state in State if state in given)


def _who(who: Any, permission: Any) -> str:
    return f"{who} with `{permission}`" if permission else str(who)


def _clocks(step: Any) -> str:
    parts = [("starts", step.starts), ("stops", step.stops)]
    return "; ".join(f"{word} {', '.join(sorted(kinds))}" for word, kinds in parts if kinds)


def rules() -> str:
    """Every rule with its first version."""
    from gongzhi.rulebook.kinds import KINDS
    from gongzhi.rulebook.words import CONFIDENCE_NAMES, CONFIDENCE_SENTENCES

    parts = [
        "# Rules\n\nThe first version of every rule, as `gongzhi install` writes it. What is in force in an "
        "installation stands on its page `/rules/`; a change is a new version with a day and a source.\n\n"
        "Behind each source stands how far it was verified:\n\n",
        *(f"- **{CONFIDENCE_NAMES[each]}**: {said}\n" for each, said in CONFIDENCE_SENTENCES.items()),
    ]
    for code, kind in sorted(KINDS.items()):
        parts.append(f"\n## `{code}`\n\n**{kind.title}.** {kind.sentence}\n\n")
        verified = CONFIDENCE_NAMES[kind.confidence]
        parts.append(f"Level {kind.level}, type {kind.type}. Source: {kind.source} ({verified}).\n\n")
        parts.append(table(("Parameter", "Value"), _values(kind.first)))
    return "".join(parts)


def _values(params: Any) -> Iterator[tuple[str, str]]:
    from gongzhi.rulebook.presentation import describe

    for line in describe(params):
        yield line.label or "value", line.words or _rows(line.table)


def _rows(shown: Any) -> str:
    if shown is None:
        return ""
    return "; ".join(" · ".join(cell.words for cell in row) for row in shown.rows)


def events() -> str:
    """Every event of the audit log."""
    from gongzhi.audit.codes import in_order

    rows = ((_code(event.code), event.name, event.sentence) for event in in_order())
    return (
        "# Events of the audit log\n\nA row holds the code; the words stand in the code of the app and may "
        "be improved without touching a row.\n\n" + table(("Code", "Event", ""), rows)
    )


def fields() -> str:
    """Every field about people, with its class."""
    from django.apps import apps

    from gongzhi.core.models import FieldClass

    rows = [
        (_code(model._meta.label), _code(name), kind, "sealed" if _is_sealed(model, name) else "")
        for model in sorted(apps.get_models(), key=lambda each: each._meta.label)
        if model.__module__.startswith("gongzhi.")
        for name, kind in getattr(model, "field_classes", {}).items()
        if kind in (FieldClass.PERSONAL, FieldClass.SENSITIVE)
    ]
    return (
        "# Fields about people\n\nEvery field with the class personal or sensitive. A sealed one is "
        "encrypted in the database; reading a sensitive one asks a purpose and leaves a row in the audit "
        "log.\n\n" + table(("Table", "Field", "Class", ""), rows)
    )


def _is_sealed(model: Any, name: str) -> bool:
    from gongzhi.core.fields import EncryptedTextField

    return isinstance(model._meta.get_field(name), EncryptedTextField)


PAGES: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "loop.md": loop,
    "rules.md": rules,
    "audit-events.md": events,
    "personal-fields.md": fields,
}


def written() -> dict[str, str]:
    """Return the text of every page, in English. Django must be set up."""
    from django.utils import translation

    with translation.override("en"):
        return {name: HEAD + make() for name, make in PAGES.items()}


def out_of_date() -> list[str]:
    """Return the names of the pages that differ from the code, or that no code writes."""
    fresh = written()
    kept = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    return sorted(name for name in fresh.keys() | kept.keys() if fresh.get(name) != kept.get(name))


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts.reference", description="Write docs/reference.")
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Nothing here reads an installation, so none is touched.
        os.environ |= {"GONGZHI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        if options.check:
            stale = out_of_date()
            for name in stale:
                print(f"docs/reference/{name} differs from the code. To mend it: make docs")
            return 1 if stale else 0
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in written().items():
            (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
