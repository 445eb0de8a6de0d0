"""Cases brought to where a move of `MOVES` is possible, each by the real actions."""

from collections.abc import Callable
from datetime import date
from typing import Any

from gongzhi.cases.actions import (
    experts,
    extending,
    intake,
    merging,
    pausing,
    petitions,
    supervising,
    together,
)
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, Expert, SpotCheck
from gongzhi.cases.queries import categories
from tests.stage import RESIDENT, Stage


def state(state: State) -> Callable[[Stage], Case]:
    return lambda stage: stage.in_state(state)


def paused(stage: Stage) -> Case:
    case = stage.in_state(State.HANDLING)
    clerk = stage.cast.clerk.actor
    return pausing.pause_case(case=case, reason="weather", waiting_for="天晴", by=clerk, at=stage.later(20))


def supervised(stage: Stage) -> Case:
    case = stage.in_state(State.HANDLING)
    return supervising.supervise_case(
        case=case, words="请说明。", by=stage.cast.town_head.actor, at=stage.later(20)
    )


def at_town(stage: Stage) -> Case:
    return stage.accept(stage.register(place=stage.cast.units.town), by=stage.cast.town_dispatcher)


def called(stage: Stage) -> Case:
    return together.call_help(
        case=stage.in_state(State.HANDLING),
        unit=stage.cast.units.department,
        words="请来看看。",
        by=stage.cast.clerk.actor,
        at=stage.later(20),
    )


def helped(stage: Stage) -> Case:
    return together.answer_help(
        case=called(stage), answer="看过。", by=stage.cast.officer.actor, at=stage.later(25)
    )


def two(stage: Stage) -> Case:
    """Two matters about the same; the older one is returned."""
    case = stage.register()
    stage.in_state(State.HANDLING)
    return case


def newest() -> Case:
    return Case.objects.order_by("-pk")[0]


def merged(stage: Stage) -> Case:
    case = two(stage)
    return merging.merge_case(case=case, main=newest(), by=stage.cast.clerk.actor, at=stage.later(30))


def merged_answered(stage: Stage) -> Case:
    case = stage.register()
    clerk = stage.cast.clerk.actor
    return merging.merge_case(case=case, main=stage.in_state(State.RESOLVED), by=clerk, at=stage.later(65))


def petition_answered(stage: Stage) -> Case:
    case = petitions.take_as_petition(case=stage.register(), by=stage.cast.clerk.actor, at=stage.later(1))
    return stage.bring(case, State.RESOLVED)


def under_review(stage: Stage) -> Case:
    return petitions.ask_review(
        case=petition_answered(stage), words="我不服。", by=RESIDENT, at=stage.later(70)
    )


def published(stage: Stage) -> Case:
    return stage.published()


def answered_order(stage: Stage) -> Case:
    case = supervised(stage)
    clerk = stage.cast.clerk.actor
    return supervising.answer_supervision(case=case, answer="明天完工。", by=clerk, at=stage.later(30))


def drawn(stage: Stage) -> Case:
    """Settled by the line person and drawn for a check."""
    case = intake.settle_case(
        case=stage.register(),
        result="换了灯泡。",
        category=categories.get_category("1001"),
        by=stage.cast.line_person.actor,
        at=stage.later(5),
    )
    SpotCheck.objects.get_or_create(case=case, defaults={"desk": case.desk, "drawn_at": stage.later(5)})
    return case


def of_tier(tier: str) -> Callable[[Stage], Case]:
    def start(stage: Stage) -> Case:
        case = stage.in_state(State.HANDLING)
        Case.objects.filter(pk=case.pk).update(tier=tier)
        return case

    return start


def asked_time(stage: Stage) -> Case:
    case, clerk = stage.in_state(State.HANDLING), stage.cast.clerk.actor
    until = date(2026, 3, 25)
    return extending.ask_extension(case=case, until=until, reason="等挖机。", by=clerk, at=stage.later(20))


def with_expert(stage: Stage) -> Case:
    person = experts.Person("郑律师", "法律援助中心", "0915-5210001", "土地")
    experts.add_expert(
        unit=stage.cast.units.town, person=person, by=stage.cast.town_dispatcher.actor, at=stage.later(1)
    )
    return stage.in_state(State.HANDLING)


def ask_newest_expert() -> dict[str, Any]:
    newest = Expert.objects.order_by("-pk").first()
    return {"move": "ask_expert", "expert": str(newest.pk if newest else 0), "question": "归谁？"}


def asked_expert(stage: Stage) -> Case:
    case, clerk = with_expert(stage), stage.cast.clerk.actor
    expert = Expert.objects.order_by("-pk")[0]
    return experts.ask_expert(case=case, expert=expert, question="归谁？", by=clerk, at=stage.later(20))


def advised(stage: Stage) -> Case:
    case, clerk = asked_expert(stage), stage.cast.clerk.actor
    return experts.answer_expert(case=case, position=1, answer="归村。", by=clerk, at=stage.later(25))
