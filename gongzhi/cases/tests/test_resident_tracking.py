"""The page of a matter for the holder of its receipt: what it shows, what it hides, what may be pressed."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from gongzhi.audit.jobs import seal
from gongzhi.cases import numbers
from gongzhi.cases.actions import dispatching, handling, intake, judging, limits, story, supervising
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Attachment, Case, Rating, Transition
from gongzhi.cases.queries import categories
from gongzhi.cases.tests.test_resident_raising import photo
from gongzhi.cases.tries_rules import TRIES
from gongzhi.core import clock
from gongzhi.core.actions.rates import Limit
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.core.models import RateMark
from gongzhi.orgs.network import network_mark
from gongzhi.rulebook.queries import in_force
from tests.cast import Cast

pytestmark = pytest.mark.django_db

RESIDENT = resident("王桂芳")
PHONE = "13900002207"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Pages live at the moment of the cast; a test that needs another moves the clock itself."""
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=3))


@pytest.fixture
def case(cast: Cast, at: datetime) -> Case:
    matter = intake.Matter(text="三组的路塌了，校车过不去。", place=cast.units.village)
    reporter = intake.Reporter(name="王桂芳", phone=PHONE)
    return intake.register_case(matter=matter, reporter=reporter, channel=Channel.WEB, by=RESIDENT, at=at)


def handled(case: Case, cast: Cast, at: datetime) -> Case:
    road = categories.get_category("0101")
    assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
    by = cast.clerk.actor
    case = dispatching.accept_case(case=case, assessment=assessment, by=by, at=at + timedelta(minutes=5))
    case = dispatching.dispatch_case(
        case=case, unit=cast.units.village, words="给老陈办，别声张。", by=by, at=at + timedelta(minutes=10)
    )
    return handling.sign_case(case=case, by=by, at=at + timedelta(minutes=20))


@pytest.fixture
def resolved(case: Case, cast: Cast, at: datetime) -> Case:
    case = handled(case, cast, at)
    return handling.resolve_case(
        case=case,
        outcome=Outcome.SOLVED,
        answer="路已修通。",
        by=cast.clerk.actor,
        at=at + timedelta(hours=1),
    )


@pytest.fixture
def declined(case: Case, cast: Cast, at: datetime) -> Case:
    return dispatching.decline_case(
        case=case,
        reason="not_ours",
        responsible="省公路局 0915-5218888",
        words="",
        by=cast.clerk.actor,
        at=at + timedelta(hours=1),
    )


def address(case: Case, tail: str = "") -> str:
    return f"/t/{case.number}/{numbers.receipt_code(case.number)}/{tail}"


