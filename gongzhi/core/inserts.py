"""New rows by a statement that is put together once and not for every row.

Django builds the text of an INSERT anew each time, which costs more than the insert itself on the path
where matters are registered. Values still go through the fields, so sealed and dated columns stay right.
Only for new rows of models without inheritance, signals and database defaults, which none of ours has.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Field, Model

_EVERYDAY = frozenset({str, int, bool})
_PLAIN_FIELDS = frozenset(
    {
        models.BooleanField,
        models.CharField,
        models.ForeignKey,
        models.IntegerField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.TextField,
    }
)


def insert(row: Model) -> None:
    """Insert a new row and set its key. One statement. Raises what the database refuses with."""
    values = _values(row)
    given = tuple(value is not None for value in values)
    statement = f"{_head(type(row), 1, given)} RETURNING {_key(row)}"
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(statement, [value for value in values if value is not None])
        row.pk = cursor.fetchone()[0]
    _mark_saved(row)


def insert_together(groups: Sequence[Sequence[Model]]) -> None:
    """Insert new rows of several models, passing over those a constraint finds there already; keys are not
    set. One round trip on PostgreSQL, one statement a group on SQLite."""
    filled = [rows for rows in groups if rows]
    heads = [f"{_head(type(rows[0]), len(rows))} ON CONFLICT DO NOTHING" for rows in filled]
    values = [[value for row in rows for value in _values(row)] for rows in filled]
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("; ".join(heads), [value for group in values for value in group])
        else:
            for head, group in zip(heads, values, strict=True):
                cursor.execute(head, group)


def _mark_saved(row: Model) -> None:
    row._state.adding = False
    row._state.db = connection.alias


def _key(row: Model) -> str:
    return connection.ops.quote_name(row._meta.pk.column or "id")


def _values(row: Model) -> list[Any]:
    return [_value(row, field, plain) for field, plain in _fields(type(row))]


def _value(row: Model, field: "Field[Any, Any]", plain: bool) -> Any:
    """The value as the driver takes it; the everyday kinds need no field to prepare them."""
    value = getattr(row, field.attname) if plain else None
    if type(value) in _EVERYDAY:
        return value
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)


@cache
def _fields(model: type[Model]) -> "tuple[tuple[Field[Any, Any], bool], ...]":
    """The columns of a model but its key, each with whether everyday values may pass as they are."""
    own = (field for field in model._meta.concrete_fields if not field.primary_key)
    return tuple((field, type(field) in _PLAIN_FIELDS) for field in own)


@cache
def _head(model: type[Model], count: int, given: tuple[bool, ...] | None = None) -> str:
    """The beginning of a statement for `count` rows; `given` leaves out columns that are empty anyway."""
    quote = connection.ops.quote_name
    own = [field.column or "" for field, _plain in _fields(model)]
    columns = [column for column, wanted in zip(own, given or (True,) * len(own), strict=True) if wanted]
    names = ", ".join(map(quote, columns))
    rows = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * count)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {rows}"  # noqa: S608 - our own names
