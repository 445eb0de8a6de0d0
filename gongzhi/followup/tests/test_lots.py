"""Lots: reproducible, fixed by the digest, fair in the long run."""

from datetime import date, timedelta

import pytest

from gongzhi.followup import lifecycle
from gongzhi.followup.lifecycle import Outcome, State
from gongzhi.followup.lots import Lot, draw

pytestmark = pytest.mark.once
DAY = date(2026, 3, 3)
NUMBERS = [f"HY26-{n:06d}" for n in range(40)]


def drawn(
    digest: str = "ab" * 32, *, share: float = 0.25, day: date = DAY, numbers: list[str] | None = None,
    least: int = 0,
) -> set[str]:  # fmt: skip
    heaps = {"solved": NUMBERS if numbers is None else numbers}
    return set(
        draw(
            Lot(7, digest), unit="610921100222", day=day, heaps=heaps, shares={"solved": share},
            least=least, least_from=5,
        )
    )  # fmt: skip


def test_the_same_seed_and_heap_give_the_same_matters_in_whatever_order_they_come() -> None:
    assert drawn() == drawn(numbers=NUMBERS[::-1])
    assert len(drawn()) == 10


def test_another_digest_or_day_draws_others_so_nobody_can_choose() -> None:
    assert drawn("cd" * 32) != drawn()
    assert drawn(day=DAY + timedelta(days=1)) != drawn()


def test_a_larger_share_draws_the_same_matters_and_more() -> None:
    assert drawn(share=0.1) < drawn(share=0.25) < drawn(share=0.5)


def test_a_share_of_few_matters_is_kept_over_many_days() -> None:
    days = [DAY + timedelta(days=n) for n in range(400)]
    made = sum(len(drawn(share=0.1, numbers=NUMBERS[:4], day=day)) for day in days)
    assert 0.07 < made / (400 * 4) < 0.13


def test_the_least_number_counts_only_where_enough_stood_for_the_draw() -> None:
    assert len(drawn(share=0.0, least=2)) == 2
    assert drawn(share=0.0, least=2, numbers=NUMBERS[:4]) == set()


@pytest.mark.parametrize(
    ("outcome", "attempts", "state"),
    [
        (Outcome.REACHED, 1, State.REACHED),
        (Outcome.REFUSED, 1, State.REFUSED),
        (Outcome.WRONG_NUMBER, 1, State.WRONG_NUMBER),
        (Outcome.NO_ANSWER, 2, State.OPEN),
        (Outcome.NO_ANSWER, 3, State.NOT_REACHED),
        (Outcome.LATER, 3, State.NOT_REACHED),
    ],
)
def test_each_outcome_of_an_attempt_leads_to_one_state(outcome: Outcome, attempts: int, state: State) -> None:
    assert lifecycle.after(outcome, attempts=attempts, most=3) is state


@pytest.mark.parametrize(
    ("recorded", "solved", "came", "otherwise"),
    [
        (True, False, True, True),
        (None, False, True, False),
        (False, False, True, False),
        (None, True, False, True),
        (True, True, None, False),
    ],
)
def test_told_otherwise_is_not_solved_where_solved_is_recorded_or_nobody_came(
    recorded: bool | None, solved: bool, came: bool | None, otherwise: bool
) -> None:
    said = lifecycle.is_told_otherwise(recorded_solved=recorded, told_solved=solved, told_came=came)
    assert said is otherwise
