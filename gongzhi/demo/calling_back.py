"""Follow-up calls of the demonstration: lots and lists by the real actions every morning, and who calls.

Whom the lots draw hangs on numbers, which no seed fixes in a database that had rows before; what somebody
says hangs on the matter alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.core.actor import SYSTEM, Actor
from gongzhi.core.errors import DomainError
from gongzhi.demo import queries
from gongzhi.demo.county import County
from gongzhi.followup.actions import calling, listing
from gongzhi.followup.actions.calling import Told
from gongzhi.followup.lifecycle import Outcome
from gongzhi.followup.lots import Lot
from gongzhi.followup.queries import access
from gongzhi.orgs import queries as org_queries
from gongzhi.orgs.permissions import RoleCode as R

if TYPE_CHECKING:
    from gongzhi.followup.models import FollowUp
    from gongzhi.orgs.models import User

_MORNING = 9
_OUTCOMES = {
    Outcome.REACHED: 0.74,
    Outcome.NO_ANSWER: 0.16,
    Outcome.REFUSED: 0.05,
    Outcome.WRONG_NUMBER: 0.05,
}
_CALLED = 0.8
"""Of those on a list since the day before, so many are tried in a morning."""
_OTHERWISE = 0.06
"""Of those whose matter is recorded as solved, so many say that nobody came."""
_CALLERS = (R.TOWN_DISPATCHER, R.TOWN_HEAD, R.COUNTY_DISPATCHER)


class Callers:
    """Draws and calls once a morning of the story."""

    def __init__(
        self,
        county: County,
        people: "Mapping[str, User]",
        seed: int,
        refused: list[str],
        *,
        polished: bool = True,
    ) -> None:
        self.county, self.people, self.seed, self.refused = county, people, seed, refused
        self.polished = polished
        """Whether anybody tells otherwise than is recorded."""
        self.last = ""
        self.heard = False
        """Somebody has told otherwise: the first of the month always does, so that each month shows it."""

    def look(self, at: datetime) -> None:
        """Do the morning's work the first time this is called on a day after nine o'clock."""
        local = timezone.localtime(at)
        day = local.date().isoformat()
        if local.hour < _MORNING or day == self.last:
            return
        self.last = day
        lot = Lot(0, sha256(f"{self.seed}/lots/{day}".encode()).hexdigest())
        waiting = queries.open_calls_for_command()
        listing.draw_day(day_of=at - timedelta(days=1), lot=lot, by=SYSTEM, at=at)
        listing.list_bad_ratings(by=SYSTEM, at=at)
        for followup in waiting:
            self._call(followup, at)

    def _call(self, followup: "FollowUp", at: datetime) -> None:
        case = followup.case
        key = f"{self.seed}/call/{case.title}/{case.registered_at}/{followup.attempts}"
        rng = Random(key)  # noqa: S311 - a story, no secret
        by = self._caller(followup, at)
        if rng.random() > _CALLED or by is None or followup.next_at > at:
            return
        outcome = rng.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
        told = None
        if outcome is Outcome.REACHED:
            told = _told(followup, rng, always=not self.heard, honest=not self.polished)
            self.heard = self.heard or not told.answers["came"]
        try:
            calling.open_number(followup=followup, by=by, at=at)
            calling.record_attempt(followup=followup, outcome=outcome, told=told, by=by, at=at)
        except DomainError as error:
            self.refused.append(f"follow-up call {case.number}: {error.code}")

    def _caller(self, followup: "FollowUp", at: datetime) -> Actor | None:
        units = (followup.caller.code, self.county.code)
        roles = (*_CALLERS, R.COUNTY_SUPERVISOR)
        for unit in units:
            for holder in self.county.posts(unit, *roles):
                actor = org_queries.actor_for(self.people[holder.username], at=at)
                if access.may_call(actor, followup):
                    return actor
        return None


def _told(followup: "FollowUp", rng: Random, *, always: bool, honest: bool) -> Told:
    """What is said: mostly what is recorded; now and then that nobody came. What waits is solved."""
    waits = followup.case.status == CaseState.RESOLVED
    solved = True if waits or followup.recorded_solved is None else followup.recorded_solved
    could = solved and bool(followup.recorded_solved)
    came = honest or not (could and (rng.random() < _OTHERWISE or always))
    score = rng.choice((5, 5, 4, 4, 3)) if solved else rng.choice((1, 2, 3))
    answers = {"solved": solved, "came": came, "score": score, "pressed": False}
    note = "" if came else "说没有人到过现场，想请人去看看。"
    return Told(answers=answers, note=note, send_back=False)
