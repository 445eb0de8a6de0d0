"""Likely duplicates on the page of a case: the list with reasons, a press that merges, one that says no."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import audit_events
from gongzhi.cases.actions import dispatching, handling, indexing, intake, judging, merging
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Case, CaseMerge, CasePair
from gongzhi.cases.queries import categories, likeness, pairs
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.core import clock
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person
from tests.stage import Program

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
LAMP = "村口大槐树下的路灯坏了三天，晚上漆黑一片，老人出门摔跤。"
SAME = "大槐树那里路灯不亮，晚上看不见路。"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def raised(stage: Stage, text: str, place: Unit | None = None, *, mail: str = "") -> Case:
    matter = intake.Matter(text=text, place=place or stage.cast.units.village)
    who = intake.Reporter(name="李大山", mail=mail) if mail else intake.Reporter()
    case = intake.register_case(
        matter=matter, reporter=who, channel=Channel.WEB, by=RESIDENT, at=stage.tick()
    )
    indexing.index_new(at=stage.tick())
    return case


def handled(stage: Stage, case: Case) -> Case:
    lamp, by = categories.get_category("1001"), stage.clerk
    assessment = dispatching.Assessment(lamp, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
    case = dispatching.accept_case(case=case, assessment=assessment, by=by, at=stage.tick())
    case = dispatching.dispatch_case(case=case, unit=stage.cast.units.village, by=by, at=stage.tick())
    return handling.sign_case(case=case, by=by, at=stage.tick())


def page(client: Client, case: Case, rest: str = "") -> str:
    answer = client.get(f"/cases/{case.number}/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, case: Case, what: str, **said: str) -> int:
    return client.post(f"/cases/{case.number}/likely/{what}/", said).status_code


def test_a_dispatcher_who_opens_a_matter_sees_what_is_likely_the_same_and_why(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    text = page(sign_in(cast.clerk), same)
    assert "可能是同一件事" in text
    assert lamp.number in text
    assert "路灯" in text
    assert "同一天" in text
    assert f"并入 {lamp.number}" in text


def test_one_press_merges_and_every_reporter_hears_the_answer(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    main = handled(stage, raised(stage, LAMP, mail="lamp@example.org"))
    first = raised(stage, SAME, mail="first@example.org")
    second = raised(stage, SAME + "大家都说。", mail="second@example.org")
    client = sign_in(cast.clerk)
    for case in (first, second):
        assert press(client, case, "merge", other=main.number, lead=main.number) == 302
    handling.resolve_case(
        case=main, outcome=Outcome.SOLVED, answer="灯已换好。", by=stage.clerk, at=clock.now()
    )
    told = Notice.objects.filter(kind="cases.answer").values_list("subject_ref", flat=True)
    assert set(told) == {f"case:{case.number}" for case in (main, first, second)}
    bodies = Notice.objects.filter(kind="cases.answer").values_list("body", flat=True)
    assert all("灯已换好。" in body for body in bodies)


def test_merged_into_a_matter_that_is_answered_the_reporter_hears_the_answer_at_once(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    main = handled(stage, raised(stage, LAMP))
    main = handling.resolve_case(
        case=main, outcome=Outcome.SOLVED, answer="灯已换好。", by=stage.clerk, at=clock.now()
    )
    late = raised(stage, SAME, mail="late@example.org")
    assert press(sign_in(cast.clerk), late, "merge", other=main.number, lead=main.number) == 302
    told = Notice.objects.get(kind="cases.answer", subject_ref=f"case:{late.number}")
    assert "灯已换好。" in told.body


def test_the_one_that_is_handled_leads_and_of_equals_the_older(stage: Stage) -> None:
    older, newer = raised(stage, LAMP), raised(stage, SAME)
    assert pairs.leading(newer, older) is older
    assert pairs.leading(older, newer) is older
    newer = handled(stage, newer)
    assert pairs.leading(older, newer) is newer
    newer = handling.resolve_case(
        case=newer, outcome=Outcome.SOLVED, answer="好了。", by=stage.clerk, at=stage.tick()
    )
    assert pairs.leading(older, newer) is older
    newer = judging.confirm_case(case=newer, solved=True, score=None, by=RESIDENT, at=stage.tick())
    assert pairs.leading(newer, older) is older
    older = judging.withdraw_case(case=older, words="不用了。", by=RESIDENT, at=stage.tick())
    assert pairs.leading(newer, older) is None


def test_the_message_after_merging_leads_to_taking_it_apart(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    client = sign_in(cast.clerk)
    press(client, same, "merge", other=lamp.number, lead=lamp.number)
    text = page(client, same)
    assert f'href="/cases/{same.number}/unmerge/"' in text
    client.post(f"/cases/{same.number}/unmerge/", unmerge_form(client, same))
    same.refresh_from_db()
    assert same.status == State.REGISTERED


def unmerge_form(client: Client, case: Case) -> dict[str, str]:
    form = client.get(f"/cases/{case.number}/unmerge/").context["form"]
    return {"token": form["token"].value(), "words": "按错了。"}


def test_a_second_press_merges_nothing_twice(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    client = sign_in(cast.clerk)
    for _ in range(2):
        assert press(client, same, "merge", other=lamp.number, lead=lamp.number) == 302
    assert CaseMerge.objects.count() == 1


def test_who_may_not_merge_sees_the_list_without_a_press(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    client = sign_in(cast.line_person)
    text = page(client, same)
    assert lamp.number in text
    assert "/likely/" not in text
    for what in ("merge", "apart"):
        assert press(client, same, what, other=lamp.number, lead=lamp.number) == 403
    assert not CaseMerge.objects.exists()
    assert not CasePair.objects.exists()


def test_an_analyst_reads_no_words_of_likely_matters(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    raised(stage, LAMP)
    same = raised(stage, SAME)
    client = sign_in(cast.analyst)
    assert "路灯" not in page(client, same)
    assert client.get(f"/cases/{same.number}/likely/").status_code == 403


def test_not_the_same_is_remembered_for_everybody_and_for_both_and_is_in_the_log(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    client = sign_in(cast.clerk)
    for _ in range(2):
        assert press(client, same, "apart", other=lamp.number) == 302
    for viewer in (cast.clerk.actor, cast.county_dispatcher.actor):
        for case in (lamp, same):
            assert likeness.likely_duplicates(viewer=viewer, case=case, at=clock.now()) == []
    logged = AuditEvent.objects.filter(code=audit_events.PAIR_APART)
    assert [event.subject for event in logged] == [f"case:{same.number}"]
    text = page(client, same)
    assert "take back" in text or "收回" in text


def test_that_they_are_not_the_same_can_be_taken_back(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    client = sign_in(cast.clerk)
    press(client, same, "apart", other=lamp.number)
    assert press(client, same, "apart", other=lamp.number, back="on") == 302
    found = likeness.likely_duplicates(viewer=cast.clerk.actor, case=same, at=clock.now())
    assert [each.number for each in found] == [lamp.number]
    assert AuditEvent.objects.filter(code=audit_events.PAIR_APART_TAKEN_BACK).count() == 1


@pytest.mark.parametrize("other", ["", "HY26-999999", "nonsense", "itself", "unseen"])
def test_an_absent_an_unseen_and_the_same_matter_are_refused_alike(
    other: str, stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    same, far = raised(stage, SAME), raised(stage, LAMP, stage.cast.units.other_village)
    number = {"itself": same.number, "unseen": far.number}.get(other, other)
    client = sign_in(cast.clerk)
    for what in ("merge", "apart"):
        answer = client.post(
            f"/cases/{same.number}/likely/{what}/", {"other": number, "lead": number or same.number}
        )
        assert answer.status_code == 422
        assert far.title not in answer.content.decode()
    assert not CasePair.objects.exists()


def test_words_of_a_neighbour_never_become_markup(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    bad = '<script>alert(1)</script>路灯"><img src=x onerror=alert(2)>大槐树'
    raised(stage, bad)
    same = raised(stage, bad + "又坏了。")
    text = page(sign_in(cast.clerk), same)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;" in text


def test_the_list_has_a_page_of_its_own_whatever_became_of_the_matter(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    lamp = raised(stage, LAMP)
    same = handled(stage, raised(stage, SAME))
    client = sign_in(cast.clerk)
    assert lamp.number not in page(client, same), "its page looks for others while it lies at the desk"
    assert lamp.number in page(client, same, "likely/")
    alone = raised(stage, "自来水一到傍晚就停。")
    assert "暂时没有" in page(client, alone, "likely/")


def test_what_is_finished_is_shown_without_a_press_to_merge(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    old = judging.withdraw_case(case=raised(stage, LAMP), words="不用了。", by=RESIDENT, at=stage.tick())
    same = raised(stage, SAME)
    text = page(sign_in(cast.clerk), same)
    assert old.number in text
    assert "/likely/merge/" not in text
    assert press(sign_in(cast.clerk), same, "merge", other=old.number, lead=old.number) in (409, 422)


def test_what_rests_with_another_is_not_shown(stage: Stage, cast: Cast) -> None:
    main, resting, same = raised(stage, LAMP), raised(stage, SAME), raised(stage, SAME)
    merging.merge_case(case=resting, main=main, by=stage.clerk, at=stage.tick())
    found = likeness.likely_duplicates(viewer=stage.clerk, case=same, at=clock.now())
    assert [each.number for each in found] == [main.number]


def test_a_page_with_likely_matters_costs_eight_queries_more(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    raised(stage, LAMP)
    raised(stage, LAMP + "请修。")
    same = raised(stage, SAME)
    client = sign_in(cast.clerk)
    page(client, same)
    with CaptureQueriesContext(connection) as queries:
        page(client, same)
    about_cases = [q["sql"] for q in queries if "cases_" in q["sql"]]
    more = 3 if connection.vendor == "postgresql" else 0
    assert len(about_cases) <= 13 + 8 + more, "\n".join(about_cases)


def test_programs_read_the_list_and_say_not_the_same(stage: Stage, cast: Cast) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    program = Program(cast.clerk)
    listed = program.get(f"/cases/{same.number}/likely").json()
    assert [(row["number"], row["lead"]) for row in listed["items"]] == [(lamp.number, lamp.number)]
    assert "路灯" in listed["items"][0]["reason"]
    said = program.post(f"/cases/{same.number}/not-the-same", {"other": lamp.number})
    assert said.json() == {"items": [], "not_the_same": [lamp.number]}
    back = program.post(f"/cases/{same.number}/not-the-same", {"other": lamp.number, "back": True})
    assert [row["number"] for row in back.json()["items"]] == [lamp.number]


def test_programs_get_only_what_their_posts_see(stage: Stage, cast: Cast) -> None:
    lamp, same = raised(stage, LAMP), raised(stage, SAME)
    address = f"/cases/{same.number}"
    assert Program(cast.peer_clerk).get(f"{address}/likely").status_code == 404
    assert Program(cast.analyst).get(f"{address}/likely").status_code == 403
    said = {"other": lamp.number}
    assert Program(cast.line_person).post(f"{address}/not-the-same", said).status_code == 403
    assert Program(cast.peer_clerk).post(f"{address}/not-the-same", said).status_code == 404


def test_far_away_in_place_or_time_is_not_shown(stage: Stage, cast: Cast) -> None:
    raised(stage, LAMP, stage.cast.units.other_village)
    early = Stage(cast, began=clock.now() - timedelta(days=61))
    raised(early, LAMP)
    same = raised(stage, SAME)
    viewer = cast.county_dispatcher.actor
    assert likeness.likely_duplicates(viewer=viewer, case=same, at=clock.now()) == []
