"""Lets the test runner empty the table of rule versions between two tests that really commit.

SQLite is emptied with DELETE, which the trigger refuses, as it should; PostgreSQL with TRUNCATE, which
passes.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations


def let_test_runner_empty(patch: pytest.MonkeyPatch) -> None:
    """Wrap the operation behind `flush` for as long as `patch` lasts."""
    real = BaseDatabaseOperations.execute_sql_flush

    def lifted(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> Any:
        triggers = _triggers(self.connection)
        drops = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return real(self, [*drops, *sql_list, *(sql for _, sql in triggers)])

    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lifted)


def _triggers(connection: Any) -> list[tuple[str, str]]:
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'rulebook_ruleversion'"
        )
        return list(cursor.fetchall())
