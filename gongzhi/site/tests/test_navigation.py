"""The side navigation says where one is, once."""

import pytest
from django.urls import reverse

from gongzhi.site import navigation
from tests.cast import Cast

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
