"""Deadlines worked out by hand, with the calendar of 2026 beside.

Office hours 8 to 12 and 14 to 18, so a working day has 480 minutes. March 2026: the 4th is a Wednesday,
the 7th a Saturday. Spring Festival: 15 to 23 February are free, the Saturdays 14 and 28 February are worked.
"""

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gongzhi.cases import deadlines, rules
from gongzhi.cases.actions import clocks, dispatching, handling, intake, judging, ladder, pausing, story
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, Tier, Urgency
from gongzhi.cases.models import Case, Clock, ClockPause, Supervision
from gongzhi.cases.queries import categories
from gongzhi.cases.rules import LadderRung
from gongzhi.cases.tests.playing import one_more
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.core.errors import Invalid
from gongzhi.core.working_time import OfficeCalendar, OfficeHours
from gongzhi.notices.models import Notice
from gongzhi.orgs.actions.days import set_unit_days
from gongzhi.orgs.models import UnitKind
from gongzhi.orgs.queries.days import forget_unit_days
from tests.cast import Cast

OFFICE = OfficeCalendar(OfficeHours(periods=((time(8), time(12)), (time(14), time(18)))))
SHANGHAI = ZoneInfo("Asia/Shanghai")
RESIDENT = resident("王桂芳")
DAY = 480


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 on the wall of the office."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


# Pure: adding and subtracting


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        pytest.param(local(3, 4, 10), 120, local(3, 4, 12), id="two hours of the same morning"),
        pytest.param(local(3, 4, 11), 120, local(3, 4, 15), id="the lunch break does not count"),
        pytest.param(local(3, 4, 12, 30), 60, local(3, 4, 15), id="begun at lunch, counted from two"),
        pytest.param(local(3, 4, 17), 120, local(3, 5, 9), id="overnight"),
        pytest.param(local(3, 4, 22), 60, local(3, 5, 9), id="raised at night"),
        pytest.param(local(3, 6, 17), 120, local(3, 9, 9), id="Friday evening to Monday"),
        pytest.param(local(3, 7, 11), 60, local(3, 9, 9), id="raised on Saturday"),
        pytest.param(local(3, 4, 10), 10 * DAY, local(3, 18, 10), id="ten working days are two weeks"),
        pytest.param(local(2, 13, 17), 120, local(2, 14, 9), id="the Saturday before Spring Festival counts"),
        pytest.param(local(2, 14, 17), 120, local(2, 24, 9), id="nine free days of Spring Festival"),
        pytest.param(local(2, 18, 9), 60, local(2, 24, 9), id="raised on New Year's second day"),
        pytest.param(local(2, 27, 17), 120, local(2, 28, 9), id="the Saturday after Spring Festival counts"),
        pytest.param(local(2, 12, 10), 5 * DAY, local(2, 26, 10), id="five days over Spring Festival"),
    ],
)
def test_a_limit_counts_working_minutes_only(start: datetime, minutes: int, due: datetime) -> None:
    assert deadlines.add(OFFICE, start, minutes, plain=False) == due
    assert deadlines.between(OFFICE, start, due, plain=False) == minutes


def test_an_emergency_counts_day_and_night_through_weekend_and_holiday() -> None:
    assert deadlines.add(OFFICE, local(3, 6, 23), 24 * 60, plain=True) == local(3, 7, 23)
    assert deadlines.add(OFFICE, local(2, 16, 20), 30, plain=True) == local(2, 16, 20, 30)


def test_rungs_stand_at_their_share_before_and_their_distance_after_the_due_moment() -> None:
    def at(rung: LadderRung, *, plain: bool = False) -> datetime:
        return deadlines.rung_at(OFFICE, rung, due_at=local(3, 18, 10), limit_minutes=10 * DAY, plain=plain)

    assert at(LadderRung(action="warn_owner", share=0.8)) == local(3, 16, 10), "two working days are left"
    assert at(LadderRung(action="tell_head", minutes_after_due=0)) == local(3, 18, 10)
    assert at(LadderRung(action="supervise", minutes_after_due=3 * DAY)) == local(3, 23, 10), "past a weekend"
    assert at(LadderRung(action="supervise", minutes_after_due=DAY), plain=True) == local(3, 18, 18)
    rungs = (LadderRung(action="warn_owner", share=0.8),)
    assert (
        deadlines.next_rung_at(OFFICE, rungs, 1, due_at=local(3, 18, 10), limit_minutes=DAY, plain=False)
        is None
    ), "past the top"


