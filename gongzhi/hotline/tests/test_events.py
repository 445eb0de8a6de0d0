"""What a telephone system tells: signed, taken once, in any order; storms and rubbish are held off."""

import json
import logging
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from gongzhi.channels.tests.deciding import decide
from gongzhi.core import clock
from gongzhi.core.models import RateMark
from gongzhi.hotline import rules, telephone
from gongzhi.hotline.actions import events
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.models import Call, CallEvent
from gongzhi.hotline.telephone import UnreadableEvent
from gongzhi.hotline.tests.conftest import SECRET, Switchboard
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NUMBER = "13900002207"


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (status, code)


def event(**changed: Any) -> bytes:
    said = {"event": "offered", "call": "a-1", "at": clock.now().isoformat(), "from": NUMBER, "to": "12345"}
    return json.dumps({name: value for name, value in (said | changed).items() if value is not None}).encode()


def facts(call: Call) -> tuple[Any, ...]:
    call.refresh_from_db()
    return (call.wait_seconds, call.talk_seconds, call.outcome, call.caller, call.line, call.agent_id)


def test_a_call_is_told_from_the_ring_to_the_end(switchboard: Switchboard, cast: Cast) -> None:
    call = switchboard.ring("a-1", wait=8, talk=40, agent="county_dispatcher")
    assert facts(call) == (8, 40, "", NUMBER, "12345", cast.county_dispatcher.user.pk)
    assert call.unit == cast.units.county
    assert call.started_at == call.offered_at


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_events_in_any_order_make_the_same_call(
    order: tuple[int, ...], switchboard: Switchboard, cast: Cast
) -> None:
    told: tuple[tuple[str, int, dict[str, str]], ...] = (
        ("offered", 0, {"from": NUMBER}),
        ("queued", 5, {}),
        ("answered", 11, {"agent": "county_dispatcher"}),
        ("ended", 71, {}),
    )
    for index in order:
        name, seconds, more = told[index]
        switchboard.tell(name, "a-1", seconds, **more)
    call = Call.objects.get()
    assert facts(call) == (6, 60, "", NUMBER, "12345", cast.county_dispatcher.user.pk)
    assert call.started_at == call.offered_at


def test_an_event_sent_again_does_nothing(switchboard: Switchboard) -> None:
    body = event(event_id="7")
    first, again = switchboard.send(body).json(), switchboard.send(body).json()
    assert again == first | {"repeated": True}
    assert (Call.objects.count(), CallEvent.objects.count()) == (1, 1)


def test_the_number_of_an_event_with_other_content_is_refused(switchboard: Switchboard) -> None:
    switchboard.send(event(event_id="7"))
    refused(switchboard.send(event(event_id="7", event="ended")), 403, "replayed")


def test_a_signature_serves_for_one_event_only(switchboard: Switchboard) -> None:
    moment = int(clock.now().timestamp())
    switchboard.send(event(event_id="1"), moment=moment, nonce="n" * 16)
    answer = switchboard.send(event(event_id="2"), moment=moment, nonce="n" * 16)
    refused(answer, 403, "replayed")
    assert CallEvent.objects.count() == 1


def test_a_call_that_nobody_answered_is_abandoned_until_a_late_answer_says_otherwise(
    switchboard: Switchboard,
) -> None:
    switchboard.tell("offered", "a-1", 0)
    switchboard.tell("abandoned", "a-1", 31)
    call = Call.objects.get()
    assert facts(call)[:3] == (31, None, Outcome.ABANDONED)
    switchboard.tell("answered", "a-1", 12)
    assert facts(call)[:3] == (12, 19, "")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("+86 139-0000-2207", NUMBER),
        ("013900002207", NUMBER),
        ("0915-5212345", "09155212345"),
        ("anonymous", ""),
        ("", ""),
        ("0000000", ""),
        ("+1 202 555 0147", "12025550147"),
    ],
)
def test_a_number_is_kept_as_people_dial_it_and_a_withheld_one_is_none(told: str, kept: str) -> None:
    assert telephone.number_of(told) == kept


def test_a_line_belongs_to_the_centre_of_the_rule_and_else_to_the_county(
    switchboard: Switchboard, cast: Cast
) -> None:
    line = rules.Line(number="5210001", unit=cast.units.town.code, zh="镇便民热线", en="town line")
    decide(rules.LINES, lines=(line,))
    switchboard.tell("offered", "a-1", to="5210001")
    switchboard.tell("offered", "a-2", to="5210002")
    units = dict(Call.objects.values_list("system_ref", "unit__code"))
    assert units == {"a-1": cast.units.town.code, "a-2": cast.units.county.code}


@pytest.mark.parametrize("agent", ["clerk", "peer_dispatcher", "nobody"])
def test_an_account_that_may_not_take_calls_of_the_line_is_only_a_seat(
    agent: str, switchboard: Switchboard
) -> None:
    switchboard.tell("answered", "a-1", agent=agent)
    call = Call.objects.get()
    assert (call.agent_id, call.agent_ref) == (None, agent)


