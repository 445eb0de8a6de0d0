"""Figures of the hotline: counted from the rows, and every figure opens exactly its rows."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from gongzhi.channels.tests.deciding import decide
from gongzhi.core import clock
from gongzhi.hotline import rules
from gongzhi.hotline.actions import closing
from gongzhi.hotline.actions.closing import Ending, Heard
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.models import Call
from gongzhi.hotline.queries import lists
from gongzhi.hotline.queries.lists import Filters
from gongzhi.hotline.tests.conftest import Switchboard, signed_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(switchboard: Switchboard, cast: Cast) -> None:
    """Ten calls: seven answered, of them five within 15 seconds; three hung up."""
    for n, wait in enumerate((3, 8, 12, 15, 15, 16, 40)):
        switchboard.ring(f"a-{n}", wait=wait, agent="county_dispatcher" if n < 4 else "")
    for n in range(3):
        switchboard.tell("offered", f"b-{n}")
        switchboard.tell("abandoned", f"b-{n}", 20)
    by, at = cast.county_dispatcher.actor, clock.now()
    for n in range(2):
        heard = Heard(call=Call.objects.get(system_ref=f"a-{n}"))
        ending = Ending(Outcome.CONSULT, question="在哪里交？", answer="在村里。")
        closing.write_ending(heard=heard, ending=ending, by=by, at=at)


def test_the_figures_are_counted_from_the_rows(calls: None, cast: Cast) -> None:
    found = lists.figures(viewer=cast.supervisor.actor, filters=Filters(), at=clock.now())
    assert dict(found.counts) == {
        "offered": 10,
        "answered": 7,
        "in_time": 5,
        "abandoned": 3,
        "handled": 2,
        "matters": 0,
        "unwritten": 5,
        "corrected": 0,
    }
    assert found.connected == 70
    assert found.in_time == pytest.approx(500 / 7)
    assert found.wait == pytest.approx(109 / 7)


def test_the_seconds_of_an_answer_in_time_are_those_of_the_rule(calls: None, cast: Cast) -> None:
    decide(rules.STANDARD, answer_seconds=10)
    found = lists.figures(viewer=cast.supervisor.actor, filters=Filters(), at=clock.now())
    assert found.counts["in_time"] == 2


@pytest.mark.parametrize("by", lists.GROUPS)
def test_groups_add_up_to_the_whole(by: str, calls: None, cast: Cast) -> None:
    viewer, at = cast.supervisor.actor, clock.now()
    whole = lists.figures(viewer=viewer, filters=Filters(), at=at)
    rows = lists.grouped(viewer=viewer, filters=Filters(), by=by, at=at)
    for name, count in whole.counts.items():
        assert sum(row.counts[name] for row in rows) == count


def links(page: str) -> Iterator[tuple[str, int]]:
    for href, count in re.findall(r'<td[^>]*>\s*<a href="(/hotline/\?[^"]+)">(\d+)</a>', page):
        yield unescape(href), int(count)


@pytest.mark.parametrize("by", lists.GROUPS)
def test_every_figure_opens_the_rows_it_counts(by: str, calls: None, cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    found = list(links(client.get(f"/hotline/figures/?by={by}").content.decode()))
    assert found
    for href, count in found:
        assert client.get(href).context["page"].total == count, href


def test_figures_of_a_centre_hold_no_call_of_another(calls: None, cast: Cast) -> None:
    found = lists.figures(viewer=cast.town_dispatcher.actor, filters=Filters(), at=clock.now())
    assert found.counts["offered"] == 0


def test_my_calls_are_mine_and_unwritten_ones_wait(calls: None, cast: Cast) -> None:
    client = signed_in(cast.county_dispatcher)
    assert client.get("/hotline/?mine=1").context["page"].total == 4
    assert client.get("/hotline/?open=1").context["page"].total == 5
    assert client.get("/hotline/?mine=1&open=1").context["page"].total == 2


def test_an_unknown_filter_is_left_out_and_named(calls: None, cast: Cast) -> None:
    page = signed_in(cast.supervisor).get("/hotline/?outcome=magic&first=yesterday&line=%27")
    assert page.status_code == 200
    assert page.context["unusable"] == ["first", "line", "outcome"]
    assert page.context["page"].total == 10


def test_lists_and_figures_cost_the_same_queries_whatever_their_length(
    calls: None, cast: Cast, switchboard: Switchboard, django_assert_num_queries: Any
) -> None:
    client: Client = signed_in(cast.supervisor)
    for address in ("/hotline/", "/hotline/figures/", "/hotline/figures/?by=agent"):
        client.get(address)
        with django_assert_num_queries(count_of(client, address)):
            client.get(address)
    before = {address: count_of(client, address) for address in ("/hotline/", "/hotline/figures/")}
    for n in range(12):
        switchboard.ring(f"c-{n}")
    assert {address: count_of(client, address) for address in before} == before


def count_of(client: Client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as said:
        assert client.get(address).status_code == 200
    return len(said)
