"""Search and likely duplicates over a county of a million matters, in one process.

Two figures for each: over the questions people ask, and the worst single question of those that are hardest
for an index, named. A question is a call of the query that pages and the API use, rows read.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from bench import load
from bench.counties import Counties
from bench.report import Line

BOUND_MS = {True: 100, False: 200}
WORDS = (
    """
路灯|灯|水|的|村|王桂芳|路|自来水|低保|塌方|垃圾|狗|医保报销|化肥|停电|邻居 吵|学校 校车|井盖
路 水|ludeng|shui|dibao|zlsh|139|3号|张|危房改造|补贴没到账|河道|噪音|猪圈 臭|刘|路灯不亮|飞机场|核桃 补贴|lj
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
HARD_WORDS = ("水", "路", "的", "shui", "lu", "l", "1", "139", "HY26", "123456", "王桂芳", "张", "路 水 的",
              "路灯 低保", "的 飞机场", "lu deng shui", "王桂芳 李大山 张")  # fmt: skip
"""The most usual signs, beginnings of every number, and usual words that never stand together."""
HARD_TEXTS = {
    "most usual": "村里的路灯坏了，晚上看不见，路也不好走，请来人看看，麻烦回个话。",
    "of one word": "水",
    "of rare signs": "紫藤架琉璃瓦歪斜，蟾蜍麇集，鹧鸪聒噪。",
    "longest": "我家住在三组，自来水停了三天，做饭洗衣都没有水，村里的路也坏了，路灯不亮，垃圾没人收。" * 12,
}
REPEATED = 20
PAGE, LAST_PAGE = 25, 975


def measure(counties: Counties, *, cases: int, rounds: int) -> list[Line]:
    lines = []
    for postgres in (True, False):
        county = counties.of(cases, postgres=postgres)
        taken = json.loads(county.run("bench.language", str(rounds)))
        for what, (high, words) in taken.items():
            lines.append(
                Line(
                    f"{what}, {cases:,} matters, {county.where}, 95th percentile", f"{high:.1f} ms", words,
                    bound=f"<= {BOUND_MS[postgres]} ms", holds=high <= BOUND_MS[postgres],
                )
            )  # fmt: skip
    return lines


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with what to call it when it is the worst."""

    what: str
    name: str
    ask: Callable[[], object]


def usual(rounds: int) -> Iterator[Question]:
    """Yield what a dispatcher of the county, one of a town and a village ask in turn, and what residents
    do."""
    newest, random, people = _newest(), Random(5), _people()
    for number in range(rounds):
        words, case = random.choice(WORDS), random.choice(newest)
        name, person = people[number % len(people)]
        yield from _searches(name, person, words, open_only=number % 2 == 0, deep=False)
        yield _likely("likely duplicates", name, person, case=case)
        yield _typed("likely duplicates while a resident types", "", case.text, case.place)
        yield _board("search of the notice board", words)


def hardest() -> Iterator[Question]:
    """Yield what costs an index most, for the busiest village, its town and the county."""
    busiest = _busiest()
    people = [*_people(), ("busiest village", _clerk_of(busiest))]
    for words in HARD_WORDS:
        for name, person in people:
            for open_only in (True, False):
                yield from _searches(name, person, words, open_only=open_only, deep=True)
        yield _board("worst search of the notice board", words)
    for about, text in HARD_TEXTS.items():
        yield _typed("worst while a resident types", about, text, busiest)
        for name, person in people:
            asked = f"{about} text, {name}"
            yield _likely("worst likely duplicates", asked, person, text=text, place=busiest)


def _searches(name: str, person: Any, words: str, *, open_only: bool, deep: bool) -> Iterator[Question]:
    from gongzhi.cases.queries import search

    asked = f"“{words}”, {name}, {'open' if open_only else 'all'}"
    ask = partial(search.find_keys, viewer=person, words=words, open_only=open_only)
    page = partial(_page, person, words, open_only=open_only)
    if deep:
        yield Question("worst search", asked, ask)
        yield Question("worst page of a search, the last of forty", asked, partial(page, first=LAST_PAGE))
    else:
        yield Question("search", asked, ask)
        yield Question("page of a search", asked, page)


def _page(person: Any, words: str, *, open_only: bool, first: int = 0) -> object:
    from gongzhi.cases.queries.lists import Filters, Queue, list_cases, look_up
    from gongzhi.core import clock

    at = clock.now()
    filters = look_up(viewer=person, filters=Filters(words=words, open_only=open_only))
    found = list_cases(viewer=person, queue=Queue.ALL, filters=filters, at=at, soon_until=at)
    return list(found[first : first + PAGE])


def _likely(what: str, name: str, person: Any, **about: Any) -> Question:
    from gongzhi.cases.queries import likeness
    from gongzhi.core import clock

    return Question(what, name, partial(likeness.likely_duplicates, viewer=person, at=clock.now(), **about))


def _typed(what: str, name: str, text: str, place: Any) -> Question:
    from gongzhi.cases.queries import likeness
    from gongzhi.core import clock

    return Question(what, name, partial(likeness.likely_public, text=text, place=place, at=clock.now()))


def _board(what: str, words: str) -> Question:
    from gongzhi.cases.queries import board

    return Question(what, f"“{words}”", partial(board.board, board.BoardFilter(text=words), page=None))


def _people() -> list[tuple[str, Any]]:
    from gongzhi.core import clock
    from gongzhi.orgs.models import User
    from gongzhi.orgs.queries import actor_for

    names = {"county": "county_dispatcher", "town": "town_dispatcher", "village": "bench"}
    return [
        (name, actor_for(User.objects.get(username=account), at=clock.now()))
        for name, account in names.items()
    ]


def _newest() -> list[Any]:
    from gongzhi.cases.models import Case

    return list(Case.objects.order_by("-id").select_related("place")[:3000])


def _busiest() -> Any:
    from django.db.models import Count

    from gongzhi.cases.models import Case
    from gongzhi.orgs.models import Unit

    [(place, _count)] = (
        Case.objects.values_list("place").annotate(count=Count("pk")).order_by("-count", "place")[:1]
    )
    return Unit.objects.get(pk=place)


def _clerk_of(village: Any) -> Any:
    from gongzhi.core import clock
    from gongzhi.orgs.models import Post, User
    from gongzhi.orgs.queries import actor_for, day_of

    at = clock.now()
    user, _made = User.objects.get_or_create(username="bench-busiest", defaults={"full_name": "bench"})
    Post.objects.get_or_create(
        user=user, role="village_clerk", unit=village, defaults={"valid_from": day_of(at)}
    )
    return actor_for(user, at=at)


def _processes() -> list[int]:
    """Return the processes that answer: this one, and the one of the database that serves it."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return [os.getpid()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [os.getpid(), cursor.fetchone()[0]]