def page_of(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def spoken(page: str) -> str:
    """The words of a page without its markup."""
    return re.sub(r"<[^>]*>", "", page)


def test_the_page_says_who_has_the_matter_and_by_when_an_answer_comes(
    client: Client, case: Case, cast: Cast, at: datetime
) -> None:
    handled(case, cast, at)
    page = page_of(client, address(case))
    assert "三元村委会正在办" in page
    assert "最迟 3 月 18 日 10:05 给您回话" in spoken(page), "ten working days after acceptance"
    assert "cases.finish_limit" in page, "the rule that says so is named"


def test_words_between_offices_and_names_of_staff_never_reach_the_resident(
    client: Client, case: Case, cast: Cast, at: datetime
) -> None:
    handled(case, cast, at)
    story.comment_case(
        case=case,
        words="这户老上访，小心。",
        public=False,
        by=cast.clerk.actor,
        at=at + timedelta(minutes=30),
    )
    supervising.supervise_case(
        case=case, words="村里在拖，问问主任。", by=cast.supervisor.actor, at=at + timedelta(minutes=40)
    )
    page = page_of(client, address(case))
    assert "在督办" in page, "that somebody presses for it is no secret"
    assert "村里在拖" not in page
    assert "别声张" not in page
    assert "老上访" not in page
    assert cast.clerk.name not in page
    assert "还有 1 条单位之间的内部记录" in page


def test_a_wrong_code_and_a_wrong_number_give_the_same_answer(client: Client, case: Case) -> None:
    code = numbers.receipt_code(case.number)
    wrong_code = client.get(f"/t/{case.number}/AAAAAAAA/")
    wrong_number = client.get(f"/t/HY26-999999/{code}/")
    no_number = client.get(f"/t/nonsense/{code}/")
    assert {r.status_code for r in (wrong_code, wrong_number, no_number)} == {404}

    def words(page: bytes) -> str:
        text = page.decode()
        return text[text.index("<h1>") : text.index("</h1>")]

    assert words(wrong_code.content) == words(wrong_number.content) == words(no_number.content)


def test_a_page_with_a_code_is_kept_by_no_cache_found_by_no_search_and_named_to_no_other_site(
    client: Client, case: Case
) -> None:
    for tail in ("", "receipt/", "add/", "withdraw/"):
        answer = client.get(address(case, tail))
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer, same-origin"


def test_one_press_says_solved_and_the_rating_may_follow(client: Client, resolved: Case) -> None:
    answer = client.post(address(resolved, "solved/"), follow=True)
    resolved.refresh_from_db()
    assert (resolved.status, resolved.solved, resolved.score) == (State.CLOSED, True, None)
    assert "您满意吗" in answer.content.decode()
    client.post(address(resolved, "rate/"), {"score": "5", "reached": "yes", "words": "很快。"})
    rating = Rating.objects.get(case=resolved)
    assert (rating.solved, rating.score, rating.reached, rating.words) == (True, 5, True, "很快。")
    resolved.refresh_from_db()
    assert resolved.score == 5


def test_a_rating_is_given_once_and_a_second_one_changes_nothing(client: Client, resolved: Case) -> None:
    client.post(address(resolved, "solved/"))
    for score in ("5", "1"):
        answer = client.post(address(resolved, "rate/"), {"score": score}, follow=True)
        assert "评价记下了" in answer.content.decode()
    assert Rating.objects.get(case=resolved).score == 5


@pytest.mark.parametrize("score", ["", "0", "6", "abc"])
def test_a_rating_outside_the_five_levels_comes_back_with_words(
    client: Client, resolved: Case, score: str
) -> None:
    client.post(address(resolved, "solved/"))
    answer = client.post(address(resolved, "rate/"), {"score": score, "words": "还行。"})
    assert answer.status_code == 422
    assert "还行。" in answer.content.decode()
    assert Rating.objects.get(case=resolved).score is None


def test_a_matter_filed_without_a_word_from_the_resident_cannot_be_rated_later(
    client: Client, resolved: Case
) -> None:
    assert resolved.rate_by is not None
    judging.close_unrated(case=resolved, by=SYSTEM, at=resolved.rate_by)
    answer = client.post(address(resolved, "rate/"), {"score": "5"}, follow=True)
    assert "事情已经往前走了" in answer.content.decode()
    resolved.refresh_from_db()
    assert (resolved.score, resolved.solved) == (None, None)


def test_one_press_says_not_solved_and_it_goes_back_to_work(client: Client, resolved: Case) -> None:
    answer = client.post(address(resolved, "not-solved/"), follow=True)
    resolved.refresh_from_db()
    assert (resolved.status, resolved.reworks) == (State.HANDLING, 1)
    assert "已经发回重办" in answer.content.decode()


@pytest.mark.parametrize("name", ["solved", "not-solved"])
def test_a_second_press_changes_nothing_and_shows_the_same_result(
    client: Client, resolved: Case, name: str
) -> None:
    first = client.post(address(resolved, f"{name}/"), follow=True)
    count = Transition.objects.filter(case=resolved).count()
    second = client.post(address(resolved, f"{name}/"), follow=True)
    assert Transition.objects.filter(case=resolved).count() == count
    assert second.redirect_chain == first.redirect_chain
    assert second.status_code == 200


def test_a_press_that_came_too_late_shows_where_the_matter_stands(
    client: Client, resolved: Case, at: datetime
) -> None:
    client.post(address(resolved, "withdraw/"))
    answer = client.post(address(resolved, "solved/"), follow=True)
    assert answer.status_code == 200
    assert "事情已经往前走了" in answer.content.decode()


@pytest.mark.parametrize(
    "tail", ["", "receipt/", "solved/", "not-solved/", "let-it-be/", "withdraw/", "add/"]
)
def test_opening_a_link_as_mail_scanners_do_changes_nothing(
    client: Client, resolved: Case, tail: str
) -> None:
    before = (resolved.moves, Transition.objects.count())
    assert client.get(address(resolved, tail)).status_code == 200
    resolved.refresh_from_db()
    assert (resolved.moves, Transition.objects.count()) == before


def test_a_refusal_says_why_and_who_is_responsible_and_may_be_objected_to(
    client: Client, declined: Case, cast: Cast
) -> None:
    page = page_of(client, address(declined))
    assert "省公路局 0915-5218888" in page
    assert "我不同意" in page
    assert client.post(address(declined, "object/"), {"words": ""}).status_code == 422
    client.post(address(declined, "object/"), {"words": "路是县里修的。"})
    declined.refresh_from_db()
    assert (declined.status, declined.desk) == (State.REGISTERED, cast.units.town)


def test_an_objection_after_its_window_is_not_offered_and_refused_with_the_way_on(
    client: Client, declined: Case, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=30))
    assert "我不同意" not in page_of(client, address(declined))
    answer = client.post(address(declined, "object/"), {"words": "路是县里修的。"})
    assert answer.status_code == 409
    assert "路是县里修的。" in answer.content.decode(), "what was typed stays"


