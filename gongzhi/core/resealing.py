"""Sealing everything anew: where sealed texts stand, and how a batch of them is written with the key of now.

Model fields are found by themselves; what else is sealed (a text inside a JSON column, a blind index beside a
field) is declared by its app with `declare_json` and `declare_index`.
The invariant: a row is written only if it is still what was read, so nobody's change is undone; and a text
that already begins with the mark of now is left alone, so a run that was killed goes on where it stopped.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db import connection, transaction

from gongzhi.core.crypto import KeyMissing, Vault, vault
from gongzhi.core.fields import EncryptedTextField

BATCH = 500
"""Rows of one transaction: on SQLite others wait that long for the write lock."""

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class BlindIndex:
    """A column that a sealed field is looked up by, written together with it."""

    column: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Place:
    """A column with sealed texts: the text itself, or JSON with sealed texts below some names."""

    table: str
    key: str
    column: str
    names: tuple[str, ...] = ()
    """Of a JSON column: the names below which sealed texts or lists of them stand."""
    index: BlindIndex | None = None

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


_indexes: dict[tuple[str, str], BlindIndex] = {}
_json: dict[tuple[str, str], tuple[str, ...]] = {}


def declare_index(model: str, field: str, *, column: str, purpose: str) -> None:
    """Say that `column` holds the blind index of `field`, so that both are always renewed together."""
    _indexes[model.lower(), field] = BlindIndex(column, purpose)


def declare_json(model: str, field: str, *, names: tuple[str, ...]) -> None:
    """Say below which names of a JSON object texts stand that are sealed for its own table and column."""
    _json[model.lower(), field] = names


def places() -> list[Place]:
    """Return every place with sealed texts whose table exists, by name."""
    found = [
        Place(
            model._meta.db_table,
            _key(model),
            str(field.column),
            index=_indexes.get((_label(model), field.name)),
        )
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
    for (label, field_name), names in _json.items():
        owner = apps.get_model(label)
        column = str(owner._meta.get_field(field_name).column)
        found.append(Place(owner._meta.db_table, _key(owner), column, names))
    there = set(connection.introspection.table_names())
    return sorted((place for place in found if place.table in there), key=lambda place: place.name)


def _label(model: Any) -> str:
    return str(model._meta.label_lower)


def _key(model: Any) -> str:
    return str(model._meta.pk.column)


def any_sealed() -> list[tuple[str, str]]:
    """Return one sealed text of each place that has any, with the place it was sealed for."""
    found = []
    for place in places():
        texts = (text for _key, value in _rows(place, "", 0, 1) for text in _texts(place, value))
        first = next(texts, None)
        if first is not None:
            found.append((place.name, first))
    return found


def waiting(place: Place) -> int:
    """Return how many rows of `place` are not sealed with the key and profile of now."""
    mark = vault().mark
    if place.names:
        rows = _rows(place, mark, 0, None)
        return sum(any(not text.startswith(mark) for text in _texts(place, value)) for _key, value in rows)
    condition, values = _condition(place, mark)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {place.table} WHERE {condition}", values)  # noqa: S608 - ours
        return int(cursor.fetchone()[0])


def reseal(place: Place, *, progress: Progress, lost: bool = False) -> int:
    """Seal anew what waits in `place`, batch by batch; return how many rows.

    With `lost` a text whose key is gone becomes empty, and a JSON row with one goes, instead of raising.
    Raises KeyMissing, Altered.
    """
    done, last = 0, 0
    while True:
        with transaction.atomic():
            kept = vault()
            rows = list(_rows(place, kept.mark, last, BATCH))
            written = sum(_write(place, kept, key, old, lost=lost) for key, old in rows)
        if not rows:
            return done
        done, last = done + written, rows[-1][0]
        progress(written)


def _rows(place: Place, mark: str, after: int, limit: int | None) -> Iterator[tuple[int, str]]:
    condition, values = _condition(place, mark)
    sql = (
        f"SELECT {place.key}, CAST({place.column} AS text) FROM {place.table} "  # noqa: S608 - names of ours
        f"WHERE {place.key} > %s AND {condition} ORDER BY {place.key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql + (f" LIMIT {limit:d}" if limit else ""), [after, *values])
        yield from cast(list[tuple[int, str]], cursor.fetchall())


def _condition(place: Place, mark: str) -> tuple[str, list[Any]]:
    """Return which rows wait. The rows of a JSON column are few, and each is looked through."""
    if place.names:
        return "1 = 1", []
    if not mark:
        return f"{place.column} <> ''", []
    return f"{place.column} <> '' AND substr({place.column}, 1, {len(mark):d}) <> %s", [mark]


def _texts(place: Place, value: str) -> list[str]:
    if not place.names:
        return [value]
    body = json.loads(value)
    under = [body[name] for name in place.names if body.get(name)]
    return [text for each in under for text in (each if isinstance(each, list) else [each])]


def _write(place: Place, kept: Vault, key: int, old: str, *, lost: bool) -> int:
    """Write one row anew if it is still what was read; return how many rows that were."""
    try:
        columns = _renewed_json(place, kept, old) if place.names else _renewed(place, kept, old)
    except KeyMissing:
        if not lost:
            raise
        columns = {} if place.names else _emptied(place)
    if columns == {place.column: old}:
        return 0
    sets = ", ".join(f"{column} = {_slot(place, column)}" for column in columns)
    verb = f"UPDATE {place.table} SET {sets}" if columns else f"DELETE FROM {place.table}"  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(
            f"{verb} WHERE {place.key} = %s AND CAST({place.column} AS text) = %s",
            [*columns.values(), key, old],
        )
        return int(cursor.rowcount)


def _slot(place: Place, column: str) -> str:
    is_json = place.names and column == place.column
    return "%s::jsonb" if is_json and connection.vendor == "postgresql" else "%s"


def _renewed(place: Place, kept: Vault, old: str) -> dict[str, str]:
    plain = kept.open(old, place=place.name)
    written = {place.column: kept.seal(plain, place=place.name)}
    if place.index:
        written[place.index.column] = kept.index(plain, purpose=place.index.purpose)
    return written


def _emptied(place: Place) -> dict[str, str]:
    return {place.column: ""} | ({place.index.column: ""} if place.index else {})


def _renewed_json(place: Place, kept: Vault, old: str) -> dict[str, str]:
    if all(text.startswith(kept.mark) for text in _texts(place, old)):
        return {place.column: old}

    def renewed(text: str) -> str:
        return kept.seal(kept.open(text, place=place.name), place=place.name)

    body = json.loads(old)
    for name in place.names:
        value = body.get(name)
        if value:
            body[name] = list(map(renewed, value)) if isinstance(value, list) else renewed(value)
    return {place.column: json.dumps(body)}
