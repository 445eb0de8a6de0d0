"""What the journeys rely on: the browser reaches this machine only, and axe finds what is wrong."""

import time

import pytest
from playwright.sync_api import Error, Page, Route

from tests.browser import assert_accessible, follow, follow_by_keyboard

pytestmark = pytest.mark.browser
SOUND = '<!doctype html><html lang="zh-CN"><title>说事</title><main><h1>说事</h1></main></html>'


def test_a_sound_page_has_no_violations(desk: Page) -> None:
    desk.set_content(SOUND)
    assert_accessible(desk)


def test_a_picture_without_words_is_a_violation(phone: Page) -> None:
    phone.set_content(SOUND.replace("</main>", '<img src="data:,"></main>'))
    with pytest.raises(AssertionError, match="alternative text"):
        assert_accessible(phone)


def test_the_browser_finds_no_way_to_another_machine(desk: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        desk.goto("http://example.org/")


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
def test_a_link_is_followed_until_its_page_has_come_in_however_slow_it_is(desk: Page, way: str) -> None:
    def answer(route: Route) -> None:
        time.sleep(0.5)
        route.fulfill(body=SOUND, content_type="text/html; charset=utf-8")

    desk.route("http://127.0.0.1/slow/", answer)
    desk.set_content('<a href="http://127.0.0.1/slow/">去说事</a>')
    link = desk.get_by_role("link")
    if way == "pointer":
        follow(desk, link)
    else:
        link.focus()
        follow_by_keyboard(desk)
    assert desk.evaluate("document.readyState") == "complete"
    assert desk.locator("h1").all_inner_texts() == ["说事"]
