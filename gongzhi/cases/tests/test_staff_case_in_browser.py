"""The pages of a case in a real browser: accessible, no wider than the screen, by keyboard and without
script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongzhi.cases.models import Case
from gongzhi.cases.tests.stage import Stage
from tests.browser import DESK, PHONE, assert_accessible, let_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATES = ("registered", "dispatched", "paused", "supervised", "escalated", "published", "declined")
FORMS = {
    "registered": ("accept", "decline", "settle", "attach", "withdraw"),
    "accepted": ("dispatch",),
    "handling": ("resolve", "return", "escalate", "pause", "contact", "comment", "reporter"),
    "resolved": ("publish",),
}


@pytest.fixture
def address(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_a_case_is_accessible_and_fits(
    address: str, open_page: Callable[..., Page], device: dict[str, Any], stage: Stage, cast: Cast
) -> None:
    page = open_page(**device)
    let_in(page, cast.clerk, address)
    paths = [f"/cases/{getattr(stage, state)().number}/" for state in STATES]
    for state, names in FORMS.items():
        number = getattr(stage, state)().number
        paths += [f"/cases/{number}/{name}/" for name in names]
    for path in (*paths, "/cases/new/", "/cases/settled/"):
        page.goto(address + path)
        expect(page.locator("h1")).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"], path


def test_a_clerk_brings_a_matter_from_registering_to_its_answer_without_script(
    address: str, open_page: Callable[..., Page], cast: Cast
) -> None:
    page = open_page(**PHONE, java_script_enabled=False)
    let_in(page, cast.clerk, address)
    page.goto(address + "/cases/new/")
    page.get_by_label("群众反映").fill("通组路塌方，堵路了。")
    page.get_by_role("button", name="登记并出回执").click()
    page.get_by_role("link", name="去看事项").click()
    page.get_by_role("link", name="受理", exact=True).click()
    page.get_by_role("button", name="受理", exact=True).click()
    page.get_by_role("link", name="交办", exact=True).click()
    page.get_by_role("button", name="交办", exact=True).click()
    page.get_by_role("button", name="签收", exact=True).click()
    page.get_by_role("link", name="办结并答复").click()
    page.get_by_label("已解决：事情办好了").check()
    page.get_by_label("给群众的答复").fill("已经清通，请放心走。")
    page.get_by_role("button", name="办结并答复").click()
    expect(page.get_by_text("已办结待评价").first).to_be_visible()
    assert Case.objects.get().answer == "已经清通，请放心走。"


def test_j_leads_from_the_list_into_a_matter_and_on_to_the_next_one_and_u_back(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    first, second = stage.handling(), stage.handling()
    let_in(desk, cast.clerk, address)
    narrowed = f"{address}/cases/?state=handling&sort=oldest"
    desk.goto(narrowed)
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(f"/cases/{first.number}/[?]list="))
    expect(desk.get_by_role("link", name="下一件")).to_be_visible()
    desk.keyboard.press("j")
    expect(desk).to_have_url(re.compile(f"/cases/{second.number}/[?]list="))
    desk.keyboard.press("k")
    expect(desk).to_have_url(re.compile(f"/cases/{first.number}/[?]list="))
    desk.keyboard.press("u")
    expect(desk).to_have_url(narrowed)
    # A move leads to the matter without its list in the address: the window still knows it.
    desk.goto(f"{address}/cases/{first.number}/")
    expect(desk.get_by_role("link", name="下一件")).to_be_visible()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="快捷键")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_the_other_moves_open_by_keyboard(address: str, desk: Page, stage: Stage, cast: Cast) -> None:
    case = stage.handling()
    let_in(desk, cast.clerk, address)
    desk.goto(f"{address}/cases/{case.number}/")
    summary = desk.locator("summary", has_text="更多")
    summary.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name="暂停计时")).to_be_visible()


def test_what_is_proposed_appears_while_typing_and_rests_once_a_subject_is_chosen(
    address: str, open_page: Callable[..., Page], cast: Cast
) -> None:
    page = open_page(**PHONE)
    let_in(page, cast.clerk, address)
    page.goto(address + "/cases/new/")
    words = page.get_by_label("群众反映")
    words.press_sequentially("村口路灯坏了，全村人都怕")
    subject = page.locator("#id_category")
    expect(subject).not_to_have_value("")
    expect(page.locator("#proposed")).to_contain_text("全村")
    assert_accessible(page)
    subject.select_option("0501")
    with page.expect_response("**/cases/new/proposed/"):
        words.press_sequentially("，水管漏水")
    expect(page.locator("#proposed")).to_contain_text("水管")
    expect(subject).to_have_value("0501")
