"""Governing the loop: every limit that keeps an office honest, played through the real actions."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import governance_rules, jobs, numbers
from gongzhi.cases.actions import (
    checking,
    dispatching,
    experts,
    extending,
    gates,
    handling,
    intake,
    judging,
    pausing,
    reissuing,
    story,
    supervising,
)
from gongzhi.cases.lifecycle import Channel, Move, Outcome, Tier
from gongzhi.cases.models import (
    Case,
    Clock,
    ClockPause,
    Extension,
    PanelMember,
    SpotCheck,
    Supervision,
    Transition,
)
from gongzhi.cases.queries import access, categories, tracking, waiting
from gongzhi.cases.queries import gates as gate_queries
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Invalid
from gongzhi.notices.models import Notice
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast: Cast, at: datetime) -> Stage:
    """Ordinary working days of March 2026, beginning on a Wednesday at ten."""
    return Stage(cast, began=at)


def told(person: Person, kind: str) -> int:
    return Notice.objects.filter(user_id=person.user.pk, kind=kind).count()


def resolved(stage: Stage, case: Case) -> Case:
    return handling.resolve_case(
        case=case, outcome=Outcome.SOLVED, answer="修好了。", by=stage.clerk, at=stage.tick()
    )


# Supervisions


def test_a_supervision_nobody_answers_reminds_the_unit_then_its_head_then_the_supervisor(
    stage: Stage, cast: Cast
) -> None:
    case = stage.supervised()
    order = Supervision.objects.get(case=case)
    seen = []
    for hours in range(0, 24 * 9, 2):
        moment = order.opened_at + timedelta(hours=hours)
        if supervising.run(by=SYSTEM, at=moment, most=50):
            waits = "cases.supervision_waits"
            seen.append(
                (told(cast.clerk, waits), told(cast.village_head, waits), told(cast.supervisor, waits))
            )
    assert seen == [(1, 0, 0), (2, 0, 0), (3, 1, 0), (4, 2, 1)]
    order.refresh_from_db()
    assert (order.step, order.next_step_at) == (4, None)
    assert AuditEvent.objects.filter(code="cases.supervision.reminded").count() == 4


def test_reminding_twice_in_the_same_moment_tells_nobody_twice(stage: Stage, cast: Cast) -> None:
    order = Supervision.objects.get(case=stage.supervised())
    late = order.due_at + timedelta(minutes=1)
    assert supervising.remind(order=order, by=SYSTEM, at=late)
    assert not supervising.remind(order=order, by=SYSTEM, at=late), "the claim was taken"
    assert told(cast.clerk, "cases.supervision_waits") == 1


def test_a_supervision_is_answered_even_after_the_matter_was_closed(stage: Stage, cast: Cast) -> None:
    case = resolved(stage, stage.supervised())
    case = judging.confirm_case(case=case, solved=True, score=5, by=RESIDENT, at=stage.tick())
    assert Supervision.objects.get(case=case).answered_at is None
    late = Supervision.objects.get(case=case).due_at + timedelta(minutes=1)
    assert supervising.run(by=SYSTEM, at=late, most=9) == 1, "it still reminds"
    supervising.answer_supervision(case=case, answer="当时已修好。", by=stage.clerk, at=stage.tick())
    order = Supervision.objects.get(case=case)
    assert (order.answer, order.next_step_at) == ("当时已修好。", None)


def test_a_late_supervision_is_on_the_list_of_the_county_supervisor(stage: Stage, cast: Cast) -> None:
    case = stage.supervised()
    late = Supervision.objects.get(case=case).due_at + timedelta(minutes=1)
    viewer = cast.supervisor.actor
    name = waiting.Waiting.SUPERVISIONS
    assert [row.case for row in waiting.list_waiting(viewer=viewer, name=name, at=late)] == [case]
    assert not waiting.list_waiting(viewer=viewer, name=name, at=case.moved_at).exists(), "not before"
    assert name not in waiting.kinds_of(cast.clerk.actor)


def test_an_answer_that_is_not_enough_goes_back_and_has_its_whole_time_again(
    stage: Stage, cast: Cast
) -> None:
    case = stage.answered_order()
    moment = stage.tick()
    with pytest.raises(Invalid):
        supervising.judge_answer(case=case, sufficient=False, by=cast.supervisor.actor, at=moment)
    supervising.judge_answer(
        case=case, sufficient=False, words="没说哪天完工。", by=cast.supervisor.actor, at=moment
    )
    order = Supervision.objects.get(case=case)
    assert (order.answered_at, order.answer, order.sent_back, order.step) == (None, "", 1, 0)
    assert order.due_at > moment
    assert order.next_step_at is not None
    supervising.answer_supervision(case=case, answer="五号完工。", by=stage.clerk, at=stage.tick())
    supervising.judge_answer(case=case, sufficient=True, by=cast.supervisor.actor, at=stage.tick())
    with pytest.raises(supervising.NothingToJudge):
        supervising.judge_answer(case=case, sufficient=True, by=cast.supervisor.actor, at=stage.tick())


def test_an_answer_can_be_sent_back_only_within_the_time_of_the_rule(stage: Stage, cast: Cast) -> None:
    case = stage.answered_order()
    late = stage.began + timedelta(days=30)
    with pytest.raises(supervising.NothingToJudge):
        supervising.judge_answer(
            case=case, sufficient=False, words="晚了。", by=cast.supervisor.actor, at=late
        )


# Pauses


def test_a_pause_ends_by_itself_at_the_moment_that_was_fixed_however_late_the_worker(
    stage: Stage, cast: Cast
) -> None:
    case = stage.handling()
    before = Clock.objects.get(case=case, kind="finish").due_at
    until = timezone.localdate(stage.began) + timedelta(days=2)
    case = pausing.pause_case(
        case=case, reason="weather", waiting_for="天晴", until=until, by=stage.clerk, at=stage.tick()
    )
    pause = ClockPause.objects.get(case=case)
    assert timezone.localtime(pause.until).isoformat() == f"{until}T00:00:00+08:00"
    assert jobs.end_pauses(at=pause.until - timedelta(minutes=1)) == 0
    assert jobs.end_pauses(at=pause.until + timedelta(days=1)) == 1
    assert jobs.end_pauses(at=pause.until + timedelta(days=1)) == 0
    clock = Clock.objects.get(case=case, kind="finish")
    lost = (clock.due_at - before).days
    assert clock.paused_at is None
    assert lost == 1, "the day the worker was late is not given away"
    pause.refresh_from_db()
    assert pause.ended_at == pause.until
    assert told(cast.clerk, "cases.runs_again") == 1


def test_pauses_are_limited_in_number_and_length(stage: Stage) -> None:
    case = stage.handling()
    case = handling.record_contact(case=case, words="说好了。", by=stage.clerk, at=stage.tick())
    far = timezone.localdate(stage.began) + timedelta(days=60)
    with pytest.raises(Invalid) as refused:
        pausing.pause_case(
            case=case, reason="weather", waiting_for="天晴", until=far, by=stage.clerk, at=stage.tick()
        )
    assert refused.value.field == "until"
    for _ in range(governance_rules.PAUSES.first.most):
        case = pausing.pause_case(
            case=case, reason="weather", waiting_for="天晴", by=stage.clerk, at=stage.tick()
        )
        case = pausing.resume_case(case=case, by=stage.clerk, at=stage.tick())
    with pytest.raises(pausing.PausesUsedUp):
        pausing.pause_case(case=case, reason="weather", waiting_for="天晴", by=stage.clerk, at=stage.tick())


# Objections


def test_objections_end_and_the_last_refusal_says_where_else_to_turn(stage: Stage, cast: Cast) -> None:
    case = stage.declined()
    deciders = (cast.town_dispatcher, cast.county_dispatcher)
    for decider in deciders:
        case = judging.object_to_refusal(case=case, words="这是村道。", by=RESIDENT, at=stage.tick())
        assert told(decider, "cases.objected") == 1, "the new desk hears of it"
        case = dispatching.decline_case(
            case=case,
            reason="not_ours",
            responsible="市公路局",
            words="",
            by=decider.actor,
            at=stage.tick(),
        )
    said = Transition.objects.filter(case=case, move=Move.DECLINE).order_by("seq")
    assert ["12348" in row.words for row in said] == [False, False, True]
    with pytest.raises(judging.ObjectionsUsedUp) as refused:
        judging.object_to_refusal(case=case, words="还是不服。", by=RESIDENT, at=stage.tick())
    assert "12348" in str(refused.value.hint)
    moves = [chance.move for chance in tracking.tracked(case, at=stage.tick()).chances]
    assert Move.OBJECT not in moves


# Settling on the spot


def _settle(cast: Cast, at: datetime, *, code: str, urgency: str = "ordinary") -> Case:
    return intake.settle_new_case(
        matter=intake.Matter(
            text="说事。",
            place=cast.units.village,
            category=categories.get_category(code) if code else None,
            urgency=urgency,
        ),
        reporter=intake.Reporter(name="王桂芳"),
        channel=Channel.VISIT,
        result="说好了。",
        by=cast.line_person.actor,
        at=at,
    )


@pytest.mark.parametrize(
    ("code", "urgency", "refused"),
    [
        ("1001", "ordinary", None),
        ("", "ordinary", Invalid),
        ("0303", "ordinary", intake.NotForTheSpot),
        ("1001", "emergency", intake.NotForTheSpot),
    ],
)
def test_what_may_be_settled_on_the_spot_is_a_rule(
    code: str, urgency: str, refused: type[Invalid] | None, cast: Cast, at: datetime
) -> None:
    if refused is None:
        assert _settle(cast, at, code=code, urgency=urgency).status == "resolved"
        return
    with pytest.raises(refused) as said:
        _settle(cast, at, code=code, urgency=urgency)
    assert not Case.objects.exists()
    if refused is intake.NotForTheSpot:
        assert "Register" in str(intake.NotForTheSpot.hint) or said.value.hint, "it says what to do instead"


def test_a_share_of_what_was_settled_is_drawn_and_checked_by_somebody_else(
    stage: Stage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(60):
        _settle(cast, stage.tick(), code="1001")
    drawn = SpotCheck.objects.count()
    assert 0 < drawn < 30, "about a tenth, by a hash nobody can foresee"
    case = SpotCheck.objects.order_by("pk")[0].case
    viewer = cast.clerk.actor
    name = waiting.Waiting.CHECKS
    listed = waiting.list_waiting(viewer=viewer, name=name, at=stage.tick())
    assert listed.count() == drawn
    checking.check_settlement(case=case, as_written=False, words="灯还是不亮。", by=viewer, at=stage.tick())
    assert waiting.list_waiting(viewer=viewer, name=name, at=stage.tick()).count() == drawn - 1
    with pytest.raises(checking.NothingToCheck):
        checking.check_settlement(case=case, as_written=True, words="x", by=viewer, at=stage.tick())


def test_whoever_settled_a_matter_does_not_check_it(stage: Stage, cast: Cast) -> None:
    case = stage.drawn()
    Case.objects.filter(pk=case.pk).update(owner=cast.clerk.user)
    with pytest.raises(checking.OwnSettlement):
        checking.check_settlement(case=case, as_written=True, words="好。", by=stage.clerk, at=stage.tick())


# Receipts


def test_a_lost_receipt_is_replaced_after_a_check_and_the_old_code_opens_nothing(
    stage: Stage, cast: Cast
) -> None:
    case = stage.handling()
    old = numbers.receipt_code(case.number)
    with pytest.raises(reissuing.InYourHands):
        reissuing.reissue_receipt(
            case=case, identity="card", purpose="丢了。", by=stage.clerk, at=stage.tick()
        )
    line = cast.line_person.actor
    with pytest.raises(Invalid):
        reissuing.reissue_receipt(case=case, identity="guess", purpose="丢了。", by=line, at=stage.tick())
    case = reissuing.reissue_receipt(
        case=case, identity="card", purpose="纸丢了，本人带身份证来。", by=line, at=stage.tick()
    )
    new = tracking.code_of(case)
    assert new != old
    with pytest.raises(access.CaseNotFound):
        access.get_case_by_receipt(number=case.number, code=old)
    assert access.get_case_by_receipt(number=case.number, code=new) == case
    assert Client().get(f"/t/{case.number}/{old}/").status_code == 404
    assert tracking.own_matters([(case.number, old)], at=stage.tick()) == []
    assert [own.number for own in tracking.own_matters([(case.number, new)], at=stage.tick())] == [
        case.number
    ]
    row = AuditEvent.objects.get(code="cases.receipt.reissued")
    assert '"identity"' in str(row.data)
    assert tracking.hands_out(line, case)
    assert not tracking.hands_out(stage.clerk, case)


# Tiers


def test_a_complex_matter_is_answered_only_after_its_panel_is_recorded(stage: Stage, cast: Cast) -> None:
    case = stage.complex()
    with pytest.raises(gates.GateClosed) as refused:
        resolved(stage, case)
    assert refused.value.details["next"] == "panel"
    gate = gate_queries.gate_of(case, at=stage.tick())
    assert len(gate.missing) == 4
    members = [
        gates.Member("cadre", "陈大山"),
        gates.Member("member", "张桂兰"),
        gates.Member("head", "李有才"),
    ]
    case = gates.record_panel(case=case, members=members, words="先清障。", by=stage.clerk, at=stage.tick())
    assert len(gate_queries.gate_of(case, at=stage.tick()).missing) == 1, "the delegate"
    with pytest.raises(Invalid):
        gates.record_panel(
            case=case, members=[gates.Member("delegate", "张桂兰")], by=stage.clerk, at=stage.tick()
        )
    case = gates.record_panel(
        case=case, members=[gates.Member("delegate", "周兴旺")], by=stage.clerk, at=stage.tick()
    )
    assert PanelMember.objects.filter(case=case).count() == 4
    assert resolved(stage, case).status == "resolved"


def test_a_major_matter_needs_the_decision_of_a_meeting(stage: Stage, cast: Cast) -> None:
    case = stage.major()
    with pytest.raises(gates.GateClosed):
        resolved(stage, case)
    today = timezone.localdate(stage.began)
    tomorrow = gates.Decision("村民代表会", today + timedelta(days=1), "2026-3", "同意征用。")
    with pytest.raises(Invalid):
        gates.record_decision(case=case, decision=tomorrow, by=stage.clerk, at=stage.tick())
    decision = gates.Decision("村民代表会", today, "2026-3", "同意征用。")
    case = gates.record_decision(case=case, decision=decision, by=stage.clerk, at=stage.tick())
    assert resolved(stage, case).status == "resolved"


def test_a_small_matter_takes_neither_panel_nor_decision(stage: Stage) -> None:
    case = stage.handling()
    assert case.tier == Tier.SMALL
    with pytest.raises(gates.WrongTier):
        gates.record_panel(
            case=case, members=[gates.Member("cadre", "陈大山")], by=stage.clerk, at=stage.tick()
        )


# More time


def test_granted_time_moves_the_due_moment_and_the_resident_reads_it(stage: Stage, cast: Cast) -> None:
    case = stage.asked_time()
    asked = Extension.objects.get(case=case)
    assert told(cast.town_dispatcher, "cases.extension_asked") == 1
    assert told(cast.clerk, "cases.extension_asked") == 0
    with pytest.raises(extending.AskedAlready):
        extending.ask_extension(
            case=case,
            until=timezone.localdate(asked.until),
            reason="再等等。",
            by=stage.clerk,
            at=stage.tick(),
        )
    case = extending.decide_extension(
        case=case, granted=True, words="同意。", by=cast.town_dispatcher.actor, at=stage.tick()
    )
    clock = Clock.objects.get(case=case, kind="finish")
    assert clock.due_at == asked.until
    assert timezone.localtime(asked.until).hour == 18, "the end of that working day"
    read = tracking.tracked(case, at=stage.tick())
    assert any("等挖机进场。" in step.words for step in read.steps)
    assert told(cast.clerk, "cases.extension_decided") == 1


def test_the_own_level_never_grants_itself_time(stage: Stage, cast: Cast) -> None:
    case = stage.escalated()
    case = handling.sign_case(case=case, by=cast.town_dispatcher.actor, at=stage.tick())
    until = timezone.localdate(stage.began) + timedelta(days=20)
    case = extending.ask_extension(
        case=case, until=until, reason="等设计。", by=cast.town_dispatcher.actor, at=stage.tick()
    )
    for person in (cast.town_dispatcher, cast.town_head):
        assert not access.may(person.actor, case, Move.DECIDE_EXTENSION)
    assert access.may(cast.county_dispatcher.actor, case, Move.DECIDE_EXTENSION)
    name = waiting.Waiting.EXTENSIONS
    for viewer, count in ((cast.town_head, 0), (cast.county_dispatcher, 1), (cast.supervisor, 1)):
        assert waiting.list_waiting(viewer=viewer.actor, name=name, at=stage.tick()).count() == count


def test_time_is_asked_for_early_and_within_the_length_of_the_rule(stage: Stage, cast: Cast) -> None:
    case = stage.handling()
    clock = Clock.objects.get(case=case, kind="finish")
    day = timezone.localdate(clock.due_at)
    with pytest.raises(Invalid):
        extending.ask_extension(
            case=case, until=day + timedelta(days=60), reason="久。", by=stage.clerk, at=stage.tick()
        )
    with pytest.raises(extending.AskedTooLate):
        extending.ask_extension(
            case=case,
            until=day + timedelta(days=3),
            reason="晚。",
            by=stage.clerk,
            at=clock.due_at - timedelta(hours=2),
        )


def test_silence_of_the_level_above_is_a_no(stage: Stage, cast: Cast) -> None:
    case = stage.asked_time()
    before = Clock.objects.get(case=case, kind="finish").due_at
    asked = Extension.objects.get(case=case)
    assert jobs.lapse_extensions(at=asked.decide_by - timedelta(minutes=1)) == 0
    assert jobs.lapse_extensions(at=asked.decide_by) == 1
    assert jobs.lapse_extensions(at=asked.decide_by) == 0
    asked.refresh_from_db()
    assert asked.granted is False
    assert Clock.objects.get(case=case, kind="finish").due_at == before
    assert Transition.objects.filter(case=case).latest("seq").move == Move.DECIDE_EXTENSION


# Experts


def test_an_expert_is_asked_answers_and_is_rated_once(stage: Stage, cast: Cast) -> None:
    case = stage.advised()
    case = experts.rate_expert(case=case, position=1, score=5, by=stage.clerk, at=stage.tick())
    with pytest.raises(experts.NoSuchQuestion):
        experts.rate_expert(case=case, position=1, score=1, by=stage.clerk, at=stage.tick())
    with pytest.raises(experts.NoSuchQuestion):
        experts.answer_expert(case=case, position=2, answer="无。", by=stage.clerk, at=stage.tick())
    public = [row.public for row in Transition.objects.filter(case=case) if "expert" in row.move]
    assert public == [False, False, False], "the resident does not read questions and advice"


def test_a_late_answer_of_an_expert_reminds_the_owner_once(stage: Stage, cast: Cast) -> None:
    stage.asked_expert()
    late = stage.began + timedelta(days=30)
    assert [jobs.remind_of_experts(at=late) for _ in range(2)] == [1, 0]
    assert told(cast.clerk, "cases.expert_late") == 1


def test_an_expert_of_another_town_cannot_be_asked(stage: Stage, cast: Cast) -> None:
    person = experts.Person("何医生", "漩涡卫生院", "0915-5220001", "公共卫生")
    other = experts.add_expert(
        unit=cast.units.other_town, person=person, by=cast.peer_dispatcher.actor, at=stage.tick()
    )
    with pytest.raises(Invalid):
        experts.ask_expert(
            case=stage.handling(), expert=other, question="？", by=stage.clerk, at=stage.tick()
        )


# Jobs


def test_a_row_that_fails_does_not_hold_up_the_filing_of_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = stage.resolved(), stage.resolved()
    real = judging.close_unrated

    def fails(*, case: Case, **values: object) -> bool:
        if case.pk == first.pk:
            raise RuntimeError("a broken row")
        return real(case=case, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "close_unrated", fails)
    with pytest.raises(ExceptionGroup):
        jobs.close_unrated(at=stage.began + timedelta(days=60))
    assert [Case.objects.get(pk=case.pk).status for case in (first, second)] == ["resolved", "closed"]


# Imported history


def test_imported_open_history_is_quiet_until_somebody_touches_it(stage: Stage, cast: Cast) -> None:
    from dataclasses import replace

    case = intake.register_case(
        matter=intake.Matter(text="旧事。", place=cast.units.village),
        reporter=intake.Reporter(),
        channel=Channel.IMPORT,
        by=replace(SYSTEM, door=access.IMPORT_DOOR),
        at=stage.began - timedelta(days=400),
        source_ref="old:1",
    )
    assert (case.due_at, Clock.objects.get(case=case).next_step_at) == (None, None)
    assert jobs.run_ladder(at=stage.began) == 0
    assert not Supervision.objects.exists()
    moment = stage.tick()
    story.comment_case(case=case, words="谁来看看？", public=False, by=stage.clerk, at=moment)
    clock = Clock.objects.get(case=case)
    assert (clock.quiet, clock.started_at) == (False, moment)
    assert clock.next_step_at is not None
    assert clock.next_step_at > moment, "its whole limit lies ahead"
    case.refresh_from_db()
    assert case.due_at == clock.due_at
