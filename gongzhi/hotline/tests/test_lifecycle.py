"""The moments of a call come out the same in any order of its events."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.hotline import lifecycle
from gongzhi.hotline.lifecycle import Event, Moments

pytestmark = pytest.mark.once
START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
EVENTS = st.lists(st.tuples(st.sampled_from(Event), st.integers(0, 600)), min_size=1, max_size=8)


def after_all(events: list[tuple[Event, int]]) -> Moments:
    moments = Moments()
    for event, seconds in events:
        moments = lifecycle.after(moments, event, START + timedelta(seconds=seconds))
    return moments


@given(EVENTS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_events_change_nothing(events: list[tuple[Event, int]], rng: object) -> None:
    mixed = [*events, *events]
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    assert after_all(mixed) == after_all(events)


@given(EVENTS)
def test_nothing_takes_less_than_no_time(events: list[tuple[Event, int]]) -> None:
    moments = after_all(events)
    assert (moments.wait_seconds or 0) >= 0
    assert (moments.talk_seconds or 0) >= 0


def test_the_wait_begins_where_the_caller_waits_for_a_person() -> None:
    told = [(Event.OFFERED, 0), (Event.QUEUED, 20), (Event.ANSWERED, 29), (Event.ENDED, 129)]
    assert (after_all(told).wait_seconds, after_all(told).talk_seconds) == (9, 100)
    del told[1]
    assert after_all(told).wait_seconds == 29


def test_a_call_is_abandoned_only_while_no_answer_is_known() -> None:
    left = [(Event.OFFERED, 0), (Event.ABANDONED, 31)]
    assert after_all(left).is_abandoned
    assert after_all(left).wait_seconds == 31
    assert not after_all([*left, (Event.ANSWERED, 12)]).is_abandoned
