"""What residents say and what offices answer, written by a grammar. Pure: the random source is passed in.

A message keeps the words it drew, so that the reply, the return and the escalation speak of the same place,
the same neighbour and the same numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from gongzhi.demo import content
from gongzhi.demo.content import Category, Scene, Voice
from gongzhi.demo.grammar import expand
from gongzhi.demo.names import Person

SHORTEST, LONGEST = 15, 400
_STYLES = ("brief", "short", "middle", "long", "story")
_STYLE_WEIGHTS = (12, 20, 32, 22, 14)
_ENDS = "，：。！？；、"
_BLOCKS = "[一|二|三|四|五|六|七|八]片区"
_SAYS_WHEN = re.compile("[天月年]|昨|今|刚才|晚上|凌晨|小时|几回")
_NO_HISTORY = frozenset({"consultation", "suggestion"})


@dataclass(frozen=True, slots=True)
class Locality:
    """Where a message comes from: names of village and town, and whether it is a town community."""

    village: str
    town: str
    community: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a resident says. `bound` holds the words drawn, for the answers that follow."""

    scene: Scene
    kind: str
    urgency: str
    title: str
    text: str
    place: str
    voice: str
    on_behalf: bool
    community: bool
    core: str
    """The matter itself without the speaker: what and what is wished. For the notice board."""
    bound: dict[str, str] = field(repr=False)

    @property
    def category(self) -> str:
        return self.scene.category


def write_message(
    rng: Random,
    *,
    category: str,
    where: Locality,
    month: int,
    voice: Voice | None = None,
    speaker: Person | None = None,
) -> Message:
    """Return a message of `category` as somebody in `where` would put it in `month`.

    `speaker` is whose matter it is; a message without one is anonymous and names nobody.
    """
    leaf = content.categories()[category]
    scene = _pick_scene(rng, category, month)
    voice = voice or pick_voice(rng)
    bound = _pronouns(rng, voice, where) | _identity(speaker)
    say = _Sayer(rng, bound, community=where.community)
    title = say(scene.title)
    what, want = say(scene.what), say(scene.want)
    text = _compose(say, scene, voice, leaf, what, want)
    core = f"{what}。{want}。"
    place = bound["组"] + say("{地}")
    return Message(
        scene,
        leaf.kind,
        leaf.urgency,
        title,
        text,
        place,
        voice.code,
        voice.on_behalf,
        where.community,
        core,
        bound,
    )


def _pick_scene(rng: Random, category: str, month: int) -> Scene:
    every = content.scenes()[category]
    return rng.choice([scene for scene in every if month in scene.months] or every)


def pick_voice(rng: Random, *, on_behalf: bool | None = None) -> Voice:
    """Return a way of speaking: of those who write on behalf of others, of those who do not, or any."""
    every = [voice for voice in content.voices() if on_behalf is None or voice.on_behalf is on_behalf]
    return rng.choices(every, [voice.weight for voice in every])[0]


def _identity(speaker: Person | None) -> dict[str, str]:
    if speaker is None:
        return {"尊称": ""}
    title = "大姐" if speaker.sex == "f" else "师傅" if speaker.age < 60 else "大叔"
    return {"姓": speaker.name[0], "age": str(speaker.age), "尊称": speaker.name[0] + title}


def _pronouns(rng: Random, voice: Voice, where: Locality) -> dict[str, str]:
    words = content.words()
    groups = rng.sample(words["组数"], 2)
    group = (
        [expand(_BLOCKS, rng, words, {}) for _ in groups] if where.community else [f"{g}组" for g in groups]
    )
    ours = "我们小区" if where.community and voice.group == "我们组" else voice.group
    return {
        "我": voice.self, "我们": voice.we, "我家": rng.choice(voice.home), "我们组": ours,
        "组": group[0], "组2": group[1], "村": where.village, "镇": where.town,
    }  # fmt: skip


class _Sayer:
    """Expands templates with one random source and one set of drawn words."""

    def __init__(self, rng: Random, bound: dict[str, str], *, community: bool) -> None:
        self.rng, self.bound = rng, bound
        words = content.words()
        self._words = {**words, "地": words["街地"]} if community else words

    def __call__(self, template: str) -> str:
        return expand(template, self.rng, self._words, self.bound)

    def one_of(self, templates: Sequence[str]) -> str:
        return self(self.rng.choice(templates))


def _compose(say: _Sayer, scene: Scene, voice: Voice, leaf: Category, what: str, want: str) -> str:
    style = say.rng.choices(_STYLES, _STYLE_WEIGHTS)[0]
    if style == "brief":
        return _joined(
            say, [what] if len(what) > SHORTEST else [what, want, say("[请来人看看|麻烦回个话|等回复]")]
        )
    opening = _opening(say, voice)
    if style == "short":
        return _joined(say, [opening + what, want, "" if len(what) > SHORTEST else say.one_of(voice.close)])
    timed = leaf.kind in _NO_HISTORY or _SAYS_WHEN.search(what)
    history = "" if timed else say.one_of(content.since()[leaf.urgency])
    parts = [opening + what, history, say(scene.harm), want]
    if style != "middle":
        parts = [
            opening + what,
            _spot(say, what),
            *_whole_story(say, scene, leaf, style, history),
            want,
        ]
    return _joined(say, [*parts, say.one_of(voice.close)])[:LONGEST]


