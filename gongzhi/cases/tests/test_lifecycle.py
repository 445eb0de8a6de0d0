"""All pairs of states and moves, and the pure rules."""

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.cases import audit_events, lifecycle
from gongzhi.cases.lifecycle import STEPS, ClockKind, IllegalPair, Level, Move, State, Who

BESIDE = {move for move, step in STEPS.items() if step.target is None and not step.back}
BACK = {move for move, step in STEPS.items() if step.back}

# Written out once more, on purpose: the table of the design, to hold the code against.
CHANGES = {
    (None, "register"): "registered",
    (None, "settle"): "resolved",
    ("registered", "settle"): "resolved",
    ("registered", "accept"): "accepted",
    ("registered", "decline"): "declined",
    ("declined", "object"): "registered",
    ("accepted", "dispatch"): "dispatched",
    ("dispatched", "dispatch"): "dispatched",
    ("dispatched", "sign"): "handling",
    ("dispatched", "return"): "accepted",
    ("handling", "return"): "accepted",
    ("handling", "escalate"): "dispatched",
    ("accepted", "refer_down"): "dispatched",
    ("dispatched", "refer_down"): "dispatched",
    ("handling", "refer_down"): "dispatched",
    ("handling", "resolve"): "resolved",
    ("resolved", "confirm"): "closed",
    ("resolved", "not_solved"): "handling",
    ("resolved", "close_unrated"): "closed",
    ("closed", "reopen"): "handling",
    ("registered", "withdraw"): "withdrawn",
    ("accepted", "withdraw"): "withdrawn",
    ("dispatched", "withdraw"): "withdrawn",
    ("handling", "withdraw"): "withdrawn",
    ("resolved", "withdraw"): "withdrawn",
    ("registered", "merge"): "merged",
    ("accepted", "merge"): "merged",
    ("dispatched", "merge"): "merged",
    ("handling", "merge"): "merged",
    ("resolved", "merge"): "merged",
    ("resolved", "order_anew"): "handling",
    ("closed", "order_anew"): "handling",
}


@pytest.mark.parametrize(
    ("state", "move"), list(itertools.product([None, *State], sorted(set(Move) - BESIDE - BACK)))
)
def test_every_pair_of_state_and_move_is_in_the_table_or_refused_with_what_is_possible(
    state: State | None, move: Move
) -> None:
    wanted = CHANGES.get((state.value if state else None, move.value))
    if wanted is not None:
        assert lifecycle.next_state(state, move) == wanted
        return
    with pytest.raises(IllegalPair) as refused:
        lifecycle.next_state(state, move)
    assert move not in refused.value.possible
    assert all(state in STEPS[other].sources for other in refused.value.possible)


@pytest.mark.parametrize("move", sorted(BESIDE))
def test_a_move_beside_the_state_never_changes_it(move: Move) -> None:
    for state in STEPS[move].sources:
        assert lifecycle.next_state(state, move) == state


def test_a_merged_matter_goes_back_to_any_open_state_and_to_no_other() -> None:
    assert set(BACK) == {Move.UNMERGE}
    for state in State:
        if state in lifecycle.OPEN_STATES:
            assert lifecycle.next_state(State.MERGED, Move.UNMERGE, back_to=state) is state
            continue
        with pytest.raises(IllegalPair):
            lifecycle.next_state(State.MERGED, Move.UNMERGE, back_to=state)
    with pytest.raises(IllegalPair):
        lifecycle.next_state(State.HANDLING, Move.UNMERGE, back_to=State.ACCEPTED)


def test_every_move_has_a_step_an_audit_code_and_somebody_who_may_make_it() -> None:
    assert set(STEPS) == set(Move)
    assert set(audit_events.CODES) == set(Move)
    assert len(set(audit_events.CODES.values())) == len(Move)
    assert all(step.who for step in STEPS.values())


def test_only_residents_and_those_who_act_for_them_judge_and_only_the_system_files_unrated() -> None:
    def judging(move: Move) -> set[Who]:
        return {who for who, _permission in STEPS[move].who}

    assert judging(Move.CONFIRM) == {Who.REPORTER, Who.ABOVE}
    # Who calls back passes on “not solved”, and never “solved”.
    assert judging(Move.NOT_SOLVED) == {Who.REPORTER, Who.ABOVE, Who.FOLLOW_UP}
    assert STEPS[Move.CLOSE_UNRATED].who == ((Who.SYSTEM, None),)


def test_every_final_state_is_reached_with_all_clocks_stopped() -> None:
    ends = {State.DECLINED, State.WITHDRAWN, State.RESOLVED}
    for move, step in STEPS.items():
        if step.target in ends:
            assert step.stops == frozenset(ClockKind), move


def test_every_open_state_leads_to_an_end() -> None:
    reached: set[State | None] = {State.CLOSED, State.DECLINED, State.WITHDRAWN, State.MERGED}
    for _ in State:
        reached |= {source for step in STEPS.values() if step.target in reached for source in step.sources}
    assert set(State) <= reached


@given(st.lists(st.sampled_from(sorted(Move)), max_size=40))
def test_no_sequence_of_moves_leaves_the_known_states(moves: list[Move]) -> None:
    state: State | None = None
    for move in moves:
        with contextlib.suppress(IllegalPair):
            state = lifecycle.next_state(state, move)
    assert state is None or state in State


def test_levels_rise_from_village_to_county_and_end_there() -> None:
    assert lifecycle.level_above(Level.VILLAGE) is Level.TOWN
    assert lifecycle.level_above(Level.TOWN) is Level.COUNTY
    assert lifecycle.level_above(Level.COUNTY) is None
    assert lifecycle.is_below(Level.VILLAGE, Level.COUNTY)
    assert not lifecycle.is_below(Level.TOWN, Level.TOWN)
