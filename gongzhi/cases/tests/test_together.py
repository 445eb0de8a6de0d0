"""Co-handling: whistled, reported, answered, rated; late helpers; answering without them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import dispatching, handling, helping_ladder, judging, moves, together
from gongzhi.cases.lifecycle import Move, Outcome
from gongzhi.cases.models import Case, HelpCall, Transition
from gongzhi.cases.queries import access, desk, tracking
from gongzhi.cases.queries import together as helping
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Invalid
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def called(stage: Stage, unit: Unit | None = None) -> Case:
    return together.call_help(
        case=stage.handling(),
        unit=unit or stage.cast.units.department,
        words="请派技术员看路基。",
        by=stage.clerk,
        at=stage.tick(),
    )


def answered(stage: Stage) -> Case:
    return together.answer_help(
        case=called(stage), answer="看过，需打桩。", by=stage.cast.officer.actor, at=stage.tick()
    )


def test_a_village_whistles_and_the_bureau_sees_the_matter_and_is_told_when_it_is_due(stage: Stage) -> None:
    case = called(stage)
    call = HelpCall.objects.get(case=case)
    assert (call.unit, call.caller) == (stage.cast.units.department, stage.cast.units.village)
    assert call.due_at > call.called_at + timedelta(days=2), "three working days"
    assert call.rule == "cases.together@1"
    assert access.sees(stage.cast.officer.actor, case)
    assert Notice.objects.filter(user_id=stage.cast.officer.user.pk, kind="cases.help_called").exists()
    assert case.unit == stage.cast.units.village, "the matter stays where it is"


def test_the_called_unit_reports_answers_and_is_rated_by_the_caller_once(stage: Stage) -> None:
    officer, bureau = stage.cast.officer.actor, stage.cast.units.department
    case = together.sign_help(case=called(stage), by=officer, at=stage.tick())
    with pytest.raises(together.AlreadyReported):
        together.sign_help(case=case, by=officer, at=stage.tick())
    case = together.answer_help(case=case, answer="看过，需打桩。", by=officer, at=stage.tick())
    case = together.rate_help(
        case=case, unit=bureau, score=4, words="来得快。", by=stage.clerk, at=stage.tick()
    )
    call = HelpCall.objects.get(case=case)
    assert (call.score, call.margin_minutes is not None and call.margin_minutes > 0) == (4, True)
    with pytest.raises(together.NoSuchCall):
        together.rate_help(case=case, unit=bureau, score=1, by=stage.clerk, at=stage.tick())
    moves = list(Transition.objects.filter(case=case).order_by("seq").values_list("move", flat=True))
    assert moves[-4:] == ["call_help", "sign_help", "answer_help", "rate_help"]
    words = [str(row) for row in AuditEvent.objects.values_list("data", flat=True)]
    assert not any("打桩" in row or "来得快" in row for row in words), "the log holds digests only"


def test_a_helper_cannot_rate_itself_and_a_stranger_cannot_answer(stage: Stage) -> None:
    case = answered(stage)
    with pytest.raises(moves.NotYourMove):
        together.rate_help(
            case=case,
            unit=stage.cast.units.department,
            score=5,
            by=stage.cast.officer.actor,
            at=stage.tick(),
        )
    with pytest.raises(moves.NotYourMove):
        together.answer_help(case=case, answer="好。", by=stage.cast.town_dispatcher.actor, at=stage.tick())


def test_an_answer_to_the_resident_does_not_pass_over_a_helper_unless_it_says_why(stage: Stage) -> None:
    case = called(stage)

    def resolve(despite: str) -> Case:
        return handling.resolve_case(
            case=case,
            outcome=Outcome.SOLVED,
            answer="路已修通。",
            despite=despite,
            by=stage.clerk,
            at=stage.tick(),
        )

    with pytest.raises(together.HelpersStillOpen) as refused:
        resolve("")
    assert refused.value.field == "despite"
    done = resolve("塌方已自行清理，不用技术员了。")
    call = HelpCall.objects.get(case=case)
    assert (call.ended_by, call.ended_words, call.next_step_at) == (
        Move.RESOLVE,
        "塌方已自行清理，不用技术员了。",
        None,
    )
    step = Transition.objects.get(case=done, move=Move.RESOLVE)
    assert step.data["not_waited_for"] == [stage.cast.units.department.code]
    assert not access.may(stage.cast.officer.actor, done, Move.ANSWER_HELP)


def test_an_answered_call_lets_the_answer_go_out(stage: Stage) -> None:
    case = answered(stage)
    done = handling.resolve_case(
        case=case, outcome=Outcome.SOLVED, answer="路已修通。", by=stage.clerk, at=stage.tick()
    )
    assert done.status == "resolved"


def test_a_withdrawn_matter_ends_its_calls(stage: Stage) -> None:
    judging.withdraw_case(case=called(stage), words="不用了。", by=RESIDENT, at=stage.tick())
    assert HelpCall.objects.get().ended_by == Move.WITHDRAW


def test_the_same_unit_is_not_called_twice_at_once_but_again_after_its_answer(stage: Stage) -> None:
    case = called(stage)

    def again(case: Case) -> Case:
        bureau = stage.cast.units.department
        return together.call_help(case=case, unit=bureau, words="再看。", by=stage.clerk, at=stage.tick())

    with pytest.raises(together.AlreadyCalled):
        again(case)
    case = together.answer_help(case=case, answer="看过。", by=stage.cast.officer.actor, at=stage.tick())
    again(case)
    assert HelpCall.objects.filter(case=case).count() == 2


def test_whom_one_may_call_is_a_rule_and_neither_itself_nor_another_towns_village(stage: Stage) -> None:
    case = stage.handling()
    units = stage.cast.units
    for unit in (units.village, units.other_village, units.sister_village, units.county, units.other_town):
        with pytest.raises(Invalid):
            together.call_help(case=case, unit=unit, words="来。", by=stage.clerk, at=stage.tick())


def test_a_late_helper_climbs_the_ladder_and_each_rung_once(stage: Stage) -> None:
    case = called(stage)
    late = clock.now() + timedelta(days=60)
    taken = [helping_ladder.run(by=SYSTEM, at=late, most=100) for _ in range(6)]
    assert taken == [1, 1, 1, 1, 0, 0]
    kinds = Notice.objects.filter(user_id=stage.cast.officer.user.pk).values_list("kind", flat=True)
    assert {"cases.help_due", "cases.help_late"} <= set(kinds)
    assert Notice.objects.filter(user_id=stage.cast.supervisor.user.pk, kind="cases.help_late").exists()
    assert Notice.objects.filter(user_id=stage.cast.clerk.user.pk, kind="cases.help_late").exists()
    call = HelpCall.objects.get(case=case)
    assert helping_ladder.take_rung(call=call, by=SYSTEM, at=late) is False


def test_a_helper_that_was_called_off_climbs_no_further(stage: Stage) -> None:
    case = called(stage)
    together.call_off(
        case=case, unit=stage.cast.units.department, words="不用来了。", by=stage.clerk, at=stage.tick()
    )
    assert helping_ladder.run(by=SYSTEM, at=clock.now() + timedelta(days=60), most=10) == 0


def test_the_desk_of_the_called_unit_shows_it_until_it_has_answered(stage: Stage) -> None:
    case, officer = called(stage), stage.cast.officer.actor

    def block() -> list[str]:
        found = desk.desk_of(viewer=officer, at=clock.now(), since=clock.now())
        return [line.number for b in found.blocks if b.code == "called" for line in b.lines]

    assert block() == [case.number]
    together.answer_help(case=case, answer="看过。", by=officer, at=stage.tick())
    assert block() == []


def test_the_resident_reads_who_works_together_and_not_what_units_say_to_one_another(stage: Stage) -> None:
    case = answered(stage)
    page = tracking.tracked(case, at=clock.now())
    assert page.together == ("交通运输局",)
    told = " ".join(f"{step.what} {step.words}" for step in page.steps)
    assert "交通运输局" in told
    assert "打桩" not in told
    assert "技术员" not in told


def test_an_escalated_matter_keeps_its_helpers_and_the_caller_still_rates(stage: Stage) -> None:
    case = dispatching.escalate_case(
        case=called(stage), tried="试过。", why_not="没有机械。", by=stage.clerk, at=stage.tick()
    )
    case = together.answer_help(case=case, answer="看过。", by=stage.cast.officer.actor, at=stage.tick())
    together.rate_help(case=case, unit=stage.cast.units.department, score=5, by=stage.clerk, at=stage.tick())


def test_how_units_help_is_counted_in_time_and_by_rating(stage: Stage) -> None:
    case = answered(stage)
    together.rate_help(case=case, unit=stage.cast.units.department, score=4, by=stage.clerk, at=stage.tick())
    called(stage)
    month = stage.began.date().replace(day=1)
    rows = helping.counted(
        viewer=stage.cast.supervisor.actor, unit=stage.cast.units.county, month=month, at=clock.now()
    )
    assert [(r.unit.code, r.called, r.answered, r.in_time, r.waiting, r.score) for r in rows] == [
        (stage.cast.units.department.code, 2, 1, 1, 1, 4.0)
    ]
    assert rows[0].in_time_share == 1.0


def test_pages_of_helping_are_served_from_the_whistle_to_the_rating(
    stage: Stage, sign_in: Callable[[Person], Client]
) -> None:
    case = stage.handling()
    clerk, officer = sign_in(stage.cast.clerk), sign_in(stage.cast.officer)
    address = f"/cases/{case.number}/"
    assert officer.get(address).status_code == 404

    def press(client: Client, move: str, **said: str) -> int:
        page = client.get(f"{address}{move}/")
        token = page.context["form"]["token"].value()
        answer = client.post(f"{address}{move}/", {"token": token, **said})
        return int(answer.status_code)

    assert press(clerk, "call_help", unit=stage.cast.units.department.code, words="请来。") == 302
    assert officer.get(address).status_code == 200
    assert press(officer, "sign_help") == 302
    resolve = clerk.get(f"{address}resolve/")
    assert "despite" in resolve.context["form"].fields
    assert press(officer, "answer_help", answer="看过。") == 302
    assert press(clerk, "rate_help", unit=stage.cast.units.department.code, score="5") == 302
    assert "despite" not in clerk.get(f"{address}resolve/").context["form"].fields
    assert officer.get("/cases/?queue=helping").status_code == 200
    code = stage.cast.units.county.code
    watcher = sign_in(stage.cast.supervisor)
    assert watcher.get(f"/figures/{code}/together/").status_code == 200
    assert (
        case.number
        in watcher.get(f"/figures/{stage.cast.units.department.code}/together/list/").content.decode()
    )
