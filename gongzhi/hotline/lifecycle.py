"""What a call goes through, as plain values: the moments a telephone system tells, and how a call ends.

The one invariant: the moments of a call are the same in whatever order its events come, however often and
however late. No database, no clock.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Event(StrEnum):
    """What a telephone system tells of a call."""

    OFFERED = "offered"
    QUEUED = "queued"
    ANSWERED = "answered"
    ENDED = "ended"
    ABANDONED = "abandoned"
    """The caller hung up before anybody answered."""


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Outcome(StrEnum):
    MATTER = "matter"
    """A matter was registered."""
    CONSULT = "consult"
    """A question was answered in the call; there is no matter."""
    ADDED = "added"
    """It was about a matter there is: the words were added to it."""
    EMERGENCY = "emergency"
    """Passed on to 110, 119 or 120."""
    WRONG = "wrong"
    NUISANCE = "nuisance"
    ABANDONED = "abandoned"
    """Nobody answered before the caller hung up: said by the telephone system, never by a person."""


WRITTEN = tuple(outcome for outcome in Outcome if outcome is not Outcome.ABANDONED)
"""How a person who took a call may end it."""
WITH_CASE = frozenset({Outcome.MATTER, Outcome.ADDED})
OF_NO_PLACE = frozenset({Outcome.WRONG, Outcome.NUISANCE})
"""Neither a place nor a subject is kept of these."""


@dataclass(frozen=True, slots=True)
class Moments:
    """When what happened to a call; None for what is not known, or did not happen."""

    offered: datetime | None = None
    queued: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None

    @property
    def started(self) -> datetime | None:
        """The first that is known of the call."""
        return min((at for at in (self.offered, self.queued, self.answered, self.ended) if at), default=None)

    @property
    def is_abandoned(self) -> bool:
        return self.ended is not None and self.answered is None

    @property
    def wait_seconds(self) -> int | None:
        """Whole seconds from when the caller waited for a person until one answered, or the caller left."""
        begun, until = self.queued or self.offered, self.answered or self.ended
        return _seconds(begun, until)

    @property
    def talk_seconds(self) -> int | None:
        return _seconds(self.answered, self.ended)


def after(moments: Moments, event: Event, at: datetime) -> Moments:
    """Return the moments with one more event: the first offer, queue and answer count, and the last end."""
    match event:
        case Event.OFFERED:
            return replace(moments, offered=min(at, moments.offered or at))
        case Event.QUEUED:
            return replace(moments, queued=min(at, moments.queued or at))
        case Event.ANSWERED:
            return replace(moments, answered=min(at, moments.answered or at))
        case Event.ENDED | Event.ABANDONED:
            return replace(moments, ended=max(at, moments.ended or at))


def _seconds(begun: datetime | None, until: datetime | None) -> int | None:
    """Two systems' clocks may disagree by a little: nothing takes less than no time."""
    return None if begun is None or until is None else max(0, int((until - begun).total_seconds()))
