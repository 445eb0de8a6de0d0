"""How disputes go in the demonstration, as chances at each level; pure, from a seed.

Nothing here says where a dispute ends. A kind has its own chance of agreement in one attempt at each level,
risk lowers it, and what fails goes up or elsewhere. That the settled ones split over village, town and county
near 557 / 331 / 6 (paper: of 894 settled, 945 taken up) follows, and a test on many of them holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

DISPUTES_A_CASE = 0.15
"""Assumption: more than the paper's 945 a year among 18,000, so that each state can be seen."""
LEVELS = ("village", "town", "county")


@dataclass(frozen=True, slots=True)
class KindOfDispute:
    """Share among disputes, chance of agreement at the village, and what such a dispute sounds like."""

    share: float
    village: float
    titles: tuple[str, ...]
    facts: str
    matter: str
    fault: str
    terms: str
    promise: str


def _kinds() -> dict[str, KindOfDispute]:
    return {
        "neighbours": KindOfDispute(
            0.30, 0.75, ("排水沟纠纷", "噪声纠纷", "通行纠纷"),
            "两家相邻，屋后排水沟被堵，雨天污水倒灌。", "排水沟由谁清、怎么排。",
            "一方堵沟在先，负主要责任；另一方言语过激，负次要责任。",
            "共同清沟，今后各管门前一段，互相道歉。", "清理屋后排水沟",
        ),
        "family": KindOfDispute(
            0.16, 0.68, ("赡养纠纷", "分家纠纷"),
            "老人跟小儿子生活，其他子女没有按月给赡养费。", "赡养费多少、由谁照料。",
            "未给赡养费的一方负主要责任。", "每人每月给付赡养费二百元，轮流照料。", "按月给付赡养费",
        ),
        "land": KindOfDispute(
            0.17, 0.52, ("地界纠纷", "山林边界纠纷"),
            "两家坡地相连，界石移动，各说各的边。", "边界在哪里、已砍的树怎么赔。",
            "移动界石的一方负主要责任。", "以老核桃树和水沟为界，重立界石，补栽树苗。", "重立界石、补栽树苗",
        ),
        "housing": KindOfDispute(
            0.10, 0.55, ("滴水地纠纷", "宅基地纠纷"),
            "翻建房屋时占了邻居半米滴水地。", "滴水地归谁、已砌的墙怎么办。",
            "占用在先的一方负主要责任。", "退让半米，另一方不再阻工。", "拆除占用部分的围墙",
        ),
        "damage": KindOfDispute(
            0.12, 0.53, ("牲畜毁苗纠纷", "车辆剐蹭纠纷"),
            "一方的羊进了菜地，毁苗半亩。", "赔偿多少。",
            "看管不严的一方负主要责任。", "一次性赔偿四百元，今后圈养。", "赔偿菜苗损失",
        ),
        "contract": KindOfDispute(
            0.08, 0.43, ("欠款纠纷", "承包费纠纷"),
            "承包鱼塘的费用拖欠一年。", "欠费数额和给付时间。",
            "拖欠的一方负全部责任。", "分两次付清，另一方免除利息。", "付清承包费",
        ),
        "labour": KindOfDispute(
            0.07, 0.26, ("工钱纠纷", "工伤补偿纠纷"),
            "砌墙的工钱还差三千元没有结清。", "工钱数额和给付时间。",
            "拖欠工钱的一方负主要责任。", "一次付清工钱三千元。", "付清工钱",
        ),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Temper:
    """Chances between 0 and 1. Assumptions, but for what the paper's totals let one infer."""

    kinds: Mapping[str, KindOfDispute] = field(default_factory=_kinds)
    risks: Mapping[str, float] = field(default_factory=lambda: {"low": 0.62, "medium": 0.28, "high": 0.10})
    calm: Mapping[str, float] = field(default_factory=lambda: {"low": 1.12, "medium": 0.96, "high": 0.66})
    """What the risk makes of the chance of agreement at the village."""
    town: Mapping[str, float] = field(default_factory=lambda: {"low": 0.93, "medium": 0.90, "high": 0.80})
    county: Mapping[str, float] = field(default_factory=lambda: {"low": 0.8, "medium": 0.7, "high": 0.6})
    starts_at_town: float = 0.035
    """Disputes between two villages, or with a firm in the town."""
    goes_up_from_village: float = 0.94
    """Of what fails at the village; the rest ends or goes to court at once."""
    goes_up_from_town: float = 0.25
    """Most of what even the town cannot settle is for the court, and told so."""
    oral: float = 0.45
    """Of agreements without much risk, those that need no paper."""
    asks_court: float = 0.18
    """Of written agreements, those that both parties take to the court."""


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of one dispute. `levels` are those it passes, the last one where it ends."""

    kind: str
    risk: str
    levels: tuple[str, ...]
    is_settled: bool
    is_oral: bool
    asks_court: bool
    sessions: int

    @property
    def level(self) -> str:
        return self.levels[-1]


def run_course(rng: Random, temper: Temper | None = None) -> Course:
    """Let one dispute take its course: attempts from the level it begins at, up or out when they fail."""
    temper = temper or Temper()
    kind = rng.choices(list(temper.kinds), [row.share for row in temper.kinds.values()])[0]
    risk = rng.choices(list(temper.risks), list(temper.risks.values()))[0]
    index = 1 if rng.random() < temper.starts_at_town else 0
    passed = [LEVELS[index]]
    while not (settled := rng.random() < _chance(temper, kind, risk, LEVELS[index])):
        goes_up = (temper.goes_up_from_village, temper.goes_up_from_town, 0.0)[index]
        if rng.random() >= goes_up:
            break
        index += 1
        passed.append(LEVELS[index])
    return Course(
        kind=kind,
        risk=risk,
        levels=tuple(passed),
        is_settled=settled,
        is_oral=risk == "low" and rng.random() < temper.oral,
        asks_court=rng.random() < temper.asks_court,
        sessions=1 + (risk != "low") + (rng.random() < 1 / 2),
    )


def _chance(temper: Temper, kind: str, risk: str, level: str) -> float:
    if level == "village":
        return min(1.0, temper.kinds[kind].village * temper.calm[risk])
    return (temper.town if level == "town" else temper.county)[risk]
