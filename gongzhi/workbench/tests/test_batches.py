"""Many matters in one press: seen before, held, taken back, carried out one by one."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import translation

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import dispatching, handling
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, CaseMerge, Transition
from gongzhi.cases.queries import categories
from gongzhi.cases.tests.stage import Stage
from gongzhi.core import clock
from gongzhi.core.actor import Actor
from gongzhi.core.forms import new_token
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import Post
from gongzhi.workbench import jobs
from gongzhi.workbench.actions import batching, foreseeing
from gongzhi.workbench.actions.foreseeing import Asked, Foreseen
from gongzhi.workbench.lifecycle import BatchState, ItemState, Kind
from gongzhi.workbench.models import Batch, BatchItem
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


class Hands:
    """The clock on the wall, which a test may turn."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def on(self, **by: int) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Iterator[Hands]:
    hands = Hands(at + timedelta(hours=4))
    monkeypatch.setattr(clock, "now", lambda: hands.at)
    with translation.override("en"):
        yield hands


@pytest.fixture
def stage(cast: Cast, hands: Hands) -> Stage:
    return Stage(cast)


def foreseen(asked: Asked, cases: list[Case], by: Actor, at: datetime) -> Foreseen:
    return foreseeing.foresee(viewer=by, asked=asked, numbers=[c.number for c in cases], at=at)


def press(asked: Asked, cases: list[Case], by: Actor, at: datetime) -> Batch:
    """Look, and press for what was shown."""
    marks = {w.case.number: w.mark for w in foreseen(asked, cases, by, at).will}
    return batching.ask(asked=asked, marks=marks, language="en", by=by, at=at)


def carried_out(batch: Batch, hands: Hands) -> list[tuple[str, str]]:
    """Let the window pass and the worker run; return state and reason of each matter."""
    jobs.run_batches(at=hands.on(seconds=61))
    return [(item.state, item.reason) for item in BatchItem.objects.filter(batch=batch).order_by("pk")]


def told_of(cases: list[Case]) -> set[int]:
    refs = [f"case:{case.number}" for case in cases]
    return set(Notice.objects.filter(subject_ref__in=refs, user__isnull=False).values_list("user", flat=True))


def to_village(stage: Stage) -> Asked:
    return Asked(Kind.DISPATCH, unit=stage.cast.units.village, words="请尽快。")


KINDS: dict[str, Callable[[Stage], tuple[Asked, list[Case]]]] = {
    "accept": lambda s: (Asked(Kind.ACCEPT, tier="small"), [s.registered(), s.registered()]),
    "dispatch": lambda s: (to_village(s), [s.accepted(), s.accepted()]),
    "reassign": lambda s: (Asked(Kind.REASSIGN, owner=s.cast.village_head.user), [s.handling()] * 1),
    "merge": lambda s: merging(s),
}


def merging(stage: Stage) -> tuple[Asked, list[Case]]:
    cases = [stage.handling(), stage.accepted(), stage.dispatched()]
    return Asked(Kind.MERGE, main=cases[0].number), cases


def prepared(stage: Stage, kind: str) -> tuple[Asked, list[Case]]:
    if kind == "dispatch":
        return to_village(stage), [stage.accepted(), stage.accepted()]
    return KINDS[kind](stage)


@pytest.mark.parametrize("kind", ["accept", "dispatch", "reassign", "merge"])
def test_what_the_preview_says_is_what_happens(stage: Stage, hands: Hands, cast: Cast, kind: str) -> None:
    asked, cases = prepared(stage, kind)
    pressing = {"merge": cast.town_head, "reassign": cast.village_head}
    by = pressing.get(kind, cast.clerk).actor
    begins = hands.at + timedelta(seconds=61)
    said = foreseen(asked, cases, by, begins)
    assert len(said.will) == len(cases) - (kind == "merge")
    Notice.objects.all().delete()
    batch = press(asked, cases, by, hands.at)
    assert {state for state, _why in carried_out(batch, hands)} == {ItemState.DONE}
    from gongzhi.cases import words

    for will in said.will:
        now = Case.objects.select_related("unit", "owner").get(pk=will.case.pk)
        assert str(words.STATES[State(now.status)]) == will.state
        assert now.unit.name == will.unit
        assert (now.owner.get_full_name() if now.owner else "") == will.owner
        assert now.due_at == will.due_at
        if will.subject:
            assert now.category is not None
            assert now.category.code == will.subject
    assert told_of(cases) == {user for will in said.will for user in will.told_users}


