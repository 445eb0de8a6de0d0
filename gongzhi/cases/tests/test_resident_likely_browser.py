"""“Is it one of these?” in a real browser on a phone of 390 pixels: while somebody types, and without a
script."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from gongzhi.cases.actions import indexing
from gongzhi.cases.models import Case, CasePair
from gongzhi.cases.tests.stage import Stage
from gongzhi.core import clock
from tests.browser import PHONE, assert_accessible
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAME = "通组路塌方了，路塌了一半，车过不去。"
MORE = "娃们上学要绕两里路。"
OTHER = "猪圈太臭，窗户都不敢开。"


@pytest.fixture
def road(cast: Cast) -> Case:
    """A road that slid, answered and made public."""
    case = Stage(cast).published()
    indexing.index_new(at=clock.now())
    return case


def words_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("什么事"))


def question(page: Page) -> Locator:
    return page.get_by_role("heading", name="是不是下面哪一件？")


def same(page: Page) -> Locator:
    return page.get_by_role("radio", name=re.compile("就是这件事"))


def looked_at(page: Page) -> None:
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def sent(page: Page, road: Case) -> None:
    """It went off under a number of its own, and the desk knows what was said."""
    expect(page.get_by_role("heading", name="收到了。")).to_be_visible()
    pair = CasePair.objects.get()
    assert pair.same_at is not None
    assert road.pk in (pair.first_id, pair.second_id)
    assert Case.objects.count() == 2


def test_while_a_resident_types_what_looks_the_same_appears_and_goes_as_the_words_change(
    open_page: Any, live_server: LiveServer, cast: Cast, road: Case
) -> None:
    page: Page = open_page(**PHONE)
    page.goto(f"{live_server.url}/raise/?place={cast.units.village.code}")
    words = words_of(page)
    words.press_sequentially(SAME)
    expect(question(page)).to_be_visible()
    expect(page.get_by_text(re.compile("同村.*都说.*路塌了一半"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("看看是怎么答复的"))).to_have_attribute(
        "href", f"/board/{road.number}/"
    )
    expect(words).to_be_focused()
    looked_at(page)

    with page.expect_response("**/raise/likely/"):
        words.fill(OTHER)
    expect(question(page)).to_have_count(0)

    with page.expect_response("**/raise/likely/"):
        words.fill(SAME)
    same(page).check(force=True)
    with page.expect_response("**/raise/likely/"):
        words.press_sequentially(MORE)
    expect(same(page)).to_be_checked()
    expect(words).to_have_value(SAME + MORE)
    page.get_by_role("button", name="送出去").click()
    sent(page, road)


def test_without_a_script_the_form_asks_once_keeps_every_word_and_is_sent(
    open_page: Any, live_server: LiveServer, cast: Cast, road: Case
) -> None:
    page: Page = open_page(**PHONE, java_script_enabled=False)
    page.goto(f"{live_server.url}/raise/?place={cast.units.village.code}")
    words_of(page).fill(SAME)
    page.get_by_label(re.compile("您的电话")).fill("139 0000 2207")
    page.get_by_role("button", name="送出去").click()
    expect(question(page)).to_be_visible()
    expect(words_of(page)).to_have_value(SAME)
    expect(page.get_by_label(re.compile("您的电话"))).to_have_value("139 0000 2207")
    assert Case.objects.count() == 1
    same(page).check(force=True)
    page.get_by_role("button", name="送出去").click()
    sent(page, road)
