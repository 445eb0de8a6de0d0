"""When a matter goes up a level, and at which one it was settled: pure."""

from gongzhi.cases.lifecycle import Level


def needs_arbitration(returns: int, *, returns_before_arbitration: int) -> bool:
    """Whether this return (counted from 1) goes to the level above, whose choice cannot be returned."""
    return returns > returns_before_arbitration


def rework_goes_up(reworks: int, *, goes_up_from: int) -> bool:
    """Whether this "not solved" (counted from 1) moves the case one level up."""
    return reworks >= goes_up_from


def settled_level(level: Level, *, on_the_spot: bool) -> str:
    """Return the name under which a settled case counts in the level figures."""
    return "spot" if on_the_spot else level.value
