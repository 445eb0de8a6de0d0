"""What a planner is told before a test asks how it would read."""

from django.db import connection


def forget_statistics() -> None:
    """Let PostgreSQL take every table for one it has not looked at yet, until the transaction ends.

    Of a table that it knows to be nearly empty it takes whichever index comes first; and whether it has
    looked hangs on how much time the machine had beside the tests. SQLite looks only when it is told to.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET relpages = 0, reltuples = -1 "
            "WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
        )
        cursor.execute("DELETE FROM pg_statistic WHERE starelid >= 16384")
