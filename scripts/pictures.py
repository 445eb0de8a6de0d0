"""Pictures of every page, from the real server with a seeded county, and a look at each by machine.

    python -m scripts.pictures                    every page, at 390 and 1440, in the variants below
    python -m scripts.pictures desk case          only pages whose name begins so
    python -m scripts.pictures --data FOLDER      use this data folder as it is, seed nothing
    python -m scripts.pictures --quick            Chinese, normal letters only

Writes `pictures/<page>-<variant>.png`. Exits 1 when a page cannot be shown, is wider than the screen, breaks
the content security policy, or when axe finds a violation; every finding is named. A page is a line of PAGES.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
DEMO_CASES = "300"
TALLEST = 12_000
"""Pictures end here: a page of more pixels says nothing more to a reviewer."""

Kwargs = Callable[[], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to show: its name, the name of its address, who looks (a role, or nobody), and its arguments.

    `kwargs` is asked when the county is seeded; it answers None when nothing there fits the page.
    """

    name: str
    url_name: str
    role: str = ""
    kwargs: Kwargs | None = None
    query: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    width: int
    size: str = "normal"
    language: str = "zh-hans"


NORMAL = (Variant("390", 390), Variant("1440", 1440))
VARIANTS = (
    *NORMAL,
    Variant("390-large", 390, "large"),
    Variant("390-largest", 390, "largest"),
    Variant("390-english", 390, language="en"),
    Variant("1440-english", 1440, language="en"),
)


def _error(status: int) -> Shown:
    return Shown(f"error-{status}", "gallery:error", kwargs=lambda: {"status": status}, status=status)


CLERK, DISPATCHER, SUPERVISOR, MANAGER = (
    "village_clerk",
    "town_dispatcher",
    "county_supervisor",
    "system_manager",
)

DEMO_CLERK = "clerk"

PAGES: tuple[Shown, ...] = (
    Shown("home", "cases:home"),
    Shown("raise", "cases:raise"),
    Shown("track", "cases:track"),
    Shown("board", "cases:board"),
    Shown("published", "cases:published", kwargs=lambda: _first_published()),
    Shown("verify", "cases:verify"),
    Shown("rules", "rulebook:public_list"),
    Shown("rule", "rulebook:public_rule", kwargs=lambda: _first_rule()),
    Shown("seals", "audit:roots"),
    Shown("sign-in", "account_login"),
    Shown("desk", "site:desk", CLERK),
    Shown("queue", "cases:dispatch_queue", DISPATCHER),
    Shown("matters", "cases:list", CLERK),
    Shown("case", "cases:case", SUPERVISOR, kwargs=lambda: _first_case()),
    Shown("case-new", "cases:case", CLERK, kwargs=lambda: _case_at_clerk("registered")),
    Shown("case-handled", "cases:case", CLERK, kwargs=lambda: _case_at_clerk("handling")),
    Shown("case-accept", "cases:move", CLERK, kwargs=lambda: _case_at_clerk("registered", "accept")),
    Shown("case-dispatch", "cases:move", CLERK, kwargs=lambda: _case_at_clerk("accepted", "dispatch")),
    Shown("case-resolve", "cases:move", CLERK, kwargs=lambda: _case_at_clerk("handling", "resolve")),
    Shown("case-escalate", "cases:move", CLERK, kwargs=lambda: _case_at_clerk("handling", "escalate")),
    Shown("matter", "cases:matter", kwargs=lambda: _matter("resolved")),
    Shown("matter-handled", "cases:matter", kwargs=lambda: _matter("handling")),
    Shown("register", "cases:register", CLERK),
    Shown("dashboard", "cases:dashboard", SUPERVISOR),
    Shown("figure-list", "cases:figure_list", SUPERVISOR, kwargs=lambda: _measure("solution")),
    Shown("notices", "notices:mine", CLERK),
    Shown("deliveries", "notices:deliveries", SUPERVISOR),
    Shown("desk-rules", "rulebook:list", CLERK),
    Shown("desk-rule", "rulebook:rule", MANAGER, kwargs=lambda: _first_rule()),
    Shown("desk-rule-change", "rulebook:change", MANAGER, kwargs=lambda: _first_rule()),
    Shown("units", "orgs:units", CLERK),
    Shown("unit", "orgs:unit", MANAGER, kwargs=lambda: _first_unit()),
    Shown("calendar", "orgs:calendar", MANAGER),
    Shown("accounts", "orgs:accounts", MANAGER),
    Shown("account", "orgs:account", CLERK),
    Shown("audit", "audit:log", SUPERVISOR),
    Shown("components", "gallery:staff"),
    Shown("components-resident", "gallery:resident"),
    *(_error(status) for status in (403, 404, 409, 429, 500, 503)),
)


