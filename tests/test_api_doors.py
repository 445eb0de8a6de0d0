"""Doors of the API beside the loop: many matters at once, telephone calls, follow-up calls, case files.

Who may use them is held by `test_sweep_moves.py`, the shapes by `test_schemathesis.py`; here is what they do.
"""

from datetime import datetime
from typing import Any, get_args

import pytest

from gongzhi.cases.actions import case_files
from gongzhi.cases.api import flags
from gongzhi.cases.flag_words import KINDS, RULINGS
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import CaseFile
from gongzhi.cases.speaking import FOR_RESIDENTS
from gongzhi.core import clock
from gongzhi.followup import api as followup
from gongzhi.followup.models import FollowUp
from gongzhi.followup.queries.lists import MEASURES
from gongzhi.hotline import api as hotline
from gongzhi.hotline.lifecycle import WRITTEN
from gongzhi.hotline.models import Call
from gongzhi.hotline.queries.lists import CONDITIONS
from gongzhi.orgs.models import Post
from gongzhi.workbench.models import Batch
from tests.cast import Cast
from tests.stage import NAME, PHONE, Program, Stage
from tests.sweep.world import planted_followup

pytestmark = pytest.mark.django_db
KEY = {"idempotency-key": "press-1"}


@pytest.fixture
def stage(cast: Cast, at: datetime) -> Stage:
    return Stage(cast, at)


@pytest.mark.once
def test_the_api_counts_and_names_what_the_pages_do() -> None:
    assert set(get_args(hotline.Measure)) == set(CONDITIONS)
    assert set(get_args(hotline.Written)) == {str(outcome) for outcome in WRITTEN}
    assert get_args(hotline.Spoken) == tuple(str(speaker) for speaker in FOR_RESIDENTS)
    assert set(get_args(followup.Measure)) == set(MEASURES)
    assert set(get_args(flags.Kind)) == set(KINDS)
    assert set(get_args(flags.Ruling)) == set(RULINGS)


def many(stage: Stage, clerk: Program) -> tuple[list[str], dict[str, Any]]:
    """Return the numbers of two matters, and the press that their preview leads to."""
    numbers = [stage.register().number for _each in range(2)]
    chosen = {"kind": "accept", "tier": "small", "subject": "0101"}
    seen = clerk.post("/batches/preview", {**chosen, "numbers": [*numbers, "HY26-999999"]}).json()
    assert [row["number"] for row in seen["will"]] == numbers
    assert [row["number"] for row in seen["left"]] == ["HY26-999999"]
    assert not Batch.objects.exists(), "looking ahead writes nothing"
    return numbers, {**chosen, "matters": [{n: row[n] for n in ("number", "mark")} for row in seen["will"]]}


