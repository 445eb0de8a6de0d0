"""Who may make which move from the pages: every move, everyone of the cast, in and out of sight and state."""

import re
from base64 import b64encode
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from gongzhi.cases.actions import dispatching
from gongzhi.cases.lifecycle import STEPS, Move, State, Tier
from gongzhi.cases.models import Case, Transition
from gongzhi.cases.tests.stage import Stage
from gongzhi.cases.tests.test_loop import station_of
from gongzhi.cases.views.staff.presses import PRESSES
from tests.cast import Cast, Person
from tests.stage import signature
from tests.sweep.moves import MOVES

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SignIn = Callable[[Person], Client]

NEIGHBOURS = ("peer_clerk", "peer_dispatcher", "officer", "manager")
"""They have no sight of a case of 三元村: for them it does not exist."""
SEEING = (
    "clerk",
    "village_head",
    "line_person",
    "town_dispatcher",
    "town_head",
    "county_dispatcher",
    "supervisor",
    "analyst",
)
VILLAGE = {"clerk", "village_head"}
DESK = VILLAGE | {"town_dispatcher", "town_head", "county_dispatcher"}
REGISTERING = DESK | {"line_person"}
SUPERVISING = {"town_head", "supervisor"}
SETTLING = VILLAGE | {"line_person", "town_head"}
REFERRING = {"town_dispatcher", "town_head", "county_dispatcher"}

# Written out by hand from the duties of each role, so that a change of a table of rights shows up here:
# the state a move is tried from, and who of the seeing may make it.
TABLE: dict[Move, tuple[str, set[str]]] = {
    Move.ACCEPT: ("registered", DESK),
    Move.DECLINE: ("registered", DESK),
    Move.SETTLE: ("registered", SETTLING),
    Move.DISPATCH: ("accepted", DESK),
    Move.SIGN: ("dispatched", VILLAGE),
    Move.RETURN: ("handling", VILLAGE),
    Move.ESCALATE: ("handling", VILLAGE),
    Move.REFER_DOWN: ("handling", REFERRING),
    Move.RESOLVE: ("handling", VILLAGE),
    Move.CONTACT: ("handling", DESK | {"line_person", "supervisor"}),
    Move.PAUSE: ("handling", VILLAGE),
    Move.RESUME: ("paused", VILLAGE),
    Move.SUPERVISE: ("handling", SUPERVISING),
    Move.ANSWER_SUPERVISION: ("supervised", DESK),
    Move.CONFIRM: ("resolved", REGISTERING),
    Move.NOT_SOLVED: ("resolved", REGISTERING),
    Move.RATE: ("closed", REGISTERING),
    Move.REOPEN: ("closed", SUPERVISING),
    Move.OBJECT: ("declined", REGISTERING),
    Move.WITHDRAW: ("handling", REGISTERING),
    Move.COMMENT: ("handling", set(SEEING) - {"analyst"}),
    Move.ATTACH: ("handling", REGISTERING),
    Move.SIGN_STATEMENT: ("handling", VILLAGE),
    Move.PUBLISH: ("closed", DESK),
    Move.UNPUBLISH: ("published", DESK),
    Move.JUDGE_ANSWER: ("answered_order", SUPERVISING),
    Move.CHECK: ("drawn", DESK),
    Move.REISSUE: ("handling", REGISTERING),
    Move.PANEL: ("complex", VILLAGE),
    Move.DECISION: ("major", VILLAGE),
    Move.ASK_EXTENSION: ("handling", VILLAGE),
    Move.DECIDE_EXTENSION: (
        "asked_time",
        {"town_dispatcher", "town_head", "county_dispatcher", "supervisor"},
    ),
    Move.ASK_EXPERT: ("handling", VILLAGE),
    Move.ANSWER_EXPERT: ("asked_expert", DESK),
    Move.RATE_EXPERT: ("advised", DESK),
}


IN_THE_SWEEP = {
    Move.CALL_HELP,
    Move.SIGN_HELP,
    Move.ANSWER_HELP,
    Move.RATE_HELP,
    Move.CALL_OFF,
    Move.REASSIGN,
    Move.MERGE,
    Move.UNMERGE,
    Move.JUDGE_MERGED,
    Move.TAKE_AS_PETITION,
    Move.ASK_REVIEW,
    Move.DECIDE_REVIEW,
}
"""These need a second matter, another unit or a petition: `tests/sweep/moves.py` has them and who may."""


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def address(case: Case, move: Move) -> str:
    return f"/cases/{case.number}/{move}/"


