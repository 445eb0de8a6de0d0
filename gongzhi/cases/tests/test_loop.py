"""The loop played through the real actions, as the people of the cast."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import dispatching, handling, intake, judging, ladder, pausing, story
from gongzhi.cases.lifecycle import Channel, Kind, Move, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Case, Clock, Rating, Supervision, Transition
from gongzhi.cases.queries import access, categories
from gongzhi.cases.tests.playing import one_more
from gongzhi.core.actor import SYSTEM, Actor, resident
from gongzhi.core.errors import Invalid
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import Post, Unit, UnitKind, User
from gongzhi.orgs.permissions import RoleCode
from gongzhi.orgs.queries import actor_for
from tests.cast import AT, SINCE, Cast

pytestmark = pytest.mark.django_db

RESIDENT = resident("王桂芳")


@pytest.fixture
def register(cast: Cast, at: datetime) -> Callable[..., Case]:
    def make() -> Case:
        matter = intake.Matter(
            text="昨晚大雨，三组老槐树下面路塌了一半。校车不敢过。", place=cast.units.village
        )
        reporter = intake.Reporter(name="王桂芳", phone="13900002207")
        return intake.register_case(matter=matter, reporter=reporter, channel=Channel.WEB, by=RESIDENT, at=at)

    return make


def station_of(cast: Cast) -> tuple[Unit, Actor]:
    """A station of the town, and somebody who works there."""
    station = one_more("610921100SL", "城关水利站", UnitKind.STATION, cast.units.town)
    user = User.objects.create(username="shuili", full_name="沈水生")
    Post.objects.create(user=user, role=RoleCode.DEPARTMENT_OFFICER, unit=station, valid_from=SINCE)
    return station, actor_for(user, at=AT)


def accepted(case: Case, cast: Cast, at: datetime) -> Case:
    road = categories.get_category("0101")
    assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
    return dispatching.accept_case(case=case, assessment=assessment, by=cast.clerk.actor, at=at)


def handled_by_village(case: Case, cast: Cast, at: datetime) -> Case:
    case = accepted(case, cast, at + timedelta(minutes=10))
    case = dispatching.dispatch_case(
        case=case, unit=cast.units.village, by=cast.clerk.actor, at=at + timedelta(minutes=20)
    )
    return handling.sign_case(case=case, by=cast.clerk.actor, at=at + timedelta(minutes=30))


def resolved_by_village(case: Case, cast: Cast, at: datetime) -> Case:
    case = handled_by_village(case, cast, at)
    return handling.resolve_case(
        case=case,
        outcome=Outcome.SOLVED,
        answer="路已修通。",
        by=cast.clerk.actor,
        at=at + timedelta(hours=1),
    )


def test_a_registered_matter_lies_at_the_desk_of_its_village_with_an_accept_clock(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = register()
    clock = Clock.objects.get(case=case)
    assert (case.status, case.desk, case.level) == (State.REGISTERED, cast.units.village, "village")
    assert case.title == "昨晚大雨，三组老槐树下面路塌了一半"
    assert clock.kind == "accept"
    assert case.due_at == clock.due_at == at + timedelta(hours=2), "two working hours"
    assert clock.rule == "cases.accept_limit@1"


def test_every_move_leaves_one_transition_and_one_audit_row(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = resolved_by_village(register(), cast, at)
    judging.confirm_case(case=case, solved=True, score=5, by=RESIDENT, at=at + timedelta(days=1))
    moves = list(Transition.objects.filter(case=case).order_by("seq").values_list("move", flat=True))
    assert moves == ["register", "accept", "dispatch", "sign", "resolve", "confirm"]
    codes = AuditEvent.objects.filter(subject=f"case:{case.number}").values_list("code", flat=True)
    assert sorted(codes) == sorted(
        f"cases.case.{word}"
        for word in ("registered", "accepted", "dispatched", "signed", "resolved", "confirmed")
    )


def test_a_second_return_goes_to_the_level_above_whose_choice_cannot_be_returned(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = accepted(register(), cast, at)
    station, officer = station_of(cast)
    clerk, town = cast.clerk.actor, cast.town_dispatcher.actor
    for _ in range(2):
        case = dispatching.dispatch_case(case=case, unit=station, by=clerk, at=at)
        case = dispatching.return_case(
            case=case, reason="other_unit", words="不归水利站管。", by=officer, at=at
        )
    assert (case.desk, case.unit, case.level) == (cast.units.town, cast.units.town, "town")
    case = dispatching.dispatch_case(case=case, unit=station, by=town, at=at)
    assert case.arbitrated
    with pytest.raises(dispatching.ChoiceIsFinal):
        dispatching.return_case(case=case, reason="other_unit", words="还是不归我们。", by=officer, at=at)


def test_a_village_that_returns_to_itself_never_reaches_the_town_that_way(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    """Else it would be rid of the matter without the reasons that escalating asks for."""
    case, clerk = accepted(register(), cast, at), cast.clerk.actor
    for _ in range(4):
        case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=clerk, at=at)
        case = dispatching.return_case(case=case, reason="other_unit", words="不归村里管。", by=clerk, at=at)
    assert (case.desk, case.unit, case.level, case.returns) == (
        cast.units.village,
        cast.units.village,
        "village",
        0,
    )
    case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=clerk, at=at)
    assert not case.arbitrated


def test_an_escalated_matter_reaches_the_town_and_the_village_keeps_sight_of_it(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = handled_by_village(register(), cast, at)
    case = dispatching.escalate_case(
        case=case,
        tried="组织村民清理浮土。",
        why_not="路基掏空，需要机械。",
        by=cast.clerk.actor,
        at=at + timedelta(hours=1),
    )
    assert (case.status, case.unit, case.level, case.owner) == (
        State.DISPATCHED,
        cast.units.town,
        "town",
        None,
    )
    assert access.sees(cast.clerk.actor, case)
    assert Notice.objects.filter(user_id=cast.town_dispatcher.user.pk, kind="cases.arrived").exists()


def test_what_was_typed_stands_in_the_story_and_in_the_log_only_as_a_digest(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = handled_by_village(register(), cast, at)
    dispatching.escalate_case(
        case=case, tried="王桂芳家里去过了。", why_not="办不了。", by=cast.clerk.actor, at=at
    )
    refused = dispatching.decline_case(
        case=register(),
        reason="not_ours",
        responsible="李建军，电话13900001234",
        words="请找他。",
        by=cast.clerk.actor,
        at=at,
    )
    logged = "".join(AuditEvent.objects.values_list("data", flat=True))
    assert "why_not" in logged
    assert "responsible" in logged
    for words in ("王桂芳", "办不了", "李建军", "13900001234"):
        assert words not in logged
    assert Transition.objects.get(case=refused, move=Move.DECLINE).data["responsible"].startswith("李建军")


def test_a_level_that_escalated_a_matter_never_gets_it_back(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = handled_by_village(register(), cast, at)
    case = dispatching.escalate_case(
        case=case, tried="试过。", why_not="办不了。", by=cast.clerk.actor, at=at
    )
    with pytest.raises(Invalid):
        dispatching.refer_down(
            case=case, unit=cast.units.village, reason="还是村里办。", by=cast.town_dispatcher.actor, at=at
        )


def test_not_solved_brings_the_matter_back_under_supervision_and_the_second_time_one_level_up(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = resolved_by_village(register(), cast, at)
    case = judging.say_not_solved(case=case, words="还是过不去。", by=RESIDENT, at=at + timedelta(days=1))
    assert (case.status, case.unit) == (State.HANDLING, cast.units.village)
    assert Supervision.objects.get(case=case).cause == "not_solved"
    case = handling.resolve_case(
        case=case, outcome="solved", answer="又修了一遍。", by=cast.clerk.actor, at=at + timedelta(days=2)
    )
    case = judging.say_not_solved(case=case, words="还是不行。", by=RESIDENT, at=at + timedelta(days=3))
    assert (case.unit, case.level) == (cast.units.town, "town")
    assert list(Rating.objects.filter(case=case).order_by("round").values_list("solved", flat=True)) == [
        False,
        False,
    ]


def test_a_pause_leaves_as_much_time_as_there_was_and_words_of_the_resident_end_it(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = handled_by_village(register(), cast, at)
    before = Clock.objects.get(case=case, kind="finish").due_at
    case = pausing.pause_case(
        case=case,
        reason="resident",
        waiting_for="土地证复印件",
        by=cast.clerk.actor,
        at=at + timedelta(hours=1),
    )
    assert case.due_at is None
    case = story.comment_case(
        case=case, words="证拿来了。", public=True, by=RESIDENT, at=at + timedelta(days=1, hours=1)
    )
    after = Clock.objects.get(case=case, kind="finish").due_at
    assert after - before == timedelta(days=1)
    assert case.due_at is not None


def test_the_ladder_warns_then_tells_the_head_then_supervises_once_each(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = handled_by_village(register(), cast, at)
    late = at + timedelta(days=60)
    taken = [ladder.run(by=SYSTEM, at=late, most=100) for _ in range(8)]
    clocks = Clock.objects.filter(case=case, stopped_at__isnull=True)
    assert {clock.step for clock in clocks} == {4}
    assert sum(taken) == 8, "two running clocks of four rungs each"
    assert Supervision.objects.filter(case=case, cause="ladder").count() == 2
    heads = Notice.objects.filter(user_id=cast.village_head.user.pk, kind="cases.overdue")
    assert heads.count() == 6


def test_a_matter_nobody_rated_is_filed_as_unrated_and_only_after_the_window(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = resolved_by_village(register(), cast, at)
    assert case.rate_by is not None
    assert not judging.close_unrated(case=case, by=SYSTEM, at=case.rate_by - timedelta(minutes=1))
    assert judging.close_unrated(case=case, by=SYSTEM, at=case.rate_by)
    assert not judging.close_unrated(case=case, by=SYSTEM, at=case.rate_by), "a second run changes nothing"
    case.refresh_from_db()
    assert (case.status, case.score, case.solved) == (State.CLOSED, None, None)


def test_a_refusal_names_who_is_responsible_and_an_objection_goes_one_level_up(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = register()
    with pytest.raises(Invalid):
        dispatching.decline_case(
            case=case, reason="not_ours", responsible="", words="", by=cast.clerk.actor, at=at
        )
    case = dispatching.decline_case(
        case=case, reason="not_ours", responsible="市公路局 0915-000111", words="", by=cast.clerk.actor, at=at
    )
    assert "0915-000111" in Transition.objects.get(case=case, move=Move.DECLINE).words
    case = judging.object_to_refusal(case=case, words="这是村道。", by=RESIDENT, at=at + timedelta(days=1))
    assert (case.status, case.desk) == (State.REGISTERED, cast.units.town)


def test_whoever_answered_a_matter_cannot_rate_it_for_the_resident(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = resolved_by_village(register(), cast, at)
    with pytest.raises(judging.OwnAnswer):
        judging.confirm_case(case=case, solved=True, score=5, by=cast.clerk.actor, at=at)


def test_a_clock_that_was_set_back_cannot_reorder_a_history(
    register: Callable[..., Case], cast: Cast, at: datetime
) -> None:
    case = accepted(register(), cast, at + timedelta(hours=1))
    dispatching.dispatch_case(
        case=case, unit=cast.units.village, by=cast.clerk.actor, at=at - timedelta(days=3)
    )
    moments = list(Transition.objects.filter(case=case).order_by("seq").values_list("at", flat=True))
    assert moments == sorted(moments)
