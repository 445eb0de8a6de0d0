"""Opening a page as its visitor sees it, looking at it by machine, and taking its picture."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from scripts.pictures.shown import Finding, Shown, Variant

TALLEST = 12_000
"""Pictures end here: a page of more pixels says nothing more to a reviewer."""
WIDEST = """w => [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > w + 1)
    .map(e => e.tagName + '.' + (e.getAttribute('class') || '')).slice(0, 3).join(', ')"""


def path_of(shown: Shown) -> str | Finding:
    """Return the path of a page, or what is missing for it."""
    from django.urls import NoReverseMatch, reverse

    kwargs = shown.kwargs() if shown.kwargs else {}
    if kwargs is None:
        return Finding(shown.name, "nothing in the county fits this page")
    try:
        query = shown.query() if callable(shown.query) else shown.query
        return reverse(shown.url_name, kwargs=kwargs) + query
    except NoReverseMatch:
        return Finding(shown.name, f"no address is named {shown.url_name}")


def take_all(
    browser: Browser,
    pages: Sequence[Shown],
    variants: Sequence[Variant],
    base: str,
    out: Path | None,
    scale: float = 1,
) -> Iterator[Finding]:
    """Show each page in each variant; give what is wrong. Without `out` no picture is kept."""
    for shown in pages:
        path = path_of(shown)
        if isinstance(path, Finding):
            yield path
            continue
        for variant in variants:
            name, said = f"{shown.name}-{variant.name}", list[str]()
            with opened(browser, shown, variant, base + path, scale=scale, said=said) as page:
                if isinstance(page, Finding):
                    yield page
                    continue
                looked = _look(page, variant, with_axe=out is not None)
                yield from (Finding(name, words) for words in (*looked, *said))
                if out:
                    _picture(page, variant, out / f"{name}.png")


@contextmanager
def opened(
    browser: Browser,
    shown: Shown,
    variant: Variant,
    address: str,
    *,
    scale: float = 1,
    said: list[str] | None = None,
) -> Iterator[Page | Finding]:
    """Open a page as its visitor has it before them; what the browser complains of is added to `said`."""
    context = browser.new_context(
        viewport={"width": variant.width, "height": 900},
        device_scale_factor=scale,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    try:
        _sign_in(context, shown, variant, address)
        page = context.new_page()
        if said is not None:
            page.on("console", lambda message: _note(message, said))
            page.on("pageerror", lambda error: said.append(str(error)))
        trouble = _go(page, shown, address)
        yield Finding(f"{shown.name}-{variant.name}", trouble) if trouble else page
    finally:
        context.close()


def _go(page: Page, shown: Shown, address: str) -> str:
    """Go there and do what is to be done first; return what went wrong, or ""."""
    try:
        answer = page.goto(address)
        if shown.account and page.url.partition("?")[0] != address.partition("?")[0]:
            return f"led to {urlsplit(page.url).path}"
        if shown.act:
            answers: list[Response] = []
            page.on(
                "response", lambda got: answers.append(got) if got.request.is_navigation_request() else None
            )
            with page.expect_navigation():
                shown.act(page)
            page.wait_for_load_state()
            answer = answers[-1]
    except (Error, AssertionError) as trouble:
        return f"cannot be shown: {str(trouble).splitlines()[0]}"
    if answer is None or answer.status != shown.status:
        return f"answered {answer.status if answer else 'nothing'} instead of {shown.status}"
    return ""


def _sign_in(context: BrowserContext, shown: Shown, variant: Variant, address: str) -> None:
    cookies = [
        {"name": "gongzhi_type_size", "value": variant.size},
        {"name": "django_language", "value": variant.language},
    ]
    account = shown.account() if callable(shown.account) else shown.account
    if account:
        cookies.append(session_of(account))
    # For the whole site: a page that leads on to another must find them there.
    host = urlsplit(address).hostname
    context.add_cookies([{**cookie, "domain": host, "path": "/"} for cookie in cookies])  # type: ignore[typeddict-item]


@cache
def session_of(account: str) -> dict[str, str]:
    """Return the session cookie of an account, signed in a moment ago."""
    from allauth.account.internal.flows.login import (
        AUTHENTICATION_METHODS_SESSION_KEY,
        record_authentication,
    )
    from django.conf import settings
    from django.http import HttpRequest
    from django.test import Client

    from scripts.pictures.matters import user

    client = Client()
    client.force_login(user(account), backend="allauth.account.auth_backends.AuthenticationBackend")
    # As the form records it, so that pages which ask for the password again are open, however long it takes
    # until they are opened.
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user(account), method="password", reauthenticated=True)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] += 86_400
    request.session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def _note(message: ConsoleMessage, said: list[str]) -> None:
    if message.type == "error" and "the server responded with a status of" not in message.text:
        said.append(message.text)


def _look(page: Page, variant: Variant, *, with_axe: bool) -> Iterator[str]:
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > variant.width:
        widest = page.evaluate(WIDEST, variant.width)
        yield f"{width} pixels wide on a screen of {variant.width}: {widest}"
    if not with_axe:
        return
    results = Axe().run(page)
    for violation in results.response["violations"]:
        targets = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:3])
        yield f"axe {violation['id']} ({violation['impact']}): {violation['help']}: {targets}"


def _picture(page: Page, variant: Variant, path: Path) -> None:
    """Take the whole page; the window is made as tall first, so that bars at its edge stand at its edge."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": variant.width, "height": max(900, min(TALLEST, height))})
    page.screenshot(path=str(path))
