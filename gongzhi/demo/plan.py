"""A month of cases written as a script: who says what, when, and every move that follows. Pure.

Each case has a random source of its own, so the same seed gives the same rows whatever their number, and a
change in one story leaves the others alone. Nothing after `until` happens: those cases are still open.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from gongzhi.cases.lifecycle import Channel, Tier
from gongzhi.core.working_time import SHANGHAI, OfficeCalendar
from gongzhi.demo import content, rhythm
from gongzhi.demo.behaviour import Behaviour
from gongzhi.demo.county import SHOWN_VILLAGE, County, Place
from gongzhi.demo.names import make_person
from gongzhi.demo.script import Script
from gongzhi.demo.steps import IN_PERSON, CasePlan, Frame
from gongzhi.demo.texts import Message, pick_voice, write_message

_STAFF_CHANNELS = IN_PERSON | {Channel.COUNTER}
_COMMUNITY_WEIGHT = 2.0
"""A community has about twice the people of a village."""
_RECEPTION_DAY = 2
"""Paper: every Wednesday is reception day."""
_TRIES = 300
_RECENT_MINUTES = 2 * 24 * 60
_MAJOR, _COMPLEX = (
    ("0303", "1202", "120301"),
    ("0301", "0302", "0305", "1404", "140102", "0503", "0902", "1204"),
)


def make_plan(
    county: County,
    *,
    seed: int,
    cases: int,
    days: int,
    until: datetime,
    calendar: OfficeCalendar,
    behaviour: Behaviour | None = None,
) -> list[CasePlan]:
    """Return `cases` matters raised in the `days` before `until`, in the order in which they were raised."""
    first = until.astimezone(SHANGHAI).date() - timedelta(days=days - 1)
    frame = Frame(county, seed, first, days, until, calendar, behaviour or Behaviour())
    plans = [_plan_case(frame, number) for number in range(1, cases + 1)]
    return sorted(plans, key=lambda plan: (plan.registered_at, plan.number))


def _plan_case(frame: Frame, number: int) -> CasePlan:
    rng = Random(f"{frame.seed}/case/{number}")  # noqa: S311 - a story, no secret
    place = _pick_place(rng, frame)
    channel = rng.choices(list(frame.behaviour.channels), list(frame.behaviour.channels.values()))[0]
    category = rhythm.pick_category(rng, month=frame.until.month, community=place.is_community)
    if content.categories()[category].urgency == "emergency" and channel in _STAFF_CHANNELS - {Channel.GRID}:
        channel = Channel.HOTLINE
    voice = pick_voice(rng, on_behalf=channel in IN_PERSON)
    anonymous = channel in (Channel.WEB, Channel.WECHAT) and rng.random() < frame.behaviour.anonymous
    reporter = make_person(rng, youngest=voice.ages[0], oldest=voice.ages[1], sex=voice.sex)
    message = write_message(
        rng,
        category=category,
        where=frame.county.locality(place),
        month=frame.until.month,
        voice=voice,
        speaker=None if anonymous else reporter,
    )
    plan = CasePlan(
        number=number,
        place=place,
        channel=channel,
        reporter=None if anonymous else reporter,
        message=message,
        urgency=message.urgency,
        tier=_tier(message),
        steps=(),
    )
    steps = Script(frame, plan, rng).write(_pick_moment(rng, frame, plan))
    # A matter raised in the last minutes still has its first step.
    return replace(
        plan, steps=tuple(step for n, step in enumerate(steps) if n == 0 or step.at <= frame.until)
    )


def _pick_place(rng: Random, frame: Frame) -> Place:
    villages = frame.county.of_kind("village")
    weights = [_COMMUNITY_WEIGHT if village.is_community else 1.0 for village in villages]
    shown = next(n for n, village in enumerate(villages) if village.code == SHOWN_VILLAGE)
    weights[shown] = frame.behaviour.shown_village_weight
    return rng.choices(villages, weights)[0]


def _pick_moment(rng: Random, frame: Frame, plan: CasePlan) -> datetime:
    """Return when the matter is raised: not after `until`, receptions on reception day."""
    channel = plan.channel
    pattern = "desk" if channel in _STAFF_CHANNELS else "open"
    pattern = "emergency" if plan.urgency == "emergency" else pattern
    recent = pattern != "desk" and plan.place.code == SHOWN_VILLAGE
    if recent and rng.random() < frame.behaviour.shown_village_recent:
        return frame.until - timedelta(minutes=rng.randint(5, _RECENT_MINUTES))
    for _attempt in range(_TRIES):
        at = rhythm.pick_moment(
            rng, first=frame.first, days=frame.days, pattern=pattern, calendar=frame.calendar
        )
        if at < frame.until and (channel is not Channel.RECEPTION or at.weekday() == _RECEPTION_DAY):
            return at
    return frame.until - timedelta(minutes=rng.randint(5, 60))


def _tier(message: Message) -> Tier:
    if message.category.startswith(_MAJOR):
        return Tier.MAJOR
    if message.category.startswith(_COMPLEX):
        return Tier.COMPLEX
    return Tier.SMALL
