"""Answers of 三元村 in every shape a follow-up call can meet, through the real actions; for tests."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from gongzhi.cases.actions import dispatching, handling, intake, judging
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, Tier, Urgency
from gongzhi.cases.models import Case, SpotCheck
from gongzhi.cases.queries import categories
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.followup.actions import listing
from gongzhi.followup.lots import Lot
from gongzhi.followup.models import Draw, FollowUp
from tests.cast import Cast

RESIDENT = resident("王桂芳")
LOT = Lot(7, "ab" * 32)


@dataclass
class Stage:
    """Every step a minute after the last, beginning at ten in the morning of an ordinary working day."""

    cast: Cast
    at: datetime
    ticks: "count[int]" = field(default_factory=count)

    def tick(self) -> datetime:
        return self.at + timedelta(minutes=next(self.ticks))

    @property
    def next_day(self) -> datetime:
        return self.at + timedelta(days=1)

    def register(self, *, phone: str = "13900002207") -> Case:
        matter = intake.Matter(text="三组路灯不亮，晚上看不见路。", place=self.cast.units.village)
        who = intake.Reporter(name="王桂芳", phone=phone) if phone else intake.Reporter()
        return intake.register_case(
            matter=matter, reporter=who, channel=Channel.WEB, by=RESIDENT, at=self.tick()
        )

    def answered(self, *, phone: str = "13900002207") -> Case:
        clerk = self.cast.clerk.actor
        kind = dispatching.Assessment(
            categories.get_category("1001"), Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY
        )
        case = dispatching.accept_case(
            case=self.register(phone=phone), assessment=kind, by=clerk, at=self.tick()
        )
        case = dispatching.dispatch_case(case=case, unit=self.cast.units.village, by=clerk, at=self.tick())
        case = handling.sign_case(case=case, by=clerk, at=self.tick())
        return handling.resolve_case(
            case=case, outcome=Outcome.SOLVED, answer="灯换好了。", by=clerk, at=self.tick()
        )

    def judged(self, *, solved: bool = True, score: int | None = 5, case: Case | None = None) -> Case:
        return judging.confirm_case(
            case=case or self.answered(), solved=solved, score=score, by=RESIDENT, at=self.tick()
        )

    def not_solved(self) -> Case:
        return judging.say_not_solved(case=self.answered(), words="还是不亮。", by=RESIDENT, at=self.tick())

    def settled(self, *, checked: bool) -> Case:
        case = intake.settle_case(
            case=self.register(),
            result="当场换了灯泡。",
            category=categories.get_category("1001"),
            by=self.cast.line_person.actor,
            at=self.tick(),
        )
        SpotCheck.objects.filter(case=case).delete()
        if checked:
            SpotCheck.objects.create(case=case, desk=case.desk, drawn_at=case.moved_at)
        return case

    def draw(self) -> int:
        """Draw the lots of the first day, the morning after."""
        return listing.draw_day(day_of=self.at, lot=LOT, by=SYSTEM, at=self.next_day)

    def listed(self, case: Case) -> FollowUp:
        return FollowUp.objects.get(case=case)

    def bad(self) -> FollowUp:
        """A bad rating on the call list of the town."""
        case = self.judged(solved=True, score=1)
        listing.list_bad_ratings(by=SYSTEM, at=self.tick())
        return self.listed(case)

    def drawn(self, case: Case) -> FollowUp:
        """This very matter, as if its lot had come up."""
        self.draw()
        if not FollowUp.objects.filter(case=case).exists():
            draw = Draw.objects.get(unit=case.unit)
            listing._put_on_list(
                case, None, unit=case.unit, caller=self.cast.units.town, draw=draw, stratum="waiting",
                solved=case.solved, score=case.score, round_=case.reworks, at=self.next_day,
            )  # fmt: skip
        return self.listed(case)
