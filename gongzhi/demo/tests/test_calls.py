"""Calls of the demonstration: told of and written down like real ones, and the same for the same seed."""

from random import Random

import pytest

from gongzhi.demo import calls


@pytest.mark.once
def test_the_same_seed_rings_the_same_and_most_calls_are_questions() -> None:
    rings = [calls.run_ring(Random(f"1/ring/{n}")) for n in range(2000)]
    assert rings == [calls.run_ring(Random(f"1/ring/{n}")) for n in range(2000)]
    consults = sum(ring.outcome == "consult" for ring in rings)
    assert 0.6 < consults / len(rings) < 0.72
