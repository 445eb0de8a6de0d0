"""What the worker calls."""

from datetime import datetime

from gongzhi.workbench.actions import batching


def run_batches(*, at: datetime) -> int:
    """Carry out the presses for many matters whose window is over; return how many."""
    return batching.run_due(at=at)
