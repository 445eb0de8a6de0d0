"""Paths of units: pure arithmetic, and the one database condition "at this unit or below it".

The invariant: a path is the chain of codes from the top down, each followed by `/`. Codes hold no `/`, so a
prefix that ends in `/` is exactly a subtree, and that subtree is one range of strings in byte order.

Official divisions are rooted at the province by their code (`61/6109/610921/` is Hanyin county), whether or
not rows for the province and the city are kept: importing them later moves nobody.
"""

import re

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, Q
from django.db.models.sql.compiler import SQLCompiler

CODE_PATTERN = r"^[0-9A-Za-z][0-9A-Za-z-]*\Z"
_COUNTY_CODE = re.compile(r"[0-9]{6}")


def join(parent_path: str, code: str) -> str:
    """Return the path of the unit `code` below `parent_path`."""
    return f"{parent_path}{code}/"


def root(code: str) -> str:
    """Return the path of a unit without a kept parent; a county code brings its province and city."""
    if _COUNTY_CODE.fullmatch(code):
        return f"{code[:2]}/{code[:4]}/{code}/"
    return f"{code}/"


def codes(path: str) -> list[str]:
    """Return the codes along `path`, top first."""
    return path.rstrip("/").split("/")


def depth(path: str) -> int:
    """Return how many levels stand above the unit: 0 for a province, 2 for a county."""
    return path.count("/") - 1


def contains(scope_path: str, unit_path: str) -> bool:
    """Whether the unit at `unit_path` is the one at `scope_path` or below it. An empty scope is none."""
    return scope_path != "" and unit_path.startswith(scope_path)


def subtree(path: str, *, field: str = "path") -> Q:
    """Return the condition "at this unit or below it", served by an index on both databases.

    `field` names the column that holds a path, also across joins (`unit__path`). Same rule as `contains`.
    """
    return Q(**{f"{field}__under": path})


@CharField.register_lookup
class Under(Lookup[bool]):
    """`path__under="61/6109/"` as a range in byte order; `0` is the character after `/`."""

    lookup_name = "under"

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        return self._range(compiler, connection, "%s >= %s AND %s < %s")

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        # Byte order whatever the collation of the database; served by a varchar_pattern_ops index.
        return self._range(compiler, connection, "%s ~>=~ %s AND %s ~<~ %s")

    def _range(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, form: str
    ) -> tuple[str, tuple[str | int, ...]]:
        path = str(self.rhs)
        if not path.endswith("/"):
            raise ValueError(f"not the path of a unit: {path!r}")
        column, params = self.process_lhs(compiler, connection)
        values = (*params, path, *params, path[:-1] + "0")
        return "(" + form % (column, "%s", column, "%s") + ")", values