def _spot(say: _Sayer, what: str) -> str:
    named = "地" in say.bound and say.bound["地"] in what
    return "" if named else say("[地点|位置]在[{村}|]{组}{地}")


def _whole_story(say: _Sayer, scene: Scene, leaf: Category, style: str, history: str) -> list[str]:
    """What long messages add: how long, what it does to people, whom they told, how they feel."""
    told = leaf.kind not in _NO_HISTORY and leaf.urgency != "emergency"
    tried = (
        say.one_of(content.since()["tried_dispute" if leaf.kind == "dispute" else "tried"]) if told else ""
    )
    middle = [history, say(scene.harm), tried]
    if style == "long" or leaf.urgency == "emergency":
        return middle
    stories = content.stories()
    passages = [
        say(text) for text in say.rng.sample(stories[leaf.kind], say.rng.randint(1, len(stories[leaf.kind])))
    ]
    again = say(scene.harm)
    passages += [say(text) for text in say.rng.sample(stories[""], say.rng.randint(1, 3))]
    passages += [f"还有，{again}" if again and again not in middle else ""]
    say.rng.shuffle(passages)
    return [*middle, *passages]


def _opening(say: _Sayer, voice: Voice) -> str:
    opening = say.one_of(voice.open)
    return opening if not opening or opening[-1] in _ENDS else opening + "，"


def _joined(say: _Sayer, parts: Sequence[str]) -> str:
    """Sentences with full stops, or, as many people type, with commas or spaces only."""
    kept = [part for part in parts if part]
    mark = say.rng.choices(("。", "，", " "), (80, 14, 6))[0]
    return mark.join(kept) + ("。" if mark == "。" else "")


# Answers. Each takes the message, so that it speaks of the same facts.


def write_reply(rng: Random, message: Message, *, outcome: str, days: int = 2) -> str:
    """Return the result text for the resident; `outcome` is solved, partly, explained or cannot.

    `days` is how long it took; an answer on the first day does not speak of "the day before yesterday".
    """
    say = _sayer(rng, message)
    rows = content.answers()
    say.bound |= {"办": say(message.scene.done), "题": message.title, "days": str(days)}
    if message.urgency == "emergency" or days < 2:
        say.bound["当时"] = say("{赶到}")
    for name in ("part", "left", "why", "instead"):
        say.bound[name] = say.one_of(content.longest(rows[name], message.category))
    if message.kind == "consultation" and outcome == "explained":
        say.bound["why"] = say.bound["办"]
    return say.one_of(rows["frames"][outcome])


def write_return(rng: Random, message: Message, *, reason: str, to: str) -> str:
    """Return why a unit sends a matter back; `to` names the unit it suggests."""
    say = _sayer(rng, message)
    say.bound["to"] = to
    return say.one_of(content.answers()["return"][reason])


def write_escalation(rng: Random, message: Message, *, level: str) -> tuple[str, str]:
    """Return what `level` (village or town) tried and why it cannot be settled there."""
    say = _sayer(rng, message)
    rows = content.answers()
    return say.one_of(content.longest(rows["tried"], message.category)), say.one_of(rows["beyond"][level])


def write_decline(rng: Random, message: Message, *, reason: str) -> str:
    say = _sayer(rng, message)
    say.bound["who"] = say("[所属单位客服|当地12345|上级主管部门]")
    return say.one_of(content.answers()["decline"][reason])


def write_rating_words(rng: Random, message: Message, *, score: int) -> str:
    """Return a resident's words with a rating of 1 to 5; often nothing, as people are."""
    say = _sayer(rng, message)
    if rng.random() < (0.25 if score <= 2 else 0.55):
        return ""
    return _line(
        say,
        "good" if score >= 4 else "middling" if score == 3 else "bad",
        message.category if rng.random() < 0.5 else "",
    )


def write_settlement(rng: Random, message: Message) -> str:
    """Return the one line a three-line person writes after settling a matter on the spot."""
    say = _sayer(rng, message)
    say.bound["办"] = say(message.scene.done)
    return say.one_of(
        content.answers()["settle"][message.kind if message.kind in ("dispute", "consultation") else ""]
    )


def write_line(rng: Random, message: Message, *, name: str) -> str:
    """Return one line of the list `name`: objection, not_solved, withdraw, supervise, comment, contact …"""
    return _line(_sayer(rng, message), name)


def fill(rng: Random, message: Message, template: str) -> str:
    """Return `template` with the words of the message put in."""
    return _sayer(rng, message)(template)


def anonymise(text: str, message: Message) -> str:
    """Return a text for the notice board: families and speakers become "某"."""
    for key in ("姓", "姓2"):
        if key in message.bound:
            name = message.bound[key]
            for after in ("家", "师傅", "大姐", "大叔", "大爷", "老板"):
                text = text.replace(name + after, "某" + after)
            text = text.replace("老" + name, "老人")
    return text


def _line(say: _Sayer, name: str, code: str = "") -> str:
    return say.one_of(content.longest(content.answers()[name], code))


def _sayer(rng: Random, message: Message) -> _Sayer:
    return _Sayer(rng, dict(message.bound), community=message.community)