def _asked(question: Question, processes: list[int]) -> tuple[float, float]:
    """Return the milliseconds a question takes, and those on a processor."""
    busy, began = load.on_processor(processes), time.perf_counter()
    question.ask()
    taken = time.perf_counter() - began
    return taken * 1000, (load.on_processor(processes) - busy) * 1000


def _summed(taken: list[tuple[float, float]]) -> tuple[float, float, str]:
    """Return the 95th percentile, the median on a processor, and words about both."""
    times, busy = zip(*taken, strict=True)
    high, busy_high = (statistics.quantiles(each, n=20)[-1] for each in (times, busy))
    middle, busy_middle = statistics.median(times), statistics.median(busy)
    words = f"median {middle:.1f} ms; on a processor {busy_high:.1f} ms, median {busy_middle:.1f} ms"
    return high, busy_middle, words


def answers(rounds: int) -> dict[str, tuple[float, str]]:
    """Ask all questions; return the milliseconds of each kind, and words about them.

    The worst question is the one that needs most of a processor, which other work of the machine does not
    choose.
    """
    processes, found = _processes(), {}
    taken: dict[str, list[tuple[float, float]]] = {}
    for question in usual(rounds):
        taken.setdefault(question.what, []).append(_asked(question, processes))
    for what, each in taken.items():
        high, _busy, words = _summed(each[len(each) // 10 :])
        found[what] = (high, words)
    slowest: dict[str, float] = {}
    for question in hardest():
        question.ask()
        high, busy, words = _summed([_asked(question, processes) for _ in range(REPEATED)])
        if busy > slowest.get(question.what, -1.0):
            slowest[question.what] = busy
            found[question.what] = (high, f"{question.name}: {words}")
    return found


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(answers(int(sys.argv[1])), ensure_ascii=False))
