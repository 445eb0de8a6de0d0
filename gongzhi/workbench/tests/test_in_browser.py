"""The workbench in a real browser: taking back, working by keyboard, hearing what others did while typing."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from gongzhi.cases.actions import handling
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case
from gongzhi.cases.tests.stage import Stage
from gongzhi.workbench.lifecycle import BatchState
from gongzhi.workbench.models import Batch
from tests.browser import assert_accessible, follow, let_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def look_again(page: Page) -> None:
    """The person comes back to the window: it asks at once what is new."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_rows_chosen_by_keyboard_are_held_counted_down_and_taken_back(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    stage.registered()
    stage.registered()
    let_in(desk, cast.clerk, address)
    desk.goto(f"{address}/cases/dispatch/")
    for key in ("j", "x", "j", "x"):
        desk.keyboard.press(key)
    expect(desk.get_by_text("已选 2 件")).to_be_visible()
    assert_accessible(desk)
    follow(desk, desk.get_by_role("button", name="批量受理"))
    assert_accessible(desk)
    desk.get_by_role("button", name="批量受理：2 件").click()
    expect(desk).to_have_url(re.compile(r"/batches/\d+/"))
    before = int(desk.locator("[data-countdown]").inner_text())
    expect(desk.locator("[data-countdown]")).not_to_have_text(str(before))
    desk.get_by_role("button", name="撤回").click()
    expect(desk.get_by_text("什么都没变，也没有通知任何人。").first).to_be_visible()
    assert_accessible(desk)
    assert Batch.objects.get().state == BatchState.UNDONE
    assert set(Case.objects.values_list("status", flat=True)) == {State.REGISTERED}


