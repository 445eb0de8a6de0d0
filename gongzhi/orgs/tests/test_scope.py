"""One rule of scope: what is listed, what is decided and what is explained agree for every tree."""

from datetime import date

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gongzhi.core.actor import Actor, ActorKind, HeldPost
from gongzhi.orgs import paths, permissions
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import ROLES, Permission, RoleCode

CODES = st.text("019-aZ", min_size=1, max_size=4).filter(lambda code: code[0] != "-")
"""Few different signs, those beside `/` in byte order among them, so that codes often begin alike."""


def held(path: str, role: RoleCode = RoleCode.VILLAGE_CLERK) -> HeldPost:
    return HeldPost(1, role, 1, path.split("/")[-2], "unit", path, "village")


def staff(*posts: HeldPost) -> Actor:
    return Actor(ActorKind.STAFF, "someone", user_id=1, posts=posts)


@st.composite
def trees(draw: st.DrawFn) -> list[str]:
    """Return the paths of a random tree, whose codes like to be beginnings of one another."""
    codes = draw(st.lists(CODES, min_size=1, max_size=12, unique=True))
    made = [f"{codes[0]}/"]
    for code in codes[1:]:
        made.append(f"{draw(st.sampled_from(made))}{code}/")
    return made


class ScopeInTheDatabase(TestCase):
    @given(tree=trees(), data=st.data())
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_a_subtree_lists_exactly_the_units_that_can_answers_yes_for(
        self, tree: list[str], data: st.DataObject
    ) -> None:
        Unit.objects.bulk_create(
            Unit(code=path.split("/")[-2], name="x", kind="grid", path=path, valid_from=date(2020, 1, 1))
            for path in tree
        )
        scopes = data.draw(st.lists(st.sampled_from(tree), max_size=3))
        actor = staff(*(held(path) for path in scopes))

        listed = set(
            Unit.objects.filter(permissions.visible(actor, Permission.CASE_VIEW)).values_list(
                "path", flat=True
            )
        )

        allowed = {p for p in tree if permissions.can(actor, Permission.CASE_VIEW, unit_path=p)}
        by_segments = {
            p for p in tree if any(p.split("/")[: s.count("/")] == s.split("/")[:-1] for s in scopes)
        }
        assert listed == allowed == by_segments
        with translation.override("en"):
            words = {path: permissions.why(actor, Permission.CASE_VIEW, path) for path in tree}
        assert {
            path for path in tree if words[path].startswith("You may do this as village clerk")
        } == allowed


@given(tree=trees(), data=st.data())
def test_scopes_never_hold_one_inside_another(tree: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(tree), max_size=6))
    scopes = permissions.scope_paths(staff(*(held(p) for p in chosen)), Permission.CASE_VIEW)
    assert not [(a, b) for a in scopes for b in scopes if a != b and paths.contains(a, b)]
    assert all(any(paths.contains(s, p) for s in scopes) for p in chosen)


def test_a_county_is_rooted_at_its_province_by_its_code() -> None:
    assert paths.root("610921") == "61/6109/610921/"
    assert paths.root("HY") == "HY/"
    assert not paths.contains("", "61/")


@pytest.mark.django_db
def test_a_neighbour_whose_code_begins_the_same_is_outside() -> None:
    for path in ("61/", "61/6109/", "61/61090/", "61/61091/", "61/6109-1/", "61/6109A/"):
        Unit.objects.create(
            code=path.split("/")[-2], name="x", kind="city", path=path, valid_from=date(2020, 1, 1)
        )
    inside = Unit.objects.filter(paths.subtree("61/6109/"))
    assert [unit.path for unit in inside] == ["61/6109/"]


@pytest.mark.django_db
def test_a_subtree_is_served_by_an_index_on_this_database() -> None:
    made = [f"{n:04d}" for n in range(3000)]
    Unit.objects.bulk_create(
        Unit(code=code, name="x", kind="city", path=f"{code}/", valid_from=date(2020, 1, 1)) for code in made
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE orgs_unit")
    plan = Unit.objects.filter(paths.subtree("0042/")).explain()
    assert "INDEX" in plan.upper()
    assert "SCAN ORGS_UNIT" not in plan.upper().replace("INDEX SCAN", "")
    assert "SEQ SCAN" not in plan.upper()


@pytest.mark.django_db
def test_what_is_not_a_path_raises_instead_of_listing_everything() -> None:
    for wrong in ("", "61"):
        with pytest.raises(ValueError, match="not the path"):
            list(Unit.objects.filter(paths.subtree(wrong)))


def test_an_unknown_permission_raises_in_every_question() -> None:
    actor = staff(held("61/"))
    for ask in (
        lambda: permissions.can(actor, "case.destroy", unit_path="61/"),  # type: ignore[arg-type]
        lambda: permissions.visible(actor, "case.destroy"),  # type: ignore[arg-type]
        lambda: permissions.why(actor, "case.destroy", "61/"),  # type: ignore[arg-type]
        lambda: permissions.require(actor, "case.destroy", unit_path="61/"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match=r"case\.destroy"):
            ask()


def test_every_role_has_a_row_and_every_permission_a_holder() -> None:
    assert set(ROLES) == set(RoleCode)
    assert set(Permission) == {p for role in ROLES.values() for p in role.permissions}


def test_the_system_manager_sees_and_moves_no_case() -> None:
    assert not {p for p in ROLES[RoleCode.SYSTEM_MANAGER].permissions if p.startswith("case.")}
