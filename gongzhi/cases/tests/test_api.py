"""The API as a program outside sees it."""

import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cases.api.moves import AnyMove
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, Transition
from gongzhi.core import clock
from gongzhi.orgs.actions import issue_token
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db


class Caller:
    """A program holding a token of one person."""

    def __init__(self, person: Person) -> None:
        _token, raw = issue_token(user=person.user, name="test", days=1, by=person.actor, at=clock.now())
        self.headers = {"authorization": f"Bearer {raw}"}
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers=self.headers | headers,
        )


@pytest.fixture
def caller() -> Callable[[Person], Caller]:
    return Caller


def matter(cast: Cast, **changes: str) -> dict[str, str]:
    return {"text": "三组的路塌了。", "place": cast.units.village.code, "reporter_name": "王桂芳"} | changes


def test_a_program_registers_lists_reads_and_moves_a_matter(
    cast: Cast, caller: Callable[[Person], Caller]
) -> None:
    clerk = caller(cast.clerk)
    made = clerk.post("/cases", matter(cast))
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert [row["number"] for row in clerk.get("/cases", unit=cast.units.village.code).json()["items"]] == [
        number
    ]
    body = {"move": "accept", "category": "0101", "kind": "request", "tier": "small"}
    moved = clerk.post(f"/cases/{number}/moves", body)
    assert moved.status_code == 200, moved.content
    assert moved.json()["status"] == "accepted"
    assert [step["move"] for step in clerk.get(f"/cases/{number}").json()["story"]] == ["register", "accept"]


def test_a_repeated_post_with_the_same_key_returns_the_first_answer_and_doubles_nothing(
    cast: Cast, caller: Callable[[Person], Caller]
) -> None:
    clerk = caller(cast.clerk)
    answers = [clerk.post("/cases", matter(cast), **{"idempotency-key": "k-1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].status_code, answers[1].status_code) == (201, 201)
    assert Case.objects.count() == 1
    other = clerk.post("/cases", matter(cast, text="另一件事。"), **{"idempotency-key": "k-1"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")


def test_a_move_from_the_wrong_state_answers_409_and_names_the_possible_ones(
    cast: Cast, caller: Callable[[Person], Caller]
) -> None:
    clerk = caller(cast.clerk)
    number = clerk.post("/cases", matter(cast)).json()["number"]
    refused = clerk.post(
        f"/cases/{number}/moves", {"move": "resolve", "outcome": "solved", "answer": "好了。"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "move_not_possible")
    assert Transition.objects.count() == 1


def test_a_clerk_of_another_town_gets_404_and_an_analyst_reads_facts_without_words(
    cast: Cast, caller: Callable[[Person], Caller]
) -> None:
    number = caller(cast.clerk).post("/cases", matter(cast)).json()["number"]
    assert caller(cast.peer_clerk).get(f"/cases/{number}").status_code == 404
    assert caller(cast.peer_clerk).get("/cases/HY26-999999").status_code == 404
    seen = caller(cast.analyst).get(f"/cases/{number}")
    assert seen.status_code == 200
    assert "塌" not in seen.content.decode()
    assert "王桂芳" not in seen.content.decode()
    assert (
        caller(cast.analyst).post(f"/cases/{number}/moves", {"move": "comment", "words": "看看"}).status_code
        == 403
    )


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer forged", "Basic YTpi", "Bearer \xff\xfe"])
def test_a_forged_token_answers_401(rules: None, token: str) -> None:
    assert Client().get("/api/v1/cases", headers={"authorization": token}).status_code == 401


def test_a_system_manager_sees_no_case_through_the_api(
    cast: Cast, caller: Callable[[Person], Caller]
) -> None:
    assert caller(cast.manager).get("/cases").status_code == 403


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_an_impossible_page_answers_422(cast: Cast, caller: Callable[[Person], Caller], page: str) -> None:
    assert caller(cast.clerk).get("/cases", page=page).status_code == 422


def test_a_list_takes_a_fixed_number_of_queries(
    cast: Cast, caller: Callable[[Person], Caller], django_assert_num_queries: Any
) -> None:
    clerk = caller(cast.clerk)
    for n in range(3):
        clerk.post("/cases", matter(cast, text=f"第{n}件事。"))
    with django_assert_num_queries(3):
        assert len(clerk.get("/cases").json()["items"]) == 3


def test_registering_a_matter_writes_its_rows_and_asks_nothing_it_knows(
    cast: Cast, caller: Callable[[Person], Caller]
) -> None:
    clerk = caller(cast.clerk)
    body = matter(cast, reporter_phone="13900002207")
    clerk.post("/cases", body)
    with CaptureQueriesContext(connection) as asked:
        assert clerk.post("/cases", body).status_code == 201
    statements = [query["sql"].split()[0] for query in asked.captured_queries]
    # On PostgreSQL clock, transition and sight go together, in one trip.
    written = 3 if connection.vendor == "postgresql" else 5
    own = [word for word in statements if word not in {"SAVEPOINT", "RELEASE"}]
    assert own == ["SELECT"] * 2 + ["INSERT"] * written
    # Inside this test the one transaction of the action is a savepoint; there is no second one in it.
    assert statements.count("SAVEPOINT") == 1


def test_the_description_of_the_api_is_public(rules: None) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert {path for path in described["paths"] if path.startswith("/api/v1/cases")} == {
        "/api/v1/cases",
        "/api/v1/cases/{number}",
        "/api/v1/cases/{number}/moves",
        "/api/v1/cases/{number}/likely",
        "/api/v1/cases/{number}/not-the-same",
        "/api/v1/cases/{number}/files",
    }


def test_health_and_metrics_answer(rules: None) -> None:
    assert Client().get("/healthz").json()["database"] == "ok"
    assert b"gongzhi_requests_total" in Client().get("/metrics").content


def test_every_move_a_person_can_make_is_in_the_api_but_pictures_and_registering() -> None:
    """Handling anew follows from the decision of a review, and filing from the end of a window. What is told
    in a follow-up call comes only from the call itself, which somebody was drawn to make."""
    offered = {body.model_fields["move"].annotation.__args__[0] for body in get_args(get_args(AnyMove)[0])}
    assert {str(move) for move in Move} - offered == {
        "register",
        "attach",
        "close_unrated",
        "order_anew",
        "follow_up",
    }
