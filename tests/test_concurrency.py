"""Two people, or eight programs, press at the same moment: really at once, each with a connection of its own.

What must hold whatever the order: one press wins and the others are told so, a history has no gap and no
fork, and what is sent several times is done once.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import jobs
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Attachment, Case, Clock, Supervision, Transition
from gongzhi.core import clock, signatures
from gongzhi.notices.models import Notice
from tests.cast import Cast
from tests.stage import TEXT, Program, Stage

pytestmark = pytest.mark.django_db(transaction=True)
VILLAGE = "610921100222"


@pytest.fixture
def stage(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=3))
    return Stage(cast, at)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Make all calls at the same moment, each in a thread with its own connection; return their answers."""
    gate, answers = threading.Barrier(len(calls)), dict[int, Any]()

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[place] = call()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(calls))]


def assert_whole(case: Case) -> list[str]:
    """Fail unless the history of the case is one line without a gap, each step audited; return its moves."""
    case.refresh_from_db()
    steps = list(Transition.objects.filter(case=case).order_by("seq"))
    assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
    assert [step.from_state for step in steps[1:]] == [step.to_state for step in steps[:-1]]
    assert (case.moves, case.status) == (len(steps), steps[-1].to_state)
    assert AuditEvent.objects.filter(subject=f"case:{case.number}").count() == len(steps)
    return [step.move for step in steps]


def test_of_two_officers_who_sign_at_the_same_moment_one_owns_and_the_other_is_told(stage: Stage) -> None:
    case = stage.in_state(State.DISPATCHED)
    people = [stage.cast.clerk, stage.cast.village_head]
    programs = [Program(person) for person in people]
    answers = together(
        *(lambda p=p: p.post(f"/cases/{case.number}/moves", {"move": "sign"}) for p in programs)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner = people[[answer.status_code for answer in answers].index(200)]
    assert assert_whole(case).count("sign") == 1
    assert Case.objects.get(pk=case.pk).owner == winner.user
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["error"]["code"] == "move_not_possible"


def test_a_dispatch_and_a_withdrawal_at_the_same_moment_leave_one_unbroken_history(stage: Stage) -> None:
    case = stage.in_state(State.ACCEPTED)
    dispatcher, line_person = Program(stage.cast.clerk), Program(stage.cast.line_person)
    moves = f"/cases/{case.number}/moves"
    dispatched, withdrawn = together(
        lambda: dispatcher.post(moves, {"move": "dispatch", "unit": VILLAGE}),
        lambda: line_person.post(moves, {"move": "withdraw", "words": "他说不用办了。"}),
    )
    assert withdrawn.status_code == 200, "possible before and after the dispatch"
    assert dispatched.status_code in (200, 409)
    made = assert_whole(case)
    assert made == ["register", "accept", *(["dispatch"] * (dispatched.status_code == 200)), "withdraw"]


def test_a_form_sent_twice_at_the_same_moment_raises_one_matter(stage: Stage) -> None:
    token = str(uuid4())

    def send() -> Any:
        return Client(raise_request_exception=False).post(
            "/raise/", {"token": token, "text": TEXT, "place": VILLAGE}
        )

    answers = together(*[send] * 4)
    assert Case.objects.count() == 1
    assert_whole(Case.objects.get())
    assert {answer.status_code for answer in answers} <= {302, 409}
    receipts = {answer.headers["Location"] for answer in answers if answer.status_code == 302}
    assert len(receipts) == 1


def test_one_key_from_eight_programs_at_once_registers_one_case(stage: Stage) -> None:
    program = Program(stage.cast.clerk)
    body = {"text": TEXT, "place": VILLAGE}
    answers = together(*[lambda: program.post("/cases", body, **{"idempotency-key": "k-1"})] * 8)
    assert Case.objects.count() == 1
    told = Counter(answer.status_code for answer in answers)
    assert set(told) <= {201, 409}
    assert told[201] >= 1
    assert len({answer.json()["number"] for answer in answers if answer.status_code == 201}) == 1
    assert assert_whole(Case.objects.get()) == ["register"]


def test_eight_registrations_at_once_are_eight_cases_with_numbers_of_their_own(stage: Stage) -> None:
    program = Program(stage.cast.clerk)
    body = {"text": TEXT, "place": VILLAGE}
    answers = together(*[lambda: program.post("/cases", body)] * 8)
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()["number"] for answer in answers}) == 8
    for case in Case.objects.all():
        assert assert_whole(case) == ["register"]


