"""Pages of follow-up calls."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.cases.models import Case
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.followup.actions import listing
from gongzhi.followup.lifecycle import State
from gongzhi.followup.models import Attempt, Draw, FollowUp
from gongzhi.followup.tests.stage import Stage
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


@pytest.fixture
def stage(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=1, hours=1))
    return Stage(cast, at)


def sent(**said: str) -> dict[str, str]:
    return {"token": str(uuid4()), **said}


REACHED = {"outcome": "reached", "q_solved": "yes", "q_came": "yes", "q_score": "4"}


def test_the_list_is_that_of_the_calls_to_be_made_and_finished_ones_are_a_filter(
    stage: Stage, sign_in: SignIn
) -> None:
    followup = stage.bad()
    client = sign_in(stage.cast.town_dispatcher)
    page = client.get("/followup/").content.decode()
    assert followup.case.number in page
    assert "13900002207" not in page
    client.post(f"/followup/{followup.pk}/", sent(**REACHED))
    assert followup.case.number not in client.get("/followup/").content.decode()
    assert followup.case.number in client.get("/followup/?state=done").content.decode()


def test_a_list_of_many_calls_asks_the_database_no_more_than_one_of_few(
    stage: Stage, sign_in: SignIn
) -> None:
    client = sign_in(stage.cast.town_dispatcher)
    stage.bad()
    client.get("/followup/")
    with CaptureQueriesContext(connection) as few:
        client.get("/followup/")
    for _n in range(4):
        stage.judged(score=1)
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    with CaptureQueriesContext(connection) as many:
        client.get("/followup/")
    assert len(many) == len(few) <= 16


def test_the_number_is_shown_once_by_a_press_and_on_no_other_page(stage: Stage, sign_in: SignIn) -> None:
    followup = stage.bad()
    client = sign_in(stage.cast.town_dispatcher)
    address = f"/followup/{followup.pk}/"
    assert "13900002207" not in client.get(address).content.decode()
    shown = client.post(f"{address}number/")
    assert "13900002207" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.get(f"{address}number/").status_code == 405
    assert "13900002207" not in client.get(address).content.decode()


def test_a_call_pressed_twice_is_one_attempt(stage: Stage, sign_in: SignIn) -> None:
    followup = stage.bad()
    client = sign_in(stage.cast.town_dispatcher)
    body = sent(outcome="no_answer")
    for _press in range(2):
        assert client.post(f"/followup/{followup.pk}/", body).status_code == 302
    assert Attempt.objects.count() == 1


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(stage: Stage, sign_in: SignIn) -> None:
    followup = stage.bad()
    client = sign_in(stage.cast.town_dispatcher)
    body = sent(outcome="reached", q_solved="yes", note="声音听不清")
    answer = client.post(f"/followup/{followup.pk}/", body)
    assert answer.status_code == 422
    assert "这个问题要问到" in answer.content.decode()
    assert "声音听不清" in answer.content.decode()
    assert not Attempt.objects.exists()
    answer = client.post(f"/followup/{followup.pk}/", sent(outcome="later"))
    assert (answer.status_code, Attempt.objects.count()) == (422, 0)


def test_not_solved_on_the_form_asks_for_the_words_and_brings_the_matter_back(
    stage: Stage, sign_in: SignIn
) -> None:
    case = stage.answered()
    followup = stage.drawn(case)
    client = sign_in(stage.cast.supervisor)
    told = {"outcome": "reached", "q_solved": "no", "q_came": "yes"}
    assert client.post(f"/followup/{followup.pk}/", sent(**told)).status_code == 422
    done = client.post(f"/followup/{followup.pk}/", sent(**told, words="灯又坏了。"), follow=True)
    assert "事项已退回重办" in done.content.decode()
    assert Case.objects.get(pk=case.pk).status == CaseState.HANDLING
    assert FollowUp.objects.get(pk=followup.pk).state == State.REACHED


def test_who_had_a_hand_in_it_sees_the_call_and_no_form(stage: Stage, sign_in: SignIn) -> None:
    followup = stage.bad()
    page = sign_in(stage.cast.town_head).get(f"/followup/{followup.pk}/").content.decode()
    assert "记下这次电话" in page
    assert sign_in(stage.cast.clerk).get(f"/followup/{followup.pk}/").status_code == 403
    assert sign_in(stage.cast.peer_dispatcher).get(f"/followup/{followup.pk}/").status_code == 404


def test_the_page_of_a_matter_shows_its_calls_to_callers_and_not_to_the_unit(
    stage: Stage, sign_in: SignIn
) -> None:
    followup = stage.bad()
    address = f"/cases/{followup.case.number}/"
    link = f"/followup/{followup.pk}/"
    assert link in sign_in(stage.cast.town_head).get(address).content.decode()
    assert link not in sign_in(stage.cast.clerk).get(address).content.decode()


def test_the_page_of_a_draw_says_whether_drawing_again_gives_the_same(stage: Stage, sign_in: SignIn) -> None:
    for _n in range(5):
        stage.answered()
    stage.draw()
    draw = Draw.objects.get()
    client = sign_in(stage.cast.town_head)
    page = client.get(f"/followup/draws/{draw.pk}/").content.decode()
    assert "结果相同" in page
    assert draw.digest in page
    assert client.get(f"/followup/draws/{draw.pk + 1}/").status_code == 404
    FollowUp.objects.filter(draw=draw).delete()
    assert "结果不同" in client.get(f"/followup/draws/{draw.pk}/").content.decode()


def test_the_figures_open_the_rows_behind_them(stage: Stage, sign_in: SignIn) -> None:
    followup = stage.bad()
    client = sign_in(stage.cast.supervisor)
    client.post(f"/followup/{followup.pk}/", sent(**REACHED))
    page = client.get("/followup/figures/").content.decode()
    assert "三元村" in page
    village = stage.cast.units.village.code
    address = (
        f"/followup/?measure=agree&amp;unit={village}&amp;first=2026-03-01&amp;last=2026-03-05&amp;own=1"
    )
    assert address in page
    assert followup.case.number in client.get(address.replace("&amp;", "&")).content.decode()
