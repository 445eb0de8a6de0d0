"""A real browser for tests: the Chromium of the machine, a phone and a desk, signing in, accessibility.

    @pytest.mark.browser
    def test_…(phone: Page, live: LiveServer, cast: Cast) -> None:
        phone.goto(live.url + "/")

A page that logs an error, breaks the content security policy or throws in a script fails the test that opened
it. Pages find things by role and label, as people do.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, sync_playwright

from tests.cast import Person

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-dev-shm-usage",
    # Whatever a page names, nothing but this machine can be reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one found is taken: without windows of its own the same engine needs half the time."""
CHROMIUM_MISSING = (
    "Chromium is not installed on this machine, so pages cannot be tried in a real browser.\n"
    "Install it with:\n  sudo apt-get install chromium-headless-shell fonts-noto-cjk\n"
    "or leave these tests out this time with:\n  make test ARGS='-m \"not browser\"'"
)
DRIVER_BROKEN = (
    "The driver of the browser does not start on this machine.\n"
    "It needs a library that small installations lack; install it with:\n  sudo apt-get install libatomic1"
)


def chromium_path() -> str | None:
    return next(
        (path for name in BROWSERS if (path := shutil.which(name))),
        None,
    )


def launch_arguments() -> dict[str, Any]:
    """Return how to start the machine's Chromium without letting it speak to anyone."""
    # Root has no user namespace to build the sandbox from.
    unsafe = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": chromium_path(), "headless": True, "args": [*QUIET, *unsafe]}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser process of a test process; each test has its own profile in it."""
    if chromium_path() is None:
        pytest.fail(CHROMIUM_MISSING, pytrace=False)
    patch = pytest.MonkeyPatch()
    # The browser driver keeps an event loop in this thread, and Django takes every later query here for one
    # made inside that loop. The queries of tests are made between its turns.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    driver = sync_playwright()
    try:
        playwright = driver.start()
    except Exception as failure:
        pytest.fail(f"{DRIVER_BROKEN}\nIt said: {failure}", pytrace=False)
    browser = playwright.chromium.launch(**launch_arguments())
    yield browser
    browser.close()
    playwright.stop()
    patch.undo()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page with a profile of its own; errors of any page fail the test."""
    errors: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(**device: Any) -> Page:
        context = chromium.new_context(**{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **device})
        contexts.append(context)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda message: _note(message, errors))
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert errors == [], "the browser reported errors"


def _note(message: ConsoleMessage, errors: list[str]) -> None:
    # A refused form answers 4xx on purpose, which the browser reports as a failed load.
    if message.type == "error" and "the server responded with a status of 4" not in message.text:
        errors.append(message.text)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a phone of 390 pixels."""
    return open_page(**PHONE)


@pytest.fixture
def desk(open_page: Callable[..., Page]) -> Page:
    """A page on a desk of 1440 pixels."""
    return open_page(**DESK)


def let_in(page: Page, person: Person, address: str) -> None:
    """Sign `page` in as one of the cast without going through the form (which has a test of its own)."""
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def follow(page: Page, way: Locator) -> None:
    """Press a link or button that leads to another page; return when that page has come in whole.

    A click alone returns as soon as the way is taken: what is asked next may still reach the old page, or
    a new one that has no root yet.
    """
    with page.expect_navigation():
        way.click()


def follow_by_keyboard(page: Page) -> None:
    """Press Enter on what has the focus; return when the page it leads to has come in whole."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def assert_accessible(page: Page) -> None:
    """Fail with a readable list when axe finds anything wrong on the page as it is now."""
    results = Axe().run(page)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