def test_three_workers_at_once_take_each_rung_of_the_ladder_once(stage: Stage) -> None:
    cases = [stage.in_state(State.HANDLING) for _each in range(3)]
    late = stage.at + timedelta(days=60)
    taken = 0
    for _round in range(6):
        counts = together(*[lambda: jobs.run_ladder(at=late)] * 3)
        assert all(isinstance(count, int) for count in counts), counts
        taken += sum(counts)
    assert taken == len(cases) * 2 * 4, "two running clocks of four rungs each"
    assert set(Clock.objects.filter(stopped_at__isnull=True).values_list("step", flat=True)) == {4}
    assert AuditEvent.objects.filter(code="cases.clock.rung_taken").count() == taken
    for case in cases:
        assert Supervision.objects.filter(case=case, cause="ladder").count() == 2
        told = Notice.objects.filter(user_id=stage.cast.village_head.user.pk, kind="cases.overdue")
        assert told.filter(subject_ref__contains=case.number).count() == 6


def test_three_workers_at_once_file_each_unrated_matter_once(stage: Stage) -> None:
    cases = [stage.in_state(State.RESOLVED) for _each in range(4)]
    late = stage.at + timedelta(days=60)
    counts = together(*[lambda: jobs.close_unrated(at=late)] * 3)
    assert all(isinstance(count, int) for count in counts), counts
    assert sum(counts) == len(cases)
    for case in cases:
        assert assert_whole(case).count("close_unrated") == 1


def test_a_rating_and_the_filing_of_unrated_matters_at_the_same_moment_close_it_once(stage: Stage) -> None:
    case = stage.in_state(State.RESOLVED)
    line_person = Program(stage.cast.line_person)
    late = stage.at + timedelta(days=60)
    body = {"move": "confirm", "solved": True, "score": 5}
    rated, filed = together(
        lambda: line_person.post(f"/cases/{case.number}/moves", body), lambda: jobs.close_unrated(at=late)
    )
    assert (rated.status_code, filed) in ((200, 0), (409, 1))
    made = assert_whole(case)
    assert made[-1] == ("confirm" if filed == 0 else "close_unrated")
    assert made.count("confirm") + made.count("close_unrated") == 1


def test_pictures_added_at_the_same_moment_all_belong_to_a_step_of_their_own(stage: Stage) -> None:
    case = stage.register()
    stage.attach(case)
    together(*[lambda: stage.attach(case)] * 4)
    assert assert_whole(case) == ["register", *["attach"] * 5]
    assert Attachment.objects.values("transition").distinct().count() == 5


def test_a_message_that_a_gateway_sends_four_times_at_once_is_one_matter(stage: Stage, settings: Any) -> None:
    settings.SMS_IN_SECRET = "secret"
    body = json.dumps({"from": "13900002207", "text": TEXT, "message_id": "7"}).encode()
    moment = str(int(clock.now().timestamp()))

    def send() -> Any:
        nonce = uuid4().hex
        given = signatures.sign("secret", moment=moment, nonce=nonce, body=body)
        names = {"x-gongzhi-timestamp": moment, "x-gongzhi-nonce": nonce, "x-gongzhi-signature": given}
        browser = Client(raise_request_exception=False)
        return browser.post("/channels/sms/", body, content_type="application/json", headers=names)

    answers = together(*[send] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert_whole(Case.objects.get())


def test_an_open311_request_posted_four_times_at_once_is_one_matter(stage: Stage) -> None:
    key = Program(stage.cast.clerk).headers
    said = {"service_code": "0101", "address_id": VILLAGE, "description": TEXT}

    def send() -> Any:
        browser = Client(raise_request_exception=False)
        return browser.post("/open311/v2/requests.json", said, headers=key)

    answers = together(*[send] * 4)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()[0]["service_request_id"] for answer in answers}) == 1
    assert_whole(Case.objects.get())
