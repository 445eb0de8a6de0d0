"""The pictures of the README: real pages of a demonstration county, into docs/pictures/, small.

    python -m scripts.readme_pictures --data FOLDER

FOLDER is a data folder with the demonstration county in it (`gongzhi demo`); nothing in it is changed.
"""

import argparse
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from scripts.pictures.server import ROOT, data_folder, server, set_up_django

OUT = ROOT / "docs" / "pictures"
COLOURS = 96
"""Enough for flat pages; a third of the bytes of full colour."""
LARGEST_BYTES = 200_000


@dataclass(frozen=True)
class Wanted:
    """One picture: its name, whose account of the demonstration ("" for residents), its address and size."""

    name: str
    account: str
    address: Callable[[], str]
    width: int
    height: int


def _told_case(**conditions: Any) -> Any:
    """Return the case with the longest story among those that fit."""
    from django.db.models import Count

    from gongzhi.cases.models import Case

    return Case.objects.filter(**conditions).annotate(n=Count("transitions")).order_by("-n", "pk").first()


def _answered() -> str:
    from gongzhi.cases.numbers import receipt_code

    number = _told_case(status="resolved", reworks=0).number
    return f"/t/{number}/{receipt_code(number)}/"


def _handled() -> str:
    return f"/cases/{_told_case(status='handling', level='town').number}/"


WANTED = (
    Wanted("home-390", "", lambda: "/", 390, 844),
    Wanted("matter-390", "", _answered, 390, 844),
    Wanted("desk-1440", "clerk", lambda: "/desk/", 1440, 900),
    Wanted("case-1440", "supervisor", _handled, 1440, 900),
    Wanted("figures-1440", "supervisor", lambda: "/figures/", 1440, 900),
    Wanted("rule-1440", "", lambda: "/rules/cases.finish_limit/", 1440, 900),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts.readme_pictures", description=__doc__)
    parser.add_argument("--data", required=True, help="a data folder with the demonstration county")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with data_folder(options.data), server() as base, sync_playwright() as playwright:
        set_up_django()
        from tests.browser import launch_arguments

        browser = playwright.chromium.launch(**launch_arguments())
        bad = [wanted.name for wanted in WANTED if not _take(browser, base, wanted)]
        browser.close()
    if bad:
        print(f"not taken or too large: {', '.join(bad)}", file=sys.stderr)
    return 1 if bad else 0


def _take(browser: Browser, base: str, wanted: Wanted) -> bool:
    """Take one picture; say whether the page answered and the picture is small enough."""
    from gongzhi.demo.county import DEMO_PASSWORD

    context = browser.new_context(
        viewport={"width": wanted.width, "height": wanted.height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    try:
        page = context.new_page()
        if wanted.account:
            page.goto(base + "/account/login/")
            page.locator("input[name=login]").fill(wanted.account)
            page.locator("input[name=password]").fill(DEMO_PASSWORD)
            page.locator("input[name=password]").press("Enter")
            page.wait_for_load_state("networkidle")
        answer = page.goto(base + wanted.address())
        if answer is None or answer.status != 200:
            return False
        return _save(page.screenshot(), OUT / f"{wanted.name}.png") <= LARGEST_BYTES
    finally:
        context.close()


def _save(shot: bytes, path: Path) -> int:
    """Write a picture with few colours; return its size in bytes."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
