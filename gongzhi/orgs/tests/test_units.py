"""The tree of units: made, renamed, moved, ended."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Invalid, NotAllowed, NotFound
from gongzhi.orgs import actions, queries
from gongzhi.orgs.actions.units import WrongLevel
from gongzhi.orgs.models import Post, Unit
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_new_unit_stands_below_its_parent_and_leaves_an_audit_row(cast: Cast, at: datetime) -> None:
    made = actions.create_unit(
        code="610921100900",
        name=" 新 村 ",
        kind="village",
        parent=cast.units.town,
        by=cast.manager.actor,
        at=at,
    )
    assert (made.path, made.depth, made.name) == (cast.units.town.path + "610921100900/", 4, "新 村")
    event = AuditEvent.objects.get(code="orgs.unit.created")
    assert (event.unit_code, event.actor_key) == (made.code, cast.manager.actor.key)


def test_a_code_is_never_given_twice(cast: Cast, at: datetime) -> None:
    with pytest.raises(actions.CodeTaken):
        actions.create_unit(
            code=cast.units.village.code, name="x", kind="village", parent=cast.units.town, by=SYSTEM, at=at
        )


@pytest.mark.parametrize("code", ["", "a/b", "6 1", "x" * 33, "-1", "61\n"])
def test_a_code_that_would_break_paths_is_refused(cast: Cast, at: datetime, code: str) -> None:
    if code.strip() == "61":
        code = "61\n1"
    with pytest.raises(Invalid):
        actions.create_unit(code=code, name="x", kind="village", parent=cast.units.town, by=SYSTEM, at=at)


def test_nobody_without_the_permission_makes_units(cast: Cast, at: datetime) -> None:
    for person in cast.people:
        if person is cast.manager:
            continue
        with pytest.raises(NotAllowed):
            actions.create_unit(
                code="Z9", name="x", kind="grid", parent=cast.units.village, by=person.actor, at=at
            )


def test_a_town_cannot_stand_below_a_village(cast: Cast, at: datetime) -> None:
    with pytest.raises(WrongLevel):
        actions.create_unit(code="Z9", name="x", kind="town", parent=cast.units.village, by=SYSTEM, at=at)


def test_moving_a_unit_takes_everything_below_along(cast: Cast, at: datetime) -> None:
    grid = actions.create_unit(
        code="G1", name="一网格", kind="grid", parent=cast.units.village, by=SYSTEM, at=at
    )
    near = cast.units.sister_village.path

    moved = actions.move_unit(
        unit=cast.units.village, parent=cast.units.other_town, by=cast.manager.actor, at=at
    )

    grid.refresh_from_db()
    cast.units.sister_village.refresh_from_db()
    assert moved.path == cast.units.other_town.path + moved.code + "/"
    assert grid.path == moved.path + "G1/"
    assert grid.depth == moved.depth + 1
    assert cast.units.sister_village.path == near
    assert queries.actor_for(cast.clerk.user, at=at).posts[0].unit_path == moved.path


def test_a_unit_cannot_move_below_itself(cast: Cast, at: datetime) -> None:
    grid = actions.create_unit(code="G1", name="g", kind="grid", parent=cast.units.village, by=SYSTEM, at=at)
    deeper = actions.create_unit(code="G2", name="g", kind="grid", parent=grid, by=SYSTEM, at=at)
    for place in (grid, deeper):
        with pytest.raises(actions.MovesUnderItself):
            actions.move_unit(unit=grid, parent=place, by=SYSTEM, at=at)


def test_a_unit_ends_with_its_posts_and_only_when_nothing_is_left_below(cast: Cast, at: datetime) -> None:
    day = queries.day_of(at)
    with pytest.raises(actions.UnitsBelow):
        actions.end_unit(unit=cast.units.town, on=day, by=cast.manager.actor, at=at)

    actions.end_unit(unit=cast.units.village, on=day, by=cast.manager.actor, at=at)

    assert queries.actor_for(cast.clerk.user, at=at).posts == ()
    assert queries.actor_for(cast.clerk.user, at=at - timedelta(days=1)).posts != ()
    assert not Post.objects.filter(unit=cast.units.village, valid_until=None).exists()
    with pytest.raises(NotFound):
        queries.unit_at(cast.units.village.code, day)
    assert queries.unit_at(cast.units.village.code, day - timedelta(days=1)) == cast.units.village
    assert AuditEvent.objects.filter(code="orgs.post.ended", unit_code=cast.units.village.code).count() == 3


def test_nothing_new_hangs_on_a_unit_that_ended(cast: Cast, at: datetime) -> None:
    day = queries.day_of(at)
    actions.end_unit(unit=cast.units.village, on=day, by=SYSTEM, at=at)
    with pytest.raises(actions.UnitEnded):
        actions.create_unit(code="G1", name="g", kind="grid", parent=cast.units.village, by=SYSTEM, at=at)


def test_renaming_keeps_old_and_new_in_the_audit_log_and_a_repetition_leaves_nothing(
    cast: Cast, at: datetime
) -> None:
    for _ in range(2):
        actions.rename_unit(
            unit=cast.units.village, name="三元新村", phone="0915-5200000", by=cast.manager.actor, at=at
        )
    event = AuditEvent.objects.get(code="orgs.unit.renamed")
    assert "三元新村" in event.data
    assert "三元村委会" in event.data


def test_absent_and_out_of_scope_units_look_the_same(cast: Cast) -> None:
    for code in ("nowhere", cast.units.village.code):
        with pytest.raises(NotFound) as refused:
            queries.get_unit(cast.peer_clerk.actor, code)
        assert str(refused.value.message) == str(NotFound.message)
    assert queries.get_unit(cast.town_dispatcher.actor, cast.units.village.code) == cast.units.village


def test_a_search_stays_inside_the_scope(cast: Cast, at: datetime) -> None:
    day = queries.day_of(at)
    assert queries.search_units(cast.town_dispatcher.actor, "堰坪", on=day) == []
    assert queries.search_units(cast.county_dispatcher.actor, "堰坪", on=day) == [cast.units.other_village]
    assert queries.search_units(cast.county_dispatcher.actor, "61092110", on=day)


def test_the_tree_is_read_in_a_fixed_number_of_queries(
    cast: Cast, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        lines = queries.lines_below(cast.units.county, on=queries.day_of(at))
    assert [(line.unit, line.below, line.posts) for line in lines] == [
        (cast.units.town, 2, 2),
        (cast.units.other_town, 1, 1),
        (cast.units.department, 0, 1),
    ]
    with django_assert_num_queries(1):
        assert queries.ancestors(cast.units.village) == [cast.units.county, cast.units.town]
    with django_assert_num_queries(1):
        assert set(queries.units_by_id([cast.units.town.pk, 0])) == {cast.units.town.pk}


def test_a_unit_may_not_end_before_it_began(cast: Cast, at: datetime) -> None:
    with pytest.raises(Invalid):
        actions.end_unit(unit=cast.units.village, on=date(1999, 1, 1), by=SYSTEM, at=at)
    assert Unit.objects.get(pk=cast.units.village.pk).valid_until is None