@pytest.mark.parametrize(
    ("due", "paused", "resumed", "plain", "new"),
    [
        pytest.param(
            local(3, 9, 10), local(3, 6, 17), local(3, 10, 9), False, local(3, 10, 12), id="three hours left"
        ),
        pytest.param(
            local(3, 9, 10), local(3, 7, 9), local(3, 8, 9), False, local(3, 9, 10), id="a pause of free time"
        ),
        pytest.param(
            local(3, 4, 10),
            local(3, 4, 11),
            local(3, 9, 11),
            False,
            local(3, 9, 10),
            id="late by an hour, still",
        ),
        pytest.param(
            local(3, 7, 10),
            local(3, 6, 22),
            local(3, 8, 22),
            True,
            local(3, 9, 10),
            id="plain, twelve hours left",
        ),
    ],
)
def test_what_was_left_when_a_pause_began_is_left_when_it_ends(
    due: datetime, paused: datetime, resumed: datetime, plain: bool, new: datetime
) -> None:
    assert deadlines.shifted(OFFICE, due_at=due, paused_at=paused, resumed_at=resumed, plain=plain) == new


def test_the_longest_fitting_category_sets_the_limit_but_never_lengthens_an_emergency() -> None:
    plain = rules.FINISH_LIMIT.first
    table = rules.FinishLimits(
        limits=plain.limits,
        categories=(
            rules.CategoryLimit(category="01", limit=rules.Limit(minutes=7)),
            rules.CategoryLimit(category="0101", limit=rules.Limit(minutes=9)),
        ),
    )

    def minutes(category: str, urgency: Urgency) -> int:
        return table.limit_for(kind=Kind.REQUEST, urgency=urgency, category=category).minutes

    assert minutes("010103", Urgency.ORDINARY) == 9
    assert minutes("0102", Urgency.URGENT) == 7
    assert minutes("0201", Urgency.ORDINARY) == 10 * DAY
    assert minutes("0101", Urgency.EMERGENCY) == 24 * 60


# Through the real actions


@pytest.fixture
def handled(cast: Cast) -> Callable[..., Case]:
    """A matter of the village accepted, dispatched and signed at one moment: finish clock of ten days."""

    def make(moment: datetime, *, urgency: Urgency = Urgency.ORDINARY) -> Case:
        clerk = cast.clerk.actor
        case = intake.register_case(
            matter=intake.Matter(text="路塌了。", place=cast.units.village, urgency=urgency),
            reporter=intake.Reporter(name="王桂芳", phone="13900002207"),
            channel=Channel.WEB,
            by=RESIDENT,
            at=moment,
        )
        road = categories.get_category("0101")
        assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, urgency)
        case = dispatching.accept_case(case=case, assessment=assessment, by=clerk, at=moment)
        case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=clerk, at=moment)
        return handling.sign_case(case=case, by=clerk, at=moment)

    return make


def running(case: Case, kind: str) -> Clock:
    return Clock.objects.get(case=case, kind=kind, stopped_at__isnull=True)


def resolve(case: Case, cast: Cast, at: datetime) -> Case:
    return handling.resolve_case(
        case=case, outcome=Outcome.SOLVED, answer="路已修通。", by=cast.clerk.actor, at=at
    )


@pytest.mark.django_db
def test_a_request_has_ten_working_days_and_its_first_contact_one(
    handled: Callable[..., Case], at: datetime
) -> None:
    case = handled(at)
    assert running(case, "finish").due_at == local(3, 18, 10)
    assert running(case, "contact").due_at == local(3, 5, 10) == case.due_at


@pytest.mark.django_db
def test_an_emergency_of_friday_night_is_due_on_saturday_night(handled: Callable[..., Case]) -> None:
    case = handled(local(3, 6, 21), urgency=Urgency.EMERGENCY)
    assert running(case, "finish").due_at == local(3, 7, 21)
    assert running(case, "contact").due_at == local(3, 6, 23)


@pytest.mark.django_db
def test_a_pause_over_a_weekend_costs_the_office_only_its_working_hours(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = handled(at)
    case = pausing.pause_case(
        case=case, reason="weather", waiting_for="天晴", by=cast.clerk.actor, at=local(3, 6, 17)
    )
    case = pausing.resume_case(case=case, by=cast.clerk.actor, at=local(3, 9, 9))
    assert running(case, "finish").due_at == local(3, 18, 12), "an hour of Friday, an hour of Monday"


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["return", "escalate", "refer_down"])
def test_a_matter_handed_on_while_it_is_paused_runs_again(
    handled: Callable[..., Case], cast: Cast, at: datetime, way: str
) -> None:
    """Else a unit could stop time for ever: nobody can resume what nobody has signed for."""
    case, clerk = handled(at), cast.clerk.actor
    if way == "refer_down":
        case = dispatching.escalate_case(case=case, tried="试过。", why_not="要机械。", by=clerk, at=at)
        case = handling.sign_case(case=case, by=cast.town_dispatcher.actor, at=at)
        clerk = cast.town_dispatcher.actor
        # The town asks for the sister village's grid, which never said it could not.
        Case.objects.filter(pk=case.pk).update(highest_escalated_from="")
    case = pausing.pause_case(case=case, reason="weather", waiting_for="天晴", by=clerk, at=local(3, 5, 9))
    moment = local(3, 6, 9)
    if way == "return":
        case = dispatching.return_case(
            case=case, reason="other_unit", words="不归我们。", by=clerk, at=moment
        )
    elif way == "escalate":
        case = dispatching.escalate_case(case=case, tried="试过。", why_not="要机械。", by=clerk, at=moment)
    else:
        case = dispatching.refer_down(
            case=case, unit=cast.units.sister_village, reason="归月河村。", by=clerk, at=moment
        )
    assert running(case, "finish").paused_at is None
    assert running(case, "finish").due_at == local(3, 19, 10), "the day of the pause is added"
    assert case.due_at == running(case, "contact").due_at
    assert running(case, "finish").next_step_at is not None


