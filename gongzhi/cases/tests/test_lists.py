"""Lists and the desk: who sees which rows, what filters leave, and at which cost."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gongzhi.cases.actions import dispatching, handling, indexing, intake, judging, ladder
from gongzhi.cases.lifecycle import Channel, Kind, State, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import categories, facets, lists
from gongzhi.cases.queries.lists import Due, Filters, Queue
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person
from tests.plans import forget_statistics

pytestmark = pytest.mark.django_db

RESIDENT = resident("王桂芳")
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The doors see the moment of the cast, a few hours on."""
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=4))


@pytest.fixture(autouse=True)
def _english() -> Iterable[None]:
    with translation.override("en"):
        yield


def raise_matter(
    place: Unit, at: datetime, *, text: str = "路面塌陷，校车不敢过。", channel: Channel = Channel.WEB
) -> Case:
    matter = intake.Matter(text=text, place=place)
    return intake.register_case(
        matter=matter, reporter=intake.Reporter(name="王桂芳"), channel=channel, by=RESIDENT, at=at
    )


def accept(
    case: Case, by: Person, at: datetime, *, category: str = "0101", kind: Kind = Kind.REQUEST
) -> Case:
    chosen = dispatching.Assessment(categories.get_category(category), kind, Tier.SMALL, Urgency.ORDINARY)
    return dispatching.accept_case(case=case, assessment=chosen, by=by.actor, at=at)


def in_hand(case: Case, unit: Unit, by: Person, at: datetime) -> Case:
    """Accepted, dispatched to the unit and signed for by `by`."""
    case = dispatching.dispatch_case(case=accept(case, by, at), unit=unit, by=by.actor, at=at)
    return handling.sign_case(case=case, by=by.actor, at=at)


def many(cast: Cast, at: datetime, count: int) -> None:
    for number in range(count):
        raise_matter(cast.units.village, at, text=f"第{number}件事。")
        in_hand(raise_matter(cast.units.village, at), cast.units.village, cast.clerk, at)


@pytest.mark.parametrize(
    "person", ["clerk", "town_head", "supervisor", "line_person", "analyst", "manager", "officer"]
)
def test_every_role_has_a_desk(cast: Cast, sign_in: SignIn, at: datetime, person: str) -> None:
    many(cast, at, 2)
    answer = sign_in(getattr(cast, person)).get("/desk/", headers={"accept-language": "en"})
    assert answer.status_code == 200


@pytest.mark.parametrize("person", ["clerk", "town_head", "supervisor", "line_person", "analyst", "officer"])
def test_every_role_that_sees_matters_has_lists(
    cast: Cast, sign_in: SignIn, at: datetime, person: str
) -> None:
    many(cast, at, 2)
    answer = sign_in(getattr(cast, person)).get("/cases/", headers={"accept-language": "en"})
    assert answer.status_code == 200


def numbers_on(client: Client, address: str) -> set[str]:
    page = client.get(address, headers={"accept-language": "en"})
    assert page.status_code == 200, address
    return {line.number for line in page.context["lines"]}