def _first_case() -> dict[str, Any] | None:
    """The case with the longest story tells most."""
    from django.db.models import Count

    from gongzhi.cases.models import Case

    case = Case.objects.annotate(steps=Count("transitions")).order_by("-steps", "pk").first()
    return {"number": case.number} if case else None


def _case_at_clerk(state: str, move: str = "") -> dict[str, Any] | None:
    """A case in this state that lies with the demonstration clerk's village."""
    from gongzhi.cases.models import Case
    from gongzhi.orgs.models import Post

    units = Post.objects.filter(role=CLERK, user__username=DEMO_CLERK).values("unit")
    case = Case.objects.filter(status=state, unit__in=units).order_by("-pk").first()
    if case is None:
        return None
    return {"number": case.number} | ({"name": move} if move else {})


def _matter(state: str) -> dict[str, Any] | None:
    """The resident's page of a case, opened as the receipt opens it."""
    from gongzhi.cases.models import Case
    from gongzhi.cases.numbers import receipt_code

    case = Case.objects.filter(status=state).order_by("-pk").first()
    return {"number": case.number, "code": receipt_code(case.number)} if case else None


def _measure(code: str) -> dict[str, Any] | None:
    """A measure of the unit whose post the supervisor holds."""
    from gongzhi.orgs.models import Post

    post = Post.objects.filter(role=SUPERVISOR).select_related("unit").order_by("pk").first()
    return {"code": post.unit.code, "measure": code} if post else None


def _first_published() -> dict[str, Any] | None:
    from gongzhi.cases.models import Case

    case = Case.objects.filter(published_at__isnull=False).order_by("pk").first()
    return {"number": case.number} if case else None


def _first_rule() -> dict[str, Any] | None:
    from gongzhi.rulebook.models import Rule

    rule = Rule.objects.order_by("pk").first()
    return {"code": rule.code} if rule else None


def _first_unit() -> dict[str, Any] | None:
    from gongzhi.orgs.models import Unit

    unit = Unit.objects.filter(kind="town").order_by("pk").first()
    return {"code": unit.code} if unit else None


@dataclass(frozen=True, slots=True)
class Finding:
    page: str
    words: str


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    with _data_folder(options.data) as seeded, _server() as address:
        _set_up_django()
        if not seeded:
            print("no demonstration county yet (gongzhi demo): pages are empty", file=sys.stderr)
        findings = list(_take_all(options, address, out))
    for finding in findings:
        print(f"{finding.page}: {finding.words}", file=sys.stderr)
    print(f"{len(list(out.glob('*.png')))} pictures in {out}/, {len(findings)} findings")
    return 1 if findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts.pictures", description="Take pictures of pages and check them."
    )
    parser.add_argument("names", nargs="*", help="only pages whose name begins so")
    parser.add_argument("--out", default=str(ROOT / "pictures"))
    parser.add_argument("--data", help="a data folder with a county in it, used as it is")
    parser.add_argument("--quick", action="store_true", help="Chinese and normal letters only")
    parser.add_argument("--scale", type=float, default=1, help="pixels per pixel (default: 1)")
    return parser


# --- The server and its county ------------------------------------------------------------------------------


@contextmanager
def _data_folder(given: str | None) -> Iterator[bool]:
    """Give the server a data folder; whether it has a county in it. One made here is removed at the end."""
    folder = given or tempfile.mkdtemp(prefix="gongzhi-pictures-")
    os.environ.update(GONGZHI_DATA=folder, GONGZHI_GALLERY="true", DJANGO_SETTINGS_MODULE="config.settings")
    try:
        _manage("collectstatic", "--noinput", "--verbosity", "0")
        _manage("migrate", "--verbosity", "0")
        _manage("install", "--verbosity", "0")
        yield True if given else _seed()
    finally:
        if not given:
            shutil.rmtree(folder, ignore_errors=True)


def _seed() -> bool:
    if "demo" not in _manage("help", "--commands", read=True).split():
        return False
    _manage("demo", "--cases", DEMO_CASES)
    return True


