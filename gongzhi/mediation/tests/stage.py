"""A dispute brought to any state through the real actions by the people of the cast; for tests."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from gongzhi.core.actor import Actor, resident
from gongzhi.mediation.actions import agreeing, opening, performing, talking
from gongzhi.mediation.actions.agreeing import Promise, Text
from gongzhi.mediation.actions.opening import NewParty
from gongzhi.mediation.models import Dispute
from tests.cast import Cast
from tests.stage import picture

PARTY = resident()
ZHANG = NewParty(
    "张守田",
    sex="男",
    born=1961,
    ethnicity="汉族",
    occupation="务农",
    address="三元村一组",
    phone="13900001001",
)
LI = NewParty("李秀莲", sex="女", born=1968, address="三元村一组", mail="li@example.org")
MINUTES = "双方各说了边界的来历，查看了老地契，同意以水沟为界。"


def complete(due_on: date, **changed: Any) -> Text:
    """Return an agreement that says all the law asks for."""
    said: dict[str, Any] = {
        "facts": "两家宅基地相邻，李秀莲砌墙时占了张守田半米滴水地。",
        "matter": "滴水地归谁，已砌的墙怎么办。",
        "responsibility": "李秀莲占用在先，负主要责任；张守田推倒砖垛，负次要责任。",
        "terms": "以水沟为界，李秀莲拆墙后退半米，张守田赔砖款三百元。",
        "duties": (
            Promise(2, "拆除占用部分的围墙，后退半米", "自行拆除", due_on),
            Promise(1, "赔偿砖款300元", "当面交现金", due_on),
        ),
    }
    return Text(**said | changed)


@dataclass
class Stage:
    """Disputes of 三元村, led by the clerk; every step a minute after the last."""

    cast: Cast
    at: datetime
    ticks: "count[int]" = field(default_factory=count)

    def tick(self) -> datetime:
        return self.at + timedelta(minutes=next(self.ticks))

    @property
    def clerk(self) -> Actor:
        return self.cast.clerk.actor

    @property
    def head(self) -> Actor:
        return self.cast.village_head.actor

    @property
    def due_on(self) -> date:
        return (self.at + timedelta(days=10)).date()

    def opened(self, **changed: Any) -> Dispute:
        said: dict[str, Any] = {
            "committee": self.cast.units.village,
            "kind": "housing",
            "title": "宅基地滴水地纠纷",
            "account": "砌墙占了半米。",
            "parties": (ZHANG, LI),
        }
        return opening.open_dispute(**said | changed, by=self.clerk, at=self.tick())

    def mediating(self, **changed: Any) -> Dispute:
        return talking.start_mediation(
            dispute=self.opened(**changed), consents={1, 2}, by=self.clerk, at=self.tick()
        )

    def drafted(self, **changed: Any) -> Dispute:
        text = complete(self.due_on)
        return agreeing.draft_agreement(
            dispute=self.mediating(**changed), text=text, by=self.clerk, at=self.tick()
        )

    def signed(self, **changed: Any) -> Dispute:
        dispute = self.drafted(**changed)
        for party in (1, 2, None):
            dispute = self.sign(dispute, party)
        return dispute

    def sign(self, dispute: Dispute, party: int | None, **more: Any) -> Dispute:
        content = picture("PNG", (60, 30))
        said: dict[str, Any] = {"content": content, "way": "drawn", "by": self.clerk} | more
        return agreeing.sign_agreement(dispute=dispute, party=party, at=self.tick(), **said)

    def agreed(self, **changed: Any) -> Dispute:
        return agreeing.seal_agreement(dispute=self.signed(**changed), by=self.head, at=self.tick())

    def agreed_orally(self, **changed: Any) -> Dispute:
        text = Text(terms="当面道歉，今后互让。")
        return agreeing.agree_orally(
            dispute=self.mediating(**changed), text=text, by=self.clerk, at=self.tick()
        )

    def asked(self) -> Dispute:
        """Agreed, and both parties have asked the court."""
        return performing.apply_for_confirmation(
            dispute=self.agreed(), court="汉阴县人民法院", on=self.at.date(), together=True,
            by=self.clerk, at=self.tick(),
        )  # fmt: skip

    def finished(self) -> Dispute:
        return performing.finish_dispute(dispute=self.agreed_orally(), by=self.clerk, at=self.tick())

    def ended(self) -> Dispute:
        return talking.end_mediation(dispute=self.mediating(), reason="refused", by=PARTY, at=self.tick())

    def at_town(self) -> Dispute:
        return talking.refer_up(
            dispute=self.mediating(), words="谈了三次谈不拢。", by=self.clerk, at=self.tick()
        )
