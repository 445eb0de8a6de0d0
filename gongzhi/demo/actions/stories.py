"""Stories in which an office makes its figures look better than its work: one small one for each detector, so
that `/flags/` shows every kind. Played through the real actions among everybody else's.

A story is a generator: it does a step and says when it goes on. Each keeps to one village that visitors do
not sign in for, and to one month, since detectors look at months.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from gongzhi.cases import deadlines, governance_rules
from gongzhi.cases.actions import dispatching, extending, handling, intake, judging
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import categories
from gongzhi.core.actor import SYSTEM, Actor, resident
from gongzhi.core.working_time import SHANGHAI, OfficeCalendar
from gongzhi.demo.county import SHOWN_VILLAGE, County, Place
from gongzhi.demo.names import make_person
from gongzhi.demo.texts import Message, write_message, write_reply
from gongzhi.orgs import queries as org_queries
from gongzhi.orgs.permissions import RoleCode as R
from gongzhi.rulebook.queries import in_force

if TYPE_CHECKING:
    from gongzhi.orgs.models import Unit, User

BEFORE = timedelta(days=100)
"""So long before the month the county has been there: the usual of a unit is counted over months."""
MATTERS = 15
EARLIER_MATTERS = 24
LEAST = 100
"""A month of fewer matters has none of these: they would stand out as most of it."""
_LEAST_DAYS = 20
_HALF = 16
_SUBJECTS = ("010101", "010102")
_URGENT, _PLAIN = "010103", "010101"
"""A road that is blocked has half the time of a road to be paved."""
_SAME_ANSWER = "您反映的问题已安排人员处理，感谢您的理解和支持。"
_REASON = "施工队这两天抽不出人，申请再宽限几天。"
_REACHED = "电话联系上了，说好了什么时候去看。"
Steps = Iterator[datetime]


@dataclass(slots=True)
class Story:
    """One matter on its way; `at` is when it goes on."""

    at: datetime
    steps: Steps

    def go_on(self) -> bool:
        """Do the next step; say whether there is another."""
        following = next(self.steps, None)
        self.at = following or self.at
        return following is not None


def fit(*, cases: int, days: int) -> bool:
    """Whether a story of so many matters and days has room for these."""
    return cases >= LEAST and days >= _LEAST_DAYS


class Polished:
    """The villages whose figures look better than their work, and their stories."""

    def __init__(
        self,
        county: County,
        units: "Mapping[str, Unit]",
        people: "Mapping[str, User]",
        *,
        seed: int,
        since: datetime,
        until: datetime,
        calendar: OfficeCalendar,
    ) -> None:
        self.county, self.units, self.people = county, units, people
        self.since, self.until, self.calendar = since, until, calendar
        self.rng = Random(f"{seed}/polished")  # noqa: S311 - a story, no secret
        own_town = [p for p in county.of_kind("village") if p.parent == SHOWN_VILLAGE[:9]]
        others = [p for p in county.of_kind("village") if p.parent != SHOWN_VILLAGE[:9]]
        own_town = [place for place in own_town if place.code != SHOWN_VILLAGE]
        self.villages = [*self.rng.sample(own_town, 2), *self.rng.sample(others, 4)]
        self.numbers = count(1)
        self.messages: dict[int, Message] = {}
        self.numbered: dict[int, int] = {}
        """The number of the story of a matter, by its key."""

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The part of the story that lies in one month: this one, or the last if this one is young."""
        local = self.until.astimezone(SHANGHAI)
        first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        if local.day >= _HALF:
            return max(first, self.since), self.until - timedelta(hours=2)
        last = first - timedelta(hours=6)
        return max(last.replace(day=1, hour=0), self.since), last

    def stories(self) -> list[Story]:
        """Return the stories of the month, each with its first moment."""
        same, longer, quick, network, late, _earlier = self.villages
        told: list[Story] = []
        for place, tell, times in (
            (same, self._same_answer, 5),
            (quick, self._answered_at_once, 3),
            (network, self._rated_at_the_office, 2),
            (longer, self._longer_limit, 2),
            (late, self._asked_late, 3),
        ):
            told += [self._begun(place, tell, n) for n in range(times)]
        return told

    def _begun(self, place: Place, tell: Callable[[Place, datetime], Steps], number: int) -> Story:
        start, end = self.window
        if tell == self._asked_late:
            # The asking lies near the end of the limit: it begins at the first morning of the window.
            return Story(self._office(start, 1 + number), tell(place, self._office(start, 1 + number)))
        days = max(1, (end - start).days - 4)
        at = self._office(start, 1 + (number * 3 + self.rng.randrange(2)) % days)
        return Story(at, tell(place, at))

    def _office(self, start: datetime, days: int) -> datetime:
        """Return a moment of an office morning, so many days after `start`."""
        day = start.astimezone(SHANGHAI).date() + timedelta(days=days)
        morning = datetime.combine(day, time(9), tzinfo=SHANGHAI)
        return self.calendar.add(morning, self.rng.randint(5, 90))

    # What happens

    def _same_answer(self, place: Place, at: datetime) -> Steps:
        case, at = yield from self._in_hand(place, at)
        yield (at := self._later(at, 400))
        self._answer(case, place, at, _SAME_ANSWER)
        yield from self._judged(case, at)

    def _answered_at_once(self, place: Place, at: datetime) -> Steps:
        case, at = yield from self._in_hand(place, at, contact=False)
        yield (at := at + timedelta(minutes=self.rng.randint(2, 6)))
        self._answer(case, place, at)
        yield from self._judged(case, at)

    def _rated_at_the_office(self, place: Place, at: datetime) -> Steps:
        network = f"demo-office-{place.code}"
        case, at = yield from self._in_hand(place, at)
        yield (at := self._later(at, 300))
        self._answer(case, place, at, network=network)
        yield (at := self._later(at, 40))
        judging.confirm_case(
            case=case, solved=True, score=5, by=resident(case.reporter_name, network=network), at=at
        )

    def _longer_limit(self, place: Place, at: datetime) -> Steps:
        case, at = yield from self._in_hand(place, at, raised_as=_URGENT, accepted_as=_PLAIN)
        yield (at := self._later(at, 500))
        self._answer(case, place, at)
        yield from self._judged(case, at)

    def _asked_late(self, place: Place, at: datetime) -> Steps:
        """Asked for more time half an hour before it is too late to ask, and answered in what was given."""
        case, at = yield from self._in_hand(place, at)
        due = Case.objects.get(pk=case.pk).due_at or at
        terms = in_force(governance_rules.EXTENSIONS, at=at).params
        left = deadlines.between(self.calendar, at, due, plain=False)
        yield (at := deadlines.add(self.calendar, at, left - terms.before_due - 30, plain=False))
        until = due.astimezone(SHANGHAI).date() + timedelta(days=4)
        extending.ask_extension(case=case, until=until, reason=_REASON, by=self._clerk(place, at), at=at)
        yield (at := self._later(at, 30))
        head = self.county.posts(place.parent, R.TOWN_HEAD)[0]
        extending.decide_extension(
            case=case, granted=True, words="同意，抓紧办。", by=self._actor(head.username, at), at=at
        )
        yield (at := self._later(at, 500))
        self._answer(case, place, at)
        yield from self._judged(case, at)

    def _in_hand(
        self, place: Place, at: datetime, *, contact: bool = True, raised_as: str = "", accepted_as: str = ""
    ) -> Generator[datetime, None, tuple[Case, datetime]]:
        """Raise, accept, dispatch, sign and reach; return the matter and the moment of the last step."""
        subject = accepted_as or self.rng.choice(_SUBJECTS)
        case = self._raised(place, at, about=raised_as or subject, named=bool(raised_as))
        yield (at := self._later(at, 25))
        assessment = dispatching.Assessment(
            categories.get_category(subject), Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY
        )
        case = dispatching.accept_case(case=case, assessment=assessment, by=self._clerk(place, at), at=at)
        dispatching.dispatch_case(case=case, unit=self.units[place.code], by=self._clerk(place, at), at=at)
        yield (at := self._later(at, 20))
        case = handling.sign_case(case=case, by=self._clerk(place, at), at=at)
        if contact:
            yield (at := self._later(at, 60))
            handling.record_contact(case=case, words=_REACHED, by=self._clerk(place, at), at=at)
        return case, at

    def _raised(self, place: Place, at: datetime, *, about: str, named: bool) -> Case:
        person = make_person(self.rng, youngest=30, oldest=70)
        number = next(self.numbers)
        message = write_message(
            self.rng,
            category=about,
            where=self.county.locality(place),
            month=at.astimezone(SHANGHAI).month,
            speaker=person,
        )
        self.messages[number] = message
        case = intake.register_case(
            matter=intake.Matter(
                text=message.text,
                place=self.units[place.code],
                place_detail=message.place,
                title=message.title,
                category=categories.get_category(about) if named else None,
            ),
            reporter=intake.Reporter(person.name, person.phone),
            channel=Channel.API if named else Channel.WECHAT,
            by=resident(person.name, network=f"demo-polished-{number}"),
            at=at,
        )
        self.numbered[case.pk] = number
        return case

    def _answer(self, case: Case, place: Place, at: datetime, words: str = "", *, network: str = "") -> None:
        message = self.messages[self.numbered[case.pk]]
        words = words or write_reply(self.rng, message, outcome=str(Outcome.SOLVED), days=2)
        by = replace(self._clerk(place, at), network=network)
        handling.resolve_case(case=case, outcome=Outcome.SOLVED, answer=words, by=by, at=at)

    def _judged(self, case: Case, at: datetime) -> Steps:
        yield (at := self._later(at, 200))
        number = self.numbered[case.pk]
        by = resident(case.reporter_name, network=f"demo-polished-{number}")
        judging.confirm_case(case=case, solved=True, score=5, by=by, at=at)

    def _clerk(self, place: Place, at: datetime) -> Actor:
        return self._actor(self.county.posts(place.code, R.VILLAGE_CLERK)[0].username, at)

    def _actor(self, username: str, at: datetime) -> Actor:
        return org_queries.actor_for(self.people[username], at=at)

    def _later(self, at: datetime, minutes: int) -> datetime:
        return self.calendar.add(at, max(2, round(minutes * self.rng.uniform(0.7, 1.3))))

    # Before the month

    def play_earlier(self) -> None:
        """A village where most people rated, until last month, when hardly anybody did.

        Played before all else, since shares are compared for months that are over."""
        place = self.villages[-1]
        last = self.until.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        last = (last - timedelta(days=1)).replace(day=1)
        before = (last - timedelta(days=1)).replace(day=1)
        half = EARLIER_MATTERS // 2
        for month, silent in ((before, 2), (last, half - 2)):
            for number in range(half):
                at = self._office(month, self.rng.randrange(6))
                steps = self._rated_or_not(place, at, silent=number < silent)
                for _moment in steps:
                    pass

    def _rated_or_not(self, place: Place, at: datetime, *, silent: bool) -> Steps:
        case, at = yield from self._in_hand(place, at)
        yield (at := self._later(at, 300))
        self._answer(case, place, at)
        if silent:
            window = Case.objects.get(pk=case.pk).rate_by or at
            judging.close_unrated(case=case, by=SYSTEM, at=window + timedelta(minutes=5))
        else:
            yield from self._judged(case, at)
