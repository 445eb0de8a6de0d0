"""The API against its own description: calls in hundreds that nobody would write by hand.

Every call is answered as the description says, with the content and the shape it promises, and never by a
fault of ours. The calls come with a real token, among real cases, through the real application in this
process. Left to themselves nearly all of them would end at a number or a code that does not exist, so most
get one that does.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django.plugin import DjangoDbBlocker
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gongzhi.cases.actions import case_files, taking_out
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case
from gongzhi.cases.queries import exports, lists
from gongzhi.hotline.models import Call
from gongzhi.knowledge.tests import stage as articles
from gongzhi.mediation.tests.stage import Stage as Disputes
from gongzhi.workbench.actions.foreseeing import mark_of
from tests.stage import Program, Stage, lasting_stage, undone
from tests.sweep.world import planted_flag, planted_followup, pressed_batch

pytestmark = pytest.mark.django_db

CALLERS = {
    "disputes/{number}/moves": "clerk",
    "/flags": "town_head",
    "/hotline": "town_dispatcher",
    "/followups": "town_dispatcher",
}
"""Who calls, where it is not the village head: who mediates makes most moves of a dispute."""
EXAMPLES = int(os.environ.get("API_EXAMPLES", "60"))
"""Calls for each operation; more of them with API_EXAMPLES=1000."""
PLAIN = {"Accept-Encoding": "identity"}
"""The caller that runs inside this process does not unpack what is sent compressed."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def one_stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), lasting_stage() as stage:
        yield stage


@pytest.fixture
def _django_db_helper(one_stage: Stage) -> Iterator[None]:
    """Stand in for pytest-django's, whose end of a test would close the connection that holds the stage."""
    with undone():
        yield


@pytest.fixture(scope="module")
def tokens(one_stage: Stage) -> dict[str, str]:
    """Token by who calls."""
    names = ("village_head", *CALLERS.values())
    return {name: Program(getattr(one_stage.cast, name)).headers["authorization"] for name in names}


@pytest.fixture
def token(tokens: dict[str, str], request: pytest.FixtureRequest) -> str:
    """The village head's, but another's where the village head may do little."""
    operation = request.node.callspec.params["operation"]
    return tokens[next((name for part, name in CALLERS.items() if part in operation), "village_head")]


@pytest.fixture(scope="module")
def numbers(one_stage: Stage) -> list[str]:
    """A case in every state."""
    return [one_stage.in_state(state).number for state in State]


@pytest.fixture(scope="module")
def disputes(one_stage: Stage) -> list[str]:
    """Disputes in every state."""
    stage = Disputes(one_stage.cast, one_stage.at)
    # Where most moves are possible there are the most.
    names = ("opened", *["mediating"] * 4, "drafted", "signed", "agreed", "finished", "ended")
    return [getattr(stage, name)().number for name in names]


@pytest.fixture(scope="module")
def files(one_stage: Stage) -> list[str]:
    """A list on its way to a file."""
    by, query = one_stage.cast.village_head.actor, exports.pack_list(lists.Queue.ALL, lists.Filters())
    asked = taking_out.ask(
        source="list", query=query, format="csv", with_words=False, language="zh-hans", by=by, at=one_stage.at
    )
    return [str(asked.pk)]


@pytest.fixture(scope="module")
def answers(one_stage: Stage) -> list[str]:
    """The number of an article that everybody reads."""
    return [articles.number_of(articles.published(one_stage.cast, one_stage.at))]


@pytest.fixture(scope="module")
def others(one_stage: Stage) -> dict[str, list[str]]:
    """Numbers of what stands beside matters, by a part of the operation."""
    head = one_stage.cast.village_head
    file = case_files.ask(case=one_stage.register(), by=head.actor, at=one_stage.at)
    call = Call.objects.create(
        unit=one_stage.cast.units.town, started_at=one_stage.at, answered_at=one_stage.at
    )
    return {
        "/flags": [str(planted_flag(one_stage, one_stage.published()).pk)],
        "/batches/{": [str(pressed_batch(one_stage, head).pk)],
        "/hotline": [call.number],
        "/followups": [str(planted_followup(one_stage).pk)],
        "/case-files": [str(file.pk)],
    }


@pytest.fixture(scope="module")
def known(
    numbers: list[str],
    disputes: list[str],
    files: list[str],
    answers: list[str],
    others: dict[str, list[str]],
) -> Callable[[str], list[str]]:
    """Return a function that gives the numbers an operation is about."""
    about = {"disputes": disputes, "exports": files, "knowledge": answers, **others}
    return lambda operation: next((found for word, found in about.items() if word in operation), numbers)


@pytest.fixture(scope="module")
def described(one_stage: Stage) -> Iterator[Any]:
    # A real request closes the connection before and after; here that would end the transaction of the test.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


