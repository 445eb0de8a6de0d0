"""No question of a page or of the API reads a growing table from one end to the other.

Every statement that a request sends is explained by the database at work. With the tables of a test, which a
planner would read whole, PostgreSQL is told to avoid that where it can: what it reads whole all the same, no
index serves.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from gongzhi.cases.measures import MEASURES
from gongzhi.cases.models import Case
from gongzhi.cases.queries import lists
from tests.plans import forget_statistics
from tests.stage import Program, undone
from tests.test_sweep import PAGES, World, one_world, world

__all__ = ["one_world", "world"]

pytestmark = pytest.mark.django_db

SMALL_TABLES = {
    "axes_accessattempt": "failed sign-ins of the last hours",
    "cases_expert": "the county's roster of experts",
    "cases_category": "the county's list of subjects: some hundred rows",
    "core_calendaroverride": "a few days a year",
    "knowledge_article": "the county's articles: some hundred rows",
    "knowledge_articleversion": "a few versions of each",
    "orgs_unitday": "working days that units set themselves: a few a year",
    "rulebook_rule": "some dozen rules",
    "rulebook_ruleversion": "a few versions of each",
}
"""Tables that do not grow with people or matters."""

WALKED = {
    "clock_one_running": "the clocks that run: one or two for each matter in hand",
    "case_due": "the matters in hand of the whole county, for those who answer for the county",
    "case_owner": "the same, counted",
    "merge_one_open": "matters that rest with another one now",
    "extension_open": "requests for more time that wait for a decision",
    "supervision_open": "orders from above that are not answered yet",
    "followup_due": "residents who are still to be called, for those who answer for the county",
    "followup_open": "the same, of one centre",
    "pause_open_until": "the pauses that hold now; with few rows PostgreSQL takes it for the pause of one "
    "matter too, which `pause_one_open` finds at once among many",
    "case_published": "the notice board, which is walked from its newest end and never counted far",
}
"""Partial indexes that hold only what is in hand; walked where the whole county is asked for."""

PLANNED_BY_SIZE = {
    "/open311/v2/servicerequestupdates": "few matters lead, then the index of their steps; with the tables "
    "of a test PostgreSQL begins at the other end. Not yet seen at full size.",
}
"""Addresses whose plan with a few rows says nothing of the plan with many, each with what is known."""

VISITORS = ("anonymous", "town_dispatcher", "county_dispatcher", "supervisor", "manager")
"""One of each size of scope."""

_LISTS = (
    "queue=all&state=handling",
    "queue=all&state=closed",
    "queue=all&open=0",
    "queue=all&due=overdue",
    "queue=unit&kind=hazard",
    "queue=mine&urgency=urgent",
    "queue=dispatch&level=town",
    "queue=all&category=01",
    "queue=all&open=0&category=01&channel=web",
    "queue=all&q=路",
    "queue=all&open=0&q=路灯 三组",
    "queue=all&sort=newest",
    "queue=all&sort=oldest&open=0",
    "queue=all&unit={town}",
    "queue=all&unit={village}&open=0",
)
NARROWED = (
    *(f"/cases/?{query}" for query in _LISTS),
    *(
        f"/figures/{{town}}/{measure}/{{list}}?month=2026-03"
        for measure in MEASURES
        for list in ("", "list.csv")
    ),
    "/figures/{village}/?month=2026-03",
    "/followup/?state=done",
    "/followup/?state=&reason=bad_rating",
    "/followup/?measure=agree&unit={village}&own=1&first=2026-03-01&last=2026-03-05",
    "/followup/?measure=otherwise&unit={town}&first=2026-03-01&last=2026-03-05",
    "/followup/figures/?unit={town}&first=2026-03-01&last=2026-03-05",
    "/board/?town={town}",
    "/board/?subject=01",
    "/board/?outcome=solved",
    "/board/?q=路灯",
    "/board/?q=路 水&town={town}",
    "/notices/?show=unread",
    "/notices/deliveries/?state=failed",
    "/accounts/?q=张",
    "/units/?q=平梁",
    "/raise/?q=平",
    "/log/?subject=case:1",
    "/log/?actor=system",
    "/log/?code=case.accepted&day=2026-03-02",
)
"""Addresses with a question in them, beside those that the sweep opens."""


@contextmanager
def statements() -> Iterator[dict[str, Any]]:
    """Collect the texts of what is asked of the database, with the values of the first time."""
    said: dict[str, Any] = {}

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)", sql):
            said.setdefault(sql, params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield said


def whole(asked: dict[str, tuple[Any, str]]) -> list[str]:
    found = [
        (where, f"{where}: {table}: {sql}")
        for sql, (params, where) in asked.items()
        for table in read_whole(sql, params)
    ]
    return [said for where, said in found if not where.startswith(tuple(PLANNED_BY_SIZE))]


def read_whole(sql: str, params: Any) -> list[str]:
    """Return the growing tables that the statement would read from one end to the other.

    A statement without a condition that stops after some rows takes them from the end of an index.
    """
    if "WHERE" not in sql and "LIMIT" in sql:
        return []
    led_by = _FROM.search(sql)
    if led_by and led_by[1] in SMALL_TABLES:
        return []  # what is joined to a few rows is found by its key
    names = {alias: table for table, alias in _ALIAS.findall(sql)}
    return [
        table
        for table, index in ((names.get(name, name), index) for name, index in scans(sql, params))
        if table not in SMALL_TABLES and index not in WALKED
    ]


def scans(sql: str, params: Any) -> list[tuple[str, str]]:
    """Return the tables (or their aliases) that are read whole, each with the index read whole, if any."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            found = (_SCAN.match(row[3]) for row in cursor.fetchall())
            return [(each["table"], each["index"] or "") for each in found if each]
        for way in ("seqscan", "hashjoin", "mergejoin"):
            # A few rows are read whole and hashed; the question is whether an index could serve.
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return list(_scans(cursor.fetchone()[0][0]["Plan"]))


