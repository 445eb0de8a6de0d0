"""Merging matters about the same thing: who hears, who judges, and how they come apart again."""

from datetime import timedelta

import pytest

from gongzhi.cases.actions import (
    dispatching,
    handling,
    intake,
    judging,
    judging_merged,
    ladder,
    merging,
    moves,
    story,
)
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Case, CaseMerge, CaseSight, Clock, Rating, Transition
from gongzhi.cases.queries import case_page, categories, merged, tracking
from gongzhi.cases.tests.stage import RESIDENT, TEXT, Stage
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.notices.models import Notice
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OTHER = resident("李大山")


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def other(stage: Stage) -> Case:
    """A second matter about the same road, from a neighbour who left a mail address."""
    matter = intake.Matter(text="李大山家门口的路塌了，车过不去。", place=stage.cast.units.village)
    who = intake.Reporter(name="李大山", mail="lidashan@example.org")
    return intake.register_case(matter=matter, reporter=who, channel=Channel.WEB, by=OTHER, at=stage.tick())


def merge(stage: Stage, case: Case, main: Case) -> Case:
    return merging.merge_case(case=case, main=main, by=stage.clerk, at=stage.tick())


def resolve(stage: Stage, main: Case) -> Case:
    return handling.resolve_case(
        case=main, outcome=Outcome.SOLVED, answer="路已修通。", by=stage.clerk, at=stage.tick()
    )


def facts(case: Case) -> dict[str, object]:
    found = Case.objects.filter(pk=case.pk).values().get()
    return {name: value for name, value in found.items() if name not in ("moves", "moved_at", "due_at")}


@pytest.mark.parametrize("start", ["registered", "accepted", "dispatched", "handling", "resolved", "paused"])
def test_taken_apart_a_matter_stands_exactly_where_it_stood(stage: Stage, start: str) -> None:
    main, case = stage.handling(), getattr(stage, start)()
    before = facts(case)
    clocks = {c.pk: (c.due_at, c.paused_at) for c in Clock.objects.filter(case=case)}
    case = merge(stage, case, main)
    assert (case.status, case.due_at) == (State.MERGED, None)
    case = merging.unmerge_case(case=case, words="不是一回事。", by=stage.clerk, at=case.moved_at)
    assert facts(case) == before
    assert {c.pk: (c.due_at, c.paused_at) for c in Clock.objects.filter(case=case)} == clocks


def test_the_time_spent_merged_does_not_count_and_no_rung_is_taken_meanwhile(stage: Stage) -> None:
    main, case = stage.handling(), stage.accepted()
    due = Clock.objects.get(case=case, kind="finish").due_at
    case = merge(stage, case, main)
    ladder.run(by=SYSTEM, at=due + timedelta(days=30), most=100)
    assert Clock.objects.get(case=case, kind="finish").step == 0
    case = merging.unmerge_case(
        case=case, words="不是一回事。", by=stage.clerk, at=case.moved_at + timedelta(days=7)
    )
    again = Clock.objects.get(case=case, kind="finish")
    assert again.due_at - due >= timedelta(days=6)
    assert case.due_at == again.due_at
    assert again.next_step_at is not None


def test_both_reporters_hear_every_answer_and_each_judges_for_themselves(stage: Stage) -> None:
    main, case = stage.handling(), other(stage)
    merge(stage, case, main)
    resolve(stage, main)
    mails = Notice.objects.filter(kind="cases.answer", subject_ref=f"case:{case.number}")
    assert ["路已修通。" in n.body for n in mails] == [True]
    judging_merged.judge_merged(case=case, solved=True, score=4, by=OTHER, at=stage.tick())
    case.refresh_from_db()
    main.refresh_from_db()
    assert (case.solved, case.score, case.status) == (True, 4, State.MERGED)
    assert (main.solved, main.status) == (None, State.RESOLVED), "the other one has not judged"
    judging.confirm_case(case=main, solved=True, score=5, by=RESIDENT, at=stage.tick())
    with pytest.raises(judging.NothingToRate):
        judging_merged.judge_merged(case=case, solved=False, by=OTHER, at=stage.tick())


def test_not_solved_by_a_merged_reporter_brings_the_main_matter_back_without_their_words(
    stage: Stage,
) -> None:
    main, case = stage.handling(), other(stage)
    merge(stage, case, main)
    resolve(stage, main)
    judging_merged.judge_merged(
        case=case, solved=False, again=True, words="李大山家门口还是烂的。", by=OTHER, at=stage.tick()
    )
    main.refresh_from_db()
    assert (main.status, main.reworks) == (State.HANDLING, 1)
    told = tracking.tracked(main, at=clock.now())
    assert not any("李大山" in step.words for step in told.steps)
    assert any("邻居" in step.who or "neighbour" in step.who for step in told.steps)
    resolve(stage, main)
    judging_merged.judge_merged(case=case, solved=True, by=OTHER, at=stage.tick())
    assert Rating.objects.filter(case=case).count() == 2