def form_of(client: Client, case: Case, move: Move) -> dict[str, str]:
    """The form as the page gives it: hidden fields and what is chosen already."""
    page = client.get(address(case, move)).content.decode()
    main = page[page.index('id="main"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([\w]+)" value="([^"]*)"', main))
    checked = re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]*checked', main)
    return {**hidden, **dict(checked)}


def test_the_table_names_every_move_a_member_of_staff_can_make() -> None:
    assert set(TABLE) | IN_THE_SWEEP == set(PRESSES)
    assert set(Move) - set(PRESSES) == {Move.REGISTER, Move.CLOSE_UNRATED, Move.ORDER_ANEW, Move.FOLLOW_UP}
    assert {str(move) for move in IN_THE_SWEEP} <= set(MOVES), "the sweep tries them with everybody"


@pytest.mark.parametrize("move", list(TABLE))
def test_a_move_is_shown_to_who_may_make_it_refused_to_others_and_hidden_from_strangers(
    move: Move, stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    state, allowed = TABLE[move]
    case = getattr(stage, state)()
    statuses = {name: sign_in(getattr(cast, name)).get(address(case, move)).status_code for name in SEEING}
    assert statuses == {name: 200 if name in allowed else 403 for name in SEEING}
    strangers = {sign_in(getattr(cast, name)).get(address(case, move)).status_code for name in NEIGHBOURS}
    assert strangers == {404}
    assert Client().get(address(case, move)).status_code == 302, "who is not signed in is asked to"


@pytest.mark.parametrize("move", list(TABLE))
def test_pressing_without_the_right_changes_nothing(
    move: Move, stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    state, allowed = TABLE[move]
    case = getattr(stage, state)()
    before = Transition.objects.count()
    sent = {
        "token": str(uuid4()),
        "words": "试一下。",
        "reason": "weather",
        "title": "x",
        "text": "x",
        "answer": "x",
    }
    for name in (*SEEING, *NEIGHBOURS):
        if name in allowed:
            continue
        answer = sign_in(getattr(cast, name)).post(address(case, move), sent)
        assert answer.status_code == (403 if name in SEEING else 404), name
    assert Transition.objects.count() == before


@pytest.mark.parametrize("move", [m for m in TABLE if State.WITHDRAWN not in STEPS[m].sources])
def test_a_move_from_the_wrong_state_is_answered_409_with_what_happened(
    move: Move, stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.withdrawn()
    person = getattr(cast, sorted(TABLE[move][1])[0])
    page = sign_in(person).get(address(case, move))
    assert page.status_code == 409
    assert "已撤回" in page.content.decode()


DRAWN = "data:image/png;base64," + b64encode(signature()).decode()
FILLED: dict[Move, dict[str, str]] = {
    Move.ACCEPT: {"category": "0101", "tier": "small"},
    Move.DECLINE: {"reason": "not_ours", "responsible": "市公路局 0915-0001110"},
    Move.SETTLE: {"category": "1001", "result": "当场填好了。"},
    Move.DISPATCH: {"unit": "610921100222"},
    Move.SIGN: {},
    Move.RETURN: {"reason": "other_unit", "words": "不归我们。", "other": "交通运输局"},
    Move.ESCALATE: {"tried": "清过。", "why_not": "要机械。"},
    Move.RESOLVE: {"outcome": "solved", "answer": "修好了。"},
    Move.CONTACT: {"words": "打了电话。"},
    Move.PAUSE: {"reason": "weather", "waiting_for": "天晴"},
    Move.RESUME: {"words": "天晴了。"},
    Move.SUPERVISE: {"words": "请说明。"},
    Move.ANSWER_SUPERVISION: {"answer": "明天完工。"},
    Move.CONFIRM: {"solved": "yes", "score": "5"},
    Move.NOT_SOLVED: {"words": "还在漏。"},
    Move.RATE: {"score": "4"},
    Move.REOPEN: {"words": "又塌了。"},
    Move.OBJECT: {"words": "这是村道。"},
    Move.WITHDRAW: {"words": "他说不用了。"},
    Move.COMMENT: {"words": "看过现场。", "public": "no"},
    Move.SIGN_STATEMENT: {"about": "visit", "words": "看过现场。", "signer": "reporter", "drawn": DRAWN},
    Move.PUBLISH: {"title": "路修好了", "text": "路塌了。", "answer": "修通了。"},
    Move.UNPUBLISH: {"words": "还要再看。"},
    Move.JUDGE_ANSWER: {"sufficient": "no", "words": "没说哪天完工。"},
    Move.CHECK: {"as_written": "yes", "words": "灯亮了。"},
    Move.PANEL: {"role_cadre": "陈大山", "role_member": "张桂兰、李四", "words": "先清障。"},
    Move.DECISION: {"meeting": "村民代表会", "held_on": "2026-01-05", "number": "2026-3", "words": "同意。"},
    Move.DECIDE_EXTENSION: {"granted": "yes", "words": "同意。"},
    Move.ANSWER_EXPERT: {"position": "1", "answer": "归村集体。"},
    Move.RATE_EXPERT: {"position": "1", "score": "5"},
}


def who_presses(move: Move) -> str:
    """Somebody who may, and who did not answer the matter himself."""
    others = [name for name in SEEING if name in TABLE[move][1] and name not in VILLAGE]
    return others[0] if others else "clerk"


@pytest.mark.parametrize("move", FILLED)
def test_a_filled_form_makes_its_move_once_however_often_it_is_pressed(
    move: Move, stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.closed(score=None) if move is Move.RATE else getattr(stage, TABLE[move][0])()
    client = sign_in(getattr(cast, who_presses(move)))
    sent = {**FILLED[move], "token": str(uuid4())}
    for _press in range(2):
        answer = client.post(address(case, move), sent)
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"/cases/{case.number}/")
    made = list(Transition.objects.filter(case=case).order_by("seq").values_list("move", flat=True))
    assert made.count(str(move)) == 1


def test_a_matter_is_never_referred_down_to_a_level_that_escalated_it(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case, client = stage.escalated(), sign_in(cast.town_dispatcher)
    sent = {"token": str(uuid4()), "unit": "610921100222", "reason": "还是村里办。"}
    assert "三元村" not in str(
        re.findall(
            "<datalist.*?</datalist>", client.get(address(case, Move.REFER_DOWN)).content.decode(), re.DOTALL
        )
    )
    assert client.post(address(case, Move.REFER_DOWN), sent).status_code == 422


def test_a_refer_down_pressed_twice_is_made_once(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = dispatching.dispatch_case(
        case=stage.objected(), unit=cast.units.town, by=cast.town_dispatcher.actor, at=stage.tick()
    )
    client = sign_in(cast.town_dispatcher)
    sent = {"token": str(uuid4()), "unit": "610921100222", "reason": "村里能办。"}
    assert [client.post(address(case, Move.REFER_DOWN), sent).status_code for _ in range(2)] == [302, 302]
    case.refresh_from_db()
    assert (case.unit.code, case.level) == ("610921100222", "village")


def test_the_same_form_with_other_words_is_not_taken_for_the_first(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case, client, token = stage.handling(), sign_in(cast.clerk), str(uuid4())
    client.post(address(case, Move.COMMENT), {"token": token, "words": "第一句。", "public": "no"})
    again = client.post(address(case, Move.COMMENT), {"token": token, "words": "第二句。", "public": "no"})
    text = again.content.decode()
    assert again.status_code == 409
    assert "第二句。" in text, "nothing typed is lost"
    assert token not in text, "the next press is a new one"


def test_words_are_kept_when_a_colleague_was_quicker(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.handling()
    sign_in(cast.village_head).post(
        address(case, Move.RESOLVE), {"token": str(uuid4()), "outcome": "solved", "answer": "已修通。"}
    )
    late = sign_in(cast.clerk).post(
        address(case, Move.RESOLVE),
        {"token": str(uuid4()), "outcome": "solved", "answer": "我写了很久的答复。"},
    )
    text = late.content.decode()
    assert late.status_code == 409
    for words in ("我写了很久的答复。", "陈大山", "已办结待评价"):
        assert words in text, words


@pytest.mark.parametrize(
    ("move", "state", "person", "sent", "kept"),
    [
        (Move.RESOLVE, "handling", "clerk", {"answer": "写好的答复"}, "写好的答复"),
        (Move.ESCALATE, "handling", "clerk", {"tried": "清过土"}, "清过土"),
        (Move.DECLINE, "registered", "clerk", {"reason": "not_ours", "words": "多说一句"}, "多说一句"),
        (Move.PUBLISH, "closed", "clerk", {"title": "题", "text": "找王桂芳", "answer": "好"}, "找王桂芳"),
        (Move.CONFIRM, "resolved", "clerk", {"solved": "yes", "words": "他说好了"}, "他说好了"),
        (Move.DISPATCH, "accepted", "clerk", {"unit": "610921JT", "words": "请办"}, "请办"),
        (Move.ACCEPT, "registered", "clerk", {"subject": "没有这个词", "tier": "small"}, "没有这个词"),
    ],
)
def test_a_refusal_comes_back_in_the_form_with_everything_typed(
    move: Move,
    state: str,
    person: str,
    sent: dict[str, str],
    kept: str,
    stage: Stage,
    cast: Cast,
    sign_in: SignIn,
) -> None:
    case = getattr(stage, state)()
    before = Transition.objects.count()
    page = sign_in(getattr(cast, person)).post(address(case, move), {"token": str(uuid4()), **sent})
    assert page.status_code in (403, 422)
    assert kept in page.content.decode()
    assert Transition.objects.count() == before


def test_only_units_within_reach_are_offered_for_dispatch(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.accepted()
    page = sign_in(cast.clerk).get(address(case, Move.DISPATCH)).content.decode()
    assert "三元村" in page
    for outside in ("交通运输局", "漩涡镇", "堰坪村", "月河村"):
        assert outside not in page, outside


def test_a_part_of_a_name_that_fits_several_comes_back_as_choices(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case, client = stage.registered(), sign_in(cast.clerk)
    sent = {"token": str(uuid4()), "category": "0101", "subject": "班车", "tier": Tier.SMALL}
    page = client.post(address(case, Move.ACCEPT), sent)
    shown = re.findall(r'<input type="radio" name="category" value="(\d+)"', page.content.decode())
    assert page.status_code == 422
    assert "010401" in shown
    chosen = client.post(address(case, Move.ACCEPT), sent | {"category": "010401", "subject": ""})
    assert chosen.status_code == 302
    case.refresh_from_db()
    assert case.category is not None
    assert (case.category.code, case.kind) == ("010401", case.category.kind)


def test_the_subject_proposed_by_key_words_needs_one_press(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case, client = stage.registered(), sign_in(cast.clerk)
    form = form_of(client, case, Move.ACCEPT)
    assert form["tier"] == Tier.SMALL
    assert client.post(address(case, Move.ACCEPT), form).status_code == 302
    case.refresh_from_db()
    assert case.category is not None
    assert case.category.code.startswith("01"), "a road that slid away is a matter of roads"


def test_signing_is_one_press_on_the_page_of_the_case(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case, client = stage.dispatched(), sign_in(cast.clerk)
    page = client.get(f"/cases/{case.number}/").content.decode()
    form = re.search(
        r'<form method="post" action="([^"]+/sign/)">.*?name="token" value="([^"]+)"', page, re.DOTALL
    )
    assert form is not None
    assert client.post(form[1], {"token": form[2]}).status_code == 302
    case.refresh_from_db()
    assert case.owner_id == cast.clerk.user.pk


def test_an_unknown_move_and_one_that_only_time_makes_are_not_there(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case, client = stage.handling(), sign_in(cast.clerk)
    for name in ("fly", "register", "close_unrated"):
        assert client.get(f"/cases/{case.number}/{name}/").status_code == 404, name


def test_a_desk_whose_choice_is_final_is_told_so_before_it_dispatches(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.accepted()
    station, officer = station_of(cast)
    for _round in range(2):
        case = dispatching.dispatch_case(case=case, unit=station, by=cast.clerk.actor, at=stage.tick())
        case = dispatching.return_case(
            case=case, reason="other_unit", words="不归我们。", by=officer, at=stage.tick()
        )
    page = sign_in(cast.town_dispatcher).get(address(case, Move.DISPATCH)).content.decode()
    assert "你的交办就是裁定" in page
    once = sign_in(cast.clerk).get(address(stage.accepted(), Move.DISPATCH)).content.decode()
    assert "你的交办就是裁定" not in once
