"""One matter from a resident's phone to a rated answer, through the pages alone, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Attachment, Case, Transition
from tests.browser import DESK, PHONE, follow, follow_by_keyboard
from tests.cast import Cast
from tests.journeys.people import button, look, make_station, officer
from tests.stage import TEXT, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server: Any) -> str:
    return str(live_server.url)


def raise_on_phone(page: Page, address: str, folder: Path) -> None:
    """Raise a matter with a photo, from the first page to the receipt."""
    photo = folder / "road.jpg"
    photo.write_bytes(picture("JPEG", (640, 480)))
    page.goto(address + "/")
    look(page)
    follow(page, page.locator("a[href='/raise/']"))
    look(page)
    page.get_by_role("searchbox").or_(page.locator("#q")).first.fill("三元")
    follow(page, page.locator("form[role=search] button"))
    look(page)
    follow(page, page.get_by_role("link", name="三元村").first)
    look(page)
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=phone]").fill("139 0000 2207")
    page.locator("[name=name]").fill("王桂芳")
    page.locator("[name=pictures]").set_input_files(photo)
    follow(page, page.locator("form[action='/raise/'] button[type=submit]").last)
    expect(page).to_have_url(re.compile(r"/receipt/$"))
    look(page)


def test_a_matter_goes_from_a_phone_to_a_rated_answer(
    address: str, cast: Cast, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    station_officer = make_station(cast)
    resident = open_page(**PHONE)
    raise_on_phone(resident, address, tmp_path)
    case = Case.objects.get()
    assert Attachment.objects.get(case=case).mime == "image/jpeg"
    receipt = resident.url
    expect(resident.get_by_text(case.number).first).to_be_visible()

    clerk = officer(open_page(**DESK), cast.clerk, address)
    clerk.page.goto(address + "/desk/")
    look(clerk.page)
    expect(clerk.page.get_by_text(case.title).first).to_be_visible()
    clerk.open(case.number)
    clerk.press(Move.ACCEPT)
    clerk.write("subject", "0101")
    clerk.choose("tier", "small")
    clerk.confirm(Move.ACCEPT)
    clerk.open(case.number)
    clerk.press(Move.DISPATCH)
    clerk.write("other", "交通管理站")
    clerk.confirm(Move.DISPATCH)

    station = officer(open_page(**DESK), station_officer, address)
    station.open(case.number)
    station.press(Move.RETURN)
    station.choose("reason", "other_unit")
    station.write("words", "这是村道，不归站里养护。")
    station.confirm(Move.RETURN)

    clerk.open(case.number)
    clerk.press(Move.DISPATCH)
    clerk.write("other", "三元村委会")
    clerk.confirm(Move.DISPATCH)
    clerk.open(case.number)
    clerk.press(Move.SIGN)
    clerk.open(case.number)
    clerk.press(Move.ESCALATE)
    clerk.write("tried", "组织村民清了浮土，立了警示牌。")
    clerk.write("why_not", "路基掏空，村里没有机械。")
    clerk.confirm(Move.ESCALATE)

    town = officer(open_page(**DESK), cast.town_dispatcher, address)
    town.open(case.number)
    town.press(Move.SIGN)
    town.open(case.number)
    town.press(Move.RESOLVE)
    town.choose("outcome", "solved")
    town.write("answer", "路基已填平，校车今天通了。")
    town.confirm(Move.RESOLVE)

    resident.goto(re.sub(r"receipt/$", "", receipt))
    look(resident)
    expect(resident.get_by_text("路基已填平").first).to_be_visible()
    follow(resident, resident.locator("form[action$='/not-solved/'] button"))
    look(resident)
    assert Case.objects.get().status == State.HANDLING

    town.open(case.number)
    town.press(Move.RESOLVE)
    town.choose("outcome", "solved")
    town.write("answer", "又压实了一遍，请您再走走看。")
    town.confirm(Move.RESOLVE)

    resident.goto(re.sub(r"receipt/$", "", receipt))
    follow(resident, resident.locator("form[action$='/solved/'] button"))
    look(resident)
    resident.locator("[name=score][value='5']").check(force=True)
    follow(resident, resident.locator("form[action$='/rate/'] button[type=submit]"))
    look(resident)

    case = Case.objects.get()
    assert (case.status, case.solved, case.score, case.level) == (State.CLOSED, True, 5, "town")
    made = list(Transition.objects.filter(case=case).order_by("seq").values_list("move", flat=True))
    assert [move for move in made if move != "attach"] == [
        *("register", "accept", "dispatch", "return", "dispatch", "sign", "escalate", "sign", "resolve"),
        *("not_solved", "resolve", "confirm", "rate"),
    ]
    resident.goto(re.sub(r"/t/(.*)receipt/$", r"/receipt/\1", receipt))
    look(resident)


def test_a_resident_without_script_raises_a_matter_follows_it_and_answers(
    address: str, cast: Cast, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page(**PHONE, java_script_enabled=False)
    photo = tmp_path / "road.jpg"
    photo.write_bytes(picture("JPEG", (640, 480)))
    page.goto(address + "/")
    follow(page, page.locator("a[href='/raise/']"))
    page.locator("details summary").first.click()
    follow(page, page.get_by_role("link", name="三元村").first)
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=pictures]").set_input_files(photo)
    follow(page, page.locator("form[action='/raise/'] button[type=submit]").last)
    expect(page).to_have_url(re.compile(r"/receipt/$"))
    case = Case.objects.get()
    page.goto(re.sub(r"receipt/$", "", page.url))
    expect(page.get_by_text(TEXT[:10]).first).to_be_visible()
    follow(page, page.locator("a[href$='/add/']").first)
    page.locator("[name=words]").fill("今天又塌了一块。")
    follow(page, page.locator("main form button[type=submit]").last)
    expect(page.get_by_text("今天又塌了一块。")).to_be_visible()
    follow(page, page.locator("a[href$='/withdraw/']"))
    follow(page, page.locator("main form button[type=submit]").last)
    case.refresh_from_db()
    assert case.status == State.WITHDRAWN


def tab_to(page: Page, words: str, *, is_whole: bool = True, most: int = 120) -> None:
    """Press Tab until the focus is on what reads so; fail when it never comes there."""
    for _step in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.innerText").strip()
        if said == words or (not is_whole and words in said):
            return
    raise AssertionError(f"the keyboard does not reach {words!r} on {page.url}")


def test_a_clerk_works_with_the_keyboard_alone(
    address: str, cast: Cast, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    raise_on_phone(open_page(**PHONE), address, tmp_path)
    case = Case.objects.get()
    clerk = officer(open_page(**DESK), cast.clerk, address)
    page = clerk.page
    page.goto(address + "/desk/")
    tab_to(page, case.title, is_whole=False)
    follow_by_keyboard(page)
    expect(page).to_have_url(re.compile(case.number))
    tab_to(page, button(Move.ACCEPT))
    follow_by_keyboard(page)
    expect(page).to_have_url(re.compile("/accept/"))
    page.locator("[name=subject]").focus()
    page.keyboard.type("0101")
    tab_to(page, button(Move.ACCEPT))
    follow_by_keyboard(page)
    expect(page).to_have_url(re.compile(rf"/cases/{case.number}/$"))
    tab_to(page, button(Move.DISPATCH))
    follow_by_keyboard(page)
    expect(page).to_have_url(re.compile("/dispatch/"))
    page.locator("[name=other]").focus()
    page.keyboard.type("三元村委会")
    tab_to(page, button(Move.DISPATCH))
    follow_by_keyboard(page)
    expect(page).to_have_url(re.compile(rf"/cases/{case.number}/$"))
    tab_to(page, button(Move.SIGN))
    follow_by_keyboard(page)
    tab_to(page, button(Move.RESOLVE))
    follow_by_keyboard(page)
    expect(page).to_have_url(re.compile("/resolve/"))
    case.refresh_from_db()
    assert (case.status, case.owner) == (State.HANDLING, cast.clerk.user)
