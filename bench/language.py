"""Search and likely duplicates over a county of a million matters, in one process.

The words are those of the demonstration's grammar: a few thousand messages, each the words of many matters.
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
from scripts.postgres import temporary_postgres

MESSAGES = 4_000
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
    """Give every case the words of a message, and write the index as the worker would."""
    from django.db import connection

    from gongzhi.cases.lifecycle import OPEN_STATES
    from gongzhi.cases.models import Case, CaseSight, CaseTerms
    from gongzhi.cases.queries import search
    from gongzhi.language import index, terms

    written = messages()
    said = [
        (sorted(terms.codes_of(terms.terms_of(f"{title}\n{text}") | terms.sound_terms_of(title))))
        for title, text in written
    ]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_words (n integer primary key, title text, text text)")
        cursor.executemany(
            "INSERT INTO bench_words VALUES (%s, %s, %s)", [(n, *pair) for n, pair in enumerate(written)]
        )
        chosen = f"(cases_case.id * 7919) %% {MESSAGES}"
        cursor.execute(
            f"UPDATE cases_case SET title = (SELECT title FROM bench_words WHERE n = {chosen}),"
            f" text = (SELECT text FROM bench_words WHERE n = {chosen})",
            [],
        )
    sights: dict[int, list[int]] = {}
    for case, unit in CaseSight.objects.values_list("case", "unit").iterator(chunk_size=20_000):
        sights.setdefault(case, []).append(unit)
    rows: list[Any] = []
    for key, status in list(Case.objects.order_by("id").values_list("id", "status")):
        marks = [index.block_mark(key)]
        for unit in sights.get(key, ()):
            marks += [search.sight_mark(unit), search.near_mark(unit)]
        if status in OPEN_STATES:
            marks.append(search.OPEN)
        codes = sorted({*said[key * 7919 % MESSAGES], *terms.codes_of(marks)})
        rows.append(CaseTerms(case_id=key, terms=codes))
        if len(rows) == 5_000:
            CaseTerms.objects.bulk_create(rows)
            rows = []
    CaseTerms.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


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
