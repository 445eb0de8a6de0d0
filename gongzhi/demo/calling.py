"""Playing the calls of the month: events as a telephone system tells them, then the real actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from gongzhi.cases.lifecycle import State
from gongzhi.cases.speaking import Speaker
from gongzhi.core.actor import Actor
from gongzhi.core.errors import DomainError
from gongzhi.demo import calls
from gongzhi.demo.calls import Ring
from gongzhi.demo.county import County
from gongzhi.demo.names import make_phone
from gongzhi.hotline.actions import closing, events
from gongzhi.hotline.actions.closing import Ending, Heard
from gongzhi.hotline.lifecycle import Direction, Event, Outcome
from gongzhi.hotline.queries import answers
from gongzhi.hotline.telephone import Told
from gongzhi.orgs import queries as org_queries
from gongzhi.orgs.permissions import RoleCode

if TYPE_CHECKING:
    from gongzhi.cases.models import Case
    from gongzhi.orgs.models import User

_LINE = "12345"
_BEFORE = (60, 240)
"""Seconds that somebody has spoken before the matter is registered."""
_AFTER = (10, 90)
_WRITING = (5, 60)
_LATER = (1, 2400)
"""Minutes after the last step of a matter that its reporter asks how it goes."""
_KNOWN = 0.3
"""Share of callers who have raised a matter before."""
_UNWRITTEN = 3
"""So many of the newest calls wait to be written down, so that the list of them is not empty."""
_FOR_OTHER = 0.15


@dataclass(slots=True)
class CallReport:
    calls: int = 0
    refused: list[str] = field(default_factory=list)


def play_calls(
    *,
    county: County,
    people: Mapping[str, "User"],
    matters: Sequence["Case"],
    seed: int,
    days: int,
    until: datetime,
) -> CallReport:
    """Play a call for each matter that came by telephone, and those that became none.

    Same seed, same calls.
    """
    report = CallReport()
    account = county.posts(county.code, RoleCode.COUNTY_DISPATCHER)[0].username
    agent = org_queries.actor_for(people[account], at=until)
    play = _Switchboard(agent, account, report, until)
    for number, case in enumerate(matters):
        play.matter(Random(f"{seed}/call/{number}"), case)  # noqa: S311 - a story, no secret
    rings = []
    for number in range(round(len(matters) * calls.OTHERS_A_MATTER)):
        rng = Random(f"{seed}/ring/{number}")  # noqa: S311 - a story, no secret
        at = calls.ring_time(rng, days=days, until=until)
        if at < until - timedelta(minutes=15):
            rings.append((at, number, rng))
    for place, (at, number, rng) in enumerate(sorted(rings, key=lambda ring: ring[:2])):
        play.ring(rng, f"r{seed}-{number}", at, matters, write=place < len(rings) - _UNWRITTEN)
    return report


@dataclass(slots=True)
class _Switchboard:
    agent: Actor
    account: str
    report: CallReport
    until: datetime

    def matter(self, rng: Random, case: "Case") -> None:
        """The call in which a matter was registered."""
        registered = case.registered_at
        answered = registered - timedelta(seconds=rng.randint(*_BEFORE))
        ended = registered + timedelta(seconds=rng.randint(*_AFTER))
        ref = f"m{case.pk}"
        offered = answered - timedelta(seconds=calls.wait_of(rng))
        self._tell(ref, Event.OFFERED, offered, case.reporter_phone)
        self._tell(ref, Event.ANSWERED, answered)
        self._tell(ref, Event.ENDED, ended)
        spoke = Speaker.OTHER if rng.random() < _FOR_OTHER else Speaker.SELF
        self._write(ref, Ending(Outcome.MATTER, spoke=spoke, place=case.place, case=case), ended)
        self.report.calls += 1

    def ring(self, rng: Random, ref: str, at: datetime, matters: Sequence["Case"], *, write: bool) -> None:
        """A call that becomes no matter."""
        ring = calls.run_ring(rng)
        known = rng.choice(matters) if matters and rng.random() < _KNOWN else None
        case = self._in_hand(rng, matters) if ring.outcome == Outcome.ADDED else None
        if ring.outcome == Outcome.ADDED and case is None:
            ring = Ring(Outcome.WRONG, ring.wait, ring.talk)
        if case is not None:
            at = max(at, case.moved_at + timedelta(minutes=rng.randint(*_LATER)))
        answered = at + timedelta(seconds=ring.wait)
        ended = answered + timedelta(seconds=ring.talk)
        if ended > self.until:
            return
        who = case or known
        caller = who.reporter_phone if who else ""
        self._tell(ref, Event.OFFERED, at, caller or make_phone(rng))
        self.report.calls += 1
        if ring.outcome == Outcome.ABANDONED:
            self._tell(ref, Event.ABANDONED, answered)
            return
        self._tell(ref, Event.ANSWERED, answered)
        self._tell(ref, Event.ENDED, ended)
        if write:
            self._write(
                ref, self._ending(ring, case, ended), ended + timedelta(seconds=rng.randint(*_WRITING))
            )

    def _in_hand(self, rng: Random, matters: Sequence["Case"]) -> "Case | None":
        """A matter that is handled now, so that the words come after its last step."""
        found = [case for case in matters if case.status == State.HANDLING]
        return rng.choice(found) if found else None

    def _ending(self, ring: Ring, case: "Case | None", at: datetime) -> Ending:
        outcome = Outcome(ring.outcome)
        found = answers.find(viewer=self.agent, text=ring.words, at=at) if outcome is Outcome.CONSULT else []
        return Ending(
            outcome,
            question=ring.words,
            answer=ring.answer,
            article=found[0].key if found else "",
            service=ring.service,
            case=case,
        )

    def _tell(self, ref: str, event: Event, at: datetime, caller: str = "") -> None:
        told = Told(event, f"{event}", ref, at, caller, _LINE, Direction.IN, self.account)
        events.take_event(told=told, content=f"{ref} {event}", proof=f"{ref} {event}", at=at)

    def _write(self, ref: str, ending: Ending, at: datetime) -> None:
        try:
            closing.write_ending(
                heard=Heard(ref=ref, opened_at=at), ending=ending, by=self.agent, at=min(at, self.until)
            )
        except DomainError as error:
            self.report.refused.append(f"call {ref} {ending.outcome}: {error.code}")
