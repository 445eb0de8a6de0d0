"""A case brought to any state through the real actions by the people of the cast; for tests of pages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from gongzhi.cases.actions import (
    dispatching,
    experts,
    extending,
    handling,
    intake,
    judging,
    pausing,
    story,
    supervising,
)
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, Tier, Urgency
from gongzhi.cases.models import Case, Expert, SpotCheck
from gongzhi.cases.queries import categories
from gongzhi.core import clock
from gongzhi.core.actor import Actor, resident
from gongzhi.orgs.models import Unit
from tests.cast import Cast

RESIDENT = resident("王桂芳")
NAME, PHONE = "王桂芳", "13900002207"
TEXT = "昨晚大雨，三组老槐树下面的通组路塌方，路塌了一半。校车不敢过，请找王桂芳，住三组14号。"


@dataclass
class Stage:
    """Brings cases of 三元村 to a state; every step a minute after the last, ending now."""

    cast: Cast
    ticks: "count[int]" = field(default_factory=count)
    began: datetime = field(default_factory=lambda: clock.now() - timedelta(hours=3))

    def tick(self) -> datetime:
        return self.began + timedelta(minutes=next(self.ticks))

    @property
    def clerk(self) -> Actor:
        return self.cast.clerk.actor

    def registered(self, *, anonymous: bool = False) -> Case:
        matter = intake.Matter(text=TEXT, place=self.cast.units.village, place_detail="三组")
        who = intake.Reporter() if anonymous else intake.Reporter(name=NAME, phone=PHONE)
        return intake.register_case(
            matter=matter, reporter=who, channel=Channel.WEB, by=RESIDENT, at=self.tick()
        )

    def accepted(self, *, tier: str = Tier.SMALL) -> Case:
        road = categories.get_category("0101")
        assessment = dispatching.Assessment(road, Kind.REQUEST, tier, Urgency.ORDINARY)
        return dispatching.accept_case(
            case=self.registered(), assessment=assessment, by=self.clerk, at=self.tick()
        )

    def dispatched(self, unit: Unit | None = None) -> Case:
        to = unit or self.cast.units.village
        return dispatching.dispatch_case(case=self.accepted(), unit=to, by=self.clerk, at=self.tick())

    def handling(self) -> Case:
        return handling.sign_case(case=self.dispatched(), by=self.clerk, at=self.tick())

    def paused(self) -> Case:
        return pausing.pause_case(
            case=self.handling(), reason="weather", waiting_for="天晴", by=self.clerk, at=self.tick()
        )

    def supervised(self) -> Case:
        return supervising.supervise_case(
            case=self.handling(), words="请说明进展。", by=self.cast.supervisor.actor, at=self.tick()
        )

    def escalated(self) -> Case:
        return dispatching.escalate_case(
            case=self.handling(),
            tried="组织村民清理浮土。",
            why_not="路基掏空，需要机械。",
            by=self.clerk,
            at=self.tick(),
        )

    def answered_order(self) -> Case:
        return supervising.answer_supervision(
            case=self.supervised(), answer="明天完工。", by=self.clerk, at=self.tick()
        )

    def handling_tier(self, tier: str) -> Case:
        to, clerk = self.cast.units.village, self.clerk
        case = dispatching.dispatch_case(case=self.accepted(tier=tier), unit=to, by=clerk, at=self.tick())
        return handling.sign_case(case=case, by=clerk, at=self.tick())

    def complex(self) -> Case:
        return self.handling_tier(Tier.COMPLEX)

    def major(self) -> Case:
        return self.handling_tier(Tier.MAJOR)

    def asked_time(self) -> Case:
        until = timezone.localdate(self.began) + timedelta(days=20)
        return extending.ask_extension(
            case=self.handling(), until=until, reason="等挖机进场。", by=self.clerk, at=self.tick()
        )

    def expert(self) -> Expert:
        person = experts.Person("郑律师", "汉阴法律援助中心", "0915-5210001", "土地、邻里、合同", ("03",))
        return experts.add_expert(
            unit=self.cast.units.town, person=person, by=self.cast.town_dispatcher.actor, at=self.tick()
        )

    def asked_expert(self) -> Case:
        return experts.ask_expert(
            case=self.handling(), expert=self.expert(), question="路权归谁？", by=self.clerk, at=self.tick()
        )

    def advised(self) -> Case:
        return experts.answer_expert(
            case=self.asked_expert(), position=1, answer="归村集体。", by=self.clerk, at=self.tick()
        )

    def settled(self) -> Case:
        lamp = categories.get_category("1001")
        return intake.settle_case(
            case=self.registered(),
            result="换了灯泡。",
            category=lamp,
            by=self.cast.line_person.actor,
            at=self.tick(),
        )

    def drawn(self) -> Case:
        """Settled on the spot and drawn for a check."""
        case = self.settled()
        SpotCheck.objects.get_or_create(case=case, defaults={"desk": case.desk, "drawn_at": case.moved_at})
        return case

    def resolved(self) -> Case:
        return handling.resolve_case(
            case=self.handling(),
            outcome=Outcome.SOLVED,
            answer="路已修通，王桂芳家门口也铺好了。",
            by=self.clerk,
            at=self.tick(),
        )

    def closed(self, *, score: int | None = 5) -> Case:
        return judging.confirm_case(
            case=self.resolved(), solved=True, score=score, by=RESIDENT, at=self.tick()
        )

    def declined(self) -> Case:
        return dispatching.decline_case(
            case=self.registered(),
            reason="not_ours",
            responsible="市公路局 0915-0001110",
            words="",
            by=self.clerk,
            at=self.tick(),
        )

    def objected(self) -> Case:
        """Refused by the village, taken on by the town."""
        case = judging.object_to_refusal(
            case=self.declined(), words="这是村道。", by=RESIDENT, at=self.tick()
        )
        road = categories.get_category("0101")
        assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
        return dispatching.accept_case(
            case=case, assessment=assessment, by=self.cast.town_dispatcher.actor, at=self.tick()
        )

    def published(self) -> Case:
        public = story.PublicText(title="通组路塌方", text="路塌了一半。", answer="已修通。")
        return story.publish_case(case=self.closed(), public=public, by=self.clerk, at=self.tick())

    def withdrawn(self) -> Case:
        return judging.withdraw_case(case=self.registered(), words="不用了。", by=RESIDENT, at=self.tick())
