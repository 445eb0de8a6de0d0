"""Invented people: names, ages, telephones. Pure; the random source is passed in.

No name is taken from a register. Surnames follow how common they are; given names follow the fashion of the
generation and are put together from parts, so any likeness to a living person is chance.
"""

from dataclasses import dataclass
from random import Random

_SURNAMES = {
    "王": 60, "李": 62, "张": 58, "刘": 52, "陈": 50, "杨": 33, "黄": 22, "吴": 22, "周": 24,
    "徐": 16, "胡": 20, "罗": 18, "何": 16, "邓": 15, "唐": 14, "彭": 12, "曾": 10, "谭": 10,
    "龙": 10, "汪": 12, "沈": 12, "冯": 10, "郭": 9, "余": 9, "邹": 9, "廖": 8, "龚": 7,
    "喻": 6, "欧": 6, "成": 6, "柯": 6, "贺": 6, "段": 5, "石": 5, "蒋": 5, "程": 5,
    "熊": 5, "向": 4, "覃": 3, "祝": 3, "储": 2, "阮": 2, "涂": 2, "党": 2, "鄢": 1,
}  # fmt: skip
_GIVEN = {
    ("m", 0): (
        "德|国|世|正|永|明|光|本|先|代|显|登|治|选|朝",
        "福|贵|才|友|山|林|海|银|安|志|平|顺|成|礼|兴|田",
    ),
    ("f", 0): (
        "桂|秀|玉|菊|翠|春|金|兰|大|素|月|凤|淑|贤|道",
        "英|珍|兰|芳|香|莲|秀|梅|云|枝|碧|琴|芝|翠|娥",
    ),
    ("m", 1): (
        "建|志|小|长|安|文|伟|国|新|洪|少|立|家|永|兴",
        "军|平|勇|斌|华|兵|强|波|全|林|东|涛|鹏|明|刚",
    ),
    ("f", 1): (
        "小|晓|红|春|玉|丽|海|建|艳|秋|文|惠|金|彩|庆",
        "霞|红|梅|琴|燕|华|玲|萍|丽|莉|芳|娟|云|群|凤",
    ),
    ("m", 2): (
        "子|浩|俊|宇|嘉|一|晨|泽|文|思|鹏|博|天|家|明",
        "轩|然|杰|航|豪|阳|宇|辰|涵|睿|凯|飞|磊|鑫|源",
    ),
    ("f", 2): (
        "思|雨|欣|佳|梦|雅|若|诗|婷|紫|可|静|晓|心|语",
        "怡|涵|婷|琪|萱|瑶|雪|颖|妍|欣|宁|蕊|洁|彤|悦",
    ),
}
_SINGLE = {
    "m": "军|勇|伟|刚|强|波|涛|鹏|斌|磊|峰|超|杰|凯|旭",
    "f": "霞|艳|丽|敏|静|娟|婷|燕|倩|萍|颖|莉|雪|琳|娜",
}
_PHONE_RANGE = "154000"
"""No operator of the country was ever given numbers that begin with 154, nor a block 0000 in any range.

They keep the form of a mobile number, eleven digits from 13 to 19, so every check of a form passes, while no
telephone rings. Numbers from 10, 11 and 12 were not taken: their first digits are service and rescue lines.
Office telephones are 0915-000xxxx: a local number that begins with 0 cannot be dialled.
"""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    sex: str
    age: int
    phone: str


def make_person(rng: Random, *, youngest: int = 22, oldest: int = 84, sex: str = "") -> Person:
    """Return an invented adult of an age between the two, of any sex when none is given."""
    age = rng.randint(youngest, oldest)
    sex = sex or rng.choice("mf")
    surname = rng.choices(list(_SURNAMES), list(_SURNAMES.values()))[0]
    generation = 0 if age >= 62 else 1 if age >= 36 else 2
    if generation and rng.random() < 0.22:
        given = rng.choice(_SINGLE[sex].split("|"))
    else:
        first, second = _GIVEN[sex, generation]
        given = rng.choice(first.split("|"))
        given += rng.choice([sign for sign in second.split("|") if sign != given])
    return Person(surname + given, sex, age, make_phone(rng))


def make_phone(rng: Random) -> str:
    """Return a mobile number that cannot be anybody's."""
    return f"{_PHONE_RANGE}{rng.randrange(100_000):05}"