def test_the_page_of_a_merged_reporter_shows_the_answer_and_nothing_of_the_other_one(stage: Stage) -> None:
    main, case = stage.handling(), other(stage)
    case = merge(stage, case, main)
    resolve(stage, main)
    page = tracking.tracked(case, at=clock.now())
    assert page.answer == "路已修通。"
    assert page.may("judge_merged")
    shown = repr(page)
    for hidden in (main.text, main.reporter_name, main.reporter_phone, main.title, "王桂芳"):
        assert hidden not in shown
    of_main = repr(tracking.tracked(Case.objects.get(pk=main.pk), at=clock.now()))
    assert "李大山" not in of_main


def test_neither_chains_nor_circles_nor_itself(stage: Stage) -> None:
    first, second, third = stage.handling(), stage.accepted(), stage.accepted()
    merge(stage, second, first)
    with pytest.raises(merging.MainNotPossible):
        merge(stage, third, second)
    with pytest.raises(merging.LeadsOthers):
        merge(stage, first, third)
    with pytest.raises(merging.MainNotPossible):
        merge(stage, third, third)
    with pytest.raises(moves.MoveNotPossible):
        merge(stage, second, third)
    assert CaseMerge.objects.count() == 1


def test_a_finished_matter_leads_nobody(stage: Stage) -> None:
    for main in (stage.closed(), stage.declined(), stage.withdrawn()):
        with pytest.raises(merging.MainNotPossible):
            merge(stage, stage.accepted(), main)


def test_when_the_main_matter_is_taken_back_the_others_go_on_by_themselves(stage: Stage) -> None:
    main, case = stage.handling(), stage.accepted()
    merge(stage, case, main)
    judging.withdraw_case(case=main, words="不用了。", by=RESIDENT, at=stage.tick())
    case.refresh_from_db()
    assert case.status == State.ACCEPTED
    assert case.due_at is not None


def test_words_of_a_merged_reporter_reach_whoever_handles_the_main_matter(stage: Stage) -> None:
    main = handling.sign_case(case=stage.dispatched(), by=stage.cast.village_head.actor, at=stage.tick())
    case = merge(stage, other(stage), main)
    story.comment_case(case=case, words="还塌了一处。", public=True, by=OTHER, at=stage.tick())
    head = stage.cast.village_head.user.pk
    assert Notice.objects.filter(user_id=head, kind="cases.resident_wrote").exists()


def test_both_units_see_both_and_a_stranger_neither(stage: Stage) -> None:
    road = categories.get_category("0101")
    far = intake.register_case(
        matter=intake.Matter(text=TEXT, place=stage.cast.units.other_village),
        reporter=intake.Reporter(),
        channel=Channel.WEB,
        by=RESIDENT,
        at=stage.tick(),
    )
    dispatcher = stage.cast.county_dispatcher.actor
    far = dispatching.accept_case(
        case=far,
        assessment=dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY),
        by=dispatcher,
        at=stage.tick(),
    )
    main = stage.handling()
    merging.merge_case(case=far, main=main, by=dispatcher, at=stage.tick())
    assert CaseSight.objects.filter(case=far, unit=stage.cast.units.village, reason="merged").exists()
    assert CaseSight.objects.filter(case=main, unit=stage.cast.units.other_village, reason="merged").exists()
    assert merged.find_main(stage.cast.officer.actor, main.number) is None


def test_the_story_names_the_other_matter_for_staff(stage: Stage) -> None:
    main, case = stage.handling(), stage.accepted()
    merge(stage, case, main)
    assert Transition.objects.get(case=case, move="merge").data["main"] == main.number


def test_the_page_of_a_merged_matter_shows_its_clocks_standing_still(stage: Stage) -> None:
    main, case = stage.handling(), stage.accepted()
    case = merge(stage, case, main)
    page = case_page.case_page(viewer=stage.clerk, number=case.number, at=clock.now())
    assert [clock.paused_words != "" for clock in page.clocks if clock.stopped_at is None] == [True]
    assert page.rests_with is not None
    assert page.rests_with.number == main.number
    main_page = case_page.case_page(viewer=stage.clerk, number=main.number, at=clock.now())
    assert [row.number for row in main_page.followers] == [case.number]


def test_what_shares_its_words_is_suggested_before_the_rest(stage: Stage) -> None:
    main, case = stage.handling(), other(stage)
    strange = intake.register_case(
        matter=intake.Matter(text="低保金没有发下来。", place=stage.cast.units.village),
        reporter=intake.Reporter(),
        channel=Channel.WEB,
        by=RESIDENT,
        at=stage.tick(),
    )
    offered = [option.code for option in merged.suggestions(stage.clerk, case, at=clock.now())]
    assert offered[:1] == [main.number]
    assert strange.number not in offered
    assert case.number not in offered
