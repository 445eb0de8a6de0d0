"""The condition "is not empty", written so that partial indexes with it serve on both databases.

SQLite compares a query with the condition of a partial index word by word and knows nothing of values that
are bound later, so the empty text stands in the statement itself.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup
from django.db.models.sql.compiler import SQLCompiler


@CharField.register_lookup
class IsGiven(Lookup[bool]):
    """`name__is_given=True`."""

    lookup_name = "is_given"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{'' if self.rhs else 'NOT '}{column} <> ''", tuple(params)
