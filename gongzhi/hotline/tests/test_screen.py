"""The one screen: who calls, what becomes of the call, and what is kept of both."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.test import Client

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.lifecycle import Channel, State
from gongzhi.cases.models import Case, Transition
from gongzhi.cases.speaking import Speaker
from gongzhi.channels.tests.deciding import decide
from gongzhi.core import clock
from gongzhi.hotline import addresses, rules
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.models import Call
from gongzhi.hotline.tests.conftest import Switchboard, signed_in
from gongzhi.knowledge.models import ArticleUse
from gongzhi.knowledge.tests.stage import number_of, published
from gongzhi.notices.models import Notice
from tests.cast import Cast, Person
from tests.stage import NAME, PHONE, Stage

pytestmark = pytest.mark.django_db
SAID = "三组的路灯坏了三天，晚上看不见路。"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
POP = f"/desk/call?from={PHONE}&call=a-1"


@pytest.fixture
def agent(cast: Cast) -> Client:
    return signed_in(cast.county_dispatcher)


def press(client: Client, do: str, address: str = POP, **typed: Any) -> Any:
    fields = {
        "do": do,
        "token": str(uuid4()),
        "opened": clock.now().isoformat(),
        "text": SAID,
        "spoke": "self",
    }
    return client.post(address, fields | typed)


def opened(client: Client, address: str = POP) -> Any:
    """Open the screen as a telephone system does, and go where it leads."""
    return client.get(address, follow=True)


def written(answer: Any) -> Call:
    assert answer.status_code == 302, answer.content.decode()
    number = answer.headers["Location"].strip("/").split("/")[-1]
    return next(call for call in Call.objects.all() if call.number == number)


# Who calls


def test_a_caller_is_recognised_with_matters_in_hand_and_finished(agent: Client, stage: Stage) -> None:
    open_one, closed = stage.in_state(State.HANDLING), stage.in_state(State.CLOSED)
    page = opened(agent).content.decode()
    assert NAME in page
    assert open_one.number in page
    assert closed.number in page
    assert f'value="{stage.cast.units.village.code}" selected' in page


def test_the_look_at_a_caller_is_recorded_in_the_log_of_the_call_and_of_the_matter(
    agent: Client, stage: Stage, switchboard: Switchboard
) -> None:
    case = stage.register()
    switchboard.tell("offered", "a-1", 0, **{"from": PHONE})
    opened(agent)
    call = Call.objects.get()
    look = AuditEvent.objects.get(code="hotline.caller.recognised")
    assert (look.subject, look.actor_key) == (f"call:{call.number}", stage.cast.county_dispatcher.actor.key)
    assert AuditEvent.objects.get(code="cases.reporter.read").subject == f"case:{case.number}"
    assert PHONE not in str(look.data)


def test_matters_and_calls_out_of_sight_are_not_shown(stage: Stage, switchboard: Switchboard) -> None:
    case = stage.register()
    call = switchboard.ring("a-0", caller=PHONE)
    page = opened(signed_in(stage.cast.peer_dispatcher)).content.decode()
    assert NAME not in page
    assert case.number not in page
    assert call.number not in page
    assert not AuditEvent.objects.filter(code="cases.reporter.read").exists()


def test_a_number_that_was_withheld_opens_an_empty_screen(agent: Client, stage: Stage) -> None:
    stage.register()
    page = opened(agent, "/desk/call?from=anonymous&call=a-1")
    assert page.status_code == 200
    assert NAME not in page.content.decode()


@pytest.mark.parametrize(
    "query", ["from=%00%ff&call=%0a", "from=" + "9" * 5000, "call=" + "x" * 5000, "from=<script>&call='%22"]
)
def test_a_broken_address_opens_the_screen_or_is_refused_and_never_fails(query: str, agent: Client) -> None:
    assert opened(agent, f"/desk/call?{query}").status_code in (200, 400, 422)


def test_how_many_callers_one_person_looks_up_is_bounded(agent: Client, stage: Stage) -> None:
    decide(rules.EVENTS, lookups_an_hour=2)
    answers = [opened(agent, f"/desk/call?from=1390000220{n}").status_code for n in range(3)]
    assert answers == [200, 200, 429]


def test_a_screen_costs_no_more_queries_with_many_matters_than_with_few(
    agent: Client, stage: Stage, django_assert_max_num_queries: Any
) -> None:
    for _n in range(8):
        stage.register()
    opened(agent)
    with django_assert_max_num_queries(42):
        opened(agent)


# The number in the address


def test_the_number_leaves_the_address_at_once_and_who_reads_the_address_learns_nothing(
    agent: Client, stage: Stage
) -> None:
    stage.register()
    first = agent.get(POP)
    address = first.headers["Location"]
    assert (first.status_code, first.headers["Referrer-Policy"]) == (302, "no-referrer")
    assert "no-store" in first.headers["Cache-Control"]
    assert PHONE not in address
    assert agent.get(POP).headers["Location"] != address
    assert NAME in agent.get(address).content.decode()
    # Read in the log of a proxy by a colleague with the same rights: another browser.
    other = signed_in(stage.cast.county_dispatcher)
    other.cookies[addresses.COOKIE] = addresses.mark_of(None)
    for reader in (other, signed_in(stage.cast.county_dispatcher)):
        page = reader.get(address).content.decode()
        assert NAME not in page
        assert PHONE not in page
        assert "请对方报一下号码" in page


def test_the_address_opens_the_number_as_long_as_the_rule_says_and_what_is_typed_later_is_kept(
    agent: Client, stage: Stage, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.register()
    address = agent.get(POP).headers["Location"]
    minutes = rules.EVENTS.first.address_minutes
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=minutes + 1))
    assert NAME not in agent.get(address).content.decode()
    call = written(press(agent, "consult", address=address, answer="在村里办。", phone=PHONE))
    assert (call.system_ref, call.caller) == ("a-1", PHONE)


@pytest.mark.parametrize("token", ["", "x", "A.b.c", "号", "A" * 5000])
def test_a_forged_token_opens_no_number_and_never_fails(token: str, agent: Client) -> None:
    agent.get(POP)
    assert agent.get("/desk/call", {"who": token, "call": "a-1"}).status_code == 200


# What becomes of it


def test_one_press_registers_a_matter_of_the_caller_typed_by_the_agent(
    agent: Client, cast: Cast, switchboard: Switchboard
) -> None:
    switchboard.ring("a-1", caller=PHONE, agent="county_dispatcher")
    place = cast.units.village.code
    call = written(press(agent, "matter", place=place, name=NAME, phone=PHONE, spoke="other"))
    case = Case.objects.get()
    assert (call.outcome, call.case, call.question) == (Outcome.MATTER, case, "")
    assert (call.typed_by, call.spoke) == (cast.county_dispatcher.user, Speaker.OTHER)
    assert (case.channel, case.text, case.place) == (Channel.HOTLINE, SAID, cast.units.village)
    assert (case.reporter_name, case.reporter_phone) == (NAME, PHONE)
    assert case.registered_by == cast.county_dispatcher.user
    first = Transition.objects.get(case=case, seq=1)
    assert (first.data["acting_for"], first.data["spoke"]) == (True, "other")
    event = AuditEvent.objects.get(code="hotline.call.registered")
    assert json.loads(event.data)["case"] == case.number
    assert SAID not in str(event.data)


def test_a_second_press_registers_nothing_more(agent: Client, cast: Cast) -> None:
    token = str(uuid4())
    typed = {"place": cast.units.village.code, "phone": PHONE, "token": token}
    first, second = press(agent, "matter", **typed), press(agent, "matter", **typed)
    assert first.headers["Location"] == second.headers["Location"]
    assert (Case.objects.count(), Call.objects.count()) == (1, 1)


def test_a_call_is_written_down_once_and_the_words_of_who_comes_second_are_kept(
    agent: Client, cast: Cast
) -> None:
    written(press(agent, "wrong"))
    late = press(agent, "consult", answer="到村委会办。")
    assert late.status_code == 409
    assert SAID in late.content.decode()
    assert Call.objects.get().outcome == Outcome.WRONG


def test_a_question_is_answered_in_the_call_without_a_matter(agent: Client, switchboard: Switchboard) -> None:
    switchboard.ring("a-1")
    call = written(press(agent, "consult", text="医保在哪里交？", answer="在村委会或手机上交。"))
    assert (call.outcome, call.question, call.answer) == (
        Outcome.CONSULT,
        "医保在哪里交？",
        "在村委会或手机上交。",
    )
    assert not Case.objects.exists()


def test_words_are_added_to_a_matter_for_those_who_handle_it(
    agent: Client, stage: Stage, switchboard: Switchboard
) -> None:
    case = stage.in_state(State.HANDLING)
    told = Notice.objects.filter(kind="cases.resident_wrote").count()
    call = written(press(agent, "added", text="催一下，又塌了一块。", matter=case.number))
    step = Transition.objects.get(case=case, move="comment")
    assert (call.outcome, call.case) == (Outcome.ADDED, case)
    assert "又塌了一块" in step.words
    assert (step.by_key, step.public) == (stage.cast.county_dispatcher.actor.key, False)
    assert Notice.objects.filter(kind="cases.resident_wrote").count() == told + 1


def test_a_matter_out_of_sight_is_not_added_to(stage: Stage) -> None:
    case = stage.register()
    answer = press(signed_in(stage.cast.peer_dispatcher), "added", number=case.number)
    assert answer.status_code == 422
    assert SAID in answer.content.decode()
    assert not Call.objects.exists()


def test_a_caller_in_danger_is_passed_on_with_the_advice_of_the_rule(agent: Client) -> None:
    page = agent.post("/desk/call/answers/", {"text": "邻居家着火了"}).content.decode()
    assert "119" in page
    assert "120" not in page
    call = written(press(agent, "emergency", text="邻居家着火了", service="119"))
    assert (call.outcome, call.service) == (Outcome.EMERGENCY, "119")
    assert press(agent, "emergency", address="/desk/call", service="114").status_code == 422


@pytest.mark.parametrize("do", ["wrong", "nuisance"])
def test_what_is_no_matter_ends_with_one_press(do: str, agent: Client) -> None:
    call = written(press(agent, do, text=""))
    assert (call.outcome, call.case, call.answer) == (do, None, "")


@pytest.mark.parametrize(
    ("do", "typed", "field"),
    [
        ("matter", {"text": ""}, "id_text_error"),
        ("matter", {"place": ""}, "id_place_error"),
        ("consult", {"answer": ""}, "id_answer_error"),
        ("added", {}, "id_number_error"),
        ("emergency", {}, "id_service_error"),
        ("nothing", {}, "error"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    do: str, typed: dict[str, str], field: str, agent: Client
) -> None:
    answer = press(agent, do, place_detail="三组老槐树下", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert field in page
    assert "三组老槐树下" in page
    assert not Call.objects.exists()


def test_looking_for_answers_without_script_keeps_what_was_typed_and_writes_nothing(agent: Client) -> None:
    answer = press(agent, "look")
    assert answer.status_code == 200
    assert SAID in answer.content.decode()
    assert not Call.objects.exists()


def test_a_call_without_a_telephone_system_is_written_down_with_its_own_time(
    agent: Client, cast: Cast
) -> None:
    call = written(press(agent, "consult", address="/desk/call", answer="在村里办。", phone=PHONE))
    assert (call.system_ref, call.offered_at, call.unit) == (None, None, cast.units.county)
    assert call.answered_at is not None
    assert call.caller == PHONE


def test_events_that_come_after_the_press_complete_the_same_call(
    agent: Client, switchboard: Switchboard
) -> None:
    call = written(press(agent, "consult", answer="在村里办。"))
    assert switchboard.ring("a-1", wait=5, talk=50) == call
    call.refresh_from_db()
    assert (call.outcome, call.wait_seconds, call.talk_seconds) == (Outcome.CONSULT, 5, 50)


def test_an_abandoned_call_may_still_be_written_down_by_who_called_back(
    agent: Client, switchboard: Switchboard
) -> None:
    switchboard.tell("offered", "a-1")
    switchboard.tell("abandoned", "a-1", 20)
    assert written(press(agent, "consult", answer="已回电。")).outcome == Outcome.CONSULT


def test_the_screen_of_a_written_call_leads_to_the_call(agent: Client) -> None:
    call = written(press(agent, "wrong"))
    assert opened(agent).redirect_chain[-1][0] == f"/hotline/{call.number}/"


@pytest.mark.parametrize("who", ["clerk", "supervisor", "analyst", "officer", "manager"])
def test_only_posts_that_take_calls_open_the_screen(who: str, cast: Cast) -> None:
    client = signed_in(getattr(cast, who))
    assert opened(client).status_code == 403
    assert press(client, "wrong").status_code == 403
    assert not Call.objects.exists()


def test_who_is_not_signed_in_comes_back_to_the_call_after_signing_in(stage: Stage) -> None:
    client = Client()
    sign_in, _status = opened(client).redirect_chain[-1]
    assert "who%3D" in sign_in
    assert PHONE not in sign_in
    stage.register()
    client.force_login(stage.cast.county_dispatcher.user, backend=BACKEND)
    assert NAME in client.get(unquote(sign_in.partition("next=")[2])).content.decode()


def test_a_town_does_not_write_down_a_call_of_another_line(stage: Stage, switchboard: Switchboard) -> None:
    call = switchboard.ring("a-1")
    town: Person = stage.cast.town_dispatcher
    assert press(signed_in(town), "wrong", address="/desk/call?call=a-1").status_code == 403
    call.refresh_from_db()
    assert call.outcome == ""


# Pages of calls


def test_the_page_of_a_call_says_who_spoke_and_who_typed(agent: Client, cast: Cast) -> None:
    call = written(press(agent, "matter", place=cast.units.village.code, phone=PHONE))
    page = agent.get(f"/hotline/{call.number}/").content.decode()
    assert cast.county_dispatcher.name in page
    assert PHONE not in page
    assert Case.objects.get().number in page
    assert "139 **** 2207" in page


def test_the_page_of_a_matter_shows_its_calls_to_who_sees_them(agent: Client, cast: Cast) -> None:
    call = written(press(agent, "matter", place=cast.units.village.code, phone=PHONE))
    address = f"/cases/{Case.objects.get().number}/"
    assert call.number in agent.get(address).content.decode()
    assert call.number not in signed_in(cast.clerk).get(address).content.decode()


def test_a_number_is_read_for_a_purpose_and_the_look_is_recorded(
    agent: Client, switchboard: Switchboard
) -> None:
    call = switchboard.ring("a-1", caller=PHONE)
    address = f"/hotline/{call.number}/number/"
    assert PHONE not in agent.get(address).content.decode()
    assert agent.post(address, {"purpose": ""}).status_code == 422
    assert PHONE in agent.post(address, {"purpose": "回电"}).content.decode()
    assert json.loads(AuditEvent.objects.get(code="hotline.number.read").data) == {"purpose": "回电"}


def test_who_reads_no_words_reads_none_of_a_call(agent: Client, cast: Cast) -> None:
    call = written(press(agent, "consult", text="医保在哪里交？", answer="在村委会交。", phone=PHONE))
    page = signed_in(cast.analyst).get(f"/hotline/{call.number}/")
    assert page.status_code == 200
    for words in ("医保", "村委会交", PHONE, "139 ****"):
        assert words not in page.content.decode()


def test_a_call_of_the_county_is_absent_for_another_town(switchboard: Switchboard, cast: Cast) -> None:
    call = switchboard.ring("a-1")
    client = signed_in(cast.peer_dispatcher)
    for address in (f"/hotline/{call.number}/", f"/hotline/{call.number}/number/", "/hotline/HYH26-999999/"):
        assert client.get(address).status_code == 404
    assert call.number not in client.get("/hotline/").content.decode()


# Answers from the knowledge base


def test_articles_appear_for_what_is_typed_and_the_one_read_out_is_counted(
    agent: Client, stage: Stage, now: datetime
) -> None:
    article = published(stage.cast, now)
    number = number_of(article)
    found = agent.post("/desk/call/answers/", {"text": "老人问低保怎么申请"}).content.decode()
    assert number in found
    call = written(press(agent, "consult", text="低保怎么申请？", article=number))
    assert call.article == number
    assert ArticleUse.objects.get(article=article).times == 1
    assert number in agent.get(f"/hotline/{call.number}/").content.decode()


def test_an_article_that_is_not_in_force_answers_nothing(agent: Client) -> None:
    answer = press(agent, "consult", text="低保怎么申请？", article="QA-999999", answer="到村委会。")
    assert answer.status_code == 422
    assert "id_answer_error" in answer.content.decode()
    assert not Call.objects.exists()


def test_an_article_counts_only_when_it_answered(agent: Client, stage: Stage, now: datetime) -> None:
    number = number_of(published(stage.cast, now))
    call = written(press(agent, "wrong", article=number))
    assert call.article == ""
    assert not ArticleUse.objects.exists()
