"""Which doors reach an action: read from the code, so that a door added later cannot be forgotten by a test.

Every name at the top of a module is a point, every use of one by another a line; what stands in the views,
the API, the jobs and the commands and reaches the action is a door.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
_LEFT_OUT = {"tests", "migrations", "demo"}
_DOORS = {"views", "api", "jobs", "commands"}


def doors_to(actions: Iterable[str]) -> set[str]:
    """Return the public names of doors from which one of the actions is reached."""
    seen, todo = set[str](), list(actions)
    while todo:
        for user in _uses()[todo.pop()] - seen:
            seen.add(user)
            todo.append(user)
    return {name for name in seen if _is_door(name)}


def _is_door(name: str) -> bool:
    *module, last = name.split(".")
    return bool(_DOORS & set(module)) and not last.startswith("_")


@cache
def _uses() -> Mapping[str, set[str]]:
    """Return for each name of the house which names use it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((HOUSE / "gongzhi").rglob("*.py")):
        if not _LEFT_OUT & set(path.parts):
            _read(path, found)
    return found


def _read(path: Path, found: defaultdict[str, set[str]]) -> None:
    tree = ast.parse(path.read_text())
    parts = [part for part in path.relative_to(HOUSE).with_suffix("").parts if part != "__init__"]
    module, imported, tops = ".".join(parts), _imported(tree), _tops(tree)
    for name, body in tops.items():
        for node in ast.walk(body):
            match node:
                case ast.Attribute(value=ast.Name(id=base)) if base in imported:
                    found[f"{imported[base]}.{node.attr}"].add(f"{module}.{name}")
                case ast.Name(id=used) if used in imported:
                    found[imported[used]].add(f"{module}.{name}")
                case ast.Name(id=used) if used in tops and used != name:
                    found[f"{module}.{used}"].add(f"{module}.{name}")


def _imported(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gongzhi")
        for alias in node.names
    }


def _tops(tree: ast.Module) -> dict[str, ast.stmt]:
    tops: dict[str, ast.stmt] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                tops[name] = node
            case ast.Assign(targets=targets):
                tops |= {target.id: node for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                tops[name] = node
    return tops
