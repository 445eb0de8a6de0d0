"""The column that holds the terms of a text, beside whatever the text belongs to."""

from collections.abc import Iterable
from typing import Any, cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


def word_of(code: int) -> str:
    """Return a term's number as a word of the full-text index of SQLite."""
    return format(code & 0xFFFFFFFF, "x")


def words_table(table: str) -> str:
    """Return the name of SQLite's full-text index over the terms of a table."""
    return f"{table}_words"


class TermsField(models.Field):  # type: ignore[type-arg]
    """Term numbers as `terms.codes_of` gives them: an array on PostgreSQL, words in a text on SQLite.

    The index over it is `TermsIndex`; it is asked through `index.newest`.
    """

    description = "terms of a text"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "integer[]" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(
        self, value: Iterable[int] | None, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if value is None:
            return None
        return list(value) if connection.vendor == "postgresql" else " ".join(map(word_of, value))

    def from_db_value(
        self, value: Any, _expression: Any, connection: BaseDatabaseWrapper
    ) -> list[int] | None:
        if value is None or connection.vendor == "postgresql":
            return cast("list[int] | None", value)
        return [code - 2**32 if code >= 2**31 else code for code in (int(word, 16) for word in value.split())]


class TermsIndex(models.Index):
    """The index over a `TermsField`, named in the Meta of its model: GIN on PostgreSQL, FTS5 on SQLite.

    SQLite's is a table of its own, `<table>_words`, which triggers of the database keep right.
    """

    def __init__(self, *expressions: Any, key: str = "", **kwargs: Any) -> None:
        self.key = key
        super().__init__(*expressions, **kwargs)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "key": self.key}

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **kwargs: Any,
    ) -> Statement:
        if schema_editor.connection.vendor == "postgresql":
            # Written by the worker, read by people: what waits to be sorted in burdens every question.
            made = super().create_sql(model, schema_editor, using=" USING gin", **kwargs)
            made.template = made.template.replace("%(extra)s", " WITH (fastupdate = off)%(extra)s")
            return made
        table, words = model._meta.db_table, words_table(model._meta.db_table)
        put = f'INSERT INTO "{words}" (rowid, terms) VALUES (new."{self.key}", new."terms");'  # noqa: S608 - our names
        old = f'VALUES (\'delete\', old."{self.key}", old."terms")'
        take = f'INSERT INTO "{words}" ("{words}", rowid, terms) {old};'
        changed = f'UPDATE OF "terms", "{self.key}"'
        schema_editor.deferred_sql += [
            f'CREATE TRIGGER "{words}_new" AFTER INSERT ON "{table}" BEGIN {put} END',
            f'CREATE TRIGGER "{words}_changed" AFTER {changed} ON "{table}" BEGIN {take} {put} END',
            f'CREATE TRIGGER "{words}_gone" AFTER DELETE ON "{table}" BEGIN {take} END',
        ]
        return Statement(
            "CREATE VIRTUAL TABLE IF NOT EXISTS %(name)s USING fts5"
            "(terms, content='', detail=none, columnsize=0, tokenize='ascii')",
            name=schema_editor.quote_name(words),
        )
