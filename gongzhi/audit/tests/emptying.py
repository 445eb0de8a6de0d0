"""Lets the test runner, and nobody else, empty the audit tables between two tests that really commit.

Django empties every table after such a test; the triggers refuse that, as they should. So the triggers are
lifted around that one operation and laid again in the same transaction.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

TABLES = ("audit_auditevent", "audit_auditbatch")


def let_test_runner_empty(patch: pytest.MonkeyPatch) -> None:
    """Wrap the operation behind `flush` for as long as `patch` lasts."""
    real = BaseDatabaseOperations.execute_sql_flush

    def lifted(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> Any:
        down, up = lifting_sql(self.connection)
        return real(self, [*down, *sql_list, *up])

    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lifted)


def lifting_sql(connection: Any) -> tuple[list[str], list[str]]:
    """Return the statements that lift the triggers of the audit tables, and those that lay them again.

    Also what the tests of forgery use: a forger with the rights of the owner does just this.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger "
                "WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)",
                [list(TABLES)],
            )
            found = cursor.fetchall()
            again = {"A": "ENABLE ALWAYS", "O": "ENABLE"}
            down = [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name, _ in found]
            laid = [(table, again[state], name) for table, name, state in found if state in again]
            return down, [f"ALTER TABLE {table} {how} TRIGGER {name}" for table, how, name in laid]
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)",
            list(TABLES),
        )
        found = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