@pytest.mark.django_db
def test_return_dispatch_and_escalation_start_no_clock_anew(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case, clerk = handled(at), cast.clerk.actor
    before = {kind: running(case, kind).pk for kind in ("contact", "finish")}
    case = dispatching.return_case(
        case=case, reason="other_unit", words="不归我们。", by=clerk, at=local(3, 4, 11)
    )
    case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=clerk, at=local(3, 4, 15))
    case = handling.sign_case(case=case, by=clerk, at=local(3, 4, 15))
    case = dispatching.escalate_case(
        case=case, tried="试过。", why_not="要机械。", by=clerk, at=local(3, 4, 16)
    )
    assert {kind: running(case, kind).pk for kind in before} == before


@pytest.mark.django_db
def test_a_reached_resident_is_not_due_to_be_reached_again_after_a_return(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case, clerk = handled(at), cast.clerk.actor
    case = handling.record_contact(case=case, words="电话里说清了。", by=clerk, at=local(3, 4, 15))
    assert case.contact_on_time is True
    case = dispatching.return_case(
        case=case, reason="other_unit", words="不归我们。", by=clerk, at=local(3, 4, 16)
    )
    case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=clerk, at=local(3, 4, 17))
    assert not Clock.objects.filter(case=case, kind="contact", stopped_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_clock_that_is_late_already_cannot_be_paused(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case, clerk = handled(at), cast.clerk.actor
    case = handling.record_contact(case=case, words="电话里说清了。", by=clerk, at=at)
    for _ in range(4):
        ladder.run(by=SYSTEM, at=local(3, 18, 12), most=100)
    assert running(case, "finish").step == 2, "warned, and the head told"
    with pytest.raises(pausing.AlreadyLate):
        pausing.pause_case(case=case, reason="weather", waiting_for="天晴", by=clerk, at=local(3, 18, 12))
    assert running(case, "finish").paused_at is None
    assert not ClockPause.objects.filter(case=case).exists()


@pytest.mark.django_db
def test_a_late_clock_runs_on_while_one_in_time_is_paused(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case, clerk = handled(at), cast.clerk.actor
    case = pausing.pause_case(case=case, reason="weather", waiting_for="天晴", by=clerk, at=local(3, 6, 12))
    assert running(case, "contact").paused_at is None, "nobody has reached the resident in time"
    assert running(case, "finish").paused_at is not None
    assert case.due_at == running(case, "contact").due_at


@pytest.mark.django_db
def test_a_matter_called_not_solved_has_five_days_and_its_times_add_up(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = resolve(handled(at), cast, local(3, 5, 10))
    assert (case.finish_minutes, case.due_at) == (DAY, None)
    case = judging.say_not_solved(case=case, words="还是不行。", by=RESIDENT, at=local(3, 6, 10))
    clock = running(case, "finish")
    assert (clock.due_at, clock.rule) == (local(3, 13, 10), "cases.rework@1")
    assert case.due_at == local(3, 13, 10)
    assert Supervision.objects.get(case=case).due_at == local(3, 11, 10), "three days to answer"
    case = resolve(case, cast, local(3, 6, 11))
    assert (case.finish_minutes, case.finish_on_time) == (DAY + 60, True)


@pytest.mark.django_db
def test_a_reopened_matter_that_nobody_rates_again_does_not_count_as_satisfied(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = resolve(handled(at), cast, local(3, 5, 10))
    case = judging.confirm_case(case=case, solved=True, score=5, by=RESIDENT, at=local(3, 5, 11))
    case = judging.reopen_case(case=case, words="又塌了。", by=RESIDENT, at=local(3, 6, 10))
    case = resolve(case, cast, local(3, 9, 10))
    assert case.rate_by == local(3, 18, 10)
    judging.close_unrated(case=case, by=SYSTEM, at=local(3, 18, 10))
    case.refresh_from_db()
    assert (case.status, case.solved, case.score, case.rated_at) == ("closed", None, None, None)


@pytest.mark.django_db
def test_the_resident_may_object_to_the_last_minute_of_five_working_days(cast: Cast, at: datetime) -> None:
    def declined() -> Case:
        case = intake.register_case(
            matter=intake.Matter(text="路塌了。", place=cast.units.village),
            reporter=intake.Reporter(),
            channel=Channel.WEB,
            by=RESIDENT,
            at=at,
        )
        return dispatching.decline_case(
            case=case, reason="not_ours", responsible="市公路局", words="", by=cast.clerk.actor, at=at
        )

    case = judging.object_to_refusal(case=declined(), words="是村道。", by=RESIDENT, at=local(3, 11, 10))
    assert (case.desk, running(case, "accept").due_at) == (cast.units.town, local(3, 11, 12))
    with pytest.raises(judging.WindowOver):
        judging.object_to_refusal(case=declined(), words="是村道。", by=RESIDENT, at=local(3, 11, 10, 1))


@pytest.mark.django_db
def test_nothing_is_left_to_climb_once_a_matter_is_resolved(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = handled(at)
    due = list(Clock.objects.filter(case=case, stopped_at__isnull=True).select_related("case"))
    resolve(case, cast, local(3, 4, 11))
    late = at + timedelta(days=60)
    # As the worker would that had read its list before the answer was given.
    assert [ladder.take_rung(clock=clock, by=SYSTEM, at=late) for clock in due] == [False, False]
    assert not Supervision.objects.filter(case=case).exists()


@pytest.mark.django_db
def test_one_matter_that_fails_does_not_hold_up_the_ladder_of_the_others(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    """The broken one has a unit without a centre above it, as a wrong import could leave it."""
    broken, sound = handled(at), handled(at + timedelta(minutes=1))
    stray = one_more("610921JTZ", "无主站", UnitKind.STATION, cast.units.department)
    Case.objects.filter(pk=broken.pk).update(unit=stray, level="village")
    late = at + timedelta(days=60)
    for _ in range(4):
        with contextlib.suppress(ExceptionGroup):
            ladder.run(by=SYSTEM, at=late, most=100)
    with pytest.raises(ExceptionGroup) as failed:
        ladder.run(by=SYSTEM, at=late, most=100)
    assert [type(reason) for reason in failed.value.exceptions] == [Invalid, Invalid]
    assert {running(sound, kind).step for kind in ("contact", "finish")} == {4}
    assert running(broken, "finish").step == 2, "its supervision could not be opened and was not half done"


@pytest.mark.django_db
def test_a_photo_of_the_resident_ends_a_pause_as_their_words_do(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    from gongzhi.cases.tests.test_pictures import photo

    case = pausing.pause_case(
        case=handled(at), reason="resident", waiting_for="土地证", by=cast.clerk.actor, at=at
    )
    story.attach_pictures(case=case, contents=[photo()], public=True, by=RESIDENT, at=local(3, 5, 10))
    case.refresh_from_db()
    assert running(case, "finish").paused_at is None
    assert case.due_at == local(3, 6, 10), "the contact clock, a day later"
    assert Notice.objects.filter(user_id=cast.clerk.user.pk, kind="cases.resident_wrote").exists()


def test_the_earliest_of_clocks_that_run_is_when_a_case_is_due() -> None:
    early, late = local(3, 4, 10), local(3, 5, 10)
    assert clocks.earliest([Clock(due_at=late), Clock(due_at=early)]) == early
    assert clocks.earliest([Clock(due_at=late), Clock(due_at=early, paused_at=early)]) == late
    assert clocks.earliest([]) is None


def test_the_calendar_of_2026_has_the_days_these_examples_count_on() -> None:
    free = [d for d in range(10, 29) if not OFFICE.is_working_day(date(2026, 2, d))]
    assert free == [15, 16, 17, 18, 19, 20, 21, 22, 23]


@pytest.mark.django_db
def test_the_clocks_of_a_village_stand_still_on_its_harvest_days_and_an_emergency_does_not(
    handled: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    harvest = date(2026, 3, 5)
    forget_unit_days()
    set_unit_days(
        unit=cast.units.town,
        first=harvest,
        last=harvest,
        is_working=False,
        note="收秋",
        by=cast.manager.actor,
        at=at,
    )
    forget_unit_days()
    try:
        case, urgent = handled(at), handled(at, urgency=Urgency.EMERGENCY)
    finally:
        forget_unit_days()
    assert running(case, "finish").due_at == local(3, 19, 10), "a day later than elsewhere"
    assert running(case, "contact").due_at == local(3, 6, 10)
    assert running(urgent, "finish").due_at == local(3, 5, 10), "day and night"
