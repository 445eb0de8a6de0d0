"""Doing one thing for many rows, so that a row that fails does not hold up the others."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

Row = TypeVar("Row")
GIVEN_UP_AFTER = timedelta(days=1)
"""Technical: work of the worker (a file, a training) that is not done by then died again and again, and is
not tried once more."""


def one_by_one(rows: Iterable[Row], act: Callable[[Row], object], *, what: str) -> int:
    """Call `act` for each row, each a transaction of its own; return how many said they did something.

    Raises ExceptionGroup named `what` at the end, after every other row had its turn.
    """
    done, failures = 0, []
    for row in rows:
        try:
            done += bool(act(row))
        except Exception as failure:  # raised below, after the others had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup(what, failures)
    return done
