"""How good likely duplicates are: one event told twice, among other events of the same town. No database.

Two voices of the demonstration's writer tell each event with the same facts: the second telling comes some
days later and asks which of all first tellings it is. Decides the first value of the rule `cases.likeness`.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bench.report import Line
from gongzhi.cases.likeness_rules import LIKENESS
from gongzhi.demo import content, texts
from gongzhi.demo.texts import Locality, Message
from gongzhi.language.likeness import Weights, likeness
from gongzhi.language.terms import codes_of, telling_terms_of

EVENTS, SEED, SAMPLE = 400, 7, 200
VILLAGES = ("柏杨村", "三元村", "漩涡村", "双河村")
LATER = timedelta(days=14)
SHOWN = ((0.25, 0.0), (0.35, 0.0), (0.45, 0.0), (0.25, 0.5), (0.25, 0.6), (0.25, 0.7), (0.25, 0.8))
"""Shown from which likeness, and from which part of that of the likeliest."""


@dataclass(frozen=True, slots=True)
class Event:
    village: int
    scene: object
    first: str
    second: str
    before: timedelta
    """How long before the second telling the first was."""


def events() -> list[Event]:
    random = Random(SEED)
    leaves = sorted(content.scenes())
    made = []
    for _ in range(EVENTS):
        village = random.randrange(len(VILLAGES))
        where = Locality(VILLAGES[village], "平梁镇")
        said = texts.write_message(
            random, category=random.choice(leaves), where=where, month=random.randint(1, 12)
        )
        made.append(
            Event(village, said.scene, _words(said), _told_again(random, said), random.random() * LATER)
        )
    return made


def _words(said: Message) -> str:
    return f"{said.title}\n{said.text}"


def _told_again(random: Random, said: Message) -> str:
    """Return the same facts in the words of another voice, who chose none of the turns of the first."""
    voice = random.choice([each for each in content.voices() if each.code != said.voice])
    own = {"我": voice.self, "我们": voice.we, "我家": random.choice(voice.home), "我们组": voice.group}
    say = texts._Sayer(random, said.bound | own, community=said.community)
    title, what, want = (say(part) for part in (said.scene.title, said.scene.what, said.scene.want))
    leaf = content.categories()[said.category]
    return f"{title}\n{texts._compose(say, said.scene, voice, leaf, what, want)}"


def measure() -> list[Line]:
    told = events()
    sample = [codes_of(telling_terms_of(event.first)) for event in told[:SAMPLE]]
    random = Random(SEED)
    ranked = [_ranked(number, told, sample, random) for number in range(EVENTS)]
    return [_line(least, beside, ranked, told) for least, beside in SHOWN]


def _ranked(
    number: int, told: list[Event], sample: list[list[int]], random: Random
) -> list[tuple[float, int]]:
    """Return the likeness of every first telling to the second of one event, the likest first."""
    rule, asked = LIKENESS.first, told[number]
    weights = Weights.among(asked.second, sample)
    scores = []
    for other, event in enumerate(told):
        age = asked.before / timedelta(days=rule.days) if other == number else random.random()
        near = 1.0 if event.village == asked.village else rule.town_counts
        alike = likeness(weights, event.first) * near * (1 - age * (1 - rule.oldest_counts))
        scores.append((alike, other))
    return sorted(scores, reverse=True)[: rule.most]


def _line(least: float, beside: float, ranked: list[list[tuple[float, int]]], told: list[Event]) -> Line:
    shown = [[other for score, other in each if score >= max(least, beside * each[0][0])] for each in ranked]
    count = sum(map(len, shown))
    found = sum(number in each for number, each in enumerate(shown)) / EVENTS
    first = sum(each[:1] == [number] for number, each in enumerate(shown)) / EVENTS
    scene = sum(
        told[other].scene == told[number].scene for number, each in enumerate(shown) for other in each
    )
    rule = LIKENESS.first
    chosen = " (the rule)" if (least, beside) == (rule.least, rule.beside) else ""
    return Line(
        f"likely duplicates shown from {least:.2f}, beside the likeliest from {beside:.1f} of it{chosen}: "
        "the other telling is among the first five",
        f"{found:.3f}",
        f"is the first {first:.3f}; of what is shown the same event {found * EVENTS / count:.2f}, "
        f"the same kind of scene {scene / count:.2f}; shown each time {count / EVENTS:.1f}",
    )
