"""Asking an index of terms: the newest texts first, at a cost that does not grow with common words.

A table of terms has a key column (what the text belongs to) and a `TermsField`. SQLite walks its full-text
index from the newest key backwards and stops. PostgreSQL's index gives every match at once, so each row also
carries the mark of its block of keys (`block_mark`): the newest blocks are asked one by one, each at a
bounded cost, and all the rest together only when so few were found that the rest must be few as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from gongzhi.language.fields import word_of, words_table
from gongzhi.language.terms import Question, code_of, codes_of, mark

BLOCK_BITS = 14
"""Technical: a block is 16,384 keys; its part of the index is read in a few milliseconds."""
_BLOCKS = 8
"""Technical: newest blocks asked one by one."""


@dataclass(frozen=True, slots=True)
class Found:
    keys: list[int]
    """Newest first."""
    is_all: bool
    """Whether nothing older matches as well."""


@dataclass(frozen=True, slots=True)
class TermTable:
    """Where the terms of one kind of text stand: table, and key column."""

    table: str
    key: str
    terms: str = "terms"

    @classmethod
    def of(cls, model: type[Model], key: str) -> "TermTable":
        return cls(model._meta.db_table, key)


def block_mark(key: int) -> str:
    """Return the mark of the block a key lies in; belongs to the terms of every row."""
    return mark("block", key >> BLOCK_BITS)


def newest(table: TermTable, asked: Question, *, most: int) -> Found:
    """Return the keys of at most `most` matching texts, newest first.

    One statement on SQLite; on PostgreSQL one for the newest key and one for each block looked at.
    """
    if not asked:
        return Found([], is_all=True)
    keys = (
        _postgres(table, asked, most + 1)
        if connection.vendor == "postgresql"
        else _sqlite(table, asked, most + 1)
    )
    return Found(keys[:most], is_all=len(keys) <= most)


def _sqlite(table: TermTable, asked: Question, most: int) -> list[int]:
    words = " OR ".join(f"({' AND '.join(_quoted(way))})" for way in asked.ways)
    name = words_table(table.table)
    statement = f'SELECT rowid FROM "{name}" WHERE "{name}" MATCH %s ORDER BY rowid DESC LIMIT %s'  # noqa: S608 - our own names
    return _keys(statement, [words, most])


def _quoted(way: Iterable[str]) -> list[str]:
    return [f'"{word_of(code_of(term))}"' for term in sorted(way)]


def _postgres(table: TermTable, asked: Question, most: int) -> list[int]:
    top = _keys(f'SELECT max("{table.key}") FROM "{table.table}"', [])[:1]  # noqa: S608 - our own names
    if not top or top[0] is None:
        return []
    keys: list[int] = []
    newest_block = top[0] >> BLOCK_BITS
    for block in range(newest_block, max(-1, newest_block - _BLOCKS), -1):
        keys += _match(table, asked, most - len(keys), in_block=block)
        if len(keys) >= most:
            return keys
    rest = newest_block - _BLOCKS + 1
    return keys + (_match(table, asked, most - len(keys), below=rest << BLOCK_BITS) if rest > 0 else [])


def _match(
    table: TermTable, asked: Question, most: int, *, in_block: int | None = None, below: int | None = None
) -> list[int]:
    extra = [] if in_block is None else [mark("block", in_block)]
    conditions = " OR ".join([f'"{table.terms}" @> %s::integer[]'] * len(asked.ways))
    params: list[Any] = [sorted(map(code_of, [*way, *extra])) for way in asked.ways]
    bound = ""
    if below is not None:
        bound = f' AND "{table.key}" < %s'
        params.append(below)
    # Not the bare key: its index read backwards would look at every text to find the few that match.
    statement = (
        f'SELECT "{table.key}" FROM "{table.table}" WHERE ({conditions}){bound}'  # noqa: S608 - our own names
        f' ORDER BY "{table.key}" + 0 DESC LIMIT %s'
    )
    return _keys(statement, [*params, most])


def _keys(statement: str, params: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [row[0] for row in cursor.fetchall()]


def sharing(
    table: TermTable, *, marks: Iterable[str], any_of: Iterable[str], least: int, most: int
) -> list[int]:
    """Return the keys from `least` on of texts with all the marks and any of the terms, newest first.

    One statement. Costs as much as the texts with the rarest mark, so one of them should be rare.
    """
    wanted, either = sorted(set(marks)), sorted(set(any_of))
    if not wanted or not either:
        return []
    if connection.vendor == "postgresql":
        statement = (
            f'SELECT "{table.key}" FROM "{table.table}" WHERE "{table.terms}" @> %s::integer[]'  # noqa: S608 - our own names
            f' AND "{table.terms}" && %s::integer[] AND "{table.key}" >= %s'
            f' ORDER BY "{table.key}" + 0 DESC LIMIT %s'
        )
        return _keys(statement, [codes_of(wanted), codes_of(either), least, most])
    name = words_table(table.table)
    words = f"{' AND '.join(_quoted(wanted))} AND ({' OR '.join(_quoted(either))})"
    statement = (
        f'SELECT rowid FROM "{name}" WHERE "{name}" MATCH %s AND rowid >= %s ORDER BY rowid DESC LIMIT %s'  # noqa: S608
    )
    return _keys(statement, [words, least, most])