def test_who_answered_first_took_the_call_in_whatever_order_it_is_told(
    switchboard: Switchboard, cast: Cast
) -> None:
    for call, order in (("a-1", (0, 1)), ("a-2", (1, 0))):
        switchboard.tell("offered", call, 0, agent="town_head")
        told = (("county_dispatcher", 5), ("nobody", 30))
        for index in order:
            switchboard.tell("answered", call, told[index][1], agent=told[index][0])
    agents = set(Call.objects.values_list("agent", "agent_ref"))
    assert agents == {(cast.county_dispatcher.user.pk, "county_dispatcher")}


def test_a_seat_that_only_rang_did_not_take_the_call(switchboard: Switchboard) -> None:
    switchboard.tell("offered", "a-1", 0, agent="county_dispatcher")
    switchboard.tell("abandoned", "a-1", 20, agent="county_dispatcher")
    assert Call.objects.get().agent is None


# Refused


def test_the_door_is_closed_without_a_secret(settings: Any, stage: Any) -> None:
    settings.HOTLINE_SECRET = ""
    assert Switchboard().send(event()).status_code == 404


@pytest.mark.parametrize("secret", ["", "other", SECRET.upper()])
def test_a_wrong_signature_is_refused_and_logged_once_without_a_word(
    secret: str, switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    switchboard.secret = secret
    with caplog.at_level(logging.WARNING):
        refused(switchboard.send(event()), 403, "forged")
    lines = [record for record in caplog.records if record.name.startswith("gongzhi")]
    assert [record.getMessage() for record in lines] == ["refused"]
    assert NUMBER not in str(vars(lines[0]))
    assert not Call.objects.exists()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_signature_is_refused(minutes: int, switchboard: Switchboard) -> None:
    moment = int((clock.now() + timedelta(minutes=minutes)).timestamp())
    refused(switchboard.send(event(), moment=moment), 403, "forged")


def test_a_get_an_oversized_and_a_foreign_body_get_their_own_codes(switchboard: Switchboard) -> None:
    assert switchboard.client.get("/hotline/events/").status_code == 405
    refused(switchboard.send(event(agent="x" * 20_000)), 413, "too_large")
    refused(switchboard.send(b"{not json"), 400, "unreadable")
    refused(switchboard.send(event(), kind="text/plain"), 400, "unreadable")
    refused(switchboard.send(b"[" * 10_000), 400, "unreadable")
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"call": None}, "call"),
        ({"call": ""}, "call"),
        ({"call": "x" * 81}, "call"),
        ({"call": "a\u0000b"}, "call"),
        ({"call": ["a"]}, "call"),
        ({"event": None}, "event"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-03-04T10:00:00"}, "at"),
        ({"at": "2026-13-41T10:00:00+08:00"}, "at"),
        ({"at": True}, "at"),
        ({"from": {"a": 1}}, "from"),
        ({"direction": "up"}, "direction"),
    ],
)
def test_what_is_wrong_in_an_event_is_named(
    changed: dict[str, Any], field: str, switchboard: Switchboard
) -> None:
    answer = switchboard.send(event(**changed))
    refused(answer, 400, "unreadable_event")
    assert answer.json()["error"]["field"] == field
    assert not Call.objects.exists()


@pytest.mark.parametrize("said", [None, 7, [], "x", {"event": 1, "call": True, "at": "1772600000"}])
def test_json_of_any_other_shape_is_refused(said: Any) -> None:
    with pytest.raises(UnreadableEvent):
        telephone.read(said)


def test_a_moment_may_be_seconds_since_1970() -> None:
    told = telephone.read({"event": "offered", "call": 7, "at": 1772600000})
    assert (told.at, told.call) == (datetime.fromtimestamp(1772600000, UTC), "7")


@pytest.mark.parametrize("hours", [-73, 1])
def test_an_event_of_another_time_is_refused_and_leaves_nothing(hours: int, switchboard: Switchboard) -> None:
    at = (clock.now() + timedelta(hours=hours)).isoformat()
    refused(switchboard.send(event(at=at)), 422, "not_its_time")
    assert not Call.objects.exists()


def test_an_unknown_kind_is_passed_over_and_not_asked_for_again(switchboard: Switchboard) -> None:
    said = switchboard.send(event(event="transferred")).json()
    assert (said["outcome"], said["reason"]) == ("ignored", "unknown_event")
    assert not Call.objects.exists()


def test_a_storm_is_held_off_by_the_rule_and_the_rest_of_the_calls_goes_on(
    switchboard: Switchboard,
) -> None:
    decide(rules.EVENTS, per_call_an_hour=3, per_door_an_hour=5)
    answers = [switchboard.send(event(event_id=str(n))) for n in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert switchboard.send(event(call="b-1")).status_code == 200
    assert switchboard.send(event(call="c-1")).status_code == 200
    assert switchboard.send(event(call="d-1")).status_code == 429
    assert (CallEvent.objects.count(), RateMark.objects.filter(mark="door").count()) == (5, 5)


def test_events_are_forgotten_after_the_days_of_the_rule_and_calls_stay(switchboard: Switchboard) -> None:
    switchboard.ring("a-1")
    kept = rules.EVENTS.first.kept_days
    assert events.forget_old(at=clock.now() + timedelta(days=kept - 1)) == 0
    assert events.forget_old(at=clock.now() + timedelta(days=kept + 1)) == 3
    assert Call.objects.count() == 1
