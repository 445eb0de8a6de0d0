"""Calling, merging and judging at the same moment: really at once, each with a connection of its own."""

from datetime import datetime, timedelta

import pytest

from gongzhi.cases import jobs
from gongzhi.cases.actions import merging
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, CaseMerge, HelpCall, Rating
from gongzhi.core import clock
from tests.cast import Cast
from tests.stage import Program, Stage
from tests.test_concurrency import assert_whole, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=3))
    return Stage(cast, at)


def address(case: Case) -> str:
    return f"/cases/{case.number}/moves"


def test_two_matters_merged_into_one_another_at_once_make_one_merge_and_no_circle(stage: Stage) -> None:
    first, second = stage.in_state(State.HANDLING), stage.in_state(State.ACCEPTED)
    clerk, head = Program(stage.cast.clerk), Program(stage.cast.village_head)
    answers = together(
        lambda: clerk.post(address(first), {"move": "merge", "main": second.number}),
        lambda: head.post(address(second), {"move": "merge", "main": first.number}),
    )
    assert sorted(answer.status_code for answer in answers)[0] == 200
    assert sorted(answer.status_code for answer in answers)[1] in (409, 422)
    assert CaseMerge.objects.count() == 1
    assert {State.MERGED} < {State(case.status) for case in Case.objects.all()}
    for case in (first, second):
        assert_whole(case)


def test_a_unit_called_by_two_people_at_once_is_called_once_and_answers_once(stage: Stage) -> None:
    case, bureau = stage.in_state(State.HANDLING), stage.cast.units.department.code
    people = [Program(stage.cast.clerk), Program(stage.cast.village_head)]
    body = {"move": "call_help", "unit": bureau, "words": "请来。"}
    answers = together(*(lambda p=p: p.post(address(case), body) for p in people))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert HelpCall.objects.count() == 1
    officer = Program(stage.cast.officer)
    said = {"move": "answer_help", "answer": "看过。"}
    answers = together(*[lambda: officer.post(address(case), said)] * 3)
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403]
    assert assert_whole(case).count("answer_help") == 1


def test_three_workers_at_once_take_each_rung_of_a_late_helper_once(stage: Stage) -> None:
    case, bureau = stage.in_state(State.HANDLING), stage.cast.units.department.code
    Program(stage.cast.clerk).post(address(case), {"move": "call_help", "unit": bureau, "words": "请来。"})
    late = stage.at + timedelta(days=60)
    rungs = [sum(together(*[lambda: jobs.run_helping_ladder(at=late)] * 3)) for _round in range(6)]
    assert sum(rungs) == 4
    assert HelpCall.objects.get().step == 4


def test_a_matter_merged_while_its_main_one_is_taken_back_never_rests_with_a_finished_one(
    stage: Stage,
) -> None:
    main, case = stage.in_state(State.HANDLING), stage.in_state(State.ACCEPTED)
    clerk, line = Program(stage.cast.clerk), Program(stage.cast.line_person)
    merged, withdrawn = together(
        lambda: clerk.post(address(case), {"move": "merge", "main": main.number}),
        lambda: line.post(address(main), {"move": "withdraw", "words": "他说不用了。"}),
    )
    assert withdrawn.status_code == 200
    assert merged.status_code in (200, 422)
    assert_whole(main)
    assert assert_whole(case)[-1] in ("accept", "unmerge")
    assert case.status == State.ACCEPTED


def test_a_merged_answer_judged_while_the_main_matter_is_taken_back_ends_whole(stage: Stage) -> None:
    main, case = stage.in_state(State.RESOLVED), stage.in_state(State.ACCEPTED)
    merging.merge_case(case=case, main=main, by=stage.cast.clerk.actor, at=stage.later(65))
    town, line = Program(stage.cast.town_dispatcher), Program(stage.cast.line_person)
    judged, withdrawn = together(
        lambda: town.post(address(case), {"move": "judge_merged", "solved": True}),
        lambda: line.post(address(main), {"move": "withdraw", "words": "他说不用了。"}),
    )
    assert withdrawn.status_code == 200
    assert judged.status_code in (200, 409)
    assert Rating.objects.filter(case=case).count() == (judged.status_code == 200)
    assert_whole(case)
    assert (case.status, case.solved) == (State.ACCEPTED, None)
