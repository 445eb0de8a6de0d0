"""From a list into a matter, on to the next one, and back to the list as it was."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gongzhi.cases.actions import dispatching, intake
from gongzhi.cases.lifecycle import Channel, Kind, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import categories, lists, neighbours
from gongzhi.cases.queries.lists import Filters, Queue, Sort
from gongzhi.core import clock
from gongzhi.core.actor import resident
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

RESIDENT = resident("王桂芳")
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=4))
    with translation.override("en"):
        yield


def raised(place: Unit, at: datetime, count: int = 1) -> list[Case]:
    matter = intake.Matter(text="路面塌陷，校车不敢过。", place=place)
    someone = intake.Reporter(name="王桂芳")
    return [
        intake.register_case(matter=matter, reporter=someone, channel=Channel.WEB, by=RESIDENT, at=at)
        for _ in range(count)
    ]


def accepted(case: Case, by: Person, at: datetime) -> Case:
    assessed = dispatching.Assessment(
        categories.get_category("0101"), Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY
    )
    return dispatching.accept_case(case=case, assessment=assessed, by=by.actor, at=at)


def links(client: Client, address: str) -> dict[str, str]:
    """The way on and back that a page of a matter offers."""
    page = client.get(address).content.decode()
    return {
        name: unescape(href) for name, href in re.findall(r'data-(back|previous|next) href="([^"]+)"', page)
    }


def opened_from(client: Client, address: str) -> list[str]:
    """The addresses of the matters of a list, as its links say them."""
    page = client.get(address).content.decode()
    return [unescape(href) for href in re.findall(r'<th scope="row"><a href="([^"]+)"', page)]


@pytest.mark.parametrize("address", ["/cases/?sort=newest", "/cases/?queue=dispatch&state=registered"])
def test_one_gets_from_matter_to_matter_and_back_to_the_list_as_it_was(
    cast: Cast, at: datetime, sign_in: SignIn, address: str
) -> None:
    raised(cast.units.village, at, 3)
    client = sign_in(cast.clerk)
    first, second, third = opened_from(client, address)
    assert links(client, first) == {"back": address, "next": second}
    assert links(client, second) == {"back": address, "previous": first, "next": third}
    assert links(client, third) == {"back": address, "previous": second}


def test_the_list_of_a_desk_and_its_page_are_found_again(cast: Cast, at: datetime, sign_in: SignIn) -> None:
    raised(cast.units.village, at, 27)
    client = sign_in(cast.clerk)
    base = "/cases/dispatch/"
    first, last = opened_from(client, f"{base}?page=2")
    assert links(client, last)["back"] == f"{base}?page=2"
    before = links(client, first)["previous"]
    assert before.split("?")[0] in [each.split("?")[0] for each in opened_from(client, base)]


@pytest.mark.parametrize("sort", ["oldest", "newest", "due"])
def test_a_matter_that_left_the_list_leads_on_from_the_place_it_had(
    cast: Cast, at: datetime, sign_in: SignIn, sort: str
) -> None:
    raised(cast.units.village, at, 3)
    client = sign_in(cast.clerk)
    first, second, third = opened_from(client, f"/cases/?state=registered&sort={sort}")
    accepted(Case.objects.order_by("pk")[1], cast.clerk, at)
    found = links(client, second)
    # The deadline of an accepted matter is later: by deadline it stands behind both now.
    assert found.get("next") == (None if sort == "due" else third)
    assert found["previous"] == (third if sort == "due" else first)


def test_a_list_that_is_not_the_viewer_s_leads_nowhere(cast: Cast, at: datetime, sign_in: SignIn) -> None:
    case = raised(cast.units.village, at)[0]
    client = sign_in(cast.analyst)
    said = urlencode({"list": "queue=dispatch"})
    assert links(client, f"/cases/{case.number}/?{said}") == {}


def test_nobody_reaches_a_matter_out_of_sight_by_the_list_in_an_address(
    cast: Cast, at: datetime, sign_in: SignIn
) -> None:
    raised(cast.units.village, at)
    raised(cast.units.other_village, at, 2)
    client = sign_in(cast.clerk)
    (only,) = opened_from(client, "/cases/")
    for said in (
        "queue=nonsense",
        f"unit={cast.units.other_village.code}",
        "queue=all&state=any",
        "sort=newest&q=%00",
        "page=-1",
    ):
        found = links(client, f"{only.split('?')[0]}?{urlencode({'list': said})}")
        assert "next" not in found
        assert "previous" not in found
    assert links(client, f"{only.split('?')[0]}?{urlencode({'list': 'q=' + 'x' * 500})}") == {}


def test_what_leads_back_stays_on_this_site(cast: Cast, at: datetime, sign_in: SignIn) -> None:
    raised(cast.units.village, at)
    client = sign_in(cast.clerk)
    (only,) = opened_from(client, "/cases/")
    for said in ("https://evil.example/", "//evil.example", 'q="><script>', "page=javascript:alert(1)"):
        back = links(client, f"{only.split('?')[0]}?{urlencode({'list': said})}")["back"]
        assert back.startswith("/cases/")
        assert "javascript" not in back


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("filters", [Filters(), Filters(open_only=False), Filters(sort=Sort.DUE)])
def test_neighbours_cost_the_same_however_long_the_list(
    cast: Cast, at: datetime, count: int, filters: Filters
) -> None:
    case = raised(cast.units.village, at, count)[0]
    viewer, soon = cast.clerk.actor, lists.soon_until(at)
    lists.queues_of(viewer)  # their posts are read once for a whole page
    with CaptureQueriesContext(connection) as counted:
        found = neighbours.neighbours_of(
            case, viewer=viewer, queue=Queue.ALL, filters=filters, at=at, soon_until=soon
        )
    assert found is not None
    assert found.total == count
    assert len(counted) <= (2 if filters.open_only else 3)


def test_beyond_what_is_read_there_are_no_neighbours_rather_than_wrong_ones(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "COUNT_LIMIT", 2)
    cases = raised(cast.units.village, at, 5)
    found = [
        neighbours.neighbours_of(
            case,
            viewer=cast.clerk.actor,
            queue=Queue.ALL,
            filters=Filters(sort=Sort.OLDEST),
            at=at,
            soon_until=lists.soon_until(at),
        )
        for case in cases
    ]
    assert [each and each.next for each in found[:2]] == [cases[1].number, cases[2].number]
    assert found[3:] == [None, None]