def _manage(*arguments: str, read: bool = False) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return (
        subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE if read else None).stdout or ""
    )


@contextmanager
def _server() -> Iterator[str]:
    """Run the real server on a free port of the loopback address; it ends with this block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}/components", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("the server ended before it answered")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"the server did not answer within {START_SECONDS} s")


def _set_up_django() -> None:
    # The browser driver keeps an event loop in this thread, which Django would refuse to query beside.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    import django

    django.setup()


def _session_of(role: str) -> dict[str, str] | None:
    """Return a session cookie of somebody who holds this role, or None when nobody does."""
    from django.conf import settings
    from django.db.models.functions import Length
    from django.test import Client

    from gongzhi.orgs.models import Post

    # Demonstration accounts have the shortest names, and the desks that are worth a picture.
    posts = Post.objects.filter(role=role).select_related("user")
    post = posts.order_by(Length("user__username"), "pk").first()
    if post is None:
        return None
    client = Client()
    client.force_login(post.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value}


# --- Taking and checking ------------------------------------------------------------------------------------


def _take_all(options: argparse.Namespace, address: str, out: Path) -> Iterator[Finding]:
    from tests.browser import launch_arguments

    variants = NORMAL if options.quick else VARIANTS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        for shown in PAGES:
            if options.names and not shown.name.startswith(tuple(options.names)):
                continue
            path = _path_of(shown)
            if isinstance(path, Finding):
                yield path
                continue
            for variant in variants:
                yield from _take(browser, shown, variant, address + path, out, options.scale)
        browser.close()


def _path_of(shown: Shown) -> str | Finding:
    from django.urls import NoReverseMatch, reverse

    kwargs = shown.kwargs() if shown.kwargs else {}
    if kwargs is None:
        return Finding(shown.name, "nothing in the county fits this page")
    try:
        return reverse(shown.url_name, kwargs=kwargs) + shown.query
    except NoReverseMatch:
        return Finding(shown.name, f"no address is named {shown.url_name}")


def _take(
    browser: Browser, shown: Shown, variant: Variant, address: str, out: Path, scale: float
) -> Iterator[Finding]:
    name = f"{shown.name}-{variant.name}"
    context = browser.new_context(
        viewport={"width": variant.width, "height": 900},
        device_scale_factor=scale,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    said: list[str] = []
    try:
        cookies = [
            {"name": "gongzhi_type_size", "value": variant.size},
            {"name": "django_language", "value": variant.language},
        ]
        if shown.role:
            session = _session_of(shown.role)
            if session is None:
                yield Finding(name, f"nobody holds the role {shown.role}")
                return
            cookies.append(session)
        context.add_cookies([{**cookie, "url": address} for cookie in cookies])  # type: ignore[typeddict-item]
        page = context.new_page()
        page.on("console", lambda message: _note(message, said))
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(address)
        if answer is None or answer.status != shown.status:
            yield Finding(
                name, f"answered {answer.status if answer else 'nothing'} instead of {shown.status}"
            )
        yield from (Finding(name, words) for words in (*_look(page, variant), *said))
        _picture(page, variant, out / f"{name}.png")
    finally:
        context.close()


def _note(message: ConsoleMessage, said: list[str]) -> None:
    if message.type == "error" and "the server responded with a status of" not in message.text:
        said.append(message.text)


def _look(page: Page, variant: Variant) -> Iterator[str]:
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > variant.width:
        widest = page.evaluate(
            "w => [...document.querySelectorAll('body *')]"
            ".filter(e => e.getBoundingClientRect().right > w + 1)"
            ".map(e => e.tagName + '.' + (e.getAttribute('class') || '')).slice(0, 3).join(', ')",
            variant.width,
        )
        yield f"{width} pixels wide on a screen of {variant.width}: {widest}"
    results = Axe().run(page)
    for violation in results.response["violations"]:
        targets = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:3])
        yield f"axe {violation['id']} ({violation['impact']}): {violation['help']}: {targets}"


def _picture(page: Page, variant: Variant, path: Path) -> None:
    """Take the whole page; the window is made as tall first, so that bars at its edge stand at its edge."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": variant.width, "height": max(900, min(TALLEST, height))})
    page.screenshot(path=str(path))


if __name__ == "__main__":
    sys.exit(main())
