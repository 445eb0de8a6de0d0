"""Lists kept by name: whose they are, what they hold, who shares them."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from gongzhi.cases.tests.stage import Stage
from gongzhi.core.errors import Invalid, NotFound
from gongzhi.core.forms import new_token
from gongzhi.workbench.actions import saving
from gongzhi.workbench.models import SavedView
from gongzhi.workbench.queries import saved
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


def keep(by: Person, name: str, query: str, at: datetime) -> SavedView:
    return saving.save_view(name=name, base="cases:list", query=query, by=by.actor, at=at)


def share(view: SavedView, by: Person, unit: str, at: datetime, *, is_first: bool = False) -> SavedView:
    return saving.change_view(
        view=view, name=view.name, is_first=is_first, unit_code=unit, by=by.actor, at=at
    )


def test_a_list_is_kept_from_its_page_and_leads_back_to_it(cast: Cast, sign_in: SignIn) -> None:
    Stage(cast).registered()
    client = sign_in(cast.clerk)
    sent = {"token": new_token(), "base": "cases:list", "query": "state=registered&evil=1", "name": "新来的"}
    assert client.post("/views/new/", sent).status_code == 302
    assert client.post("/views/new/", sent).status_code == 302
    view = SavedView.objects.get()
    assert view.query == "state=registered"
    for page in (client.get("/cases/?queue=unit"), client.get("/desk/"), client.get("/views/")):
        assert re.search(r'href="/cases/\?state=registered"[^>]*>新来的', page.content.decode())
    here = client.get("/cases/?state=registered").content.decode()
    assert re.search(r'aria-current="true">新来的 <span class="count"[^>]*>1</span>', here)
    assert "保存这个视图" not in here


def test_a_view_of_another_is_not_there(cast: Cast, at: datetime, sign_in: SignIn) -> None:
    view = keep(cast.clerk, "刘芳的视图", "state=registered", at)
    other = sign_in(cast.village_head)
    for address in ("", "move/", "delete/"):
        answer = other.post(f"/views/{view.pk}/{address}", {"name": "x"})
        assert answer.status_code == 404
    with pytest.raises(NotFound):
        saving.delete_view(view=view, by=cast.village_head.actor, at=at)
    assert "刘芳的视图" not in other.get("/cases/?queue=unit").content.decode()


def test_a_shared_view_shares_the_question_and_never_the_answer(cast: Cast, at: datetime) -> None:
    Stage(cast).registered()
    view = share(keep(cast.clerk, "新来的", "state=registered", at), cast.clerk, cast.units.village.code, at)
    colleague = cast.village_head.actor
    assert saved.views_of(colleague) == [view]
    assert saved.count_of(view, colleague, at=at) == "1"
    assert saved.views_of(cast.peer_clerk.actor) == []
    assert saved.count_of(view, cast.peer_clerk.actor, at=at) == "0"
    with pytest.raises(Invalid):
        share(view, cast.clerk, cast.units.town.code, at)


def test_views_stand_in_the_order_their_owner_gave_them(cast: Cast, at: datetime) -> None:
    first, second, third = (keep(cast.clerk, name, f"queue={name}", at) for name in ("all", "unit", "mine"))
    saving.move_view(view=third, up=True, by=cast.clerk.actor, at=at)
    saving.move_view(view=first, up=True, by=cast.clerk.actor, at=at)
    assert [view.pk for view in saved.own_views(cast.clerk.actor)] == [first.pk, third.pk, second.pk]
    saving.delete_view(view=first, by=cast.clerk.actor, at=at)
    assert [view.position for view in saved.own_views(cast.clerk.actor)] == [0, 1]


def test_the_list_opens_with_the_first_view_and_can_still_be_seen_whole(
    cast: Cast, at: datetime, sign_in: SignIn
) -> None:
    client = sign_in(cast.clerk)
    assert client.get("/cases/").status_code == 200
    view = share(keep(cast.clerk, "新来的", "state=registered", at), cast.clerk, "", at, is_first=True)
    assert client.get("/cases/").headers["Location"] == "/cases/?state=registered"
    narrowed = client.get("/cases/?state=registered").content.decode()
    assert 'href="/cases/?queue=all"' in narrowed
    assert client.get("/cases/?queue=all").status_code == 200
    other = share(keep(cast.clerk, "道路", "category=01", at), cast.clerk, "", at, is_first=True)
    view.refresh_from_db()
    assert (view.is_first, other.is_first) == (False, True)


def test_names_and_numbers_of_views_have_bounds(cast: Cast, at: datetime) -> None:
    for n in range(10):
        keep(cast.clerk, f"第{n}个", "state=registered", at)
    with pytest.raises(saving.TooManyViews):
        keep(cast.clerk, "再来一个", "state=registered", at)
    keep(cast.village_head, "第0个", "state=registered", at)
    with pytest.raises(saving.NameTaken):
        keep(cast.village_head, "第0个", "state=accepted", at)
    with pytest.raises(Invalid):
        saving.save_view(name="坏", base="audit:log", query="a=1", by=cast.village_head.actor, at=at)


def test_a_view_costs_one_question_and_words_or_finished_matters_none(
    cast: Cast, at: datetime, django_assert_num_queries: Any
) -> None:
    actor = cast.clerk.actor
    counted = keep(cast.clerk, "新来的", "state=registered", at)
    quiet = [keep(cast.clerk, "搜", "q=路", at), keep(cast.clerk, "办完的", "state=closed", at)]
    saved.count_of(counted, actor, at=at)
    with django_assert_num_queries(1):
        assert saved.count_of(counted, actor, at=at) == "0"
    with django_assert_num_queries(0):
        assert [saved.count_of(view, actor, at=at) for view in quiet] == [None, None]
    with django_assert_num_queries(1):
        saved.views_of(actor)


def test_a_view_of_a_unit_that_left_one_s_sight_still_opens_the_page(
    cast: Cast, at: datetime, sign_in: SignIn
) -> None:
    keep(cast.clerk, "别处", f"unit={cast.units.other_village.code}", at)
    page = sign_in(cast.clerk).get("/cases/?queue=unit")
    assert page.status_code == 200
    assert "别处" in page.content.decode()
