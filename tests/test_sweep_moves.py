"""Every operation and every move of the API, for everybody: who may, who may not, who is not told.

The tables are in `tests/sweep/moves.py`; what is written there is a second statement of the rights.
"""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from ninja.openapi.schema import OpenAPISchema

from gongzhi.mediation.tests.stage import Stage as Disputes
from gongzhi.site.api import api
from tests.cast import AT
from tests.stage import Program, picture, undone
from tests.sweep.moves import DISPUTE_MOVES, MOVES, NOT_DESCRIBED, OPERATIONS
from tests.sweep.operations import OPERATION_ROWS
from tests.sweep.pages import Row, expected, verdict
from tests.sweep.people import (
    EVERYONE,
    HANDLERS,
    MANAGER,
    MEDIATION,
    MEDIATORS,
    NO_CASES,
    NOBODY,
    PASS_ON,
    REGISTRARS,
    VILLAGE,
)
from tests.sweep.world import World, _django_db_helper, one_world, world

__all__ = ["_django_db_helper", "one_world", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def _described() -> dict[str, Any]:
    described: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return described


def test_every_operation_and_every_move_of_the_api_is_in_a_table() -> None:
    described = _described()
    operations = {each["operationId"] for path in described["paths"].values() for each in path.values()}
    assert operations == OPERATIONS - NOT_DESCRIBED
    body = described["paths"]["/api/v1/cases/{number}/moves"]["post"]["requestBody"]
    offered = body["content"]["application/json"]["schema"]["discriminator"]["mapping"]
    assert set(offered) == set(MOVES)


def test_a_name_in_the_description_stands_for_one_thing() -> None:
    class Watched(OpenAPISchema):
        def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
            taken.extend(n for n, said in definitions.items() if self.schemas.get(n, said) != said)
            super().add_schema_definitions(definitions)

    taken: list[str] = []
    Watched(api, api.get_root_path({}))
    assert taken == [], "two of this name: rename one, or write a list of codes out with one_of"


def _expected_status(name: str, may: frozenset[str], sees: frozenset[str], served: int) -> int:
    if name in may:
        return served
    return 403 if name in sees | NO_CASES else 404


@pytest.mark.parametrize("move", sorted(MOVES))
def test_a_move_through_the_api_is_made_by_whom_it_belongs_to_and_nobody_else(
    move: str, world: World
) -> None:
    row = MOVES[move]
    case = row.start(world.stage)
    body = row.body(world.cast)
    wrong = []
    for name in sorted(EVERYONE):
        with undone():
            answer = Program(getattr(world.cast, name)).post(f"/cases/{case.number}/moves", body)
        wanted = _expected_status(name, row.may, row.sees, 200)
        if answer.status_code != wanted:
            wrong.append(f"{name}: {answer.status_code}, should be {wanted}: {answer.content.decode()[:160]}")
    assert wrong == []


@pytest.mark.parametrize("move", sorted(MOVES))
def test_a_move_on_the_pages_is_offered_to_whom_it_belongs_and_nobody_else(move: str, world: World) -> None:
    row = MOVES[move]
    case = row.start(world.stage)
    # Whoever answered reads the question too, and is refused when pressing.
    offered = row.may | HANDLERS if row.may == PASS_ON else row.may
    wrong = []
    for visitor, client in world.visitors():
        said = verdict(client.get(f"/cases/{case.number}/{move}/"))
        wanted = expected(Row(offered, row.sees), visitor)
        if said != wanted:
            wrong.append(f"{visitor}: {said}, should be {wanted}")
    assert wrong == []


def test_a_case_is_read_and_listed_by_the_same_people(world: World) -> None:
    village = world.cast.units.village.code
    for name in sorted(EVERYONE):
        program = Program(getattr(world.cast, name))
        read = program.get(f"/cases/{world.case.number}")
        listed = program.get("/cases")
        by_unit = program.get("/cases", unit=village)
        assert read.status_code == _expected_status(name, VILLAGE, NOBODY, 200), name
        assert by_unit.status_code == read.status_code, name
        numbers = {row["number"] for row in listed.json().get("items", ())}
        assert (world.case.number in numbers) is (name in VILLAGE), name


def test_a_matter_is_registered_through_the_api_only_in_ones_own_area(world: World) -> None:
    body = {"text": "路灯不亮。", "place": world.cast.units.village.code}
    for name in sorted(EVERYONE):
        with undone():
            answer = Program(getattr(world.cast, name)).post("/cases", body)
        assert answer.status_code == (201 if name in REGISTRARS else 403), name


@pytest.mark.parametrize("operation", sorted(OPERATION_ROWS))
def test_an_operation_serves_whom_it_is_for_and_nobody_else(operation: str, world: World) -> None:
    row = OPERATION_ROWS[operation]
    address = reverse(f"api:{operation}", kwargs=row.args(world)).removeprefix("/api/v1")
    wrong = []
    for name in sorted(EVERYONE):
        program = Program(getattr(world.cast, name))
        with undone():
            answer = program.post(address, row.body(world)) if row.body else program.get(address, **row.query)
        if answer.status_code != row.wanted(name):
            said = b"" if answer.streaming else answer.content
            wrong.append(f"{name}: {answer.status_code}, should be {row.wanted(name)}: {said.decode()[:160]}")
    assert wrong == []


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("token", [None, "Bearer ", "Bearer forged", f"Bearer {'0' * 40}", "Basic YTpi"])
def test_without_a_token_that_holds_the_api_answers_401(
    operation: str, token: str | None, world: World
) -> None:
    whole = ("register_case", "list_cases", "open_dispute", "list_disputes", "ask_export", "list_exports")
    number = {} if operation in {*whole, "list_articles"} else {"number": world.case.number}
    row = OPERATION_ROWS.get(operation)
    address = reverse(f"api:{operation}", kwargs=row.args(world) if row else number)
    method = "GET" if operation.startswith(("list_", "get_")) else "POST"
    answer = Client().generic(
        method,
        address,
        json.dumps({"move": "sign"}),
        content_type="application/json",
        headers={"authorization": token} if token is not None else {},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_required")


def test_a_session_of_the_pages_does_not_open_the_api(world: World) -> None:
    assert world.client("clerk").get("/api/v1/cases").status_code == 401


def test_every_move_of_a_dispute_is_in_the_table() -> None:
    body = _described()["paths"]["/api/v1/disputes/{number}/moves"]["post"]["requestBody"]
    assert set(body["content"]["application/json"]["schema"]["discriminator"]["mapping"]) == set(
        DISPUTE_MOVES
    )


@pytest.mark.parametrize("move", sorted(DISPUTE_MOVES))
def test_a_move_of_a_dispute_is_made_by_whom_it_belongs_to_and_nobody_else(move: str, world: World) -> None:
    state, more, may = DISPUTE_MOVES[move]
    dispute = getattr(Disputes(world.cast, AT), state)()
    if move == "sign":
        more = more | {"picture": base64.b64encode(picture()).decode()}
    wrong = []
    for name in sorted(EVERYONE):
        program = Program(getattr(world.cast, name))
        with undone():
            answer = program.post(f"/disputes/{dispute.number}/moves", {"move": move, **more})
        wanted = 200 if name in may else 403 if name in MEDIATION | NO_CASES else 404
        if answer.status_code != wanted:
            wrong.append(f"{name}: {answer.status_code}, should be {wanted}: {answer.content.decode()[:160]}")
        read = program.get(f"/disputes/{dispute.number}")
        assert read.status_code == (200 if name in MEDIATION else 403 if name in NO_CASES else 404), name
        if read.status_code == 200:
            assert bool(read.json()["parties"]) is (name in MEDIATORS), name
    assert wrong == []


def test_a_dispute_is_taken_up_through_the_api_only_at_ones_own_committee(world: World) -> None:
    body = {"committee": world.cast.units.village.code, "kind": "land", "title": "山林边界"}
    for name in sorted(EVERYONE):
        with undone():
            answer = Program(getattr(world.cast, name)).post("/disputes", body)
        here = {"clerk", "village_head", "line_person"}
        outside = 403 if name in {"supervisor", "analyst", "manager"} else 404
        assert answer.status_code == (201 if name in here else outside), name


def test_disputes_are_listed_to_whom_they_are_known_and_named_to_whom_they_are_told(world: World) -> None:
    for name in sorted(EVERYONE - MANAGER):
        rows = Program(getattr(world.cast, name)).get("/disputes").json()["items"]
        found = {row["number"]: row["title"] for row in rows}
        assert (world.dispute.number in found) is (name in MEDIATION), name
        assert bool(found.get(world.dispute.number)) is (name in MEDIATORS), name
