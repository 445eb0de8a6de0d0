"""What the last hour of the demonstration adds through the real actions: matters raised twice and merged, one
taken apart; a petition that is reviewed; what looks suspicious, and a ruling."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from gongzhi.cases.actions import dispatching, flagging, handling, intake, judging, merging, petitions
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, Tier, Urgency
from gongzhi.cases.queries import categories
from gongzhi.cases.queries import petitions as petition_queries
from gongzhi.core.actor import SYSTEM, Actor, resident
from gongzhi.core.errors import DomainError
from gongzhi.demo import queries
from gongzhi.demo.county import SHOWN_VILLAGE, County
from gongzhi.demo.names import make_person
from gongzhi.followup.actions import listing
from gongzhi.orgs import queries as org_queries
from gongzhi.orgs.permissions import RoleCode as R

if TYPE_CHECKING:
    from gongzhi.orgs.models import User

_DOUBLES = 4
_CASES_A_DOUBLE = 20
_COMPLAINT = "二组转弯那里路面塌了一块，骑车看不见，昨天有人摔了。"
_HASTY = "已在塌陷处摆放警示牌，修补列入下月计划。"
_APART = "到现场看了，不是同一处，分开办理。"


class Afterwards:
    """Plays the last hour before `until`; `doubles` counts the matters it raised."""

    def __init__(
        self, county: County, people: "Mapping[str, User]", seed: int, until: datetime, refused: list[str]
    ) -> None:
        self.county, self.people, self.until, self.refused = county, people, until, refused
        self.rng = Random(f"{seed}/afterwards")  # noqa: S311 - a story, no secret
        self.doubles = 0

    def play(self, cases: int) -> None:
        """Play everything; a month of few cases has no doubles."""
        self._merge(min(_DOUBLES, cases // _CASES_A_DOUBLE))
        self._review()
        if cases >= _CASES_A_DOUBLE:
            self._complain()
        flagging.look(at=self.until)
        self._rule()

    def _before(self, minutes: int) -> datetime:
        return self.until - timedelta(minutes=minutes)

    def _actor(self, unit: str, *roles: R) -> Actor:
        holder = self.county.posts(unit, *roles)[0]
        return org_queries.actor_for(self.people[holder.username], at=self.until)

    def _merge(self, wanted: int) -> None:
        for n, main in enumerate(queries.mergeable_for_command(most=wanted)):
            person = make_person(self.rng, youngest=30, oldest=70)
            matter = intake.Matter(
                text=f"我也来反映这件事：{main.text}"[:400],
                place=main.place,
                place_detail=main.place_detail,
                title=main.title,
            )
            clerk = self._actor(main.desk.code, R.VILLAGE_CLERK)
            try:
                double = intake.register_case(
                    matter=matter,
                    reporter=intake.Reporter(person.name, person.phone),
                    channel=Channel.WECHAT,
                    by=resident(person.name, network=f"demo-double-{n}"),
                    at=self._before(50 - n),
                )
                self.doubles += 1
                double = merging.merge_case(
                    case=double, main=main, words="同一件事，一起办。", by=clerk, at=self._before(30 - n)
                )
                if n == wanted - 1 and n:
                    merging.unmerge_case(case=double, words=_APART, by=clerk, at=self._before(10))
            except DomainError as error:
                self.refused.append(f"double of {main.number}: {error.code}")

    def _review(self) -> None:
        """The newest petition that may still be reviewed is, and the review upholds the answer."""
        for case in queries.answered_petitions_for_command():
            stage = petition_queries.stage_of(case, at=self._before(40))
            if stage is None or not stage.next:
                continue
            try:
                petitions.ask_review(
                    case=case, words="答复里没有说清依据，请上级复查。", by=resident(), at=self._before(40)
                )
                reviewer = petition_queries.stage_of(case, at=self._before(15))
                if reviewer is None or reviewer.open_review is None:
                    return
                by = self._actor(reviewer.open_review.unit.code, R.TOWN_DISPATCHER, R.COUNTY_DISPATCHER)
                petitions.decide_review(
                    case=case,
                    result="upheld",
                    decision="经查，原答复事实清楚、依据充分，予以维持。",
                    by=by,
                    at=self._before(15),
                )
            except DomainError as error:
                self.refused.append(f"review of {case.number}: {error.code}")
            return

    def _complain(self) -> None:
        """A matter of the shown village, answered and rated badly at once: a call waits in its town."""
        person, clerk = (
            make_person(self.rng, youngest=30, oldest=70),
            self._actor(SHOWN_VILLAGE, R.VILLAGE_CLERK),
        )
        by = resident(person.name, network="demo-complaint")
        road = categories.get_category("010102")
        place = org_queries.find_unit(SHOWN_VILLAGE)
        if place is None:
            return
        try:
            case = intake.register_case(
                matter=intake.Matter(text=_COMPLAINT, place=place),
                reporter=intake.Reporter(person.name, person.phone),
                channel=Channel.WEB,
                by=by,
                at=self._before(58),
            )
            self.doubles += 1
            assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
            dispatching.accept_case(case=case, assessment=assessment, by=clerk, at=self._before(55))
            dispatching.dispatch_case(case=case, unit=place, by=clerk, at=self._before(54))
            handling.sign_case(case=case, by=clerk, at=self._before(53))
            handling.record_contact(case=case, words="打过电话了。", by=clerk, at=self._before(50))
            handling.resolve_case(
                case=case, outcome=Outcome.SOLVED, answer=_HASTY, by=clerk, at=self._before(35)
            )
            judging.confirm_case(
                case=case, solved=True, score=1, words="只是立了块牌子。", by=by, at=self._before(20)
            )
            listing.list_bad_ratings(by=SYSTEM, at=self._before(10))
        except DomainError as error:
            self.refused.append(f"complaint: {error.code}")

    def _rule(self) -> None:
        """The supervisor rules on the oldest of two flags or more, so that some wait and one is ruled on."""
        flags = queries.oldest_flags_for_command()
        if not flags:
            return
        by = self._actor(self.county.code, R.COUNTY_SUPERVISOR)
        try:
            flagging.rule_on(
                flag=flags[0],
                ruling="explained",
                words="打电话问了住户，也看了照片，是家里老人记错了。",
                by=by,
                at=self.until,
            )
        except DomainError as error:
            self.refused.append(f"ruling: {error.code}")
