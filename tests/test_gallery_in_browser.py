"""The gallery in a real browser: accessible, never wider than the screen, readable in every size."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser import DESK, PHONE, assert_accessible

pytestmark = pytest.mark.browser


@pytest.fixture
def address(live_server: Any, settings: Settings) -> str:
    settings.GALLERY = True
    return str(live_server.url)


@pytest.mark.parametrize("path", ["/components", "/components/resident", "/components/errors/404"])
@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_every_component_is_accessible_and_fits(
    address: str, open_page: Callable[..., Page], path: str, device: dict[str, Any]
) -> None:
    page = open_page(**device)
    page.goto(address + path)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]


@pytest.mark.parametrize("path", ["/components", "/components/resident"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_largest_letters_reflow_on_a_phone(address: str, phone: Page, path: str, language: str) -> None:
    phone.context.add_cookies(
        [
            {"name": "gongzhi_type_size", "value": "largest", "url": address},
            {"name": "django_language", "value": language, "url": address},
        ]
    )
    phone.goto(address + path)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    if path.endswith("resident"):
        assert phone.evaluate("getComputedStyle(document.body).fontSize") == "30px"


def test_letters_and_language_change_without_script(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto(address + "/components/resident")
    page.get_by_role("link", name="大字", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-type-size", "large")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Say it, and you will be answered")


def test_words_survive_a_lost_connection_and_a_closed_page(address: str, phone: Page) -> None:
    phone.goto(address + "/components/resident")
    words = phone.get_by_label("什么事？").first
    words.fill("三组路塌了")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="说出去").click()
    expect(phone.get_by_text("现在没有网络")).to_be_visible()
    expect(words).to_have_value("三组路塌了")
    phone.context.set_offline(False)
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.reload()
    expect(phone.get_by_label("什么事？").first).to_have_value("三组路塌了")
    expect(phone.get_by_text("这是您上次没发出去的内容")).to_be_visible()


def test_the_menu_of_a_phone_opens_and_closes_without_script(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto(address + "/components")
    page.get_by_role("link", name="菜单").first.click()
    expect(page.get_by_role("link", name="单位与岗位")).to_be_visible()
    page.get_by_role("link", name="关闭").click()
    expect(page.get_by_role("link", name="单位与岗位")).to_be_hidden()


def test_a_list_is_walked_with_j_and_k(address: str, desk: Page) -> None:
    desk.goto(address + "/components")
    rows = desk.locator("[data-rows] a")
    desk.locator("h1").click()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    desk.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()


def test_a_dialog_opens_as_a_dialog_and_closes_by_key(address: str, desk: Page) -> None:
    desk.goto(address + "/components")
    desk.get_by_role("link", name="退单").click()
    expect(desk.get_by_role("dialog", name="退回这件事项")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog", name="退回这件事项")).to_be_hidden()