def test_many_matters_are_looked_at_pressed_for_once_and_taken_back(stage: Stage) -> None:
    clerk = Program(stage.cast.clerk)
    numbers, press = many(stage, clerk)
    answers = [clerk.post("/batches", press, **KEY) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    held = answers[0].json()
    assert (held["state"], [item["number"] for item in held["items"]]) == ("held", numbers)
    assert [row["number"] for row in clerk.get("/batches").json()] == [held["number"]]
    assert clerk.get(f"/cases/{numbers[0]}").json()["status"] == "registered", "nothing has happened yet"
    undone = clerk.post(f"/batches/{held['number']}/undo", None).json()
    assert (undone["state"], undone["refused"]) == ("undone", 2)


def test_a_press_on_marks_that_do_not_hold_and_a_choice_that_is_missing_are_refused(stage: Stage) -> None:
    clerk = Program(stage.cast.clerk)
    numbers, press = many(stage, clerk)
    forged = {**press, "matters": [{"number": f" {numbers[0]} ", "mark": "0" * 16}]}
    refused = clerk.post("/batches", forged)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_left")
    for missing in ({"kind": "dispatch"}, {"kind": "reassign"}, {"kind": "merge"}, {"kind": "accept"}):
        refused = clerk.post("/batches/preview", {**missing, "numbers": numbers})
        assert refused.status_code == 422, missing
        assert refused.json()["error"]["field"] in {"unit", "owner", "main", "tier"}


def test_a_call_becomes_a_matter_once_and_its_number_and_receipt_are_not_everybodys(stage: Stage) -> None:
    taker, body = (
        Program(stage.cast.town_dispatcher),
        {
            "outcome": "matter",
            "text": "三组路灯不亮。",
            "place": stage.cast.units.village.code,
            "name": NAME,
            "phone": PHONE,
        },
    )
    answers = [taker.post("/hotline/calls", body, **KEY) for _press in range(2)]
    assert answers[0].status_code == 201, answers[0].content
    assert answers[0].json() == answers[1].json()
    call = Call.objects.get()
    made = answers[0].json()
    assert (made["number"], made["case"]) == (call.number, call.case.number if call.case else "")
    assert made["receipt"]["number"] == made["case"]
    assert taker.get(f"/hotline/calls/{call.number}").json()["receipt"] == made["receipt"]
    other = Program(stage.cast.county_dispatcher).get(f"/hotline/calls/{call.number}")
    assert other.json()["receipt"] is None
    for answer in (*answers, other, taker.get("/hotline/calls")):
        assert PHONE not in answer.content.decode()
    again = taker.post(f"/hotline/calls/{call.number}/outcome", {"outcome": "wrong"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_written")


def test_a_known_call_is_written_down_and_an_analyst_reads_facts_without_words(stage: Stage) -> None:
    at = clock.now()
    call = Call.objects.create(
        unit=stage.cast.units.town, system_ref="1764-88", started_at=at, offered_at=at, answered_at=at
    )
    taker = Program(stage.cast.town_dispatcher)
    body = {"outcome": "consult", "text": "医保在哪里交？", "answer": "在村委会交。", "ref": "1764-88"}
    assert taker.get("/hotline/calls", open="true").json()["total"] == 1
    assert taker.post("/hotline/calls", body).json()["number"] == call.number, "known by the system's name"
    assert taker.get("/hotline/calls", open="true").json()["total"] == 0
    read = Program(stage.cast.analyst).get(f"/hotline/calls/{call.number}").json()
    assert (read["outcome"], read["question"], read["answer"]) == ("consult", "", "")
    figures = taker.get("/hotline/figures", by="line").json()
    assert (figures["total"]["counts"]["handled"], figures["total"]["handled"]) == (1, 100.0)
    assert taker.get("/hotline/calls", measure="handled").json()["total"] == 1
    assert taker.get("/hotline/calls", agent="nobody-here").status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_no_office_has_is_refused_by_lists(stage: Stage, day: str) -> None:
    head = Program(stage.cast.town_head)
    for path in ("/hotline/calls", "/hotline/figures", "/followups"):
        assert head.get(path, first=day, last=day).status_code == 422, path


def test_what_is_told_on_the_telephone_brings_a_matter_back_once(stage: Stage) -> None:
    followup = planted_followup(stage)
    town = Program(stage.cast.town_dispatcher)
    assert [row["number"] for row in town.get("/followups", state="open").json()["items"]] == [
        str(followup.pk)
    ]
    detail = town.get(f"/followups/{followup.pk}").json()
    assert detail["may_call"] is True
    assert {"solved", "came"} <= {row["code"] for row in detail["questions"]}
    assert PHONE not in str(detail)
    said = {
        "outcome": "reached",
        "answers": {"solved": False, "came": True, "score": 2},
        "words": "路灯还是不亮。",
        "note": "语气很急。",
    }
    answers = [town.post(f"/followups/{followup.pk}/attempts", said, **KEY) for _press in range(2)]
    assert answers[0].status_code == 200, answers[0].content
    assert answers[0].json() == answers[1].json()
    done = answers[0].json()
    assert (done["state"], done["attempts"], done["sent_back"]) == ("reached", 1, True)
    assert "语气" not in answers[0].content.decode(), "the note stays sealed"
    case = FollowUp.objects.select_related("case").get().case
    assert (case.status, case.reworks) == (State.HANDLING, 1)
    over = town.post(f"/followups/{followup.pk}/attempts", {"outcome": "no_answer"})
    assert over.json()["error"]["code"] == "not_your_call", "who passed on what was said has a hand in it now"


@pytest.mark.parametrize("answers", [{}, {"solved": 1, "came": True}, {"solved": "yes"}, {"unknown": True}])
def test_answers_that_no_question_takes_are_refused(stage: Stage, answers: dict[str, Any]) -> None:
    followup = planted_followup(stage)
    said = {"outcome": "reached", "answers": answers, "words": "没修。"}
    refused = Program(stage.cast.town_dispatcher).post(f"/followups/{followup.pk}/attempts", said)
    assert refused.status_code == 422
    assert FollowUp.objects.get().attempts == 0


def test_a_case_file_is_asked_for_watched_and_fetched_by_its_own_asker_only(stage: Stage) -> None:
    case, clerk = stage.in_state(State.RESOLVED), Program(stage.cast.clerk)
    answers = [clerk.post(f"/cases/{case.number}/files", None, **KEY) for _press in range(2)]
    assert answers[0].json() == answers[1].json()
    made = answers[0].json()
    assert (made["state"], CaseFile.objects.count()) == ("waiting", 1)
    early = clerk.get(f"/case-files/{made['number']}/file")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "case_file_not_ready")
    case_files.run(int(made["number"]), at=clock.now())
    assert [row["state"] for row in clerk.get(f"/cases/{case.number}/files").json()] == ["done"]
    pdf = clerk.get(f"/case-files/{made['number']}/file")
    assert (pdf["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert len(pdf.content) == clerk.get(f"/case-files/{made['number']}").json()["size"]
    head = Program(stage.cast.village_head)
    assert head.get(f"/cases/{case.number}/files").json() == []
    for path in (f"/case-files/{made['number']}", f"/case-files/{made['number']}/file"):
        assert head.get(path).status_code == 404


def test_a_case_file_is_not_handed_over_after_the_case_left_the_sight(stage: Stage) -> None:
    case, clerk = stage.in_state(State.RESOLVED), Program(stage.cast.clerk)
    made = clerk.post(f"/cases/{case.number}/files", None).json()
    case_files.run(int(made["number"]), at=clock.now())
    Post.objects.filter(user=stage.cast.clerk.user).update(unit=stage.cast.units.other_village)
    for path in (f"/case-files/{made['number']}", f"/case-files/{made['number']}/file"):
        assert clerk.get(path).status_code == 404
