"""What holds of every case after every step, whatever people press and in whatever order.

Sequences of moves through the real actions, by everybody, with arguments good and bad and clocks set back;
after each step the promises of the loop are read back from the tables.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import audit_events, lifecycle
from gongzhi.cases.actions import (
    handling,
    intake,
    judging_merged,
    ladder,
    merging,
    petitions,
    together,
)
from gongzhi.cases.lifecycle import STEPS, Channel, Level, Move, State, Who
from gongzhi.cases.models import (
    Case,
    CaseMerge,
    CaseSight,
    Clock,
    ClockPause,
    Expert,
    ExpertQuestion,
    Extension,
    MeetingDecision,
    PanelMember,
    Rating,
    SpotCheck,
    Supervision,
    Transition,
)
from gongzhi.cases.queries import access, places
from gongzhi.cases.tests.playing import PLAYS, RESIDENT, World, one_more, other_of, unit_of, words_of
from gongzhi.core.actor import SYSTEM, Actor
from gongzhi.core.errors import DomainError
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import UnitKind, User
from tests.cast import SINCE, Cast

pytestmark = pytest.mark.django_db
FINAL = frozenset(State) - lifecycle.OPEN_STATES - {State.MERGED}
STAFF_ONLY = {
    move for move, step in STEPS.items() if not {who for who, _p in step.who} & {Who.REPORTER, Who.ANYONE}
}


@dataclass(frozen=True)
class Press:
    """One thing somebody tries. `likely` chooses among what the pages would offer, else anything goes."""

    likely: bool
    choice: int
    argument: int
    minutes: int


PRESSES = st.lists(
    st.builds(
        Press,
        likely=st.sampled_from([True, True, True, True, False]),
        choice=st.integers(0, 10_000),
        argument=st.integers(0, 10_000),
        minutes=st.one_of(st.integers(-3000, 3000), st.integers(0, 20_000)),
    ),
    min_size=8,
    max_size=12,
)


@pytest.fixture
def world(cast: Cast) -> World:
    station = one_more("610921100SL", "城关水利站", UnitKind.STATION, cast.units.town)
    grid = one_more("610921100222-01", "三元村一网格", UnitKind.GRID, cast.units.village)
    units = cast.units
    known = (units.village, units.sister_village, units.town, units.county, units.department)
    actors = (*(person.actor for person in cast.people), RESIDENT, SYSTEM)
    Expert.objects.create(
        unit=cast.units.town,
        name="郑律师",
        office="法律援助中心",
        reach="0915-5210001",
        skills="土地",
        subjects=[],
        valid_from=SINCE,
    )
    return World(cast, actors, (*known, units.other_village, station, grid))


PLAYS |= {
    Move.CALL_HELP: lambda w, c, by, at, n: together.call_help(
        case=c, unit=unit_of(w, n), words=words_of(n // 8), by=by, at=at
    ),
    Move.SIGN_HELP: lambda w, c, by, at, n: together.sign_help(case=c, by=by, at=at),
    Move.ANSWER_HELP: lambda w, c, by, at, n: together.answer_help(case=c, answer=words_of(n), by=by, at=at),
    Move.RATE_HELP: lambda w, c, by, at, n: together.rate_help(
        case=c, unit=unit_of(w, n), score=n % 7, by=by, at=at
    ),
    Move.CALL_OFF: lambda w, c, by, at, n: together.call_off(
        case=c, unit=unit_of(w, n), words=words_of(n), by=by, at=at
    ),
    Move.REASSIGN: lambda w, c, by, at, n: handling.reassign_case(
        case=c, owner=User.objects.order_by("pk")[n % User.objects.count()], by=by, at=at
    ),
    Move.MERGE: lambda w, c, by, at, n: merging.merge_case(case=c, main=other_of(w, c), by=by, at=at),
    Move.UNMERGE: lambda w, c, by, at, n: merging.unmerge_case(case=c, words=words_of(n), by=by, at=at),
    Move.JUDGE_MERGED: lambda w, c, by, at, n: judging_merged.judge_merged(
        case=c, solved=bool(n % 2), score=(None, 5, 1, 6)[n % 4], words=words_of(n), by=by, at=at
    ),
    Move.TAKE_AS_PETITION: lambda w, c, by, at, n: petitions.take_as_petition(case=c, by=by, at=at),
    Move.ASK_REVIEW: lambda w, c, by, at, n: petitions.ask_review(case=c, words=words_of(n), by=by, at=at),
    Move.DECIDE_REVIEW: lambda w, c, by, at, n: petitions.decide_review(
        case=c, result=("upheld", "changed", "again", "?")[n % 4], decision=words_of(n), by=by, at=at
    ),
}
SELDOM = {Move.REISSUE, Move.WITHDRAW, Move.COMMENT, Move.SUPERVISE, Move.PUBLISH, Move.MERGE, Move.CALL_HELP}
"""Offered so often that they would crowd out the rest, or end the story."""


def test_every_move_but_raising_and_pictures_is_played_here() -> None:
    assert set(PLAYS) == set(Move) - {
        Move.REGISTER,
        Move.ATTACH,
        Move.SIGN_STATEMENT,
        Move.ORDER_ANEW,
        Move.FOLLOW_UP,
    }


def offered(world: World, case: Case, choice: int) -> tuple[Actor, Move]:
    pairs = [(by, move) for by in world.actors for move in access.possible_moves(by, case)]
    pairs = [pair for pair in pairs if pair[1] in PLAYS and (choice % 6 == 0 or pair[1] not in SELDOM)]
    moves = sorted({move for _by, move in pairs}) or sorted(PLAYS)
    move = moves[choice % len(moves)]
    those = [by for by, other in pairs if other is move] or list(world.actors)
    return those[choice // len(moves) % len(those)], move


TABLES: tuple[type[Model], ...] = (
    Case,
    CaseSight,
    Clock,
    ClockPause,
    Rating,
    Supervision,
    Transition,
    SpotCheck,
    PanelMember,
    MeetingDecision,
    Extension,
    ExpertQuestion,
    AuditEvent,
    Notice,
)
OF_A_CASE = TABLES[1:-2]


def everything(case: Case) -> dict[str, Any]:
    """The size of every table, and every field of the case and of what hangs on it."""
    counts = {model.__name__: model._default_manager.count() for model in TABLES}
    hanging = {
        model.__name__: list(model._default_manager.filter(case=case).order_by("pk").values())
        for model in OF_A_CASE
    }
    return {"counts": counts, "case": Case.objects.filter(pk=case.pk).values().get(), **hanging}


def press(world: World, case: Case, what: Press, at: datetime) -> None:
    """Try it; whoever is refused has changed nothing."""
    if what.likely:
        by, move = offered(world, case, what.choice)
    else:
        by = world.actors[what.choice % len(world.actors)]
        move = sorted(PLAYS)[what.argument % len(PLAYS)]
    before = everything(case)
    try:
        PLAYS[move](world, case, by, at, what.argument)
    except DomainError:
        assert everything(case) == before, f"a refused {move} left something behind"


def check_history(case: Case) -> None:
    rows = list(Transition.objects.filter(case=case).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1)), "no gap, nothing twice"
    assert case.moves == len(rows)
    assert case.status == rows[-1].to_state
    assert [row.from_state for row in rows[1:]] == [row.to_state for row in rows[:-1]]
    moments = [row.at for row in rows]
    assert moments == sorted(moments), "moments never go backwards"
    assert case.moved_at == moments[-1]
    for row in rows:
        before, move = State(row.from_state) if row.from_state else None, Move(row.move)
        back_to = State(row.to_state) if STEPS[move].back else None
        assert lifecycle.next_state(before, move, back_to=back_to) == row.to_state
        assert not (row.by_key.startswith("resident") and Move(row.move) in STAFF_ONLY), row.move
    codes = set(audit_events.CODES.values())
    log = AuditEvent.objects.filter(subject=f"case:{case.number}", code__in=codes).order_by("pk")
    assert [event.code for event in log] == [audit_events.CODES[Move(row.move)] for row in rows]
    # The log as a whole knows no move of this case under another subject.
    assert AuditEvent.objects.filter(code__in=codes).count() == Transition.objects.count()


def check_clocks(case: Case) -> None:
    running = list(Clock.objects.filter(case=case, stopped_at__isnull=True))
    assert len({clock.kind for clock in running}) == len(running)
    ticking = [clock for clock in running if clock.paused_at is None]
    assert case.due_at == min((clock.due_at for clock in ticking), default=None)
    if case.status == State.MERGED:
        assert ticking == [], "while it rests with another matter every clock stands still"
        return
    if case.status in FINAL or case.status == State.RESOLVED:
        assert running == []
    else:
        kinds = {clock.kind for clock in running}
        assert ("accept" in kinds) is (case.status == State.REGISTERED)
        assert ("finish" in kinds) is (case.status != State.REGISTERED), "work never goes on without a clock"
    pauses = ClockPause.objects.filter(case=case, ended_at__isnull=True).count()
    assert pauses == (1 if len(ticking) < len(running) else 0)
    if pauses:
        assert case.status == State.HANDLING, "clocks stand still only while a unit works on it and waits"
        began = ClockPause.objects.get(case=case, ended_at__isnull=True).started_at
        assert all(clock.due_at <= began for clock in ticking), "only a late clock runs on in a pause"
    for clock in Clock.objects.filter(case=case, stopped_at__isnull=False):
        assert clock.margin_minutes is not None
        assert clock.next_step_at is None
        assert clock.paused_at is None


def check_sight(case: Case) -> set[int]:
    seeing = set(CaseSight.objects.filter(case=case).values_list("unit", flat=True))
    for unit in (places.entry_desk(case.place), case.desk, case.unit):
        below_county = {u.pk for u in places.chain(unit) if u.kind != UnitKind.COUNTY}
        assert below_county <= seeing, unit.name
    marks = set(CaseSight.objects.filter(case=case).values_list("is_open", flat=True))
    assert marks == {case.status in lifecycle.OPEN_STATES}
    return seeing


def check_place(case: Case) -> None:
    assert case.level == places.level_of(case.unit)
    if case.highest_escalated_from:
        assert lifecycle.is_below(Level(case.highest_escalated_from), Level(case.level))
    assert (case.owner_id is None) or case.status in {
        State.HANDLING,
        State.RESOLVED,
        State.MERGED,
        *FINAL,
    }
    # A matter that rests with another is as it stood, and neither over nor judged by itself.
    merges = CaseMerge.objects.filter(case=case, undone_at__isnull=True)
    stands = merges.values_list("status_before", flat=True)
    assert len(stands) == (case.status == State.MERGED)
    assert (case.rate_by is not None) is (State.RESOLVED in {case.status, *stands})
    assert (case.closed_at is not None) is (case.status in FINAL)
    assert Rating.objects.filter(case=case).count() <= case.reworks + 1


def registered(world: World, at: datetime) -> Case:
    return intake.register_case(
        matter=intake.Matter(text="昨晚大雨，三组老槐树下面路塌了一半。", place=world.cast.units.village),
        reporter=intake.Reporter(name="王桂芳", phone="13900002207", mail="wang@example.org"),
        channel=Channel.WEB,
        by=RESIDENT,
        at=at,
    )


STORY: tuple[tuple[Move, str], ...] = (
    (Move.ACCEPT, "clerk"),
    (Move.DISPATCH, "clerk"),
    (Move.SIGN, "clerk"),
    (Move.CONTACT, "clerk"),
    (Move.PAUSE, "clerk"),
    (Move.ESCALATE, "clerk"),
    (Move.SIGN, "town_dispatcher"),
    (Move.DECISION, "town_dispatcher"),
    (Move.RESOLVE, "town_dispatcher"),
    (Move.NOT_SOLVED, "resident"),
    (Move.ANSWER_SUPERVISION, "town_dispatcher"),
    (Move.RESOLVE, "town_dispatcher"),
    (Move.CONFIRM, "resident"),
    (Move.REOPEN, "supervisor"),
    (Move.WITHDRAW, "resident"),
)
ARGUMENTS = {Move.ACCEPT: 4, Move.DISPATCH: 0, Move.PAUSE: 1, Move.RESOLVE: 5, Move.CONFIRM: 1}
"""Such as are accepted; the words of the others are the first of the list."""


def play(world: World, case: Case, step: tuple[Move, str], at: datetime) -> None:
    move, who = step
    by = RESIDENT if who == "resident" else getattr(world.cast, who).actor
    PLAYS[move](world, case, by, at, ARGUMENTS.get(move, 0))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=st.sampled_from([0, 1, 1, 3, 5, 5, 9, 13]), presses=PRESSES)
def test_after_every_step_of_any_sequence_the_promises_of_the_loop_hold(
    world: World, at: datetime, told: int, presses: list[Press]
) -> None:
    """The first `told` moves are those of a long story, so that what is pressed then meets every state."""
    case, now, seen = registered(world, at), at, set[int]()
    for step in STORY[:told]:
        play(world, case, step, now)
    for what in presses:
        now += timedelta(minutes=what.minutes)
        press(world, case, what, now)
        if what.choice % 3 == 0:
            ladder.run(by=SYSTEM, at=now, most=100)
        case = Case.objects.select_related("place", "desk", "unit").get(pk=case.pk)
        check_history(case)
        check_clocks(case)
        check_place(case)
        seeing = check_sight(case)
        assert seen <= seeing, "sight is never taken away"
        seen = seeing


def test_when_the_log_cannot_be_written_the_whole_move_is_undone(world: World, at: datetime) -> None:
    """The log's table is really gone for a moment, so the database itself refuses the row."""
    case = registered(world, at)
    for number, step in enumerate(STORY, start=1):
        moment = at + timedelta(hours=number)
        before = everything(case)
        rename("audit_auditevent", "audit_away")
        with pytest.raises(DatabaseError):
            play(world, case, step, moment)
        rename("audit_away", "audit_auditevent")
        assert everything(case) == before, f"{step[0]} left something behind without its row in the log"
        play(world, case, step, moment)
        assert everything(case)["counts"]["AuditEvent"] == before["counts"]["AuditEvent"] + 1


def test_a_matter_whose_registration_cannot_be_logged_is_not_there(world: World, at: datetime) -> None:
    rename("audit_auditevent", "audit_away")
    with pytest.raises(DatabaseError):
        registered(world, at)
    rename("audit_away", "audit_auditevent")
    assert [model._default_manager.count() for model in TABLES] == [0] * len(TABLES[:-2]) + [
        AuditEvent.objects.count(),
        0,
    ]


def rename(table: str, to: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{to}"')