def test_keys_lead_to_the_moves_never_while_typing_and_can_be_turned_off(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    case = stage.handling()
    let_in(desk, cast.clerk, address)
    here = f"{address}/cases/{case.number}/"
    desk.goto(here)
    desk.keyboard.press("?")
    sheet = desk.get_by_role("dialog", name="快捷键")
    expect(sheet.get_by_text("办结并答复")).to_be_visible()
    assert_accessible(desk)
    desk.keyboard.press("Escape")
    desk.keyboard.press("c")
    comment = desk.locator("textarea[name=words]")
    expect(comment).to_be_focused()
    desk.keyboard.type("erj?")
    expect(comment).to_have_value("erj?")
    expect(sheet).to_have_count(0)
    comment.fill("")
    comment.blur()
    desk.keyboard.press("r")
    expect(desk).to_have_url(f"{here}resolve/")
    desk.goto(here)
    desk.get_by_role("button", name="快捷键").click()
    desk.get_by_label("在本机使用单键快捷键").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    desk.keyboard.press("?")
    expect(sheet).to_have_count(0)
    expect(desk).to_have_url(here)


def test_who_types_hears_that_the_matter_changed_and_keeps_every_word(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    case = stage.dispatched()
    let_in(desk, cast.village_head, address)
    desk.goto(f"{address}/cases/{case.number}/return/")
    words = desk.locator("textarea[name=words]")
    words.fill("这不是我们村的路。")
    handling.sign_case(case=case, by=cast.clerk.actor, at=stage.tick())
    # Somebody is typing: it waits. A person looks up after a while.
    desk.evaluate("() => { const now = Date.now; Date.now = () => now() + 5000; }")
    words.focus()
    look_again(desk)
    news = desk.locator("[data-news=case]")
    expect(news).to_contain_text("刘芳：签收")
    expect(words).to_be_focused()
    expect(words).to_have_value("这不是我们村的路。")
    assert_accessible(desk)


def test_a_list_says_what_is_new_and_moves_nothing_by_itself(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    case = stage.dispatched()
    let_in(desk, cast.clerk, address)
    desk.goto(f"{address}/cases/?queue=unit")
    desk.locator("input[data-choose]").check()
    stage.registered()
    handling.sign_case(case=case, by=cast.village_head.actor, at=stage.tick())
    desk.evaluate("() => { const now = Date.now; Date.now = () => now() + 5000; }")
    look_again(desk)
    news = desk.locator("[data-news=list]")
    expect(news).to_contain_text("新来 1 件")
    expect(news).to_contain_text("有变动 1 件")
    expect(desk.locator("input[data-choose]:checked")).to_have_count(1)
    expect(desk.locator("[data-matter]")).to_have_count(1)
    news.get_by_role("link", name="看一看").click()
    expect(desk.locator("[data-matter]")).to_have_count(2)
    expect(news).to_be_empty()


def test_the_desk_renews_itself_and_its_counts_but_never_what_has_the_focus(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    first = stage.registered()
    let_in(desk, cast.clerk, address)
    desk.goto(f"{address}/desk/")
    waiting = desk.locator("[data-count='side:/cases/dispatch/']")
    expect(waiting).to_have_text("1")
    second = stage.registered()
    look_again(desk)
    expect(waiting).to_have_text("2")
    expect(desk.locator(f"[data-renew] a[href*='{second.number}']").first).to_be_visible()
    expect(desk.locator("[data-told]")).to_contain_text("待交办 2")
    link = desk.locator(f"[data-renew] a[href*='{first.number}']").first
    link.focus()
    third = stage.registered()
    look_again(desk)
    news = desk.locator("[data-news=desk]")
    expect(news).to_contain_text("这里有变动")
    expect(waiting).to_have_text("3")
    expect(link).to_be_focused()
    expect(desk.locator(f"[data-renew] a[href*='{third.number}']")).to_have_count(0)
    assert_accessible(desk)
    link.blur()
    look_again(desk)
    expect(desk.locator(f"[data-renew] a[href*='{third.number}']").first).to_be_visible()
    expect(news).to_be_empty()


def test_an_open_page_asks_less_and_less_while_it_fails_and_not_at_all_in_a_hidden_window(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    let_in(desk, cast.clerk, address)
    desk.clock.install()
    asked: list[str] = []

    def cut(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=429)

    desk.route("**/pulse/desk/**", cut)
    desk.goto(f"{address}/desk/")
    # 15 s, then twice as long after each failure: after 15, 45, 105, 225 and 465 s.
    for count, seconds in ((1, 15), (2, 30), (3, 60), (4, 120), (5, 240)):
        desk.clock.run_for((seconds - 1) * 1000)
        assert len(asked) == count - 1
        desk.clock.run_for(1500)
        desk.wait_for_function("() => true")
        assert len(asked) == count
    desk.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    desk.clock.run_for(3_600_000)
    assert len(asked) == 5
    desk.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    desk.wait_for_function("() => true")
    assert len(asked) == 6


def test_ticks_survive_the_news_and_the_preview_and_go_with_the_press(
    address: str, desk: Page, stage: Stage, cast: Cast
) -> None:
    stage.registered()
    stage.registered()
    let_in(desk, cast.clerk, address)
    desk.goto(f"{address}/cases/dispatch/")
    ticked = desk.locator("input[data-choose]:checked")
    desk.locator("input[data-choose]").nth(1).check()
    stage.registered()
    look_again(desk)
    desk.locator("[data-news=list]").get_by_role("link", name="看一看").click()
    expect(desk.locator("[data-matter]")).to_have_count(3)
    expect(ticked).to_have_count(1)
    expect(desk.get_by_text("已选 1 件")).to_be_visible()
    follow(desk, desk.get_by_role("button", name="批量受理"))
    follow(desk, desk.get_by_role("link", name="返回列表").first)
    expect(ticked).to_have_count(1)
    follow(desk, desk.get_by_role("button", name="批量受理"))
    desk.go_back()
    expect(ticked).to_have_count(1)
    follow(desk, desk.get_by_role("button", name="批量受理"))
    desk.get_by_role("button", name="批量受理：1 件").click()
    expect(desk).to_have_url(re.compile(r"/batches/\d+/"))
    desk.goto(f"{address}/cases/dispatch/")
    expect(desk.locator("[data-matter]")).to_have_count(3)
    expect(ticked).to_have_count(0)