def test_until_the_window_is_over_nothing_changes_and_nobody_is_told(
    stage: Stage, hands: Hands, cast: Cast
) -> None:
    asked, cases = prepared(stage, "dispatch")
    before, notices = Transition.objects.count(), Notice.objects.count()
    batch = press(asked, cases, cast.clerk.actor, hands.at)
    jobs.run_batches(at=hands.on(seconds=59))
    batch.refresh_from_db()
    assert batch.state == BatchState.HELD
    assert (Transition.objects.count(), Notice.objects.count()) == (before, notices)
    jobs.run_batches(at=hands.on(seconds=1))
    assert Transition.objects.count() == before + 2


def test_a_press_taken_back_never_happens(stage: Stage, hands: Hands, cast: Cast) -> None:
    asked, cases = prepared(stage, "accept")
    batch = press(asked, cases, cast.clerk.actor, hands.at)
    batching.undo(batch=batch, by=cast.clerk.actor, at=hands.on(seconds=30))
    assert {state for state, _why in carried_out(batch, hands)} == {ItemState.REFUSED}
    batching.undo(batch=batch, by=cast.clerk.actor, at=hands.at)
    assert set(Case.objects.values_list("status", flat=True)) == {State.REGISTERED}
    assert AuditEvent.objects.filter(code="workbench.batch.undone").count() == 1


def test_what_has_begun_cannot_be_taken_back(stage: Stage, hands: Hands, cast: Cast) -> None:
    asked, cases = prepared(stage, "accept")
    batch = press(asked, cases, cast.clerk.actor, hands.at)
    carried_out(batch, hands)
    with pytest.raises(batching.HasBegun):
        batching.undo(batch=batch, by=cast.clerk.actor, at=hands.at)


