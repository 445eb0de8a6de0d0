"""What the journeys share: words of the pages, a look at every page that is met, a person's desk."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation
from playwright.sync_api import Page, expect

from gongzhi.cases import words
from gongzhi.cases.lifecycle import Move
from gongzhi.orgs.models import Post, UnitKind, User
from gongzhi.orgs.permissions import RoleCode
from tests.browser import assert_accessible, follow, let_in
from tests.cast import SINCE, Cast, Person, _unit


def zh(say: Callable[[], object]) -> str:
    """Return words as the Chinese page shows them."""
    with translation.override("zh-hans"):
        return str(say())


def button(move: Move) -> str:
    return zh(lambda: words.BUTTONS[move])


def look(page: Page) -> None:
    """Every page that is met is accessible, has one heading, and is never wider than the screen."""
    assert_accessible(page)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    width = page.viewport_size["width"] if page.viewport_size else 0
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} pixels wide on a screen of {width}"


@dataclass
class Officer:
    """A member of staff at a desk, signed in."""

    page: Page
    address: str

    def open(self, number: str) -> None:
        self.page.goto(f"{self.address}/cases/{number}/")
        look(self.page)

    def press(self, move: Move) -> None:
        """Press the button of a move on the page of the matter; unfold the less usual ones if needed."""
        name = button(move)
        main = self.page.get_by_role("main")
        link = main.get_by_role("link", name=name, exact=True)
        wanted = link.or_(main.get_by_role("button", name=name, exact=True)).first
        if not wanted.is_visible():
            self.page.locator("details.more-moves > summary").click()
        follow(self.page, wanted)
        look(self.page)

    def confirm(self, move: Move) -> None:
        """Press the button that makes the move on its own page."""
        follow(self.page, self.page.locator("form").get_by_role("button", name=button(move), exact=True))
        look(self.page)

    def write(self, field: str, text: str) -> None:
        self.page.locator(f"[name={field}]").fill(text)

    def choose(self, field: str, value: str) -> None:
        self.page.locator(f"[name={field}][value={value}]").check(force=True)


def officer(page: Page, person: Person, address: str) -> Officer:
    let_in(page, person, address)
    return Officer(page, address)


def make_station(cast: Cast) -> Person:
    """Add a station of the town with one officer: where the village sends what is not its own."""
    station = _unit("610921100JG", "城关镇交通管理站", UnitKind.STATION, cast.units.town)
    user = User.objects.create(username="station", full_name="马建军", email="station@example.org")
    Post.objects.create(user=user, role=RoleCode.DEPARTMENT_OFFICER, unit=station, valid_from=SINCE)
    return Person(user, RoleCode.DEPARTMENT_OFFICER, station, cast.clerk.at)
