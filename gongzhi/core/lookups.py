"""Database conditions that an index serves on both databases where the usual form would not be served."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup
from django.db.models.sql.compiler import SQLCompiler

_LAST = "\U0010ffff"


@CharField.register_lookup
class Begins(Lookup[bool]):
    """`text__begins="王"` as a range in byte order, exact in case; SQLite serves `startswith` by no index.

    On PostgreSQL the index needs the operator class `varchar_pattern_ops`. Raises ValueError for nothing.
    """

    lookup_name = "begins"

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        return self._range(compiler, connection, ">=", "<")

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        return self._range(compiler, connection, "~>=~", "~<~")

    def _range(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, least: str, below: str
    ) -> tuple[str, tuple[str | int, ...]]:
        beginning = str(self.rhs)
        if not beginning:
            raise ValueError("everything begins with nothing")
        column, params = self.process_lhs(compiler, connection)
        return (
            f"({column} {least} %s AND {column} {below} %s)",
            (*params, beginning, *params, beginning + _LAST),
        )