_FROM = re.compile(r'FROM "(\w+)"')
_ALIAS = re.compile(r'"(\w+)" ([A-Z]\d+)\b')
_SCAN = re.compile(
    r"SCAN (?!CONSTANT|subquery|\()(?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?$"
)


def _scans(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kind = node["Node Type"]
    if kind == "Seq Scan" or ("Index" in kind and "Relation Name" in node and "Index Cond" not in node):
        yield node["Relation Name"], node.get("Index Name", "")
    for below in node.get("Plans", []):
        yield from _scans(below)


@pytest.fixture(autouse=True)
def never_counted(world: World) -> None:
    forget_statistics()


@pytest.fixture(autouse=True)
def short_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that ends before its window is read whole, being short; here every list is longer."""
    monkeypatch.setattr(lists, "WINDOW", 1)


def test_a_question_no_index_serves_is_found(world: World) -> None:
    served, unserved = Case.objects.filter(pk=1), Case.objects.filter(title__icontains="x")
    assert read_whole(*served.query.sql_with_params()) == []
    assert read_whole(*unserved.query.sql_with_params()) == ["cases_case"]


def addresses(world: World) -> Iterator[tuple[str, str, str]]:
    """Give visitor, method and address of what is asked for."""
    units = world.cast.units
    for visitor in VISITORS:
        for name, row in PAGES.items():
            if visitor in row.may:
                for method in row.methods.split():
                    yield visitor, method, reverse(name, kwargs=row.args(world))
        for address in NARROWED:
            yield (
                visitor,
                "GET",
                address.format(town=units.town.code, village=units.village.code, list="list.csv"),
            )


def test_no_page_reads_a_growing_table_from_end_to_end(world: World) -> None:
    asked: dict[str, tuple[Any, str]] = {}
    opened = 0
    for visitor, method, address in addresses(world):
        client = world.client(visitor)
        with undone(), statements() as said:
            answer = client.get(address) if method == "GET" else client.post(address)
            b"".join(answer) if answer.streaming else answer.content
        opened += answer.status_code == 200
        assert answer.status_code < 500, f"{address} as {visitor}"
        for sql, params in said.items():
            asked.setdefault(sql, (params, f"{address} as {visitor}"))
    assert opened > len(PAGES), "most addresses are served to somebody"
    found = whole(asked)
    assert not found, "\n".join(found)


def test_the_api_reads_no_growing_table_from_end_to_end(world: World) -> None:
    asked: dict[str, tuple[Any, str]] = {}
    for name in ("town_dispatcher", "county_dispatcher"):
        program = Program(getattr(world.cast, name))
        for address, query in (
            (f"/cases/{world.case.number}", {}),
            ("/cases", {}),
            ("/cases", {"status": "handling"}),
            ("/cases", {"status": "closed"}),
            ("/cases", {"unit": world.cast.units.village.code}),
        ):
            with statements() as said:
                assert program.get(address, **query).status_code == 200
            for sql, params in said.items():
                asked.setdefault(sql, (params, f"{address} {query} as {name}"))
    found = whole(asked)
    assert not found, "\n".join(found)
