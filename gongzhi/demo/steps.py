"""The rows of a plan: a matter, its moves, and what all matters of a plan share. Pure values."""

from dataclasses import dataclass, field
from datetime import date, datetime

from gongzhi.cases.lifecycle import Channel, Move, Tier
from gongzhi.core.working_time import OfficeCalendar
from gongzhi.demo.behaviour import Behaviour
from gongzhi.demo.county import County, Place
from gongzhi.demo.names import Person
from gongzhi.demo.texts import Message

RESIDENT = ""
"""Stands in `Step.by` for the person who raised the matter."""
IN_PERSON = frozenset({Channel.VISIT, Channel.GRID, Channel.RECEPTION})
"""Channels on which a three-line person hears the matter."""
Detail = str | int | bool


@dataclass(frozen=True, slots=True)
class Step:
    """One move: when, by whom (an account name, or RESIDENT), the words, and what else the action needs."""

    at: datetime
    move: Move
    by: str
    words: str = ""
    data: dict[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CasePlan:
    """One matter from the first word on."""

    number: int
    place: Place
    channel: Channel
    reporter: Person | None
    message: Message
    urgency: str
    tier: Tier
    steps: tuple[Step, ...]

    @property
    def registered_at(self) -> datetime:
        return self.steps[0].at


@dataclass(frozen=True, slots=True)
class Frame:
    """What all cases of a plan share."""

    county: County
    seed: int
    first: date
    days: int
    until: datetime
    calendar: OfficeCalendar
    behaviour: Behaviour
