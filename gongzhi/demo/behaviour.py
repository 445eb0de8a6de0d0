"""How people and offices of the demonstration behave, as numbers. Each says where it comes from.

"Paper" is the 2024 study of the county's "321" model; what it does not give is an assumption of ours, chosen
so that the pages show every state, and is marked so. A demonstration proves nothing about the real county.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gongzhi.cases.lifecycle import Channel, Level, Outcome

CASES_A_MONTH = 1500
"""Paper: 26,800 requests and suggestions from 2021 to late summer 2022, about 18,000 a year."""


def _channels() -> dict[Channel, float]:
    return {
        Channel.HOTLINE: 0.24, Channel.WECHAT: 0.24, Channel.WEB: 0.18, Channel.VISIT: 0.12,
        Channel.GRID: 0.12, Channel.COUNTER: 0.06, Channel.RECEPTION: 0.04,
    }  # fmt: skip


def _dispute_levels() -> dict[Level, float]:
    return {Level.VILLAGE: 557 / 894, Level.TOWN: 331 / 894, Level.COUNTY: 6 / 894}


def _other_levels() -> dict[Level, float]:
    return {Level.VILLAGE: 0.66, Level.TOWN: 0.28, Level.COUNTY: 0.06}


def _road_levels() -> dict[Level, float]:
    return {Level.VILLAGE: 0.20, Level.TOWN: 0.25, Level.COUNTY: 0.55}


def _outcomes() -> dict[Outcome, float]:
    return {Outcome.SOLVED: 0.87, Outcome.PARTLY: 0.05, Outcome.EXPLAINED: 0.05, Outcome.CANNOT: 0.03}


def _consulted() -> dict[Outcome, float]:
    return {Outcome.SOLVED: 0.42, Outcome.PARTLY: 0.02, Outcome.EXPLAINED: 0.54, Outcome.CANNOT: 0.02}


def _scores() -> dict[int, float]:
    return {5: 0.70, 4: 0.22, 3: 0.06, 2: 0.013, 1: 0.007}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Shares between 0 and 1, and delays in minutes of office time."""

    channels: Mapping[Channel, float] = field(default_factory=_channels)
    """Assumption. The paper names the channels, not their shares."""
    dispute_levels: Mapping[Level, float] = field(default_factory=_dispute_levels)
    """Paper: of 894 settled disputes 557 at the village, 331 at the town, 6 at the county."""
    other_levels: Mapping[Level, float] = field(default_factory=_other_levels)
    """Assumption, after the paper's saying that small matters do not leave the village."""
    county_matters: tuple[str, ...] = ("0102", "0103", "0104")
    county_matter_levels: Mapping[Level, float] = field(default_factory=_road_levels)
    """Assumption: county roads, bridges and buses are the county's own, so more of them end there."""
    shown_village_weight: float = 14.0
    """Not the real world: the village whose accounts visitors use is busier, so its desk is not empty."""
    shown_village_recent: float = 0.35
    """Not the real world either: so many of its matters came in during the last two days."""
    outcomes: Mapping[Outcome, float] = field(default_factory=_outcomes)
    consultation_outcomes: Mapping[Outcome, float] = field(default_factory=_consulted)
    """Assumptions; what people say of it is `scores`."""
    scores: Mapping[int, float] = field(default_factory=_scores)
    """Paper: 97 % and more satisfied. A score of three and more counts, so low scores stay below 3 %."""
    anonymous: float = 0.08
    on_the_spot: float = 0.85
    """Assumption: of questions and small matters without cost that a three-line person hears in person."""
    declined: float = 0.015
    objected: float = 0.35
    withdrawn: float = 0.015
    returned: float = 0.07
    returned_twice: float = 0.15
    straight_to_station: float = 0.55
    """Of matters the town settles: sent to its station at once instead of after a try of the village."""
    referred_down: float = 0.5
    """Of matters accepted by the town after an objection."""
    unrated: float = 0.34
    rated_by_phone: float = 0.18
    not_solved: float = 0.025
    not_solved_again: float = 0.25
    reopened: float = 0.006
    paused: float = 0.04
    supervised: float = 0.02
    helped: float = 0.12
    """Of matters that are not small: the unit whistles for the bureau of the subject."""
    petition: float = 0.012
    answer_judged: float = 0.4
    asked_for_time: float = 0.02
    time_granted: float = 0.8
    asked_expert: float = 0.02
    commented: float = 0.35
    resident_writes: float = 0.08
    published: float = 0.22
    late: float = 0.05
    late_factor: float = 5.0
    contact_missed: float = 0.04
    polished: bool = True
    """Whether some villages make their figures look better than their work, one for each detector."""
    """All assumptions: chosen so that each state can be seen in a month."""
    accept_minutes: float = 24
    dispatch_minutes: float = 10
    sign_minutes: float = 45
    contact_minutes: float = 70
    escalate_minutes: float = 700
    spread: float = 0.7
    """Delays are log-normal around these medians with this spread."""
    finish_minutes: Mapping[str, float] = field(
        default_factory=lambda: {
            "consultation": 420, "request": 1150, "suggestion": 1900, "dispute": 1600, "hazard": 480,
        }
    )  # fmt: skip
    """From signing to the answer, by kind; urgent matters take half."""
