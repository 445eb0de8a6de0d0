"""Pages on paper: what a printer would cut through, show once instead of on every sheet, or leave empty."""

from contextvars import copy_context

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.test_reflow import BASE, hand_over

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.once]

ONE_PIECE = """() => [...document.querySelectorAll('main, main *')]
    .filter(e => e.querySelector('table') && getComputedStyle(e).display !== 'none')
    .filter(e => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX)
        || ['grid', 'flex'].includes(getComputedStyle(e).display))
    .map(e => e.tagName + '.' + e.className)"""
"""What stands around a table and is one piece to a printer: it is cut wherever the sheet ends."""
HEADINGS = "() => [...document.querySelectorAll('thead')].map(e => getComputedStyle(e).display)"
FORMS = """() => [...document.querySelectorAll('main form, .stepper, nav ul')]
    .filter(e => e.checkVisibility()).length"""


@pytest.mark.parametrize("path", ["/rules/cases.finish_limit/", "/rules/", "/audit/roots"])
def test_a_table_goes_on_over_sheets_with_its_headings_on_each(
    chromium: Browser, client: Client, rules: None, path: str
) -> None:
    own = copy_context()
    context = chromium.new_context(viewport={"width": 700, "height": 1000})
    try:
        page = context.new_page()
        page.route("**/*", lambda route: hand_over(route, client, own))
        page.emulate_media(media="print")
        answer = page.goto(BASE + path)
        assert answer is not None
        assert answer.status == 200
        assert page.evaluate(ONE_PIECE) == []
        assert set(page.evaluate(HEADINGS)) <= {"table-header-group"}
        assert page.evaluate(FORMS) == 0
    finally:
        context.close()
