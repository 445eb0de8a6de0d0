"""What the journeys rely on: the browser reaches this machine only, and axe finds what is wrong."""

import pytest
from playwright.sync_api import Error, Page

from tests.browser import assert_accessible

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
