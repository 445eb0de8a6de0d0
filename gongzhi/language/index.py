"""Asking an index of terms: the newest texts first, at a cost that does not grow with common words.

A table of terms has a key column (what the text belongs to) and a `TermsField`. SQLite walks its full-text
index from the newest key backwards and stops. PostgreSQL's index gives every match at once, so each row also
carries the mark of its block of keys (`block_mark`): the newest block is asked first, and each time twice as
many as before, only as long as too few were found.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from gongzhi.language.fields import word_of, words_table
from gongzhi.language.terms import Question, code_of, codes_of, mark

BLOCK_BITS = 14
"""Technical: a block is 16,384 keys; its part of the index is read in a few milliseconds."""


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

    One statement on SQLite; on PostgreSQL one for the newest key and one for each step back, which doubles.
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
    """Ask the newest block of keys, then the two before it, then four: so much is read as was not found yet,
    whatever the size of the table."""
    top = _keys(f'SELECT max("{table.key}") FROM "{table.table}"', [])[0]  # noqa: S608 - our own names
    if top is None:
        return []
    keys: list[int] = []
    newest_block, size = top >> BLOCK_BITS, 1
    while newest_block >= 0 and len(keys) < most:
        oldest_block = max(0, newest_block - size + 1)
        keys += _match(table, asked, range(oldest_block, newest_block + 1), most - len(keys))
        newest_block, size = oldest_block - 1, size * 2
    return keys


def _match(table: TermTable, asked: Question, blocks: range, most: int) -> list[int]:
    marks = [code_of(mark("block", block)) for block in blocks]
    held, within = f'"{table.terms}" @> %s::integer[]', f'"{table.terms}" && %s::integer[]'
    if len(marks) == 1:
        conditions = " OR ".join([held] * len(asked.ways))
        params: list[Any] = [sorted({*map(code_of, way), *marks}) for way in asked.ways]
    else:
        conditions = " OR ".join([f"({held} AND {within})"] * len(asked.ways))
        params = [each for way in asked.ways for each in (codes_of(way), marks)]
    # Not the bare key: its index read backwards would look at every text to find the few that match.
    statement = (
        f'SELECT "{table.key}" FROM "{table.table}" WHERE ({conditions})'  # noqa: S608 - our own names
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

    One statement. Costs at most as much as the texts from `least` on with the rarest mark, and less where
    many share a term: both databases begin with the newest and stop when there are enough.
    """
    wanted, either = sorted(set(marks)), sorted(set(any_of))
    if not wanted or not either:
        return []
    if connection.vendor == "postgresql":
        return _postgres_sharing(table, wanted, either, least, most)
    name = words_table(table.table)
    words = f"{' AND '.join(_quoted(wanted))} AND ({' OR '.join(_quoted(either))})"
    statement = (
        f'SELECT rowid FROM "{name}" WHERE "{name}" MATCH %s AND rowid >= %s ORDER BY rowid DESC LIMIT %s'  # noqa: S608
    )
    return _keys(statement, [words, least, most])


def _postgres_sharing(
    table: TermTable, wanted: list[str], either: list[str], least: int, most: int
) -> list[int]:
    """Ask block by block within one statement: the rows of a later block are not read when an earlier one
    filled the limit."""
    top = _keys(f'SELECT max("{table.key}") FROM "{table.table}"', [])[0]  # noqa: S608 - our own names
    if top is None or top < least:
        return []
    blocks = range(top >> BLOCK_BITS, (least >> BLOCK_BITS) - 1, -1)
    statement = (
        f'SELECT found."{table.key}" FROM unnest(%s::integer[]) AS block(code) CROSS JOIN LATERAL ('  # noqa: S608 - our own names
        f'SELECT "{table.key}" FROM "{table.table}"'
        f' WHERE "{table.terms}" @> (%s::integer[] || block.code) AND "{table.terms}" && %s::integer[]'
        f' AND "{table.key}" + 0 >= %s ORDER BY "{table.key}" + 0 DESC LIMIT %s) AS found LIMIT %s'
    )
    marked = [code_of(mark("block", block)) for block in blocks]
    return _keys(statement, [marked, codes_of(wanted), codes_of(either), least, most, most])


def held_by_newest(
    table: TermTable, *, marked: str, codes: Collection[int], most: int
) -> tuple[dict[int, int], int]:
    """Return how many of the newest texts with a mark hold each of the codes, and how many were looked at.

    One statement more than `newest`.
    """
    keys = newest(table, Question((frozenset({marked}),)), most=most).keys
    if not keys or not codes:
        return {}, len(keys)
    which = f'FROM "{table.table}" WHERE "{table.key}" IN ({", ".join(["%s"] * len(keys))})'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f'SELECT code, count(*) FROM (SELECT unnest("{table.terms}") AS code {which}) AS held'  # noqa: S608 - our own names
                " WHERE code = ANY(%s) GROUP BY code",
                [*keys, list(codes)],
            )
            return dict(cursor.fetchall()), len(keys)
        wanted = {word_of(code): code for code in codes}
        held: Counter[str] = Counter()
        cursor.execute(f'SELECT "{table.terms}" {which}', keys)
        for (words,) in cursor.fetchall():
            held.update(wanted.keys() & set(words.split()))
    return {wanted[word]: count for word, count in held.items()}, len(keys)
