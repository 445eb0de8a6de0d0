"""The staff pages of units, posts, calendar and accounts: who is let in, and what they do."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from gongzhi.core.queries import list_overrides
from gongzhi.orgs import actions, queries
from gongzhi.orgs.models import Post, Unit, User
from gongzhi.orgs.permissions import ROLES, Permission
from gongzhi.orgs.urls import _own
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
P = Permission

# name of the address -> what a post must grant at the unit of the address; None: any post; "own": signed in.
UNIT_PAGES: dict[str, Permission] = {
    "unit": P.UNIT_VIEW,
    "create_unit": P.UNIT_CHANGE,
    "rename_unit": P.UNIT_CHANGE,
    "move_unit": P.UNIT_CHANGE,
    "end_unit": P.UNIT_CHANGE,
    "appoint": P.POST_CHANGE,
    "end_post": P.POST_CHANGE,
    "unit_days": P.CALENDAR_CHANGE,
}
UNIT_PRESSES = {"clear_unit_day"}
"""Pressed on the page of a unit; no page of their own."""
OTHER_PAGES: dict[str, Permission | None] = {
    "units": P.UNIT_VIEW,
    "calendar": None,
    "calendar_day": P.CALENDAR_CHANGE,
    "calendar_clear": P.CALENDAR_CHANGE,
    "account": None,
    "revoke_token": None,
    "accounts": P.ACCOUNT_CHANGE,
    "create_account": P.ACCOUNT_CHANGE,
    "person": P.ACCOUNT_CHANGE,
    "reset_password": P.ACCOUNT_CHANGE,
    "close_account": P.ACCOUNT_CHANGE,
    "reopen_account": P.ACCOUNT_CHANGE,
}
ONLY_POST = {"calendar_clear", "revoke_token", "reset_password", "close_account", "reopen_account"}


def address(name: str, unit: Unit | None = None) -> str:
    arguments: dict[str, list[object]] = {
        "calendar_day": [date(2026, 3, 4)],
        "calendar_clear": [date(2026, 3, 4)],
        "revoke_token": [1],
        "person": ["clerk"],
        "reset_password": ["clerk"],
        "close_account": ["clerk"],
        "reopen_account": ["clerk"],
    }
    if name == "end_post":
        post = Post.objects.filter(unit=unit).first()
        return reverse("orgs:end_post", args=[unit.code if unit else "", post.pk if post else 0])
    return reverse(f"orgs:{name}", args=[unit.code] if unit else arguments.get(name, []))


def test_every_address_of_this_app_stands_in_the_sweep() -> None:
    assert {pattern.name for pattern in _own if hasattr(pattern, "name")} == {
        *UNIT_PAGES,
        *UNIT_PRESSES,
        *OTHER_PAGES,
    }


def test_visitors_are_sent_to_sign_in_from_every_page(cast: Cast) -> None:
    client = Client()
    addresses = [address(name, cast.units.village) for name in UNIT_PAGES]
    addresses += [address(name) for name in OTHER_PAGES if name not in ONLY_POST]
    for place in addresses:
        response = client.get(place)
        assert (response.status_code, response.headers["Location"].split("?")[0]) == (
            302,
            reverse("account_login"),
        ), place
    for name in ONLY_POST:
        assert client.post(address(name)).status_code == 302


def test_every_unit_page_opens_exactly_for_the_posts_that_allow_it(cast: Cast, sign_in: SignIn) -> None:
    """Role x page x unit inside and outside: 404 where it cannot be seen, 403 where it may not be done."""
    places = [cast.units.village, cast.units.town, cast.units.other_village, cast.units.county]
    for person in cast.people:
        client = sign_in(person)
        allowed = ROLES[person.role].permissions
        for unit in places:
            inside = unit.path.startswith(person.unit.path)
            for name, permission in UNIT_PAGES.items():
                expected = 404 if not inside or P.UNIT_VIEW not in allowed else 200
                if expected == 200 and permission not in allowed:
                    expected = 403
                got = client.get(address(name, unit)).status_code
                assert got == expected, (person.role, name, unit.name)


def test_every_other_page_opens_exactly_for_the_posts_that_allow_it(cast: Cast, sign_in: SignIn) -> None:
    for person in cast.people:
        client = sign_in(person)
        for name, permission in OTHER_PAGES.items():
            if name in ONLY_POST:
                continue
            fits = permission is None or permission in ROLES[person.role].permissions
            assert client.get(address(name)).status_code == (200 if fits else 403), (person.role, name)


def test_writes_by_post_are_refused_without_the_permission(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.town_head)
    for name in ONLY_POST - {"revoke_token"}:
        assert client.post(address(name)).status_code == 403
    assert client.post(address("revoke_token")).status_code == 404
    for name in ONLY_POST:
        assert client.get(address(name)).status_code == 405


def test_a_day_of_a_unit_is_cleared_only_with_the_permission(cast: Cast, sign_in: SignIn) -> None:
    place = reverse("orgs:clear_unit_day", args=[cast.units.village.code, date(2026, 3, 4)])
    assert sign_in(cast.town_head).post(place).status_code == 403
    assert sign_in(cast.peer_clerk).post(place).status_code == 404
    assert sign_in(cast.manager).get(place).status_code == 405


def test_somebody_without_a_post_is_told_so(cast: Cast) -> None:
    client = Client()
    client.force_login(
        User.objects.create_user("idle"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get(reverse("orgs:units")).status_code == 403
    assert client.get(reverse("orgs:account")).status_code == 200


def test_a_manager_makes_renames_moves_and_ends_a_unit_on_the_pages(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)
    town = cast.units.town
    made = client.post(
        address("create_unit", town),
        {"code": "610921100901", "name": "新村", "kind": "village", "valid_from": "2024-01-01"},
    )
    assert made.headers["Location"] == address("unit", town)
    unit = Unit.objects.get(code="610921100901")
    client.post(address("rename_unit", unit), {"name": "新新村", "phone": "0915-5211234"})
    client.post(address("move_unit", unit), {"parent": cast.units.other_town.code})
    client.post(address("end_unit", unit), {"on": "2025-01-01"})
    unit.refresh_from_db()
    assert (unit.name, unit.phone) == ("新新村", "0915-5211234")
    assert unit.parent == cast.units.other_town
    assert unit.valid_until == date(2025, 1, 1)
    assert client.get(address("unit", unit)).status_code == 200


def test_a_refused_input_keeps_what_was_typed_and_says_why_at_the_field(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)
    typed = {"code": cast.units.village.code, "name": "打好的名字", "kind": "village"}
    response = client.post(address("create_unit", cast.units.town), typed)
    assert response.status_code == 409
    assert "打好的名字" in response.content.decode()
    assert response.context["form"].errors["code"]
    for parent in ("nowhere", ""):
        assert client.post(address("move_unit", cast.units.village), {"parent": parent}).status_code == 422
    assert client.post(address("end_unit", cast.units.village), {"on": "2026-02-31"}).status_code == 422
    overlong = client.post(address("rename_unit", cast.units.village), {"name": "村" * 5000})
    assert overlong.status_code == 422


def test_a_head_appoints_and_ends_a_post_on_the_pages(cast: Cast, sign_in: SignIn) -> None:
    User.objects.create_user("newcomer", full_name="新人")
    client = sign_in(cast.village_head)
    page = client.get(address("appoint", cast.units.village)).content.decode()
    assert 'value="village_clerk"' in page
    entered = {"user": "newcomer", "role": "village_clerk", "valid_from": "2020-01-02"}
    client.post(address("appoint", cast.units.village), entered)
    post = Post.objects.get(user__username="newcomer")
    assert "新人" in client.get(address("unit", cast.units.village)).content.decode()
    place = reverse("orgs:end_post", args=[cast.units.village.code, post.pk])
    assert client.post(place, {"on": "2024-01-01"}).status_code == 302
    post.refresh_from_db()
    assert post.valid_until == date(2024, 1, 1)


def test_a_role_that_grants_too_much_is_not_offered_and_not_taken(cast: Cast, sign_in: SignIn) -> None:
    User.objects.create_user("newcomer", full_name="新人")
    client = sign_in(cast.town_head)
    page = client.get(address("appoint", cast.units.town)).content.decode()
    assert 'value="town_dispatcher"' in page
    assert 'value="system_manager"' not in page
    entered = {"user": "newcomer", "role": "system_manager", "valid_from": "2020-01-02"}
    assert client.post(address("appoint", cast.units.town), entered).status_code == 422
    assert not Post.objects.filter(user__username="newcomer").exists()


def test_a_post_of_another_unit_is_not_reached_through_this_one(cast: Cast, sign_in: SignIn) -> None:
    foreign = Post.objects.get(user=cast.peer_clerk.user)
    place = reverse("orgs:end_post", args=[cast.units.village.code, foreign.pk])
    assert sign_in(cast.village_head).post(place, {"on": "2026-01-01"}).status_code == 404


def test_the_unit_pages_cost_the_same_whatever_stands_below(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(cast.manager)
    Unit.objects.bulk_create(
        Unit(
            code=f"V{n:03d}",
            name=f"村{n}",
            kind="village",
            parent=cast.units.town,
            path=f"{cast.units.town.path}V{n:03d}/",
            depth=4,
            valid_from=date(2020, 1, 1),
        )
        for n in range(150)
    )
    client.get(address("unit", cast.units.town))
    with django_assert_max_num_queries(10):
        assert client.get(address("unit", cast.units.town)).status_code == 200
    with django_assert_max_num_queries(6):
        assert client.get(reverse("orgs:units")).status_code == 200


def test_a_manager_sets_and_clears_a_day_of_the_calendar(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)
    day = date(2026, 3, 4)
    client.post(address("calendar_day"), {"is_working": "no", "note": "村民节"})
    assert list(list_overrides().values_list("day", "is_working", "note")) == [(day, False, "村民节")]
    assert "村民节" in client.get(reverse("orgs:calendar"), {"year": "2026"}).content.decode()
    assert client.post(address("calendar_clear")).status_code == 302
    assert not list_overrides().exists()
    assert client.post(address("calendar_clear")).status_code == 404


@pytest.mark.parametrize("year", ["", "0", "99999", "-1", "abc", "２０２６", "1900"])
def test_a_strange_year_shows_a_year_all_the_same(cast: Cast, sign_in: SignIn, year: str) -> None:
    assert sign_in(cast.clerk).get(reverse("orgs:calendar"), {"year": year}).status_code == 200


def test_a_day_that_does_not_exist_is_not_found(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)
    for day in ("2026-02-31", "1800-01-01", "9999-12-31"):
        assert client.get(f"/calendar/{day}/").status_code == 404


def test_a_manager_makes_an_account_and_sees_the_first_password_once(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)
    entered = {"full_name": "吴芳", "username": "wufang", "email": ""}
    shown = client.post(reverse("orgs:create_account"), entered).content.decode()
    user = User.objects.get(username="wufang")
    assert user.must_change_password
    page = client.get(reverse("orgs:person", args=["wufang"])).content.decode()
    assert "吴芳" in page
    assert not any(user.check_password(word) for word in page.replace('"', " ").replace("<", " ").split())
    assert any(
        user.check_password(w) for w in shown.replace('"', " ").replace("<", " ").replace(">", " ").split()
    )
    assert client.post(reverse("orgs:create_account"), entered).status_code == 409


def test_one_revokes_ones_own_token_on_the_account_page(cast: Cast, sign_in: SignIn, at: object) -> None:
    from gongzhi.core import clock
    from gongzhi.core.actor import SYSTEM

    token, raw = actions.issue_token(user=cast.clerk.user, name="脚本", days=9, by=SYSTEM, at=clock.now())
    place = reverse("orgs:revoke_token", args=[token.pk])
    assert sign_in(cast.manager).post(place).status_code == 404
    client = sign_in(cast.clerk)
    assert "脚本" in client.get(reverse("orgs:account")).content.decode()
    assert raw not in client.get(reverse("orgs:account")).content.decode()
    client.post(place)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert not queries.tokens_of(cast.clerk.user, at=clock.now())[0].works


def test_a_search_with_hostile_text_is_only_text(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)
    for text in ("%", "'; DROP TABLE orgs_unit; --", "<script>alert(1)</script>", "村" * 500):
        page = client.get(reverse("orgs:units"), {"q": text})
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.content.decode()