def test_each_list_holds_what_the_posts_give_sight_of_and_nothing_else(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    here = raise_matter(cast.units.village, at).number
    there = raise_matter(cast.units.other_village, at).number
    held = in_hand(raise_matter(cast.units.village, at), cast.units.village, cast.clerk, at).number
    for person, address, wanted in (
        (cast.clerk, "/cases/", {here, held}),
        (cast.clerk, "/cases/?queue=mine", {held}),
        (cast.clerk, "/cases/?queue=unit", {here, held}),
        (cast.clerk, "/cases/dispatch/", {here}),
        (cast.peer_clerk, "/cases/", {there}),
        (cast.peer_clerk, "/cases/?state=any", {there}),
        (cast.line_person, "/cases/?state=any", {here, held}),
        (cast.town_head, "/cases/", {here, held}),
        (cast.town_head, "/cases/dispatch/", set()),
        (cast.officer, "/cases/", set()),
        (cast.supervisor, "/cases/", {here, there, held}),
        (cast.supervisor, f"/cases/?unit={cast.units.other_town.code}", {there}),
        (cast.analyst, "/cases/?state=any", {here, there, held}),
    ):
        assert numbers_on(sign_in(person), address) == wanted, (person.name, address)


@pytest.mark.parametrize(
    ("person", "address", "status"),
    [
        ("manager", "/cases/", 403),
        ("line_person", "/cases/dispatch/", 403),
        ("analyst", "/cases/dispatch/", 403),
        ("supervisor", "/cases/?queue=dispatch", 404),
        ("line_person", "/cases/?queue=mine", 404),
        ("clerk", "/cases/?unit=610921107", 404),
        ("clerk", "/cases/?unit=nothing", 404),
        ("clerk", "/cases/?state=nothing&kind=%27&unit=%00", 422),
        ("clerk", "/cases/?state=nothing&kind=%27&category=x&sort=y&page=-1", 200),
        ("clerk", "/cases/?q=HY26-9999999999999999999", 200),
    ],
)
def test_a_list_out_of_reach_or_out_of_sense_is_refused_in_words(
    cast: Cast, sign_in: SignIn, person: str, address: str, status: int
) -> None:
    assert sign_in(getattr(cast, person)).get(address).status_code == status


def test_each_filter_leaves_as_many_as_its_count_says(cast: Cast, at: datetime) -> None:
    for number in range(12):
        case = raise_matter(cast.units.village, at, channel=Channel.HOTLINE if number % 3 else Channel.WEB)
        if number % 2:
            kind = Kind.HAZARD if number % 4 == 1 else Kind.REQUEST
            case = accept(case, cast.clerk, at, category="0101" if number % 4 == 1 else "0301", kind=kind)
        if number % 4 == 3:
            dispatching.dispatch_case(case=case, unit=cast.units.village, by=cast.clerk.actor, at=at)
    now, viewer = at + timedelta(hours=4), cast.clerk.actor
    soon = lists.soon_until(now)
    for start in (Filters(), Filters(kind=Kind.HAZARD), Filters(open_only=False, channel=Channel.WEB)):
        found = facets.facets_of(viewer=viewer, queue=Queue.ALL, filters=start, at=now, soon_until=soon)
        assert not found.is_part
        for name in facets.NAMES:
            for value, count in found.counts[name].items():
                narrowed = replace(start, **{name: value})  # type: ignore[arg-type]  # names of text filters only
                rows = lists.list_cases(
                    viewer=viewer, queue=Queue.ALL, filters=narrowed, at=now, soon_until=soon
                )
                assert rows.count() == count, (start, name, value)


def test_late_ones_are_found_and_stand_first(cast: Cast, at: datetime) -> None:
    late = raise_matter(cast.units.village, at)
    coming = raise_matter(cast.units.village, at + timedelta(hours=3, minutes=50))
    now = at + timedelta(hours=5)

    def found(due: str) -> list[int]:
        rows = lists.list_cases(
            viewer=cast.clerk.actor,
            queue=Queue.DISPATCH,
            filters=Filters(due=due),
            at=now,
            soon_until=lists.soon_until(now),
        )
        return [case.pk for case in rows]

    assert (found(Due.OVERDUE), found(Due.SOON), found("")) == ([late.pk], [coming.pk], [late.pk, coming.pk])


def test_an_analyst_cannot_find_out_titles_by_searching_for_them(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    case = raise_matter(cast.units.village, at, text="王家的秘密。")
    indexing.index_new(at=at)
    for address in ("/cases/?q=秘密", "/cases/?state=any&q=秘密"):
        assert numbers_on(sign_in(cast.clerk), address) == {case.number}
        assert numbers_on(sign_in(cast.analyst), address) == set()
    assert numbers_on(sign_in(cast.analyst), f"/cases/?q={case.number}") == {case.number}
    assert "秘密" not in sign_in(cast.analyst).get("/cases/").content.decode()


def test_words_typed_into_the_search_are_words(cast: Cast, sign_in: SignIn, at: datetime) -> None:
    raise_matter(cast.units.village, at)
    indexing.index_new(at=at)
    client = sign_in(cast.clerk)
    for words in ("%25", "_", "'", '"><script>alert(1)</script>', "\\"):
        page = client.get("/cases/", {"q": words})
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert not page.context["lines"], words


def test_desk_and_lists_cost_the_same_with_three_and_with_thirty_matters(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    def cost(client: Client, path: str) -> int:
        """The cheaper of two looks: rules and days are read again every few seconds, in one of them."""
        client.get(path)
        looks = []
        for _look in range(2):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            looks.append(len(seen))
        return min(looks)

    people = [sign_in(person) for person in (cast.clerk, cast.town_head, cast.supervisor)]
    paths = ("/desk/", "/cases/", "/cases/?state=any&kind=request&page=1")
    many(cast, at, 7)
    before = [cost(client, path) for client in people for path in paths]
    many(cast, at, 30)
    assert [cost(client, path) for client in people for path in paths] == before


@pytest.mark.parametrize(
    ("queue", "filters", "index"),
    [
        (Queue.DISPATCH, Filters(), "case_desk"),
        (Queue.DISPATCH, Filters(due=Due.OVERDUE), "case_desk|case_due"),
        (Queue.UNIT, Filters(), "case_queue"),
        (Queue.UNIT, Filters(status=State.DISPATCHED), "case_queue"),
        (Queue.MINE, Filters(status=State.HANDLING), "case_owner"),
        (Queue.MINE, Filters(kind="hazard"), "case_owner"),
        (Queue.ALL, Filters(), "case_due"),
        (Queue.ALL, Filters(kind="hazard"), "case_due"),
        (Queue.ALL, Filters(sort="newest"), "case_due"),
    ],
)
def test_the_index_of_open_matters_serves_every_queue(
    cast: Cast, at: datetime, queue: Queue, filters: Filters, index: str
) -> None:
    rows = lists.list_cases(
        viewer=cast.county_dispatcher.actor, queue=queue, filters=filters, at=at, soon_until=at
    )
    sql, params = rows[:26].query.sql_with_params()
    is_postgres = connection.vendor == "postgresql"
    forget_statistics()
    with connection.cursor() as cursor:
        if is_postgres:
            # A table of a few rows is read whole; the question is whether an index could serve.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN " if is_postgres else "EXPLAIN QUERY PLAN ") + sql, params)
        plan = "\n".join(str(row[0] if is_postgres else row[3]) for row in cursor.fetchall())
    assert re.search(index, plan), plan


def test_the_desk_shows_what_changed_since_the_sitting_before(
    cast: Cast, sign_in: SignIn, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_hour(hours: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=hours))

    def changed() -> list[str]:
        desk = client.get("/desk/").context["desk"]
        block = next(block for block in desk.blocks if block.code == "changed")
        return [change.line.number for change in block.changes]

    case = in_hand(raise_matter(cast.units.village, at), cast.units.village, cast.clerk, at)
    case = handling.resolve_case(
        case=case, outcome="solved", answer="修好了。", by=cast.clerk.actor, at=at + timedelta(hours=1)
    )
    client = sign_in(cast.clerk)
    at_hour(2)
    assert changed() == [], "one's own steps are no news"
    judging.confirm_case(case=case, solved=True, score=5, by=RESIDENT, at=at + timedelta(hours=3))
    at_hour(4)
    assert changed() == [case.number]
    at_hour(4.2)
    assert changed() == [case.number], "looking twice in one sitting hides nothing"
    at_hour(6)
    assert changed() == []


@pytest.mark.parametrize("cookie", ["", "x", "1.2", "1.x.y", "1.99999999999999999999.1", "0.0.0.0"])
def test_a_strange_cookie_of_the_desk_does_no_harm(cast: Cast, sign_in: SignIn, cookie: str) -> None:
    client = sign_in(cast.clerk)
    client.cookies["gongzhi_desk"] = cookie
    assert client.get("/desk/").status_code == 200


def test_the_desk_of_a_supervisor_shows_the_top_of_the_ladder(
    cast: Cast, sign_in: SignIn, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = in_hand(raise_matter(cast.units.village, at), cast.units.village, cast.clerk, at)
    late = at + timedelta(days=60)
    for _turn in range(8):
        ladder.run(by=SYSTEM, at=late, most=100)
    monkeypatch.setattr(clock, "now", lambda: late)
    blocks = {b.code: b for b in sign_in(cast.supervisor).get("/desk/").context["desk"].blocks}
    assert [line.number for line in blocks["top"].lines] == [case.number]
    mine = {b.code: b for b in sign_in(cast.clerk).get("/desk/").context["desk"].blocks}
    assert [line.number for line in mine["supervised"].lines] == [case.number]
    assert [line.number for line in mine["late"].lines] == [case.number]
