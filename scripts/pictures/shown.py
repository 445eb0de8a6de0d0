"""What a line of the list of pages says, and the variants in which each is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

Kwargs = Callable[[], dict[str, Any] | None]
Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to show: its name, the name of its address, whose account looks (or nobody's), its arguments.

    `kwargs` is asked when the county is seeded; it answers None when nothing there fits the page. `act` is
    what a person does on the page first; it leads to another page, or to the same one with what is wrong.
    """

    name: str
    url_name: str
    account: str | Callable[[], str] = ""
    kwargs: Kwargs | None = None
    query: str | Callable[[], str] = ""
    status: int = 200
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    width: int
    size: str = "normal"
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Finding:
    page: str
    words: str


NORMAL = (Variant("390", 390), Variant("1440", 1440))
VARIANTS = (
    *NORMAL,
    Variant("390-large", 390, "large"),
    Variant("390-largest", 390, "largest"),
    Variant("390-english", 390, language="en"),
    Variant("1440-english", 1440, language="en"),
)
NARROW = (Variant("320", 320), Variant("320-english", 320, language="en"), Variant("720", 720))
"""1280 pixels at 400 per cent, and 1440 at 200: WCAG 1.4.10."""
PAPER = (Variant("paper", 1440),)


def send_empty(page: Page) -> None:
    """Press the main button of the page's form with nothing filled in, past the browser's own check."""
    page.evaluate(
        """() => {
            const main = '.button-primary, .button-danger';
            const forms = [...document.querySelectorAll('main form[method=post]')];
            const form = forms.find((form) => form.querySelector(main)) ?? forms[0];
            form.noValidate = true;
            form.querySelectorAll('input:not([type=hidden]), textarea').forEach((input) => {
                if (['radio', 'checkbox'].includes(input.type)) input.checked = false;
                else if (input.type !== 'file') input.value = '';
            });
            form.requestSubmit(form.querySelector(main));
        }"""
    )
