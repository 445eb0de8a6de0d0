"""Residents' pages in a real browser on a phone of 390 pixels: with a script and without, for everybody."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from gongzhi.cases.actions import dispatching, handling
from gongzhi.cases.lifecycle import Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Attachment, Case
from gongzhi.cases.queries import categories
from gongzhi.core import clock
from tests.browser import PHONE, assert_accessible, follow
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "昨晚大雨，三组老槐树下面路塌了一半。"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    target = io.BytesIO()
    Image.new("RGB", (1200, 900), "green").save(target, "JPEG")
    path = tmp_path / "road.jpg"
    path.write_bytes(target.getvalue())
    return path


def looked_at(page: Page) -> None:
    """Nothing for axe to find, nothing to push sideways. Without scripts axe cannot run either."""
    if page.locator("html.no-script").count() == 0:
        assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def raise_matter(page: Page, site: str, photo: Path) -> None:
    page.goto(site)
    looked_at(page)
    follow(page, page.get_by_role("link", name=re.compile("我要说事")))
    looked_at(page)
    page.locator("summary", has_text="城关镇").click()
    follow(page, page.get_by_role("link", name="三元村", exact=True))
    looked_at(page)
    page.get_by_role("textbox", name=re.compile("什么事")).fill(TEXT)
    page.get_by_label(re.compile("照片")).set_input_files(photo)
    page.get_by_label(re.compile("您的电话")).fill("139 0000 2207")
    page.get_by_role("button", name="送出去").click()
    expect(page.get_by_role("heading", name="收到了。")).to_be_visible()
    looked_at(page)


def answer(cast: Cast) -> Case:
    case, by, at = Case.objects.get(), cast.clerk.actor, clock.now()
    road = categories.get_category("0101")
    assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
    case = dispatching.accept_case(case=case, assessment=assessment, by=by, at=at)
    case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=by, at=at)
    case = handling.sign_case(case=case, by=by, at=at)
    return handling.resolve_case(
        case=case, outcome=Outcome.SOLVED, answer="路已修通。", by=by, at=at + timedelta(minutes=1)
    )


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_a_villager_raises_a_matter_on_a_phone_and_judges_the_answer(
    open_page: Any, live_server: LiveServer, cast: Cast, photo: Path, *, script: bool
) -> None:
    page: Page = open_page(**PHONE, java_script_enabled=script)
    raise_matter(page, live_server.url, photo)
    assert Attachment.objects.count() == 1
    case = answer(cast)
    page.goto(live_server.url)
    looked_at(page)
    page.get_by_role("button", name="解决了", exact=True).click()
    expect(page.get_by_text("您满意吗")).to_be_visible()
    looked_at(page)
    page.get_by_role("radio", name="非常满意", exact=True).check(force=True)
    page.get_by_role("button", name="送出评价").click()
    expect(page.get_by_text("评价记下了")).to_be_visible()
    looked_at(page)
    case.refresh_from_db()
    assert (case.status, case.solved, case.score) == (State.CLOSED, True, 5)


def test_words_survive_a_page_that_was_closed(
    open_page: Any, live_server: LiveServer, cast: Cast, photo: Path
) -> None:
    page: Page = open_page(**PHONE)
    where = f"{live_server.url}/raise/?place={cast.units.village.code}"
    page.goto(where)
    page.get_by_role("textbox", name=re.compile("什么事")).fill(TEXT)
    page.wait_for_function("Object.keys(localStorage).length > 0")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(where)
    expect(again.get_by_role("textbox", name=re.compile("什么事"))).to_have_value(TEXT)


def test_every_public_page_is_accessible_in_large_letters_and_in_english(
    open_page: Any, live_server: LiveServer, cast: Cast, photo: Path
) -> None:
    page: Page = open_page(**PHONE)
    raise_matter(page, live_server.url, photo)
    case = answer(cast)
    follow(page, page.get_by_role("link", name="大字"))
    follow(page, page.get_by_role("button", name="English"))
    receipt = re.search(r"/t/([^/]+/[^/]+/)", page.url)
    assert receipt is not None
    matter = f"/t/{receipt.group(1)}"
    presses = [f"{matter}{name}/" for name in ("solved", "not-solved", "let-it-be", "withdraw", "add")]
    for where in (
        "/", "/raise/", f"/raise/?place={cast.units.village.code}", "/track/", "/board/", "/receipt/",
        matter, f"{matter}receipt/", f"/receipt/{receipt.group(1)}", *presses,
    ):  # fmt: skip
        page.goto(live_server.url + where)
        looked_at(page)
        assert page.locator("html").get_attribute("lang") == "en"
    case.refresh_from_db()
    assert case.status == State.RESOLVED, "looking changed nothing"
