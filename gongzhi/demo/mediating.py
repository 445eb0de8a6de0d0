"""Playing disputes through the real actions of mediation, each step at its own simulated moment."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from gongzhi.core.actor import Actor, resident
from gongzhi.core.errors import DomainError
from gongzhi.core.working_time import SHANGHAI
from gongzhi.demo.county import SHOWN_VILLAGE, County, Place, spoken
from gongzhi.demo.disputes import Course, KindOfDispute, Temper, run_course
from gongzhi.demo.names import make_person
from gongzhi.mediation import jobs
from gongzhi.mediation.actions import agreeing, opening, performing, talking
from gongzhi.mediation.actions.agreeing import Promise, Text
from gongzhi.mediation.actions.opening import NewParty
from gongzhi.orgs import queries as org_queries
from gongzhi.orgs.permissions import RoleCode

if TYPE_CHECKING:
    from gongzhi.mediation.models import Dispute
    from gongzhi.orgs.models import Unit, User

_SHOWN_SHARE = 0.3
"""Not the real world: so many lie in the village whose accounts visitors use, so its list is not empty."""
_LEADERS = {
    "village": (RoleCode.VILLAGE_CLERK, RoleCode.VILLAGE_HEAD),
    "town": (RoleCode.TOWN_DISPATCHER, RoleCode.TOWN_HEAD),
    "county": (RoleCode.COUNTY_DISPATCHER,),
}
_HEADS = {
    "village": RoleCode.VILLAGE_HEAD,
    "town": RoleCode.TOWN_HEAD,
    "county": RoleCode.COUNTY_DISPATCHER,
}


class _StoryIsOver(Exception):
    """The next step lies after the end of the simulated time: the dispute is still where it is."""


@dataclass(slots=True)
class DisputeReport:
    """What was played. `refused` names what an action refused; nothing in a good story."""

    disputes: int = 0
    steps: int = 0
    settled: int = 0
    refused: list[str] = field(default_factory=list)


def play_disputes(
    *,
    county: County,
    units: Mapping[str, "Unit"],
    people: Mapping[str, "User"],
    seed: int,
    count: int,
    days: int,
    until: datetime,
) -> DisputeReport:
    """Play `count` disputes taken up in the `days` before `until`; same seed, same stories."""
    report = DisputeReport()
    for number in range(1, count + 1):
        rng = Random(f"{seed}/dispute/{number}")  # noqa: S311 - a story, no secret
        story = _Story(rng, county, units, people, report, until)
        try:
            story.play(_began(rng, days, until))
        except _StoryIsOver:
            pass
        except DomainError as error:
            report.refused.append(f"dispute {number}: {error.code}")
    jobs.run_reminders(at=until)
    return report


def _began(rng: Random, days: int, until: datetime) -> datetime:
    """Return when a dispute is taken up: in office hours, more of them early, so that most stories end."""
    back = max(rng.random(), rng.random()) * days
    day = (until - timedelta(days=back)).astimezone(SHANGHAI)
    began = day.replace(hour=rng.randint(9, 16), minute=rng.randint(0, 59))
    return min(began, until - timedelta(minutes=5))


@dataclass(slots=True)
class _Story:
    rng: Random
    county: County
    units: Mapping[str, "Unit"]
    people: Mapping[str, "User"]
    report: DisputeReport
    until: datetime
    now: datetime = field(init=False)

    def play(self, began: datetime) -> None:
        self.now = began
        temper = Temper()
        course = run_course(self.rng, temper)
        kind = temper.kinds[course.kind]
        village = self._village()
        dispute = self._open(course, kind, village)
        self.report.disputes += 1
        for level in course.levels:
            dispute = self._talk(dispute, course, kind, village, level)
            if level != course.level:
                head = self._actor(village, level, self._head(village, level))
                words = "调了几次，双方各执一词，请上级调解。"
                dispute = talking.refer_up(dispute=dispute, words=words, by=head, at=self._later(2, 30))
        if course.is_settled:
            self._settle(dispute, course, kind, village)
        else:
            self._fail(dispute, course, village)

    def _later(self, least: int, most: int) -> datetime:
        """Return the next moment, so many hours on, in daylight."""
        moment = (self.now + timedelta(hours=self.rng.randint(least, most))).astimezone(SHANGHAI)
        moment = moment.replace(hour=self.rng.randint(9, 17), minute=self.rng.randint(0, 59))
        self.now = max(moment, self.now + timedelta(minutes=5))
        if self.now > self.until:
            raise _StoryIsOver
        self.report.steps += 1
        return self.now

    def _soon(self) -> datetime:
        self.now += timedelta(minutes=self.rng.randint(3, 20))
        if self.now > self.until:
            raise _StoryIsOver
        self.report.steps += 1
        return self.now

    def _village(self) -> Place:
        if self.rng.random() < _SHOWN_SHARE:
            return self.county.places[SHOWN_VILLAGE]
        return self.rng.choice(self.county.of_kind("village"))

    def _code(self, village: Place, level: str) -> str:
        return {"village": village.code, "town": village.parent, "county": self.county.code}[level]

    def _leader(self, village: Place, level: str) -> str:
        return self.county.posts(self._code(village, level), *_LEADERS[level])[0].username

    def _head(self, village: Place, level: str) -> str:
        return self.county.posts(self._code(village, level), _HEADS[level])[0].username

    def _actor(self, village: Place, level: str, username: str) -> Actor:
        return org_queries.actor_for(self.people[username], at=self.now)

    def _open(self, course: Course, kind: KindOfDispute, village: Place) -> "Dispute":
        level = course.levels[0]
        leader = self._leader(village, level)
        at = self.now
        dispute = opening.open_dispute(
            committee=self.units[self._code(village, level)],
            kind=course.kind,
            title=self.rng.choice(kind.titles),
            account=kind.facts,
            origin=self.rng.choices(("applied", "offered", "referred"), (6, 3, 1))[0],
            parties=[self._party(village) for _ in range(2)],
            by=self._actor(village, level, leader),
            at=at,
        )
        signs = {"low": [], "medium": ["long"], "high": ["threat", "long"]}[course.risk]
        if signs:
            by = self._actor(village, level, leader)
            dispute = opening.assess_risk(
                dispute=dispute, signs=signs, reported=course.risk == "high", by=by, at=self._soon()
            )
        return dispute

    def _party(self, village: Place) -> NewParty:
        person = make_person(self.rng)
        return NewParty(
            name=person.name,
            sex="男" if person.sex == "m" else "女",
            born=self.now.year - person.age,
            ethnicity="汉族",
            occupation=self.rng.choice(("务农", "务工", "个体经营")),
            address=f"{self.county.places[village.parent].name}{spoken(village.name)}",
            phone=person.phone,
        )

    def _talk(
        self, dispute: "Dispute", course: Course, kind: KindOfDispute, village: Place, level: str
    ) -> "Dispute":
        leader = self._leader(village, level)
        if level != course.levels[0]:
            head = self._actor(village, level, self._head(village, level))
            dispute = opening.name_mediators(
                dispute=dispute, leader=self.people[leader], by=head, at=self._later(2, 20)
            )
        by = self._actor(village, level, leader)
        dispute = talking.start_mediation(dispute=dispute, consents={1, 2}, by=by, at=self._later(3, 30))
        for n in range(course.sessions):
            at = self._later(8, 36)
            place = f"{self.units[self._code(village, level)].name}调解室"
            dispute = talking.hold_session(
                dispute=dispute, held_at=at, place=place, present="双方当事人、调解员", outcome="",
                minutes=f"第{n + 1}次调解。{kind.facts}{kind.matter}双方各自陈述，调解员讲了道理和法律规定。",
                by=by, at=at,
            )  # fmt: skip
        return dispute

    def _settle(self, dispute: "Dispute", course: Course, kind: KindOfDispute, village: Place) -> None:
        by = self._actor(village, course.level, self._leader(village, course.level))
        due = (self.now + timedelta(days=self.rng.randint(3, 12))).astimezone(SHANGHAI).date()
        if course.is_oral:
            text = Text(terms=kind.terms, facts=kind.facts)
            dispute = agreeing.agree_orally(dispute=dispute, text=text, by=by, at=self._soon())
        else:
            duty = Promise(self.rng.choice((1, 2)), kind.promise, "本人当面履行，调解员到场见证", due)
            text = Text(kind.terms, kind.facts, kind.matter, kind.fault, (duty,))
            dispute = agreeing.draft_agreement(dispute=dispute, text=text, by=by, at=self._soon())
            for signer in (1, 2, None):
                dispute = agreeing.sign_agreement(
                    dispute=dispute,
                    party=signer,
                    content=_scribble(self.rng),
                    way="drawn",
                    by=by,
                    at=self._soon(),
                )
            head = self._actor(village, course.level, self._head(village, course.level))
            dispute = agreeing.seal_agreement(dispute=dispute, by=head, at=self._later(1, 12))
        self.report.settled += 1
        for step in self._after(dispute, course, by):
            dispute = step

    def _after(self, dispute: "Dispute", course: Course, by: Actor) -> Iterator["Dispute"]:
        if not course.is_oral and course.asks_court:
            day = org_queries.day_of(self._later(24, 72))
            yield performing.apply_for_confirmation(
                dispute=dispute, court="汉阴县人民法院", on=day, together=True, by=by, at=self.now
            )
        if not course.is_oral:
            outcome = self.rng.choices(("performed", "partly", "not"), (92, 5, 3))[0]
            at = self._later(48, 240)
            dispute = performing.record_performance(
                dispute=dispute, duty=1, outcome=outcome, note="到户核实。", by=by, at=at
            )
            yield dispute
        visit = "双方照常来往，没有再起争执。"
        dispute = performing.record_visit(
            dispute=dispute, words=visit, kept=True, by=by, at=self._later(72, 240)
        )
        yield dispute
        words = "" if dispute.performance == "performed" else "已告知可以就协议向人民法院起诉。"
        yield performing.finish_dispute(dispute=dispute, words=words, by=by, at=self._soon())

    def _fail(self, dispute: "Dispute", course: Course, village: Place) -> None:
        if self.rng.random() < 1 / 2:
            party = resident(network=f"demo-dispute-{dispute.pk}")
            talking.end_mediation(dispute=dispute, reason="party_ended", by=party, at=self._later(2, 24))
            return
        by = self._actor(village, course.level, self._leader(village, course.level))
        talking.send_to_law(
            dispute=dispute,
            ways=["court"],
            words="多次调解不成，告知依法起诉。",
            by=by,
            at=self._later(2, 24),
        )


def _scribble(rng: Random) -> bytes:
    """Return a made-up signature: a few strokes that are nobody's name."""
    picture = Image.new("RGB", (300, 100), "white")
    pen = ImageDraw.Draw(picture)
    x, y = 30, 60
    for _ in range(14):
        to = (x + rng.randint(5, 24), rng.randint(15, 85))
        pen.line(((x, y), to), fill="black", width=4)
        x, y = to
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()
