"""Drawing lots: from a published digest and a heap of numbers to those that are called. Pure.

Anyone who has the digest, the unit's code, the day and the heaps can draw the same again. Rounding is by lot
too: a share of 0.1 of four matters is one matter on four days in ten, and none on the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

_WHOLE = 2**64


@dataclass(frozen=True, slots=True)
class Lot:
    """The published digest that fixes a draw, and the number of its seal; 0 for a played one."""

    batch: int
    digest: str


def place(lot: Lot, *, unit: str, day: date, what: str) -> int:
    """Return where `what` stands in the draw of a unit and day: from 0, the lowest first."""
    text = f"{lot.digest}|{unit}|{day.isoformat()}|{what}"
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def draw(
    lot: Lot,
    *,
    unit: str,
    day: date,
    heaps: Mapping[str, Sequence[str]],
    shares: Mapping[str, float],
    least: int,
    least_from: int,
) -> dict[str, str]:
    """Return the drawn numbers with their heap. `least` counts where all heaps hold `least_from` and more."""

    def rank(number: str) -> int:
        return place(lot, unit=unit, day=day, what=number)

    drawn = {}
    for stratum, numbers in sorted(heaps.items()):
        wanted = shares[stratum] * len(numbers)
        whole = int(wanted)
        more = place(lot, unit=unit, day=day, what=stratum) / _WHOLE < wanted - whole
        for number in sorted(numbers, key=rank)[: whole + more]:
            drawn[number] = stratum
    of = {number: stratum for stratum, numbers in heaps.items() for number in numbers}
    if len(of) >= least_from:
        rest = sorted((number for number in of if number not in drawn), key=rank)
        for number in rest[: max(0, least - len(drawn))]:
            drawn[number] = of[number]
    return drawn
