"""Every pair of state and move, and the pure rules."""

from datetime import date, timedelta

import pytest

from gongzhi.mediation import audit_events, lifecycle, numbers, words
from gongzhi.mediation.actions.making import MAKES
from gongzhi.mediation.lifecycle import IllegalPair, Move, Part, Performance, Risk, State

pytestmark = pytest.mark.once

S = State
TABLE: dict[Move, dict[State | None, State]] = {
    Move.OPEN: {None: S.OPENED},
    Move.START: {S.OPENED: S.MEDIATING},
    Move.HOLD: {S.MEDIATING: S.MEDIATING},
    Move.AGREE_ORALLY: {S.MEDIATING: S.AGREED},
    Move.DRAFT: {S.MEDIATING: S.DRAFTED, S.DRAFTED: S.DRAFTED},
    Move.SIGN: {S.DRAFTED: S.DRAFTED},
    Move.SEAL: {S.DRAFTED: S.AGREED},
    Move.TALK_AGAIN: {S.DRAFTED: S.MEDIATING, S.AGREED: S.MEDIATING},
    Move.FINISH: {S.AGREED: S.FINISHED},
    Move.REFER_UP: {S.OPENED: S.OPENED, S.MEDIATING: S.OPENED, S.DRAFTED: S.OPENED},
    Move.TO_LAW: {S.OPENED: S.ENDED, S.MEDIATING: S.ENDED, S.DRAFTED: S.ENDED, S.AGREED: S.ENDED},
    Move.END: {S.OPENED: S.ENDED, S.MEDIATING: S.ENDED, S.DRAFTED: S.ENDED},
    Move.SCHEDULE: {s: s for s in (S.OPENED, S.MEDIATING, S.DRAFTED)},
    Move.STATEMENT: {s: s for s in (S.OPENED, S.MEDIATING, S.DRAFTED)},
    Move.ADD_PARTY: {s: s for s in (S.OPENED, S.MEDIATING)},
    Move.ASSIGN: {s: s for s in (S.OPENED, S.MEDIATING, S.DRAFTED)},
    Move.OBJECT: {s: s for s in (S.OPENED, S.MEDIATING, S.DRAFTED)},
    Move.ASSESS: {s: s for s in (S.OPENED, S.MEDIATING, S.DRAFTED, S.AGREED)},
    Move.PERFORM: {S.AGREED: S.AGREED},
    Move.APPLY: {s: s for s in (S.AGREED, S.FINISHED)},
    Move.DECIDE: {s: s for s in (S.AGREED, S.FINISHED)},
    Move.VISIT: {s: s for s in (S.AGREED, S.FINISHED)},
}
"""Written by hand from the law and the duties, and not from the code."""


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("state", [None, *State])
def test_every_pair_of_state_and_move_is_in_the_table_or_refused_with_what_is_possible(
    state: State | None, move: Move
) -> None:
    wanted = TABLE[move].get(state)
    if wanted is not None:
        assert lifecycle.next_state(state, move) == wanted
        return
    with pytest.raises(IllegalPair) as refused:
        lifecycle.next_state(state, move)
    assert refused.value.possible == lifecycle.possible_moves(state)
    assert move not in refused.value.possible


def test_every_move_has_an_audit_code_words_and_an_action() -> None:
    assert set(audit_events.CODES) == set(words.DONE) == set(lifecycle.STEPS) == set(Move)
    assert set(words.BUTTONS) == set(MAKES) == set(Move) - {Move.OPEN}


def test_a_party_may_end_it_in_every_state_in_which_nothing_binds_yet() -> None:
    for state in lifecycle.TALKING_STATES:
        assert lifecycle.next_state(state, Move.END) == State.ENDED
    assert (lifecycle.Who.PARTY, None) in lifecycle.STEPS[Move.END].who


def _weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("effective", "last"),
    [
        (date(2026, 3, 4), date(2026, 4, 3)),  # a Friday
        (date(2026, 3, 5), date(2026, 4, 6)),  # the thirtieth day is a Saturday
        (date(2026, 3, 6), date(2026, 4, 6)),  # a Sunday
        (date(2026, 1, 30), date(2026, 3, 2)),  # over the end of February, on a Sunday
    ],
)
def test_the_window_leaves_out_the_first_day_and_does_not_end_on_a_holiday(
    effective: date, last: date
) -> None:
    assert lifecycle.confirmation_ends(effective, days=30, is_working_day=_weekday) == last


def test_reminders_of_the_window_lie_inside_it() -> None:
    first = date(2026, 3, 4)
    last = first + timedelta(days=30)
    assert lifecycle.share_of_window(first, last, 0.5) == first + timedelta(days=15)
    assert lifecycle.share_of_window(first, last, 0.8) == first + timedelta(days=24)


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        ([], Performance.PERFORMED),
        (["performed"], Performance.PERFORMED),
        (["performed", ""], ""),
        (["performed", "not"], Performance.PARTLY),
        (["partly"], Performance.PARTLY),
        (["not", "not"], Performance.NOT),
    ],
)
def test_an_agreement_is_performed_when_every_promise_is(outcomes: list[str], whole: str) -> None:
    assert lifecycle.performance_of(outcomes) == whole


def test_the_risk_is_that_of_the_gravest_sign() -> None:
    assert lifecycle.highest_risk([]) is Risk.LOW
    assert lifecycle.highest_risk(["medium", "high", "low"]) is Risk.HIGH


def test_missing_parts_are_named_in_the_order_of_the_rule() -> None:
    wanted = (Part.PARTIES, Part.FACTS, Part.TERMS)
    assert lifecycle.missing_parts(wanted, {Part.FACTS}) == [Part.PARTIES, Part.TERMS]


def test_an_agreement_has_the_number_of_the_official_form() -> None:
    assert numbers.agreement_number(numbers.committee_mark("平梁镇"), 2026, 12) == "〔2026〕平人调字第12号"


@pytest.mark.parametrize(
    ("name", "mark"),
    [("柏杨村委会", "平柏杨"), ("平梁社区居民委员会", "平平梁"), ("太行村村民委员会", "平太行村")],
)
def test_two_villages_of_a_town_have_different_marks(name: str, mark: str) -> None:
    assert numbers.committee_mark(name, above="平梁镇") == mark


@pytest.mark.parametrize(
    "typed", ["HYT26-000012", " hyt26 000012 ", "ＨＹＴ26-12", "HYT26—000012", "hyt26-0000012"]
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert numbers.parse_number(typed) == (12, "HYT26-000012")


@pytest.mark.parametrize("typed", ["", "HY26-000012", "XYT26-000012", "HYT26-" + "9" * 30, "HYT26-1'--"])
def test_what_is_no_number_of_a_dispute_names_nothing(typed: str) -> None:
    assert numbers.parse_number(typed) == (0, "")


def test_each_party_has_a_code_of_its_own() -> None:
    codes = {numbers.party_code("HYT26-000012", n) for n in range(1, 6)}
    assert len(codes) == 5
    assert all(len(code) == 8 for code in codes)