def test_a_worker_killed_in_the_middle_goes_on_and_does_nothing_twice(
    stage: Stage, hands: Hands, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, cases = prepared(stage, "accept")
    batch = press(asked, cases, cast.clerk.actor, hands.at)
    hands.on(seconds=61)
    assert batching.run(batch.pk, most=1) is False
    # Killed after the action and before the row of the batch: both are undone together.
    save = BatchItem.save
    monkeypatch.setattr(BatchItem, "save", _dies)
    with pytest.raises(ExceptionGroup):
        jobs.run_batches(at=hands.at)
    monkeypatch.setattr(BatchItem, "save", save)
    assert Transition.objects.filter(move="accept").count() == 1
    jobs.run_batches(at=hands.at)
    jobs.run_batches(at=hands.at)
    assert Transition.objects.filter(move="accept").count() == 2
    assert Batch.objects.get().state == BatchState.DONE


def _dies(*_args: Any, **_more: Any) -> None:
    raise OperationalError("gone away")


def test_a_matter_somebody_else_moved_meanwhile_is_refused_and_the_rest_is_done(
    stage: Stage, hands: Hands, cast: Cast
) -> None:
    asked, cases = prepared(stage, "dispatch")
    batch = press(asked, cases, cast.clerk.actor, hands.at)
    # A legal second dispatch would go through: but it is not what was looked at.
    sister = cast.units.village
    dispatching.dispatch_case(case=cases[0], unit=sister, by=cast.village_head.actor, at=hands.at)
    states = carried_out(batch, hands)
    assert states == [
        (ItemState.REFUSED, "Somebody else has changed it since the preview."),
        (ItemState.DONE, ""),
    ]
    notice = Notice.objects.get(kind="workbench.some_refused")
    assert notice.user_id == cast.clerk.user.pk
    assert notice.title == "1 of 2 matters were not done"
    jobs.run_batches(at=hands.at)
    assert Notice.objects.filter(kind="workbench.some_refused").count() == 1


def test_who_lost_the_post_meanwhile_moves_nothing(stage: Stage, hands: Hands, cast: Cast) -> None:
    asked, cases = prepared(stage, "accept")
    batch = press(asked, cases, cast.clerk.actor, hands.at)
    Post.objects.filter(user=cast.clerk.user).update(valid_until=hands.at.date())
    hands.on(days=1)
    assert {state for state, _why in carried_out(batch, hands)} == {ItemState.REFUSED}
    assert set(Case.objects.values_list("status", flat=True)) == {State.REGISTERED}


def test_a_fault_with_one_matter_does_not_hold_up_the_others(
    stage: Stage, hands: Hands, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, cases = prepared(stage, "accept")
    batch = press(asked, cases, cast.clerk.actor, hands.at)
    real = batching._ACTS[Kind.ACCEPT]

    def faulty(batch: Batch, item: BatchItem, case: Case, by: Actor, at: datetime) -> None:
        real(batch, item, case, by, at)
        if case.pk == cases[0].pk:
            raise ZeroDivisionError

    monkeypatch.setitem(batching._ACTS, Kind.ACCEPT, faulty)
    assert [state for state, _why in carried_out(batch, hands)] == [ItemState.REFUSED, ItemState.DONE]
    assert Case.objects.get(pk=cases[0].pk).status == State.REGISTERED


def test_the_preview_says_who_is_left_out_and_why(stage: Stage, hands: Hands, cast: Cast) -> None:
    wrong, mine, held = stage.handling(), stage.registered(), stage.registered()
    press(Asked(Kind.ACCEPT, tier="small"), [held], cast.clerk.actor, hands.at)
    other = Case.objects.get(pk=mine.pk)
    said = foreseeing.foresee(
        viewer=cast.clerk.actor,
        asked=Asked(Kind.ACCEPT, tier="small"),
        numbers=[wrong.number, other.number, held.number, "HY26-999999"],
        at=hands.at,
    )
    assert [w.case.pk for w in said.will] == [mine.pk]
    assert [each.reason for each in said.left] == [
        "The matter has moved on: this step is not possible any more.",
        "It is on hold in another press for many matters.",
        "It is not there any more, or out of your sight.",
    ]
    stranger = foreseen(Asked(Kind.ACCEPT, tier="small"), [mine], cast.peer_clerk.actor, hands.at)
    assert not stranger.will
    only_reads = foreseen(Asked(Kind.ACCEPT, tier="small"), [mine], cast.supervisor.actor, hands.at)
    assert [each.reason for each in only_reads.left] == [
        "You can see this matter, but this step belongs to someone else."
    ]


def test_an_urgent_matter_does_not_become_ordinary_because_many_are_accepted(
    stage: Stage, hands: Hands, cast: Cast
) -> None:
    case = stage.registered()
    Case.objects.filter(pk=case.pk).update(urgency="emergency")
    batch = press(Asked(Kind.ACCEPT, tier="small"), [case], cast.clerk.actor, hands.at)
    carried_out(batch, hands)
    assert Case.objects.get().urgency == "emergency"


def test_more_than_the_rule_allows_are_not_chosen(stage: Stage, hands: Hands, cast: Cast) -> None:
    numbers = [f"HY26-{n:06d}" for n in range(51)]
    with pytest.raises(foreseeing.TooManyChosen, match="At most 50"):
        foreseeing.foresee(
            viewer=cast.clerk.actor, asked=Asked(Kind.ACCEPT, tier="small"), numbers=numbers, at=hands.at
        )


def test_merged_matters_rest_with_the_one_that_leads(stage: Stage, hands: Hands, cast: Cast) -> None:
    asked, cases = prepared(stage, "merge")
    carried_out(press(asked, cases, cast.clerk.actor, hands.at), hands)
    assert set(CaseMerge.objects.values_list("main__pk", flat=True)) == {cases[0].pk}
    assert CaseMerge.objects.count() == 2


def test_a_colleague_becomes_the_owner_and_both_are_told(stage: Stage, hands: Hands, cast: Cast) -> None:
    case = stage.handling()
    handling.reassign_case(case=case, owner=cast.village_head.user, by=cast.village_head.actor, at=hands.at)
    assert Case.objects.get().owner_id == cast.village_head.user.pk
    assert Notice.objects.filter(kind="cases.given_away", user=cast.clerk.user).exists()
    with pytest.raises(handling.AlreadyTheirs):
        handling.reassign_case(case=case, owner=cast.village_head.user, by=cast.clerk.actor, at=hands.at)
    with pytest.raises(handling.NotOfTheUnit):
        handling.reassign_case(case=case, owner=cast.town_head.user, by=cast.clerk.actor, at=hands.at)


# --- Pages -----------------------------------------------------------------------------------------


def marks_in(page: str) -> list[str]:
    import re

    return re.findall(r'name="m" value="([^"]+)"', page)


def test_from_the_list_to_the_press_and_back_without_script(
    stage: Stage, hands: Hands, cast: Cast, sign_in: SignIn
) -> None:
    cases = [stage.accepted(), stage.accepted()]
    client = sign_in(cast.clerk)
    listed = client.get("/cases/dispatch/?choose=all").content.decode()
    assert listed.count('form="batch"') == 2
    assert listed.count("checked data-choose") == 2
    query: dict[str, Any] = {"do": "dispatch", "n": [c.number for c in cases], "list": "base=dispatch-queue"}
    assert "预览结果" in client.get("/batches/new/", query).content.decode()
    query |= {"shown": "1", "unit": cast.units.village.code}
    shown = client.get("/batches/new/", query).content.decode()
    assert "陈大山" in shown
    sent = {**query, "m": marks_in(shown), "token": new_token()}
    first, second = client.post("/batches/new/", sent), client.post("/batches/new/", sent)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Batch.objects.count() == 1
    address = first.headers["Location"]
    assert "data-countdown" in client.get(address).content.decode()
    assert client.post(f"{address}undo/").status_code == 302
    assert "已撤回" in client.get(address).content.decode()
    assert Batch.objects.get().state == BatchState.UNDONE


def test_a_press_is_nobody_else_s_to_see_or_take_back(
    stage: Stage, hands: Hands, cast: Cast, sign_in: SignIn
) -> None:
    batch = press(Asked(Kind.ACCEPT, tier="small"), [stage.registered()], cast.clerk.actor, hands.at)
    other = sign_in(cast.village_head)
    assert other.get(f"/batches/{batch.pk}/").status_code == 404
    assert other.post(f"/batches/{batch.pk}/undo/").status_code == 404
    batch.refresh_from_db()
    assert batch.state == BatchState.HELD


def test_a_press_without_matters_leads_back_to_the_list(hands: Hands, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.clerk)
    answer = client.get("/batches/new/", {"do": "accept", "list": "queue=all&state=registered"}, follow=True)
    assert answer.redirect_chain == [("/cases/?queue=all&state=registered", 302)]
    assert "没有选中事项。" in answer.content.decode()
    assert client.get("/batches/new/", {"do": "burn", "n": "HY26-000001"}).status_code == 422
    assert sign_in(cast.analyst).get("/batches/new/", {"do": "accept", "n": "x"}).status_code == 403


def test_when_all_have_moved_on_the_page_says_so_and_nothing_is_held(
    stage: Stage, hands: Hands, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.registered()
    client = sign_in(cast.clerk)
    shown = client.get("/batches/new/", {"do": "accept", "n": case.number}).content.decode()
    dispatching.accept_case(
        case=case,
        assessment=dispatching.Assessment(categories.get_category("0101"), "request", "small", "ordinary"),
        by=cast.village_head.actor,
        at=hands.at,
    )
    sent = {"do": "accept", "tier": "small", "m": marks_in(shown), "token": new_token()}
    answer = client.post("/batches/new/", sent)
    assert answer.status_code == 409
    assert "选中的事项现在都不能这样办了。" in answer.content.decode()
    assert not Batch.objects.exists()


@pytest.mark.parametrize("count", [2, 12])
def test_a_preview_costs_the_same_few_questions_however_many_are_chosen(
    stage: Stage, hands: Hands, cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    cases = [stage.accepted() for _ in range(count)]
    actor = cast.clerk.actor
    with django_assert_max_num_queries(9):
        said = foreseen(to_village(stage), cases, actor, hands.at)
    assert len(said.will) == count