def test_a_closed_matter_may_be_reopened_while_there_is_time(client: Client, resolved: Case) -> None:
    client.post(address(resolved, "solved/"))
    assert "要求重办" in page_of(client, address(resolved))
    client.post(address(resolved, "reopen/"), {"words": "又塌了。"})
    resolved.refresh_from_db()
    assert resolved.status == State.HANDLING


def test_a_resident_takes_a_matter_back(client: Client, case: Case) -> None:
    answer = client.post(address(case, "withdraw/"), {"words": ""}, follow=True)
    case.refresh_from_db()
    assert case.status == State.WITHDRAWN
    assert "已经撤回" in answer.content.decode()


def test_the_one_who_answered_cannot_judge_with_the_resident_s_receipt(
    resolved: Case, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in(cast.clerk).post(address(resolved, "solved/"))
    resolved.refresh_from_db()
    assert (answer.status_code, resolved.status) == (403, State.RESOLVED)


def test_words_and_photos_added_twice_by_a_shaky_hand_are_added_once(client: Client, case: Case) -> None:
    page = page_of(client, address(case, "add/"))
    token = page.split('name="token" value="')[1].split('"')[0]
    for _ in range(2):
        answer = client.post(
            address(case, "add/"), {"token": token, "words": "还有一处。", "pictures": [photo()]}, follow=True
        )
        assert "加上了" in answer.content.decode()
    assert Transition.objects.filter(case=case, move="comment").count() == 1
    assert Attachment.objects.count() == 1


def test_a_picture_is_served_only_to_the_receipt_and_only_if_it_is_the_resident_s_to_see(
    client: Client, case: Case, cast: Cast, at: datetime
) -> None:
    handled(case, cast, at)
    story.attach_pictures(case=case, contents=[photo().read()], public=True, by=RESIDENT, at=at)
    story.attach_pictures(
        case=case, contents=[photo(colour="red").read()], public=False, by=cast.clerk.actor, at=at
    )
    answer = client.get(address(case, "pictures/1/"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"] or "no-store" in answer.headers["Cache-Control"]
    assert client.get(address(case, "pictures/2/")).status_code == 404
    assert client.get(address(case, "pictures/2/?small")).status_code == 404
    assert client.get(address(case, "pictures/0/")).status_code == 404
    assert client.get(f"/t/{case.number}/AAAAAAAA/pictures/1/").status_code == 404


@pytest.mark.parametrize("typed", ["{0}", " {1} ", "{2}", "{3}"])
def test_looking_up_forgives_small_slips_of_typing(client: Client, case: Case, typed: str) -> None:
    number, code = case.number, numbers.receipt_code(case.number)
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in number})
    number = typed.format(number, number.lower(), number.replace("-", " - "), wide)
    answer = client.post("/track/", {"number": number, "secret": f"{code[:4].lower()} {code[4:]}"})
    assert answer.headers["Location"] == address(case)


def test_number_and_the_telephone_that_was_left_open_the_matter(client: Client, case: Case) -> None:
    answer = client.post("/track/", {"number": case.number, "secret": "139 0000 2207"})
    assert answer.headers["Location"] == address(case)


def test_a_wrong_look_up_says_the_same_whatever_was_wrong_and_keeps_what_was_typed(
    client: Client, case: Case
) -> None:
    pages = [
        client.post("/track/", {"number": number, "secret": secret})
        for number, secret in (
            (case.number, "13900009999"),
            ("HY26-999999", PHONE),
            (case.number, "AAAAAAAA"),
        )
    ]
    assert {page.status_code for page in pages} == {422}
    assert all("编号和回执码（或电话）对不上" in page.content.decode() for page in pages)
    assert "13900009999" in pages[0].content.decode()


def guess(client: Client, case: Case, secret: str, address: str) -> int:
    return client.post("/track/", {"number": case.number, "secret": secret}, REMOTE_ADDR=address).status_code


def tried_before(limit: Limit, times: int, *, at: datetime) -> None:
    row = {"purpose": limit.purpose, "mark": limit.mark, "at": at + timedelta(hours=2, minutes=30)}
    RateMark.objects.bulk_create(RateMark(**row) for _ in range(times))


def wrong_code(n: int) -> str:
    return "".join("23456789"[int(digit)] for digit in f"{n:08o}")


def test_the_telephones_of_a_village_cannot_be_tried_to_find_out_who_raised_a_matter(
    client: Client, case: Case, at: datetime
) -> None:
    rule = in_force(TRIES, at=at).params
    here, most = rule.wrong_phones_per_matter_and_network_a_day, rule.wrong_phones_per_matter_a_day
    for n in range(here):
        assert guess(client, case, f"139001{n:05d}", "10.0.0.1") == 422
    assert guess(client, case, PHONE, "10.0.0.1") == 429
    for n in range(most - here):
        assert guess(client, case, f"139002{n:05d}", f"10.0.1.{n}") == 422
    assert guess(client, case, PHONE, "10.9.8.7") == 429, "whatever connections the guesses come from"
    answer = client.post("/track/", {"number": case.number, "secret": PHONE})
    assert "次数太多" in answer.content.decode()
    assert "明天" in answer.content.decode(), "and when again"
    assert client.get(address(case)).status_code == 200, "who holds the receipt is not shut out"
    assert guess(client, case, numbers.receipt_code(case.number), "10.9.8.7") == 302


@pytest.mark.parametrize("way", ["form", "address", "open311"])
def test_a_receipt_code_is_not_guessed_by_any_way_and_the_answer_says_nothing_of_it(
    client: Client, case: Case, at: datetime, way: str
) -> None:
    def opens(code: str, address: str) -> int:
        if way == "form":
            return guess(client, case, code, address)
        path = (
            f"/t/{case.number}/{code}/"
            if way == "address"
            else f"/open311/v2/tokens/{case.number}.{code}.json"
        )
        return client.get(path, REMOTE_ADDR=address).status_code

    rule, right = in_force(TRIES, at=at).params, numbers.receipt_code(case.number)
    wrong = 422 if way == "form" else 404
    told = [opens(wrong_code(n), "10.0.0.1") for n in range(rule.wrong_per_matter_and_network_an_hour)]
    assert set(told) == {wrong}
    assert opens(wrong_code(99), "10.0.0.1") == opens(right, "10.0.0.1") == 429
    assert opens(right, "10.0.0.2") in (200, 302), "another connection goes on"

    everywhere = limits.wrong_codes(number=case.number, by=RESIDENT, at=at)[2]
    tried_before(everywhere, everywhere.most - len(told) - 1, at=at)
    assert [opens(wrong_code(n), f"10.0.{n}.9") for n in range(2)] == [wrong, 429]
    assert opens(right, "10.7.7.7") == 429, "all connections together"


def test_one_connection_cannot_try_one_code_on_many_matters(client: Client, cast: Cast, at: datetime) -> None:
    by = resident(network=network_mark(RequestFactory().get("/")))
    connection_limit = limits.wrong_codes(number="", by=by, at=at)[1]
    tried_before(connection_limit, connection_limit.most - 3, at=at)
    told = [client.get(f"/t/HY26-{n:06d}/AAAAAAAA/").status_code for n in range(4)]
    assert told == [404, 404, 404, 429]


def test_a_neighbour_on_the_same_connection_shuts_nobody_out_for_long(
    client: Client, case: Case, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Client()
    phone.post("/track/", {"number": case.number, "secret": numbers.receipt_code(case.number)})
    for n in range(30):
        client.get(f"/t/{case.number}/{wrong_code(n)}/")
    assert phone.get(address(case)).status_code == 200, "the phone that keeps the receipt goes on"
    shut = client.get(address(case))
    assert shut.status_code == 429
    assert 3000 < int(shut.headers["Retry-After"]) <= 3660
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=4, minutes=1))
    assert client.get(address(case)).status_code == 200


