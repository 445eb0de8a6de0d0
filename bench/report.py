"""One line of the table: what was measured, the figure, what it is held against, the ratio, the bound."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    figure: str
    against: str = ""
    ratio: float | None = None
    bound: str = ""
    holds: bool | None = None


def table(lines: list[Line]) -> str:
    """Return the lines as a Markdown table, which is also what docs/benchmarks.md keeps."""
    rows = [("what", "figure", "against", "ratio", "bound", "holds")]
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        holds = "" if line.holds is None else ("yes" if line.holds else "NO")
        rows.append((line.what, line.figure, line.against, ratio, line.bound, holds))
    rows.insert(1, ("---",) * 6)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
