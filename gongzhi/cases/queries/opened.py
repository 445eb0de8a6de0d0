"""The condition "is open", written so that the indexes for open cases serve it on both databases.

SQLite compares a query with the condition of a partial index word by word and knows nothing of values that
are bound later, so the states stand in the statement itself. They are our own words, never anybody's input.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, Q
from django.db.models.sql.compiler import SQLCompiler

from gongzhi.cases import lifecycle

_STATES = ", ".join(f"'{state.value}'" for state in sorted(lifecycle.OPEN_STATES))


@CharField.register_lookup
class IsOpen(Lookup[bool]):
    """`status__is_open=True`."""

    lookup_name = "is_open"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} {'' if self.rhs else 'NOT '}IN ({_STATES})", tuple(params)


def is_open(prefix: str = "") -> Q:
    """Return the condition; `prefix` leads to the case, such as `case__`."""
    return Q(**{f"{prefix}status__is_open": True})
