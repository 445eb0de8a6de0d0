"""The side navigation says where one is, once."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from gongzhi.site import navigation
from tests.cast import Cast, Person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [("site:desk", "site:desk"), ("rulebook:list", "rulebook:list"), ("notices:deliveries",) * 2],
)
def test_one_entry_is_marked_even_where_another_address_begins_the_same(
    cast: Cast, address: str, wanted: str
) -> None:
    shown = navigation.shown(cast.supervisor.actor, reverse(address))
    marked = [item.href for group in shown.groups for item in group.items if item.current]
    assert marked == [reverse(wanted)]


def test_a_page_at_another_address_marks_the_entry_it_belongs_to(cast: Cast) -> None:
    shown = navigation.shown(cast.county_dispatcher.actor, reverse("hotline:screen"))
    marked = [item.href for group in shown.groups for item in group.items if item.current]
    assert marked == [reverse("hotline:list")]


def test_the_bar_at_the_bottom_counts_what_waits_and_is_silent_about_nothing(
    cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    page = sign_in(cast.clerk).get(reverse("site:desk")).content.decode()
    bar = re.search(r'<nav class="bottom-bar".*?</nav>', page, re.DOTALL)
    assert bar
    shown = re.findall(r'class="count"[^>]*>([^<]*)<', bar.group())
    assert set(shown) == {""}