def test_a_household_with_addresses_without_number_is_one_connection(client: Client, case: Case) -> None:
    for n in range(20):
        client.get(f"/t/{case.number}/{wrong_code(n)}/", REMOTE_ADDR=f"2001:db8:0:7::{n:x}")
    assert client.get(address(case), REMOTE_ADDR="2001:db8:0:7:ffff::1").status_code == 429
    assert client.get(address(case), REMOTE_ADDR="2001:db8:0:8::1").status_code == 200


def test_the_page_asks_the_database_the_same_number_of_times_however_long_the_story(
    client: Client, case: Case, cast: Cast, at: datetime
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page_of(client, address(case))
        return len(captured)

    handled(case, cast, at)
    page_of(client, address(case))
    short = count()
    for n in range(12):
        story.comment_case(
            case=case, words=f"第{n}句。", public=True, by=RESIDENT, at=at + timedelta(minutes=n)
        )
    assert count() == short <= 8


def test_the_phone_remembers_a_matter_until_it_is_told_to_forget(client: Client, resolved: Case) -> None:
    client.post("/track/", {"number": resolved.number, "secret": PHONE})
    assert client.cookies["gongzhi_mine"]["httponly"]
    home = page_of(client, "/")
    assert "您上次说的事" in home
    assert f'action="{address(resolved, "solved/")}"' in home
    client.post("/forget/")
    assert resolved.number not in page_of(client, "/")


def test_a_cookie_that_was_tampered_with_shows_nothing(client: Client, resolved: Case) -> None:
    client.post("/track/", {"number": resolved.number, "secret": PHONE})
    client.cookies["gongzhi_mine"] = client.cookies["gongzhi_mine"].value[:-2] + "xx"
    assert resolved.number not in page_of(client, "/")


def test_a_receipt_shows_that_every_record_is_sealed_and_unchanged(
    client: Client, resolved: Case, at: datetime
) -> None:
    where = f"/receipt/{resolved.number}/{numbers.receipt_code(resolved.number)}/"
    assert "正在封存" in page_of(client, where)
    seal(at=at + timedelta(hours=2))
    assert "这件事的 5 条记录都已封存，没有改动" in page_of(client, where)
    proof = client.get(where + "proof.json").json()
    assert len(proof["proofs"]) == 5
    assert all(row["path"] is not None and row["batch"]["root"] for row in proof["proofs"])


def test_a_receipt_shows_when_words_of_the_story_were_changed_in_the_database(
    client: Client, resolved: Case, at: datetime
) -> None:
    seal(at=at + timedelta(hours=2))
    Transition.objects.filter(case=resolved, move="resolve").update(words="不归我们管。")
    where = f"/receipt/{resolved.number}/{numbers.receipt_code(resolved.number)}/"
    assert "有 1 步的话不是当时说的话" in page_of(client, where)


def test_a_receipt_shows_when_a_step_was_taken_out_of_the_story(
    client: Client, resolved: Case, at: datetime
) -> None:
    seal(at=at + timedelta(hours=2))
    Transition.objects.filter(case=resolved, move="sign").delete()
    where = f"/receipt/{resolved.number}/{numbers.receipt_code(resolved.number)}/"
    assert "有 1 步和封存的记录对不上" in page_of(client, where)


def test_the_pages_speak_english_to_who_asks_for_it(client: Client, resolved: Case) -> None:
    client.cookies["django_language"] = "en"
    page = page_of(client, address(resolved))
    assert "Is it solved?" in page
    assert "Not solved yet" in page
