"""Correcting what was written down of a call: what stood there stays to be seen."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.models import Case, Transition
from gongzhi.core import clock
from gongzhi.hotline.actions import closing
from gongzhi.hotline.actions.closing import Ending, Heard
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.models import Call, FormerEnding
from gongzhi.hotline.queries import lists
from gongzhi.hotline.queries.lists import Filters
from gongzhi.hotline.tests.conftest import Switchboard, signed_in
from tests.cast import Cast
from tests.stage import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(cast: Cast) -> Client:
    return signed_in(cast.county_dispatcher)


@pytest.fixture
def call(switchboard: Switchboard, cast: Cast) -> Call:
    """A call that was answered, but was written down as a wrong number."""
    heard, wrong = Heard(call=switchboard.ring("a-1")), Ending(Outcome.WRONG, question="打错了？")
    return closing.write_ending(heard=heard, ending=wrong, by=cast.county_dispatcher.actor, at=clock.now())


def correct(client: Client, call: Call, **typed: Any) -> Any:
    fields = {
        "token": str(uuid4()),
        "seen": 0,
        "outcome": "consult",
        "text": "医保在哪里交？",
        "answer": "在村委会交。",
        "spoke": "self",
        "reason": "按错了键。",
    }
    return client.post(f"/hotline/{call.number}/correct/", fields | typed)


def test_a_correction_counts_and_what_stood_there_stays_to_be_seen(
    agent: Client, call: Call, cast: Cast
) -> None:
    before = call.written_at
    assert correct(agent, call).status_code == 302
    call.refresh_from_db()
    assert (call.outcome, call.answer, call.typed_by) == (
        Outcome.CONSULT,
        "在村委会交。",
        cast.county_dispatcher.user,
    )
    kept = FormerEnding.objects.get()
    assert (kept.outcome, kept.question, kept.written_at) == (Outcome.WRONG, "打错了？", before)
    page = agent.get(f"/hotline/{call.number}/").content.decode()
    for words in ("打错了？", "按错了键。", "更正前的登记", "在村委会交。"):
        assert words in page
    event = AuditEvent.objects.get(code="hotline.call.corrected")
    assert event.subject == f"call:{call.number}"
    assert (json.loads(event.data)["from"], json.loads(event.data)["to"]) == ("wrong", "consult")
    assert "按错了键" not in str(event.data)


def test_the_figures_count_what_is_right_and_how_much_was_corrected(
    agent: Client, call: Call, cast: Cast
) -> None:
    correct(agent, call)
    found = lists.figures(viewer=cast.supervisor.actor, filters=Filters(), at=clock.now()).counts
    assert (found["handled"], found["corrected"]) == (1, 1)
    assert call.number in agent.get("/hotline/?measure=corrected").content.decode()


def test_a_correction_registers_nothing_and_adds_nothing(agent: Client, call: Call, stage: Stage) -> None:
    case = stage.register()
    steps = Transition.objects.count()
    assert correct(agent, call, outcome="matter", number=case.number).status_code == 302
    call.refresh_from_db()
    assert (call.outcome, call.case, call.question, call.answer) == (Outcome.MATTER, case, "", "")
    assert (Case.objects.count(), Transition.objects.count()) == (1, steps)


def test_a_correction_pressed_twice_is_made_once(agent: Client, call: Call) -> None:
    token = str(uuid4())
    assert [correct(agent, call, token=token).status_code for _ in range(2)] == [302, 302]
    assert FormerEnding.objects.count() == 1


def test_who_corrects_what_somebody_else_has_corrected_meanwhile_is_told_and_keeps_the_words(
    agent: Client, call: Call
) -> None:
    correct(agent, call)
    second = correct(agent, call, answer="到镇上交。", reason="说错了地方。")
    assert second.status_code == 409
    assert "到镇上交。" in second.content.decode()
    assert FormerEnding.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": ""}, "id_reason_error"),
        ({"answer": ""}, "id_answer_error"),
        ({"text": ""}, "id_text_error"),
        ({"outcome": "matter", "number": ""}, "id_number_error"),
        ({"outcome": "added", "number": "HY26-999999"}, "id_number_error"),
        ({"outcome": "emergency", "service": ""}, "id_service_error"),
        ({"outcome": "wrong", "text": "打错了？"}, "id_outcome_error"),
        ({"outcome": "abandoned"}, "id_outcome_error"),
    ],
)
def test_what_is_missing_or_changes_nothing_is_said_and_nothing_is_written(
    typed: dict[str, str], field: str, agent: Client, call: Call
) -> None:
    answer = correct(agent, call, **typed)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert not FormerEnding.objects.exists()


def test_only_who_takes_calls_of_the_line_corrects_and_only_what_is_written(
    call: Call, switchboard: Switchboard, cast: Cast
) -> None:
    for person, status in ((cast.supervisor, 403), (cast.town_dispatcher, 404), (cast.peer_dispatcher, 404)):
        assert correct(signed_in(person), call).status_code == status
    assert not FormerEnding.objects.exists()
    fresh = switchboard.ring("a-2")
    address = correct(signed_in(cast.county_dispatcher), fresh).headers["Location"]
    assert address == f"/hotline/{fresh.number}/"
    assert not FormerEnding.objects.exists()
