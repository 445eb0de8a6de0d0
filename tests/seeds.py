"""Rows that most tests start from: written once for a database, and copied into a test inside the database.

Writing the rules, the categories and the cast takes longer than most tests. So they are written once, kept
in tables of their own beside the real ones, and taken out again: a test that asks for nothing finds nothing.
What a test asks for is copied by one statement a table, in the transaction of the test.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from gongzhi.audit.models import AuditEvent
from gongzhi.rulebook.models import Rule
from tests.cast import AT, PASSWORD, Cast, make_cast

T = TypeVar("T")

_GIVEN_BY_DATABASE = {AuditEvent._meta.db_table: {"id", "recorded_at"}}
"""What the database fills in by itself, and refuses from anybody else."""


@dataclass
class Seed:
    """Rows kept aside. `put` copies them to where they belong; keys are those they had the first time."""

    name: str
    tables: list[str] = field(default_factory=list)
    _copies: list[str] = field(default_factory=list)

    def keep(self, write: Callable[[], T]) -> T:
        """Call `write`, which commits, and keep what it wrote into tables that were empty."""
        before = set(_filled())
        answer = write()
        self.tables = [table for table in _filled() if table not in before]
        with connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f'DROP TABLE IF EXISTS "{self._shadow(table)}"')
                cursor.execute(f'CREATE TABLE "{self._shadow(table)}" AS SELECT * FROM "{table}"')
        self._copies = [self._copy(table) for table in self.tables]
        return answer

    def put(self) -> None:
        """Copy the rows to where they belong. They must not be there."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in self._copies:
                cursor.execute(statement)

    def _shadow(self, table: str) -> str:
        return f"seed_{self.name}_{table}"

    def _copy(self, table: str) -> str:
        given = _GIVEN_BY_DATABASE.get(table, set())
        model = next(model for model in _models() if model._meta.db_table == table)
        columns = ", ".join(
            f'"{f.column}"' for f in model._meta.local_concrete_fields if f.column not in given
        )
        return f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{self._shadow(table)}" ORDER BY 1'


@dataclass
class Seeds:
    """What `rules` and `cast` of conftest.py put into a test."""

    rules: Seed
    people: Seed
    cast: bytes
    """The cast as it was written; read anew for each test, which may change what it is given."""

    def put_rules(self) -> None:
        if Rule.objects.exists():
            # Somebody set a stage before, with a rulebook of its own.
            call_command("install", verbosity=0)
        else:
            self.rules.put()

    def put_cast(self, *, at: datetime) -> Cast:
        self.people.put()
        cast: Cast = pickle.loads(self.cast)
        return cast if at == AT else cast.seen_at(at)


def keep_seeds() -> Seeds:
    """Write rules and cast, keep them, and leave the tables empty."""
    rules, people = Seed("rules"), Seed("cast")
    rules.keep(lambda: call_command("install", verbosity=0))
    cast = people.keep(lambda: make_cast(hashed_password=make_password(PASSWORD)))
    take_out(rules, people)
    return Seeds(rules, people, pickle.dumps(cast))


def take_out(*seeds: Seed) -> None:
    """Empty the tables that the seeds were kept from. Keys that were used are not used again."""
    tables = [table for seed in seeds for table in seed.tables]
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)


def _models() -> list[type[models.Model]]:
    there = set(connection.introspection.table_names())
    return [each for each in apps.get_models(include_auto_created=True) if each._meta.db_table in there]


def _filled() -> list[str]:
    return [model._meta.db_table for model in _models() if model._default_manager.exists()]
