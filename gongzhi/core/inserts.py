"""New rows by a statement that is put together once and not for every row.

Django builds the text of an INSERT anew each time, which costs more than the insert itself on the path
where matters are registered. Values still go through the fields, so sealed and dated columns stay right.
Only for new rows of models without inheritance, signals and database defaults, which none of ours has.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model


def insert(row: Model) -> None:
    """Insert a new row and set its key. One statement. Raises what the database refuses with."""
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"{_head(type(row), 1)} RETURNING {_key(row)}", _values(row))
        row.pk = cursor.fetchone()[0]
    _mark_saved(row)


def insert_new(rows: Sequence[Model]) -> None:
    """Insert those rows that no constraint finds there already; keys are not set. One statement."""
    if not rows:
        return
    values = [value for row in rows for value in _values(row)]
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"{_head(type(rows[0]), len(rows))} ON CONFLICT DO NOTHING", values)


def _mark_saved(row: Model) -> None:
    row._state.adding = False
    row._state.db = connection.alias


def _key(row: Model) -> str:
    return connection.ops.quote_name(row._meta.pk.column or "id")


def _values(row: Model) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in _fields(type(row))]


@cache
def _fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


@cache
def _head(model: type[Model], count: int) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column or "") for field in _fields(model))
    row = f"({', '.join(['%s'] * len(_fields(model)))})"
    rows = ", ".join([row] * count)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {rows}"  # noqa: S608 - our own names
