"""Petitions: the times of the regulation, review, second review, and the end of the procedure."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import jobs, numbers
from gongzhi.cases.actions import dispatching, handling, judging, moves, petitions
from gongzhi.cases.lifecycle import Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Case, Clock, Petition, PetitionReview, Transition
from gongzhi.cases.queries import categories, tracking
from gongzhi.cases.queries import petitions as queries
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.core import clock
from gongzhi.notices.models import Notice
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def taken(stage: Stage) -> Case:
    return petitions.take_as_petition(case=stage.registered(), by=stage.clerk, at=stage.tick())


def accepted(stage: Stage) -> Case:
    road = categories.get_category("0101")
    assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
    return dispatching.accept_case(case=taken(stage), assessment=assessment, by=stage.clerk, at=stage.tick())


def answered(stage: Stage) -> Case:
    case = dispatching.dispatch_case(
        case=accepted(stage), unit=stage.cast.units.village, by=stage.clerk, at=stage.tick()
    )
    return answer(stage, handling.sign_case(case=case, by=stage.clerk, at=stage.tick()))


def answer(stage: Stage, case: Case) -> Case:
    return handling.resolve_case(
        case=case, outcome=Outcome.CANNOT, answer="不符合条件。", by=stage.clerk, at=stage.tick()
    )


def ask(case: Case, at: datetime) -> Case:
    return petitions.ask_review(case=case, words="我不服。", by=RESIDENT, at=at)


def decide(stage: Stage, case: Case, result: str, by: Person) -> Case:
    return petitions.decide_review(
        case=case, result=result, decision="经复查，意见如下。", by=by.actor, at=stage.tick()
    )


def test_a_petition_is_accepted_in_the_usual_time_and_answered_within_sixty_days(stage: Stage) -> None:
    case = taken(stage)
    usual = Clock.objects.get(case=case, kind="accept")
    assert usual.rule.startswith("cases.accept_limit@"), "the time to accept does not grow"
    petition = Petition.objects.get(case=case)
    assert petition.decide_by == case.registered_at + timedelta(days=15)
    with pytest.raises(petitions.AlreadyPetition):
        petitions.take_as_petition(case=case, by=stage.clerk, at=stage.tick())
    case = accepted(stage)
    finish = Clock.objects.get(case=case, kind="finish")
    assert case.accepted_at is not None
    assert finish.due_at == case.accepted_at + timedelta(days=60)
    assert finish.rule == "cases.petition@1"


def test_two_reviews_by_the_levels_above_and_then_it_is_over(stage: Stage) -> None:
    town, county = stage.cast.town_dispatcher, stage.cast.county_dispatcher
    case = ask(answered(stage), stage.tick())
    review = PetitionReview.objects.get(case=case)
    assert (review.kind, review.unit) == ("review", stage.cast.units.town)
    assert review.due_at == review.asked_at + timedelta(days=30)
    assert Notice.objects.filter(user_id=town.user.pk, kind="cases.review_asked").exists()
    with pytest.raises(petitions.NoReviewNow):
        ask(case, stage.tick())
    case = decide(stage, case, "upheld", town)
    case = ask(case, stage.tick())
    assert PetitionReview.objects.get(kind="second").unit == stage.cast.units.county
    case = decide(stage, case, "upheld", county)
    with pytest.raises(petitions.PetitionOver) as over:
        ask(case, stage.tick())
    assert "12348" in str(over.value.hint)
    page = tracking.tracked(case, at=clock.now())
    assert page.petition is not None
    assert "12348" in page.petition.remains
    with pytest.raises(petitions.BeforeIsOver):
        taken(stage)
    anew = petitions.take_as_petition(
        case=stage.registered(), new_facts="新找到一份1998年的协议。", by=stage.clerk, at=stage.tick()
    )
    assert anew.route == "petition"
    step = Transition.objects.get(case=anew, move="take_as_petition")
    assert (step.words, step.data["after"]) == ("新找到一份1998年的协议。", case.number)


def test_only_the_level_above_decides_and_never_the_unit_that_answered(stage: Stage) -> None:
    case = ask(answered(stage), stage.tick())
    for person in (stage.cast.clerk, stage.cast.county_dispatcher, stage.cast.supervisor):
        with pytest.raises(moves.NotYourMove):
            decide(stage, case, "upheld", person)


def test_the_time_to_ask_ends_with_the_thirtieth_day_after_the_answer(stage: Stage) -> None:
    case = answered(stage)
    assert case.resolved_at is not None
    thirtieth = timezone.localtime(case.resolved_at + timedelta(days=30))
    with pytest.raises(petitions.NoReviewNow):
        ask(case, thirtieth.replace(hour=0, minute=0) + timedelta(days=1))
    ask(case, thirtieth.replace(hour=23, minute=59))


def test_ordered_anew_the_matter_is_handled_again_and_the_reviews_begin_again(stage: Stage) -> None:
    case = judging.confirm_case(case=answered(stage), solved=False, score=2, by=RESIDENT, at=stage.tick())
    case = decide(stage, ask(case, stage.tick()), "again", stage.cast.town_dispatcher)
    assert (case.status, case.reworks, case.solved) == (State.HANDLING, 1, None)
    case = ask(answer(stage, case), stage.tick())
    newest = PetitionReview.objects.filter(case=case).order_by("-pk")[0]
    assert (newest.kind, newest.unit) == ("review", stage.cast.units.town)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_a_review_that_is_not_decided_reminds_who_decides_then_the_head_then_those_above(
    stage: Stage,
) -> None:
    case = ask(answered(stage), stage.tick())
    review = PetitionReview.objects.get(case=case)
    half = review.asked_at + timedelta(days=15, minutes=1)
    assert jobs.remind_of_reviews(at=half - timedelta(days=1)) == 0
    assert jobs.remind_of_reviews(at=half) == 1
    assert jobs.remind_of_reviews(at=half) == 0, "twice is once"
    assert told("cases.review_waits") == {"town_dispatcher", "town_head"}
    assert jobs.remind_of_reviews(at=review.asked_at + timedelta(days=25)) == 1
    assert jobs.remind_of_reviews(at=review.due_at + timedelta(minutes=1)) == 1
    assert {"supervisor", "town_head"} <= told("cases.review_waits")
    rungs = AuditEvent.objects.filter(code="cases.review.rung_taken").order_by("pk")
    assert [json.loads(row.data)["rung"] for row in rungs] == ["tell_unit", "tell_head", "tell_above"]


def test_a_review_that_was_decided_reminds_nobody(stage: Stage) -> None:
    case = decide(stage, ask(answered(stage), stage.tick()), "upheld", stage.cast.town_dispatcher)
    review = PetitionReview.objects.get(case=case)
    assert review.next_step_at is None
    assert jobs.remind_of_reviews(at=review.due_at + timedelta(days=90)) == 0


def test_above_the_county_the_refusal_says_whom_to_turn_to(stage: Stage) -> None:
    case = accepted(stage)
    case = dispatching.dispatch_case(
        case=case, unit=stage.cast.units.village, by=stage.clerk, at=stage.tick()
    )
    case = handling.sign_case(case=case, by=stage.clerk, at=stage.tick())
    for person in (stage.cast.clerk, stage.cast.town_dispatcher):
        case = dispatching.escalate_case(
            case=case, tried="试过。", why_not="办不了。", by=person.actor, at=stage.tick()
        )
        above = {"town": stage.cast.town_dispatcher, "county": stage.cast.county_dispatcher}[case.level]
        case = handling.sign_case(case=case, by=above.actor, at=stage.tick())
    case = handling.resolve_case(
        case=case,
        outcome=Outcome.CANNOT,
        answer="不符合条件。",
        by=stage.cast.county_dispatcher.actor,
        at=stage.tick(),
    )
    with pytest.raises(petitions.NoReviewHere) as refused:
        ask(case, stage.tick())
    assert "安康" in str(refused.value.hint)


def test_the_documents_are_printed_by_staff_and_by_the_holder_of_the_receipt(
    stage: Stage, sign_in: Callable[[Person], Client]
) -> None:
    case = decide(stage, ask(answered(stage), stage.tick()), "changed", stage.cast.town_dispatcher)
    code = numbers.receipt_code(case.number)
    clerk, analyst = sign_in(stage.cast.clerk), sign_in(stage.cast.analyst)
    for name, words in (("acceptance", "受理"), ("answer", "不符合条件"), ("review", "经复查")):
        address = f"/t/{case.number}/{code}/documents/{name}/"
        assert words in Client().get(address).content.decode()
        printed = clerk.get(f"/cases/{case.number}/documents/{name}/")
        assert printed.status_code == 200
        assert "王桂芳" not in printed.content.decode(), "a name is read only by a look that is recorded"
        assert analyst.get(f"/cases/{case.number}/documents/{name}/").status_code == 404
    assert Client().get(f"/t/{case.number}/{code}/documents/second/").status_code == 404
    assert Client().get(f"/t/{case.number}/{code}/documents/nonsense/").status_code == 404
    assert Client().get(f"/t/{case.number}/wrong/documents/answer/").status_code == 404


def test_the_resident_asks_for_a_review_with_the_receipt_alone(stage: Stage) -> None:
    case = answered(stage)
    address = f"/t/{case.number}/{numbers.receipt_code(case.number)}/"
    assert "review/" in Client().get(address).content.decode()
    answer_page = Client().post(f"{address}review/", {"words": "我不服。"})
    assert answer_page.status_code == 302
    assert PetitionReview.objects.filter(case=case).count() == 1
    assert queries.to_review(stage.cast.town_dispatcher.actor).get() == case
    assert not queries.to_review(stage.cast.clerk.actor).exists()


def test_an_ordinary_matter_has_no_review_and_no_documents(stage: Stage) -> None:
    case = stage.resolved()
    with pytest.raises(petitions.NoReviewNow):
        ask(case, stage.tick())
    assert tracking.tracked(case, at=clock.now()).may("ask_review") is None
