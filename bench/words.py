"""The words of a county for measurements, and its index, written set-wise as the worker would write them.

Some thousand messages of the demonstration's grammar, each the words of many matters; every row of the index
also has the words of its own number and place, and the marks of who sees it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random
from typing import Any

from gongzhi.language import index, terms
from gongzhi.language.fields import word_of

MESSAGES = 20_000
ANSWER = "路已修通，护坡也做好了。"
ONE_PUBLISHED_IN = 10
_AT_ONCE = 10_000


def message_of(key: str) -> str:
    """Return, as SQL, which message is the words of the case with a key."""
    return f"({key}) * 7919 % {MESSAGES}"


def write_messages() -> None:
    """Write the messages to a table that cases are filled from."""
    from django.db import connection

    codes = "integer[]" if _is_postgres() else "text"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_words (n integer primary key, title varchar(80), text text, core text,"
            f" codes {codes}, public_codes {codes})"
        )
        _insert(cursor, "bench_words", 6, _messages())


def _messages() -> Iterator[tuple[Any, ...]]:
    """Yield texts as residents write them, the same in every run, with what they are found by."""
    from gongzhi.demo import content
    from gongzhi.demo.texts import Locality, write_message

    random = Random(3)
    leaves = sorted(content.scenes())
    where = [
        Locality(f"{name}村", f"{name[0]}平镇") for name in ("柏杨", "三元", "漩涡", "平梁", "铁佛", "双河")
    ]
    for number in range(MESSAGES):
        said = write_message(
            random, category=leaves[number % len(leaves)], month=number % 12 + 1, where=random.choice(where)
        )
        heard = terms.sound_terms_of(said.title)
        own = terms.terms_of(f"{said.title}\n{said.text}\n{ANSWER}") | heard
        public = terms.terms_of(f"{said.title}\n{said.core}\n{ANSWER}") | heard
        yield number, said.title, said.text, said.core, _codes(own), _codes(public)


def write_index() -> None:
    """Write the index of all cases, of what was said and of what was made public."""
    from django.db import connection

    from gongzhi.cases.models import CaseTerms, PublicTerms

    with connection.cursor() as cursor:
        _write_marks(cursor)
        _write_numbers(cursor)
        for model, words, marks in (
            (CaseTerms, "codes", ("s.seen", "s.near", "coalesce(o.codes, {none})")),
            (PublicTerms, "public_codes", ("s.near",)),
        ):
            _fill(cursor, model, words, marks)
        cursor.execute("VACUUM ANALYZE" if _is_postgres() else "ANALYZE")


def _fill(cursor: Any, model: Any, words: str, marks: Iterable[str]) -> None:
    none, between = ("'{}'::integer[]", " || ") if _is_postgres() else ("''", " || ' ' || ")
    held = [f"w.{words}", "p.codes", "n.codes", "b.codes", *(each.format(none=none) for each in marks)]
    both = "array_agg({})" if _is_postgres() else "group_concat({}, ' ')"
    table = model._meta.db_table
    is_public = "" if words == "codes" else "WHERE c.published_at IS NOT NULL"
    rebuilt = _taken_off(cursor, table) if _is_postgres() else ""
    cursor.execute(f"""
INSERT INTO {table} (created_at, case_id, terms)
SELECT c.registered_at, c.id, {between.join(held)}
FROM cases_case c
JOIN bench_words w ON w.n = {message_of("c.id")}
JOIN bench_places p ON p.place = c.place_id
JOIN bench_numbers n ON n.case_id = c.id
JOIN bench_blocks b ON b.block = c.id >> {index.BLOCK_BITS}
JOIN (
    SELECT s.case_id, {both.format("m.seen")} AS seen,
        coalesce({both.format("m.near")} FILTER (WHERE s.reason = 'place'), {none}) AS near
    FROM cases_casesight s JOIN bench_units m ON m.unit = s.unit_id GROUP BY s.case_id
) s ON s.case_id = c.id
LEFT JOIN bench_open o ON o.status = c.status {is_public} ORDER BY c.id""")
    if rebuilt:
        cursor.execute(rebuilt)
    else:
        cursor.execute(f"INSERT INTO {table}_words({table}_words) VALUES ('optimize')")


def _taken_off(cursor: Any, table: str) -> str:
    """Drop the index over the terms, which is quicker to build whole; return what builds it."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    [(name, statement)] = [row for row in cursor.fetchall() if "USING gin" in row[1]]
    cursor.execute(f"DROP INDEX {name}")
    return str(statement)


def _write_marks(cursor: Any) -> None:
    """Write the words of places and the marks of units, blocks of keys and open states."""
    from gongzhi.cases.lifecycle import OPEN_STATES
    from gongzhi.cases.models import Case
    from gongzhi.cases.queries import search
    from gongzhi.orgs.models import Unit

    one, many = ("integer", "integer[]") if _is_postgres() else ("text", "text")
    units = list(Unit.objects.values_list("pk", "name"))
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    cursor.execute(f"CREATE TABLE bench_units (unit bigint primary key, seen {one}, near {one})")
    marks = [(unit, _code(search.sight_mark(unit)), _code(search.near_mark(unit))) for unit, _name in units]
    _insert(cursor, "bench_units", 3, marks)
    cursor.execute(f"CREATE TABLE bench_places (place bigint primary key, codes {many})")
    names = ((unit, _codes(terms.terms_of(name) | terms.sound_terms_of(name))) for unit, name in units)
    _insert(cursor, "bench_places", 2, names)
    cursor.execute(f"CREATE TABLE bench_blocks (block bigint primary key, codes {many})")
    blocks = range((newest >> index.BLOCK_BITS) + 1)
    marked = ((block, _codes({index.block_mark(block << index.BLOCK_BITS)})) for block in blocks)
    _insert(cursor, "bench_blocks", 2, marked)
    cursor.execute(f"CREATE TABLE bench_open (status varchar(16) primary key, codes {many})")
    _insert(cursor, "bench_open", 2, ((str(state), _codes({search.OPEN})) for state in OPEN_STATES))


def _write_numbers(cursor: Any) -> None:
    from gongzhi.cases import numbers
    from gongzhi.cases.models import Case

    many = "integer[]" if _is_postgres() else "text"
    cursor.execute(f"CREATE TABLE bench_numbers (case_id bigint primary key, codes {many})")
    keys = Case.objects.order_by("pk").values_list("pk", "registered_at").iterator(_AT_ONCE)
    _insert(
        cursor,
        "bench_numbers",
        2,
        ((key, _codes(terms.terms_of(f"{numbers.case_number(key, at)} {key}"))) for key, at in keys),
    )


def _insert(cursor: Any, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
    told = iter(rows)
    while some := list(islice(told, _AT_ONCE)):
        cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * columns)})", some)


def _is_postgres() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def _code(term: str) -> Any:
    code = terms.code_of(term)
    return code if _is_postgres() else word_of(code)


def _codes(found: set[str]) -> Any:
    codes = terms.codes_of(found)
    return codes if _is_postgres() else " ".join(map(word_of, codes))
