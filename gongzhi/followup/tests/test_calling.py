"""Who is called back, who calls, and what follows from what is said."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from gongzhi.audit.actions import seal
from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import flagging, judging, moves
from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.cases.models import Case, Flag, Rating, Supervision, Transition
from gongzhi.cases.queries import tracking
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Invalid
from gongzhi.followup import jobs
from gongzhi.followup.actions import calling, listing
from gongzhi.followup.actions.calling import Told
from gongzhi.followup.lifecycle import Outcome, Reason, State, Stratum
from gongzhi.followup.models import Attempt, Draw, FollowUp
from gongzhi.followup.queries import access, call_page, draws, lists
from gongzhi.followup.tests.stage import RESIDENT, Stage
from gongzhi.notices.models import Notice
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SOLVED = Told(answers={"solved": True, "came": True, "score": 5})
NOT_SOLVED = Told(answers={"solved": False, "came": True}, words="灯还是不亮。", note="语气很急。")


@pytest.fixture
def stage(cast: Cast, at: datetime) -> Stage:
    return Stage(cast, at)


def reach(stage: Stage, followup: FollowUp, told: Told = SOLVED, *, days: int = 1) -> FollowUp:
    return calling.record_attempt(
        followup=followup,
        outcome=Outcome.REACHED,
        told=told,
        by=stage.cast.town_dispatcher.actor,
        at=stage.at + timedelta(days=days, hours=1),
    )


# Who is called


def test_each_heap_holds_what_its_name_says_and_what_the_village_checks_is_not_called_again(
    stage: Stage,
) -> None:
    waiting, solved = stage.answered(), stage.judged()
    spot, checked = stage.settled(checked=False), stage.settled(checked=True)
    stage.draw()
    (draw,) = Draw.objects.all()
    assert draw.heaps == {"solved": [solved.number], "spot": [spot.number], "waiting": [waiting.number]}
    assert checked.number not in str(draw.heaps)
    assert (draw.stood, draw.without_number) == (3, 0)


def test_a_matter_filed_unrated_stands_for_the_draw_of_the_day_it_was_filed(stage: Stage) -> None:
    case = stage.answered()
    Case.objects.filter(pk=case.pk).update(rate_by=stage.at + timedelta(hours=5))
    case.refresh_from_db()
    assert judging.close_unrated(case=case, by=SYSTEM, at=stage.at + timedelta(hours=5))
    stage.draw()
    assert Draw.objects.get().heaps == {str(Stratum.UNRATED): [case.number]}


def test_who_left_no_telephone_stands_for_no_draw_and_is_counted(stage: Stage) -> None:
    stage.answered(phone="")
    stage.answered()
    stage.draw()
    draw = Draw.objects.get()
    assert (draw.stood, draw.without_number) == (1, 1)


def test_what_is_drawn_is_what_anyone_draws_again_from_seal_and_heaps(stage: Stage) -> None:
    for _n in range(6):
        stage.answered()
    assert stage.draw() >= 1
    draw = Draw.objects.get()
    shown = draws.get_draw(viewer=stage.cast.supervisor.actor, key=draw.pk)
    assert shown.is_same
    assert len(shown.drawn) == draw.drawn
    Draw.objects.filter(pk=draw.pk).update(digest="cd" * 32, heaps={"waiting": draw.heaps["waiting"][:1]})
    assert not draws.get_draw(viewer=stage.cast.supervisor.actor, key=draw.pk).is_same


def test_a_day_is_drawn_once_however_often_the_worker_runs(stage: Stage) -> None:
    for _n in range(6):
        stage.answered()
    assert stage.draw() >= 1
    before = FollowUp.objects.count()
    assert stage.draw() == 0
    assert FollowUp.objects.count() == before


def test_the_worker_draws_a_day_only_after_a_seal_published_after_its_end(stage: Stage) -> None:
    for _n in range(6):
        stage.answered()
    seal(at=stage.at + timedelta(hours=2))
    assert jobs.fill_lists(at=stage.next_day) == 0
    stage.not_solved()
    seal(at=stage.next_day)
    assert jobs.fill_lists(at=stage.next_day + timedelta(minutes=1)) >= 2
    assert Draw.objects.get().batch > 1


def test_every_bad_rating_is_called_back_and_the_callers_are_told(stage: Stage) -> None:
    low, refused, good = stage.judged(score=2), stage.judged(solved=False, score=4), stage.judged(score=3)
    again = stage.not_solved()
    assert listing.list_bad_ratings(by=SYSTEM, at=stage.tick()) == 3
    assert listing.list_bad_ratings(by=SYSTEM, at=stage.tick()) == 0
    rows = FollowUp.objects.order_by("case")
    assert [row.case for row in rows] == [low, refused, again]
    assert {row.reason for row in rows} == {Reason.BAD_RATING}
    assert {row.caller for row in rows} == {stage.cast.units.town}
    assert not FollowUp.objects.filter(case=good).exists()
    told = Notice.objects.filter(kind="followup.bad_rating").values_list("user", flat=True)
    assert set(told) == {stage.cast.town_dispatcher.user.pk, stage.cast.town_head.user.pk}


def test_a_bad_rating_without_a_telephone_is_counted_and_not_lost(stage: Stage) -> None:
    case = stage.judged(score=1, case=stage.answered(phone=""))
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    assert stage.listed(case).state == State.NO_NUMBER


def test_what_was_drawn_and_is_rated_badly_later_is_due_as_a_bad_rating(stage: Stage) -> None:
    case = stage.answered()
    drawn = stage.drawn(case)
    judging.confirm_case(case=case, solved=False, score=1, by=RESIDENT, at=stage.next_day)
    listing.list_bad_ratings(by=SYSTEM, at=stage.next_day)
    now = stage.listed(case)
    assert now.pk == drawn.pk
    assert (now.reason, now.recorded_solved, now.recorded_score) == (Reason.BAD_RATING, False, 1)
    assert now.due_at < drawn.due_at


# Who calls


def test_nobody_of_the_unit_that_answered_calls_and_nobody_who_had_a_hand_in_it(stage: Stage) -> None:
    cast, followup = stage.cast, stage.bad()
    assert not access.visible_followups(cast.clerk.actor).exists()
    for person in (cast.clerk, cast.village_head, cast.peer_dispatcher, cast.officer, cast.analyst):
        with pytest.raises(calling.NotYourCall):
            calling.open_number(followup=followup, by=person.actor, at=stage.tick())
    assert calling.open_number(followup=followup, by=cast.town_dispatcher.actor, at=stage.tick())
    assert calling.open_number(followup=followup, by=cast.supervisor.actor, at=stage.tick())


def test_who_passed_a_judgement_on_does_not_ask_about_it(stage: Stage) -> None:
    dispatcher = stage.cast.town_dispatcher.actor
    case = judging.confirm_case(case=stage.answered(), solved=True, score=2, by=dispatcher, at=stage.tick())
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    followup = stage.listed(case)
    with pytest.raises(calling.NotYourCall):
        calling.open_number(followup=followup, by=dispatcher, at=stage.tick())
    assert calling.open_number(followup=followup, by=stage.cast.town_head.actor, at=stage.tick())


def test_a_call_goes_up_when_the_matter_comes_to_the_unit_that_was_to_call(stage: Stage) -> None:
    cast, case = stage.cast, stage.not_solved()
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    assert stage.listed(case).caller == cast.units.town
    Case.objects.filter(pk=case.pk).update(unit=cast.units.town)
    with pytest.raises(calling.NotYourCall):
        calling.open_number(followup=stage.listed(case), by=cast.town_head.actor, at=stage.tick())
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    assert stage.listed(case).caller == cast.units.county
    assert calling.open_number(followup=stage.listed(case), by=cast.supervisor.actor, at=stage.tick())


def test_opening_the_number_leaves_an_audit_row_without_the_number(stage: Stage) -> None:
    followup = stage.bad()
    _name, phone = calling.open_number(
        followup=followup, by=stage.cast.town_dispatcher.actor, at=stage.tick()
    )
    row = AuditEvent.objects.get(code="followup.number.opened")
    assert phone == "13900002207"
    assert phone not in row.data
    assert row.subject == f"case:{followup.case.number}"


# What follows


def test_attempts_end_by_the_rule_and_wait_for_better_hours(stage: Stage) -> None:
    followup, town = stage.bad(), stage.cast.town_dispatcher.actor
    for n in (1, 2, 3):
        at = stage.at + timedelta(days=n)
        followup = calling.record_attempt(followup=followup, outcome="no_answer", by=town, at=at)
        if n == 1:
            assert followup.next_at == at + timedelta(hours=7)  # 10:00, and then from 17:00 on
    assert (followup.state, followup.attempts) == (State.NOT_REACHED, 3)
    assert Attempt.objects.filter(followup=followup).count() == 3
    with pytest.raises(calling.CallIsOver):
        calling.record_attempt(followup=followup, outcome="no_answer", by=town, at=stage.next_day)


def test_who_asks_to_be_called_later_is_called_then(stage: Stage) -> None:
    followup, town = stage.bad(), stage.cast.town_dispatcher.actor
    with pytest.raises(Invalid):
        calling.record_attempt(followup=followup, outcome="later", by=town, at=stage.next_day)
    when = stage.next_day + timedelta(days=2)
    followup = calling.record_attempt(
        followup=followup, outcome="later", again_at=when, by=town, at=stage.next_day
    )
    assert (followup.state, followup.next_at) == (State.OPEN, when)


def test_what_is_said_is_kept_as_the_questions_of_the_rule_and_the_note_is_sealed(stage: Stage) -> None:
    told = Told(answers={"solved": True, "came": True, "score": 4, "pressed": False}, note="很满意。")
    done = reach(stage, stage.bad(), told)
    assert done.answers == {"solved": True, "came": True, "score": 4, "pressed": False}
    assert (done.told_solved, done.told_came, done.told_score, done.agrees) == (True, True, 4, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM followup_followup")
        assert "满意" not in str(cursor.fetchone())


@pytest.mark.parametrize(
    "answers",
    [
        {"came": True},
        {"solved": True, "came": True, "score": 9},
        {"solved": 3, "came": True},
        {"solved": True, "came": True, "score": True},
        {"solved": True, "came": True, "unknown": True},
    ],
)
def test_an_answer_the_rule_does_not_have_is_refused(stage: Stage, answers: dict[str, bool | int]) -> None:
    followup = stage.bad()
    with pytest.raises(Invalid):
        reach(stage, followup, Told(answers=answers))
    assert not Attempt.objects.exists()


def test_not_solved_on_the_telephone_makes_the_matters_own_move_with_its_supervision(stage: Stage) -> None:
    case = stage.answered()
    done = reach(stage, stage.drawn(case), NOT_SOLVED)
    case.refresh_from_db()
    assert done.sent_back
    assert case.status == CaseState.HANDLING
    assert case.reworks == 1
    assert Supervision.objects.get(case=case).cause == "not_solved"
    steps = list(Transition.objects.filter(case=case).order_by("seq").values_list("move", "words"))
    assert steps[-2:] == [("follow_up", ""), ("not_solved", "灯还是不亮。")]
    assert AuditEvent.objects.filter(code="cases.case.followed_up", door="follow_up").count() == 1
    listing.list_bad_ratings(by=SYSTEM, at=stage.next_day + timedelta(hours=3))
    assert FollowUp.objects.count() == 1


def test_not_solved_needs_the_residents_words(stage: Stage) -> None:
    case = stage.answered()
    followup = stage.drawn(case)
    with pytest.raises(Invalid):
        reach(stage, followup, Told(answers={"solved": False, "came": True}))
    case.refresh_from_db()
    assert case.status == CaseState.RESOLVED
    assert not Attempt.objects.exists()


def test_outside_a_call_no_caller_sends_a_matter_back(stage: Stage) -> None:
    case = stage.answered()
    for person in (stage.cast.supervisor, stage.cast.analyst):
        with pytest.raises(moves.NotYourMove):
            judging.say_not_solved(case=case, words="没解决。", by=person.actor, at=stage.tick())


def test_a_filed_matter_told_not_solved_is_reopened_when_the_resident_wants_it_and_in_time(
    stage: Stage,
) -> None:
    wanted, let_be, late = stage.judged(score=2), stage.judged(score=2), stage.judged(score=2)
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    assert reach(stage, stage.listed(wanted), NOT_SOLVED).sent_back
    told = Told(answers=NOT_SOLVED.answers, send_back=False)
    assert not reach(stage, stage.listed(let_be), told).sent_back
    assert not reach(stage, stage.listed(late), NOT_SOLVED, days=200).sent_back
    states = [Case.objects.get(pk=case.pk).status for case in (wanted, let_be, late)]
    assert states == [CaseState.HANDLING, CaseState.CLOSED, CaseState.CLOSED]


def test_what_is_said_moves_no_satisfaction_figure(stage: Stage) -> None:
    case = stage.judged(score=2)
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    before = Case.objects.filter(pk=case.pk).values("solved", "score", "rated_at", "status").get()
    ratings = list(Rating.objects.values_list("pk", "solved", "score"))
    reach(
        stage, stage.listed(case), Told(answers={"solved": False, "came": False, "score": 5}, send_back=False)
    )
    assert Case.objects.filter(pk=case.pk).values("solved", "score", "rated_at", "status").get() == before
    assert list(Rating.objects.values_list("pk", "solved", "score")) == ratings


def test_told_otherwise_becomes_a_flag_that_a_supervisor_rules_on_and_nothing_else(stage: Stage) -> None:
    case = stage.judged(score=2)
    listing.list_bad_ratings(by=SYSTEM, at=stage.tick())
    done = reach(stage, stage.listed(case), Told(answers={"solved": True, "came": False}))
    assert done.otherwise
    assert done.agrees
    flagging.look(at=stage.next_day + timedelta(hours=4))
    flag = Flag.objects.get(kind="told_otherwise")
    assert (flag.unit, flag.rows) == (stage.cast.units.village, 1)
    case.refresh_from_db()
    assert case.status == CaseState.CLOSED
    ruled = flagging.rule_on(
        flag=flag, ruling="explained", words="老人记错了。", by=stage.cast.supervisor.actor, at=stage.next_day
    )
    assert ruled.ruling == "explained"


def test_the_resident_reads_that_they_were_called_back_and_not_what_was_noted(stage: Stage) -> None:
    followup = stage.bad()
    reach(stage, followup, Told(answers=SOLVED.answers, note="语气很急。"))
    case = Case.objects.get(pk=followup.case_id)
    page = tracking.tracked(case, at=stage.next_day + timedelta(hours=2))
    assert "回访电话" in page.steps[0].what
    assert "语气" not in str(page)


def test_every_figure_is_the_number_of_rows_its_list_opens(stage: Stage) -> None:
    bad = stage.bad()
    for _n in range(6):
        stage.answered()
    stage.draw()
    reach(stage, bad)
    viewer, day = stage.cast.supervisor.actor, stage.at.date()
    period: dict[str, Any] = {"first": day, "last": day + timedelta(days=2)}
    (row,) = lists.figures(viewer=viewer, unit=stage.cast.units.county, **period)
    assert row.unit == stage.cast.units.village
    assert row.stood == 6
    for name, number in row.counts.items():
        filters = lists.Filters(measure=name, unit=row.unit, own=True, **period)
        assert lists.list_followups(viewer=viewer, filters=filters).count() == number
    assert row.counts["bad"] == row.counts["reached"] == row.counts["compared"] == row.counts["agree"] == 1
    assert row.counts["drawn"] >= 1


def test_the_page_of_a_call_says_when_people_are_best_reached(stage: Stage) -> None:
    hours = [("09:00", "11:30"), ("17:00", "20:00")]
    ten = stage.at
    assert call_page.best_moment(hours, at=ten) == ten
    assert call_page.best_moment(hours, at=ten + timedelta(hours=3)) == ten + timedelta(hours=7)
    assert call_page.best_moment(hours, at=ten + timedelta(hours=12)) == ten + timedelta(hours=23)
