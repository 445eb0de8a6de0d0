"""Every address, for everybody: who may, who may not, who is not told.

`PAGES` in `tests/sweep/pages.py` declares for each route who may use it; a route without a row fails. It is a
second statement of the rights, made by hand from the duties of each role, and never computed from the code.
The API's moves are tried in `test_sweep_moves.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from gongzhi.cases.models import Case
from tests.stage import receipt_of, undone
from tests.sweep.moves import MOVES, OPERATIONS
from tests.sweep.pages import API_ROUTES, PAGES, WITH_A_SECOND_FACTOR, expected, of_receipt, verdict
from tests.sweep.world import World, _django_db_helper, one_world, world

__all__ = ["API_ROUTES", "MOVES", "PAGES", "World", "_django_db_helper", "one_world", "world"]
# On the other database `test_indexes` opens the same pages; who may see one is decided in the program.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def routes() -> Iterator[str]:
    """Give the name of every route, with its namespace; one without a name by its pattern."""

    def walk(patterns: list[Any], before: str, names: str) -> Iterator[str]:
        for each in patterns:
            text = before + str(each.pattern)
            if isinstance(each, URLResolver):
                space = f"{names}{each.namespace}:" if each.namespace else names
                yield from walk(each.url_patterns, text, space)
            elif isinstance(each, URLPattern):
                yield f"{names}{each.name}" if each.name else text

    yield from walk(get_resolver().url_patterns, "", "")


def test_every_route_is_in_the_table() -> None:
    known = set(PAGES) | API_ROUTES | {f"api:{operation}" for operation in OPERATIONS}
    listed = set(routes())
    assert listed - known == set(), "say in PAGES who may use them"
    assert known - listed == set(), "in the table, but nowhere else"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_serves_whom_it_is_for_and_nobody_else_and_looking_at_it_changes_nothing(
    name: str, world: World
) -> None:
    row = PAGES[name]
    address = reverse(name, kwargs=row.args(world))
    wrong = []
    for visitor, client in world.visitors():
        for method in row.methods.split():
            with undone(), writes() as said:
                answer = client.get(address) if method == "GET" else client.post(address)
            wanted = expected(row, visitor)
            if name in WITH_A_SECOND_FACTOR and visitor != "anonymous":
                # Sent on to where it is set up, or told there is nothing; never shown.
                wanted = verdict(answer) if answer.status_code in (302, 404) else "absent"
            if verdict(answer) != wanted or answer.status_code >= 500:
                wrong.append(f"{visitor} {method}: {answer.status_code}, should be {wanted}")
            if method == "GET":
                wrong += [f"{visitor} looked: {sql[:90]}" for sql in said]
    assert wrong == []


HARMLESS = ("django_session", "axes_accessattempt")
"""Tables of libraries that keep who is signed in."""


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect what would change a row, without the book-keeping of Django's own log of queries."""
    said: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if is_write(sql):
            said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield said


def is_write(sql: str) -> bool:
    first = sql.split(None, 1)[0].upper()
    return first in {"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"} and not any(
        f'"{table}"' in sql for table in HARMLESS
    )


def test_a_write_is_noticed_and_a_look_is_none(world: World) -> None:
    with undone(), writes() as said:
        Case.objects.filter(pk=world.case.pk).exists()
        Case.objects.filter(pk=world.case.pk).update(title="changed")
    assert [sql.split()[0] for sql in said] == ["UPDATE"]


RECEIPT_ROUTES = (
    *(name for name, row in PAGES.items() if row.args is of_receipt),
    "cases:picture",
    "cases:press",
)


@pytest.mark.parametrize("name", RECEIPT_ROUTES)
@pytest.mark.parametrize("whose", ["another case", "nobody"])
def test_a_wrong_receipt_opens_nothing_for_anybody(name: str, whose: str, world: World) -> None:
    wrong = receipt_of(world.published)["code"] if whose == "another case" else "AAAA-AAAA-AAAA"
    row = PAGES[name]
    address = reverse(name, kwargs=row.args(world) | {"code": wrong})
    for visitor in ("anonymous", "clerk", "supervisor"):
        for method in row.methods.split():
            answer = world.client(visitor).generic(method, address)
            assert answer.status_code == 404, f"{visitor} {method}"


def test_a_case_that_was_not_released_is_not_on_the_board(world: World) -> None:
    assert Client().get(reverse("cases:published", args=[world.case.number])).status_code == 404
