"""What an open page is told of what changed, and what that costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cases.actions import handling, story
from gongzhi.cases.tests.stage import Stage
from gongzhi.notices.models import Notice
from gongzhi.workbench.queries import pulse
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def test_a_list_that_did_not_change_is_answered_with_nothing(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.dispatched()
    client = sign_in(cast.clerk)
    first = client.get("/pulse/list/?queue=unit")
    assert first.json() == {"rows": {case.number: case.moves}}
    again = client.get("/pulse/list/?queue=unit", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    handling.sign_case(case=case, by=cast.clerk.actor, at=stage.tick())
    changed = client.get("/pulse/list/?queue=unit", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.json() == {"rows": {case.number: case.moves + 1}}


def test_the_rows_are_those_of_the_page(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    for _ in range(27):
        stage.registered()
    client = sign_in(cast.clerk)
    for query in ("sort=newest", "sort=newest&page=2", "base=dispatch-queue", "page=x"):
        rows = client.get(f"/pulse/list/?{query}").json()["rows"]
        listed = client.get(f"/cases/{'dispatch/' if 'base' in query else ''}?{query}").content.decode()
        assert all(f'data-matter="{number}"' in listed for number in rows)
    assert client.get("/pulse/list/?page=99999999999&unit=nonsense!").status_code == 200
    assert len(client.get("/pulse/list/?sort=newest&page=2").json()["rows"]) == 2


def test_a_matter_says_what_others_did_since_and_not_what_oneself_did(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.dispatched()
    address = f"/pulse/case/{case.number}/?seen={case.moves}"
    head = sign_in(cast.village_head)
    same = head.get(address)
    assert same.json() == {"moves": case.moves, "steps": []}
    assert head.get(address, headers={"If-None-Match": same.headers["ETag"]}).status_code == 304
    handling.sign_case(case=case, by=cast.clerk.actor, at=stage.tick())
    said = head.get(address, headers={"If-None-Match": same.headers["ETag"]}).json()
    assert len(said["steps"]) == 1
    assert "刘芳：签收" in said["steps"][0]
    assert sign_in(cast.clerk).get(address).json()["steps"] == []
    assert sign_in(cast.peer_clerk).get(address).status_code == 404


def test_the_words_of_a_step_are_not_in_the_news(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.handling()
    story.comment_case(case=case, words="机密的话", public=False, by=cast.clerk.actor, at=stage.tick())
    said = sign_in(cast.analyst).get(f"/pulse/case/{case.number}/?seen=0").content.decode()
    assert "机密" not in said


@pytest.mark.parametrize("count", [1, 12])
def test_asking_costs_the_same_few_questions_however_long_the_list(
    stage: Stage, cast: Cast, sign_in: SignIn, count: int
) -> None:
    cases = [stage.dispatched() for _ in range(count)]
    case = cases[0]
    client = sign_in(cast.clerk)
    costs = []
    for address in ("/pulse/list/?queue=unit", f"/pulse/case/{case.number}/?seen={case.moves}"):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        costs.append(len([q for q in asked if "cases_" in q["sql"]]))
        assert len(asked) <= 5
    assert costs == [1, 1]


def test_the_newest_steps_are_three_at_most(stage: Stage, cast: Cast, django_assert_num_queries: Any) -> None:
    case = stage.resolved()
    viewer = cast.village_head.actor
    with django_assert_num_queries(1):
        steps = pulse.steps_since(viewer, case.pk, 0)
    assert len(steps) == 3
    assert steps[0].at >= steps[-1].at


def test_an_open_desk_is_told_of_steps_in_sight_and_of_no_others(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.dispatched()
    client, stranger = sign_in(cast.village_head), sign_in(cast.peer_clerk)
    page = client.get("/desk/").content.decode()
    address = f"/pulse/desk/?seen={pulse.newest_step()}"
    assert address in page
    same, other = client.get(address), stranger.get(address)
    assert (same.json()["changed"], other.json()["changed"]) == (False, False)
    etag = {"If-None-Match": same.headers["ETag"]}
    with CaptureQueriesContext(connection) as asked:
        quiet = client.get(address, headers=etag)
    assert (quiet.status_code, quiet.content) == (304, b"")
    # The session, the account, the posts, and the two of its own while nothing is new.
    assert len(asked) <= 5
    handling.sign_case(case=case, by=cast.clerk.actor, at=stage.tick())
    told = client.get(address, headers=etag).json()
    assert (told["changed"], told["seen"]) == (True, pulse.newest_step())
    assert stranger.get(address, headers={"If-None-Match": other.headers["ETag"]}).status_code == 304


def test_a_desk_that_did_not_change_does_not_look_at_ever_more_steps(
    stage: Stage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.dispatched()
    seen = pulse.newest_step()
    stage.dispatched()
    viewer = cast.peer_clerk.actor
    assert pulse.look(viewer, seen).seen == seen
    monkeypatch.setattr(pulse, "_FAR", 2)
    assert pulse.look(viewer, seen).seen == pulse.newest_step()


def test_an_unread_notice_alone_is_no_304(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    stage.dispatched()
    client = sign_in(cast.village_head)
    address = f"/pulse/desk/?seen={pulse.newest_step()}"
    first = client.get(address)
    Notice.objects.filter(user=cast.village_head.user).update(read_at=stage.tick())
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.json()["unread"]) == (200, 0)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "\u0661"])
def test_a_strange_moment_is_answered_and_never_fails(
    stage: Stage, cast: Cast, sign_in: SignIn, seen: str
) -> None:
    stage.dispatched()
    assert sign_in(cast.clerk).get("/pulse/desk/", {"seen": seen}).status_code == 200


@pytest.mark.parametrize("count", [1, 12])
def test_a_desk_asks_three_questions_however_much_waits(
    stage: Stage, cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        stage.dispatched()
    with django_assert_num_queries(3):
        pulse.look(cast.clerk.actor, 0)
