"""The state diagram of a case, drawn from the table of moves into gongzhi/cases/README.md.

`python -m scripts.diagram` draws it anew; `--check` changes nothing and ends with 1 when it does not fit.
"""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from gongzhi.cases.lifecycle import STEPS, State  # noqa: E402 - needs the settings

PAGE = Path(__file__).resolve().parent.parent / "gongzhi" / "cases" / "README.md"
BEGINS, ENDS = "<!-- diagram: python -m scripts.diagram -->\n", "<!-- end of diagram -->"
ENDLESS = "[*]"
FINAL = (State.CLOSED, State.DECLINED, State.WITHDRAWN)
"""Drawn with an arrow to the end, although some can be left again."""


def drawn() -> str:
    """Return the diagram in Mermaid's words: one arrow for each pair of states, naming all its moves."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move, step in STEPS.items():
        for source in sorted(step.sources, key=lambda state: "" if state is None else state):
            for target in sorted(step.back) if step.back else [step.target]:
                if target is not None:
                    arrows.setdefault((source or ENDLESS, target), []).append(str(move))
    lines = [f"    {source} --> {target}: {', '.join(moves)}" for (source, target), moves in arrows.items()]
    lines += [f"    {state} --> {ENDLESS}" for state in FINAL]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```", ""])


def beside() -> str:
    """Return the moves that never change the state, as a line of the page."""
    return ", ".join(f"`{move}`" for move, step in STEPS.items() if step.target is None and not step.back)


def page_with_diagram(page: str) -> str:
    """Return the page with the diagram as it should be. Raises ValueError when its place is not marked."""
    before, found, rest = page.partition(BEGINS)
    _old, ended, after = rest.partition(ENDS)
    if not (found and ended):
        raise ValueError(f"the place of the diagram is not marked in {PAGE.name}")
    return f"{before}{BEGINS}{drawn()}\nBeside the state, never changing it: {beside()}.\n{ENDS}{after}"


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    wanted = page_with_diagram(page)
    if page == wanted:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{PAGE.name} of cases does not fit the table of moves; run: python -m scripts.diagram")
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
