"""Search and likely duplicates over a county of a million matters, in one process.

The words are those of the demonstration's grammar: some thousand messages, each the words of many matters.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from bench import create, servers
from bench.report import Line
from gongzhi.language import index, terms
from gongzhi.language.fields import word_of
from scripts.postgres import temporary_postgres

MESSAGES = 20_000
BOUND_MS = {True: 100, False: 200}
WORDS = (
    """
路灯|灯|水|的|村|王桂芳|路|自来水|低保|塌方|垃圾|狗|医保报销|化肥|停电|邻居 吵|学校 校车|井盖
路 水|ludeng|shui|dibao|zlsh|139|3号|张|危房改造|补贴没到账|河道|噪音|猪圈 臭|刘|路灯不亮|飞机场|核桃 补贴|lj
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


def measure(*, cases: int, rounds: int) -> list[Line]:
    lines = []
    for postgres in (True, False):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            database = stack.enter_context(temporary_postgres()) if postgres else ""
            environ = servers.environ_for(folder, database)
            create.prepare(environ)
            for words in (["bench.scale", str(cases)], ["bench.language", "fill"]):
                subprocess.run([sys.executable, "-m", *words], cwd=servers.ROOT, env=environ, check=True)
            said = subprocess.run(
                [sys.executable, "-m", "bench.language", "ask", str(rounds)],
                cwd=servers.ROOT, env=environ, check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
            lines += _lines(json.loads(said.splitlines()[-1]), cases, postgres=postgres)
    return lines


def _lines(taken: dict[str, list[float]], cases: int, *, postgres: bool) -> list[Line]:
    name, bound = "PostgreSQL" if postgres else "SQLite", BOUND_MS[postgres]
    lines = []
    for what, seconds in taken.items():
        high = statistics.quantiles(seconds, n=20)[-1] * 1000
        middle = f"median {statistics.median(seconds) * 1000:.0f} ms, worst {max(seconds) * 1000:.0f} ms"
        lines.append(
            Line(
                f"{what}, {cases:,} matters, {name}, 95th percentile", f"{high:.0f} ms", middle,
                bound=f"<= {bound} ms", holds=high <= bound,
            )
        )  # fmt: skip
    return lines


def messages() -> list[tuple[str, str]]:
    """Return titles and texts as residents write them, the same in every run."""
    from gongzhi.demo import content
    from gongzhi.demo.texts import Locality, write_message

    random = Random(3)
    leaves = sorted(content.scenes())
    where = [
        Locality(f"{name}村", f"{name[0]}平镇") for name in ("柏杨", "三元", "漩涡", "平梁", "铁佛", "双河")
    ]
    made = []
    for number in range(MESSAGES):
        said = write_message(
            random, category=leaves[number % len(leaves)], month=number % 12 + 1, where=random.choice(where)
        )
        made.append((said.title, said.text))
    return made


def fill() -> None:
    """Give every case the words of a message, and write the index as the worker would, set-wise."""
    from django.db import connection

    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        _write_messages(cursor, is_postgres=is_postgres)
        _write_marks(cursor, is_postgres=is_postgres)
        cursor.execute(_SAID)
        cursor.execute(_TERMS_POSTGRES if is_postgres else _TERMS_SQLITE)
        if not is_postgres:
            cursor.execute("INSERT INTO cases_caseterms_words(cases_caseterms_words) VALUES ('optimize')")
        cursor.execute("ANALYZE")


_CHOSEN = f"c.id * 7919 / 1000 % {MESSAGES}"
_SAID = f"""
UPDATE cases_case AS c SET title = w.title, text = w.text FROM bench_words AS w WHERE w.n = {_CHOSEN}"""
_TERMS_POSTGRES = f"""
INSERT INTO cases_caseterms (created_at, case_id, terms)
SELECT c.registered_at, c.id, w.codes || s.codes || b.codes
    || CASE WHEN o.status IS NULL THEN '{{}}'::integer[] ELSE o.codes END
FROM cases_case c JOIN bench_words w ON w.n = {_CHOSEN}
JOIN (
    SELECT s.case_id, array_agg(m.seen) || array_agg(m.near) AS codes
    FROM cases_casesight s JOIN bench_units m ON m.unit = s.unit_id GROUP BY s.case_id
) s ON s.case_id = c.id
JOIN bench_blocks b ON b.block = c.id >> {index.BLOCK_BITS}
LEFT JOIN bench_open o ON o.status = c.status ORDER BY c.id"""
_TERMS_SQLITE = f"""
INSERT INTO cases_caseterms (created_at, case_id, terms)
SELECT c.registered_at, c.id, w.codes || ' ' || s.codes || ' ' || b.codes || ' ' || coalesce(o.codes, '')
FROM cases_case c JOIN bench_words w ON w.n = {_CHOSEN}
JOIN (
    SELECT s.case_id, group_concat(m.seen || ' ' || m.near, ' ') AS codes
    FROM cases_casesight s JOIN bench_units m ON m.unit = s.unit_id GROUP BY s.case_id
) s ON s.case_id = c.id
JOIN bench_blocks b ON b.block = c.id >> {index.BLOCK_BITS}
LEFT JOIN bench_open o ON o.status = c.status ORDER BY c.id"""


def _written(codes: list[int], *, is_postgres: bool) -> Any:
    return codes if is_postgres else " ".join(map(word_of, codes))


def _write_messages(cursor: Any, *, is_postgres: bool) -> None:
    kind = "integer[]" if is_postgres else "text"
    cursor.execute(f"CREATE TABLE bench_words (n integer primary key, title text, text text, codes {kind})")
    rows = [
        (
            number,
            title,
            text,
            _written(
                terms.codes_of(terms.terms_of(f"{title}\n{text}") | terms.sound_terms_of(title)),
                is_postgres=is_postgres,
            ),
        )
        for number, (title, text) in enumerate(messages())
    ]
    cursor.executemany("INSERT INTO bench_words VALUES (%s, %s, %s, %s)", rows)


def _write_marks(cursor: Any, *, is_postgres: bool) -> None:
    """Write the marks of units, blocks of keys and open states, as the rows of the index hold them."""
    from gongzhi.cases.lifecycle import OPEN_STATES
    from gongzhi.cases.models import Case
    from gongzhi.cases.queries import search
    from gongzhi.orgs.models import Unit

    one, many = ("integer", "integer[]") if is_postgres else ("text", "text")

    def of(mark: str) -> Any:
        code = terms.code_of(mark)
        return code if is_postgres else word_of(code)

    cursor.execute(f"CREATE TABLE bench_units (unit bigint primary key, seen {one}, near {one})")
    units = Unit.objects.values_list("pk", flat=True)
    cursor.executemany(
        "INSERT INTO bench_units VALUES (%s, %s, %s)",
        [(unit, of(search.sight_mark(unit)), of(search.near_mark(unit))) for unit in units],
    )
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    cursor.execute(f"CREATE TABLE bench_blocks (block bigint primary key, codes {many})")
    blocks = ((block, terms.codes_of([index.block_mark(block << index.BLOCK_BITS)]))
              for block in range((newest >> index.BLOCK_BITS) + 1))  # fmt: skip
    cursor.executemany(
        "INSERT INTO bench_blocks VALUES (%s, %s)",
        [(block, _written(codes, is_postgres=is_postgres)) for block, codes in blocks],
    )
    cursor.execute(f"CREATE TABLE bench_open (status varchar(16) primary key, codes {many})")
    is_open = _written(terms.codes_of([search.OPEN]), is_postgres=is_postgres)
    cursor.executemany(
        "INSERT INTO bench_open VALUES (%s, %s)", [(str(state), is_open) for state in OPEN_STATES]
    )


def ask(rounds: int) -> dict[str, list[float]]:
    """Ask as a county dispatcher, a town and a village do; return the seconds each question took."""
    from gongzhi.cases.models import Case
    from gongzhi.cases.queries import likeness, search
    from gongzhi.cases.queries.lists import Filters, Queue, list_cases, look_up
    from gongzhi.core import clock
    from gongzhi.orgs.models import User
    from gongzhi.orgs.queries import actor_for

    at, random = clock.now(), Random(5)
    people = [
        actor_for(User.objects.get(username=name), at=at)
        for name in ("county_dispatcher", "town_dispatcher", "bench")
    ]
    taken: dict[str, list[float]] = {"search": [], "page of a search": [], "likely duplicates": []}

    def timed(what: str, question: Callable[[], object]) -> None:
        began = time.perf_counter()
        question()
        taken[what].append(time.perf_counter() - began)

    newest = list(Case.objects.order_by("-id").select_related("place")[:3000])
    for number in range(rounds):
        words, person, case = random.choice(WORDS), people[number % 3], random.choice(newest)
        open_only = number % 2 == 0

        def page(words: str = words, person: Any = person, open_only: bool = open_only) -> None:
            filters = look_up(viewer=person, filters=Filters(words=words, open_only=open_only))
            list(list_cases(viewer=person, queue=Queue.ALL, filters=filters, at=at, soon_until=at)[:25])

        timed("search", partial(search.find_keys, viewer=person, words=words, open_only=open_only))
        timed("page of a search", page)
        timed("likely duplicates", partial(likeness.likely_duplicates, viewer=person, case=case, at=at))
    return {what: seconds[len(seconds) // 10 :] for what, seconds in taken.items()}


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "fill":
        fill()
    else:
        print(json.dumps(ask(int(sys.argv[2]))))
