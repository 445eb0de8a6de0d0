"""The screen of a call in a real browser: by keyboard alone, and on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongzhi.hotline.models import Call
from tests.browser import assert_accessible, let_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = "13900002207"


@pytest.fixture
def address(live_server: Any, rules: None) -> str:
    return str(live_server.url)


def test_every_press_of_the_screen_has_a_key_and_the_number_is_in_no_address(
    address: str, desk: Page, cast: Cast
) -> None:
    let_in(desk, cast.county_dispatcher, address)
    desk.goto(f"{address}/desk/call?from={NUMBER}&call=a-1")
    assert NUMBER not in desk.url
    words = desk.get_by_label("来电人说了什么")
    expect(words).to_be_focused()
    desk.keyboard.type("医保在哪里交？")
    desk.get_by_label("哪个村（社区）").select_option("")
    for key, field in (("1", "place"), ("2", "answer"), ("3", "number"), ("4", "service")):
        desk.keyboard.press(f"Alt+{key}")
        expect(desk.locator(f"#id_{field}_error")).to_be_visible()
        assert NUMBER not in desk.url
    desk.get_by_label("你怎么答复的").focus()
    desk.keyboard.press("Alt+t")
    expect(words).to_be_focused()
    desk.keyboard.press("Alt+s")
    expect(desk.locator("#id_service_error")).to_have_count(0)
    expect(words).to_have_value("医保在哪里交？")
    assert_accessible(desk)
    desk.get_by_label("你怎么答复的").fill("在村委会交。")
    desk.keyboard.press("Alt+2")
    expect(desk).to_have_url(re.compile("/hotline/HYH"))
    assert Call.objects.get().caller == NUMBER


def test_who_calls_stands_before_the_form_on_a_phone_and_beside_it_on_a_desk(
    address: str, phone: Page, desk: Page, cast: Cast
) -> None:
    for page in (phone, desk):
        let_in(page, cast.county_dispatcher, address)
        page.goto(f"{address}/desk/call?from={NUMBER}")
        caller, words = page.locator("#caller").bounding_box(), page.locator("#id_text").bounding_box()
        assert caller is not None
        assert words is not None
        if page is phone:
            assert caller["y"] + caller["height"] <= words["y"]
        else:
            assert caller["x"] >= words["x"] + words["width"]
