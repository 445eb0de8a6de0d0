"""Every page fits a screen of 320 pixels: 1280 at four times the size, as WCAG 1.4.10 asks.

The pages are those of the sweep, so that none is forgotten. They are asked of the program in this process and
handed to the browser, which needs no server for that.
"""

from collections.abc import Iterator
from contextvars import Context, copy_context

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from gongzhi.cases.lifecycle import State
from gongzhi.cases.views.resident.presses import PRESSES
from scripts.pictures.pages import WITHOUT_PICTURE
from scripts.pictures.taking import WIDEST
from tests.stage import receipt_of
from tests.test_sweep import PAGES, World, _django_db_helper, one_world, world

__all__ = ["_django_db_helper", "one_world", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.once]

NARROW = 320
BASE = "http://localhost"
BEST_SEEN_BY = ("clerk", "town_dispatcher", "manager", "supervisor", "line_person", "anonymous")
"""Who is asked for a page, the first of those who may see it."""


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Give every page with somebody who may see it; and what the states of a matter look like."""
    for name, row in PAGES.items():
        seen_by = next((who for who in BEST_SEEN_BY if who in row.may), "")
        if seen_by and "GET" in row.methods and name not in WITHOUT_PICTURE:
            yield reverse(name, kwargs=row.args(world)), seen_by
    for state in State:
        case = world.stage.in_state(state)
        held = receipt_of(case)
        yield reverse("cases:case", args=[case.number]), "clerk"
        yield reverse("cases:matter", kwargs=held), "anonymous"
        yield from ((reverse("cases:press", kwargs={**held, "name": n}), "anonymous") for n in PRESSES)
        for button in world.client("clerk").get(f"/api/v1/cases/{case.number}").json().get("moves", ()):
            yield reverse("cases:move", args=[case.number, button]), "clerk"


def hand_over(route: Route, client: Client, context: Context) -> None:
    """Answer what the browser asks for out of this process.

    In the test's own `context`: the browser's library calls this in another, where Django would open another
    connection, which sees nothing of what the test wrote.
    """
    path = route.request.url.removeprefix(BASE)
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/").split("?")[0])
        return route.fulfill(path=found) if found else route.abort()
    answer = context.run(client.get, path, follow=True)
    kept = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return route.fulfill(status=answer.status_code, headers=kept, body=body)


def width_of(page: Page, address: str) -> tuple[int, str]:
    answer = page.goto(BASE + address, wait_until="load")
    assert answer is not None
    assert answer.status != 404, address
    return page.evaluate("document.documentElement.scrollWidth"), page.evaluate(WIDEST, NARROW)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_is_wider_than_a_screen_of_320_pixels(chromium: Browser, world: World, language: str) -> None:
    context = chromium.new_context(viewport={"width": NARROW, "height": 640})
    page, wide = context.new_page(), []
    visitor, own = world.client("anonymous"), copy_context()
    page.route("**/*", lambda route: hand_over(route, visitor, own))
    try:
        for address, seen_by in addresses(world):
            visitor = world.client(seen_by)
            visitor.cookies["django_language"] = language
            width, widest = width_of(page, address)
            if width > NARROW:
                wide.append(f"{address} is {width} wide: {widest}")
    finally:
        context.close()
    assert wide == []
