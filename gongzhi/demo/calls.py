"""How the telephones of the hotline ring in the demonstration, as chances; pure, from a seed.

Nothing here says what a rate is. Each call has its own wait and its own end, and connection rate, answers in
time and what is handled in the call follow. Every share is an assumption.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from gongzhi.core.working_time import SHANGHAI

OTHERS_A_MATTER = 1.4
"""Calls that become no matter for each that does; two in three calls of a hotline are questions."""
_OUTCOMES = {
    "consult": 0.66,
    "abandoned": 0.12,
    "wrong": 0.07,
    "nuisance": 0.04,
    "added": 0.08,
    "emergency": 0.03,
}
_BUSY = 0.16
"""Share of calls that wait because everybody speaks."""
_QUICK = (2, 12)
_SLOW = (13, 55)
_PATIENCE = (8, 90)
_TALK = {
    "consult": (60, 300),
    "wrong": (6, 20),
    "nuisance": (5, 40),
    "added": (50, 160),
    "emergency": (20, 60),
}
_HOURS = {8: 6, 9: 14, 10: 14, 11: 9, 12: 4, 13: 5, 14: 9, 15: 12, 16: 10, 17: 8, 18: 5, 19: 4, 20: 3, 21: 2}
_WEEKEND = 0.45
"""How many calls a day of the weekend has for one of a weekday."""


@dataclass(frozen=True, slots=True)
class Question:
    asked: str
    answer: str


QUESTIONS = (
    Question(
        "城乡居民医保今年在哪里交，交到什么时候？",
        "村委会、镇便民大厅和手机上都能交，以税务部门通知的日期为准。带身份证就行。",
    ),
    Question(
        "老人满六十了，养老金怎么领？", "带身份证、户口本和银行卡到镇便民服务大厅社保窗口办，当月办当月审。"
    ),
    Question("身份证丢了，在镇上能补吗？", "可以到镇派出所补，带户口本，现场照相。急用可以办临时身份证。"),
    Question(
        "孩子上小学要准备哪些材料？",
        "户口本、接种证、出生证明，到学区小学登记。具体时间看学校张贴的招生通告。",
    ),
    Question(
        "公交几点到我们村口，最晚一班几点？",
        "县城到镇上最晚一班下午六点发车，村口约二十分钟后到。节假日以客运站通知为准。",
    ),
    Question("低保怎么申请？", "向村委会递申请，入户核查后公示七天，再由镇里审批。不收任何费用。"),
    Question("残疾证到期了怎么换？", "到县残联预约评定，行动不便的可以由村里报名，安排医生上门。"),
    Question(
        "修房子要不要审批？", "翻建要先向村委会申请宅基地审批，批了再动工。维修屋顶不用批，告诉村里一声就行。"
    ),
    Question("停电了找谁问？", "先打95598报修。大面积停电我们会在村群里通知恢复时间。"),
    Question("外地打工，居住证明能让家里人代办吗？", "可以，带双方身份证复印件和委托书到村委会开。"),
    Question("疫苗接种门诊周几开？", "镇卫生院周二、周四上午接种，带上接种证。"),
    Question("秸秆能不能在自家地里烧？", "不能烧。可以就地还田，或者联系村里统一收。"),
)
DANGERS = (
    ("119", "屋后山坡上起火了，风大。"),
    ("120", "路边有个老人昏倒了，叫不醒。"),
    ("110", "有人在门口打架，还拿了棍子。"),
)
REMINDERS = (
    "来问进展，说已经等了几天，请尽快给个话。",
    "补充一句：下雨后更严重了，希望早点来人看。",
    "问上次说的那件事办到哪一步了。",
    "说今天又出现了，请办的人回个电话。",
)


@dataclass(frozen=True, slots=True)
class Ring:
    """One call: how long it waited, how long it lasted, how it ended."""

    outcome: str
    wait: int
    talk: int
    words: str = ""
    answer: str = ""
    service: str = ""


def run_ring(rng: Random) -> Ring:
    """Return how a call that becomes no matter goes."""
    outcome = rng.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    if outcome == "abandoned":
        return Ring(outcome, rng.randint(*_PATIENCE), 0)
    ring = Ring(outcome, wait_of(rng), rng.randint(*_TALK[outcome]))
    match outcome:
        case "consult":
            question = rng.choice(QUESTIONS)
            return Ring(outcome, ring.wait, ring.talk, question.asked, question.answer)
        case "added":
            return Ring(outcome, ring.wait, ring.talk, rng.choice(REMINDERS))
        case "emergency":
            service, words = rng.choice(DANGERS)
            return Ring(outcome, ring.wait, ring.talk, words, service=service)
    return ring


def wait_of(rng: Random) -> int:
    """Return the seconds until somebody answers."""
    return rng.randint(*(_SLOW if rng.random() < _BUSY else _QUICK))


def ring_time(rng: Random, *, days: int, until: datetime) -> datetime:
    """Return when a call comes in: by day and hour as telephones ring."""
    last = until.astimezone(SHANGHAI)
    dates = [(last - timedelta(days=back)).date() for back in range(days)]
    weights = [_WEEKEND if day.isoweekday() > len("12345") else 1 for day in dates]
    day = rng.choices(dates, weights)[0]
    hour = rng.choices(list(_HOURS), list(_HOURS.values()))[0]
    return datetime(day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60), tzinfo=SHANGHAI)