OPERATIONS = (
    "GET /api/v1/cases",
    "POST /api/v1/cases",
    "GET /api/v1/cases/{number}",
    "POST /api/v1/cases/{number}/moves",
    "GET /api/v1/cases/{number}/likely",
    "POST /api/v1/cases/{number}/not-the-same",
    "GET /api/v1/exports",
    "POST /api/v1/exports",
    "GET /api/v1/exports/{number}",
    "POST /api/v1/exports/{number}/cancel",
    "POST /api/v1/cases/{number}/files",
    "GET /api/v1/cases/{number}/files",
    "GET /api/v1/case-files/{number}",
    "POST /api/v1/batches/preview",
    "POST /api/v1/batches",
    "GET /api/v1/batches",
    "GET /api/v1/batches/{number}",
    "POST /api/v1/batches/{number}/undo",
    "GET /api/v1/views",
    "GET /api/v1/hotline/calls",
    "POST /api/v1/hotline/calls",
    "GET /api/v1/hotline/figures",
    "GET /api/v1/hotline/calls/{number}",
    "POST /api/v1/hotline/calls/{number}/outcome",
    "GET /api/v1/followups",
    "GET /api/v1/followups/{number}",
    "POST /api/v1/followups/{number}/attempts",
    "GET /api/v1/flags",
    "GET /api/v1/flags/{number}",
    "POST /api/v1/flags/{number}/rulings",
    "GET /api/v1/knowledge",
    "GET /api/v1/knowledge/{number}",
    "GET /api/v1/disputes",
    "POST /api/v1/disputes",
    "GET /api/v1/disputes/{number}",
    "POST /api/v1/disputes/{number}/moves",
)
KNOWN = {
    "place": "610921100222",
    "unit": "610921100222",
    "category": "0101",
    "suggested_unit": "610921JT",
    "committee": "610921100222",
    "leader": "clerk",
    "mediator": "clerk",
}
OF_DISPUTES = {"kind": "neighbours", "title": "两家排水沟争执", "case": ""}
OF_MOVES: dict[str, str | int] = {"party": 1, "words": "双方都到场，愿意再谈一次。", "place": "村委会调解室"}


OF_CALLS: dict[str, Any] = {
    "text": "医保在哪里交？",
    "answer": "在村委会交。",
    "phone": "13900002207",
    "service": "120",
    "article": "",
    "answers": {"solved": True, "came": True, "score": 4},
}


def of_batches(path: str, numbers: list[str]) -> dict[str, Any]:
    """Return what is asked of matters that may be accepted, with the marks of now."""
    chosen: dict[str, Any] = {"kind": "accept", "tier": "small", "subject": "0101"}
    if path.endswith("/preview"):
        return chosen | {"numbers": numbers}
    cases = Case.objects.filter(status=State.REGISTERED)
    return chosen | {"matters": [{"number": c.number, "mark": mark_of(c)} for c in cases]}


def aim(case: Any, numbers: list[str]) -> None:
    """Give most calls a number and codes that exist, the same ones for the same call."""
    mark = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    if case.path_parameters and mark % 4:
        case.path_parameters["number"] = numbers[mark % len(numbers)]
    if isinstance(case.body, dict) and mark % 5:
        codes: dict[str, Any] = dict(KNOWN)
        if case.path.endswith("/disputes"):
            codes.update(OF_DISPUTES)
        elif case.path.startswith("/api/v1/disputes/"):
            codes.update(OF_MOVES)
        elif case.path.endswith("/moves") and mark % 7 == 1:
            case.body = {"move": "comment", "words": OF_MOVES["words"]}  # possible nearly everywhere
        elif case.path.startswith(("/api/v1/hotline", "/api/v1/followups")):
            codes.update(OF_CALLS)
        elif case.path in ("/api/v1/batches", "/api/v1/batches/preview") and mark % 3:
            case.body.update(of_batches(case.path, numbers))
        case.body.update(
            {name: code for name, code in codes.items() if isinstance(case.body.get(name), type(code))}
        )
        if isinstance(case.body.get("other"), str):
            case.body["other"] = numbers[mark // 7 % len(numbers)]
    if isinstance(case.query, dict) and mark % 3 and isinstance(case.query.get("unit"), str):
        case.query["unit"] = KNOWN["unit"]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_call_is_answered_as_the_description_says(
    operation: str, mode: GenerationMode, described: Any, token: str, known: Callable[[str], list[str]]
) -> None:
    answered = set()

    @bounded
    @given(case=described.find_operation_by_label(operation).as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        aim(case, known(operation))
        with undone():
            answer = case.call_and_validate(headers={"Authorization": token, **PLAIN}, checks=CHECKS)
        answered.add(answer.status_code)

    call()
    if mode is GenerationMode.POSITIVE:
        assert answered & {200, 201}, "not one call was done: the test proves nothing"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_call_with_a_forged_token_is_refused_as_the_description_says(
    operation: str, described: Any, token: str, known: Callable[[str], list[str]]
) -> None:
    @settings(bounded, max_examples=10)
    @given(case=described.find_operation_by_label(operation).as_strategy())
    def call(case: Any) -> None:
        aim(case, known(operation))
        with undone():
            answer = case.call_and_validate(
                headers={"Authorization": token[:-1] + "~", **PLAIN}, checks=CHECKS
            )
        # A path or a query that nobody can type is refused before anybody asks who calls.
        assert answer.status_code == 401 or answer.json()["error"]["code"] == "unusable_characters"

    call()


def test_every_operation_of_the_description_is_called(described: Any) -> None:
    assert sorted(each.ok().label for each in described.get_all_operations()) == sorted(OPERATIONS)
