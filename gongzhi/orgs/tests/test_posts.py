"""Posts: the only source of rights, and nobody climbs by them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.orgs import actions, queries
from gongzhi.orgs.models import Post, User
from gongzhi.orgs.permissions import ROLES, Permission, RoleCode, can
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer() -> User:
    return User.objects.create_user("newcomer", full_name="新人")


def test_an_appointment_gives_rights_from_its_first_day_until_before_its_last(
    cast: Cast, at: datetime, newcomer: User
) -> None:
    day = queries.day_of(at)
    actions.appoint(
        user=newcomer,
        role="village_clerk",
        unit=cast.units.village,
        valid_from=day,
        valid_until=day + timedelta(days=2),
        by=cast.village_head.actor,
        at=at,
    )
    path = cast.units.village.path
    rights = [
        can(queries.actor_for(newcomer, at=at + timedelta(days=n)), Permission.CASE_ACCEPT, unit_path=path)
        for n in (-1, 0, 1, 2)
    ]
    assert rights == [False, True, True, False]
    assert AuditEvent.objects.filter(code="orgs.post.appointed", subject=f"account:{newcomer.pk}").exists()


def test_the_day_of_a_post_is_the_day_in_shanghai(cast: Cast, at: datetime, newcomer: User) -> None:
    day = queries.day_of(at)
    actions.appoint(user=newcomer, role="village_clerk", unit=cast.units.village, by=SYSTEM, at=at)
    midnight = timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 (made aware here)
    assert not queries.actor_for(newcomer, at=midnight - timedelta(seconds=1)).posts
    assert queries.actor_for(newcomer, at=midnight).posts


@pytest.mark.parametrize("role", list(RoleCode))
def test_nobody_grants_more_than_he_could_do_himself(
    cast: Cast, at: datetime, newcomer: User, role: RoleCode
) -> None:
    row = ROLES[role]
    for head in (cast.village_head, cast.town_head):
        for unit in (cast.units.village, cast.units.town, cast.units.county, cast.units.other_village):
            if unit.kind not in row.unit_kinds:
                continue
            fits = can(head.actor, Permission.POST_CHANGE, unit_path=unit.path) and all(
                can(head.actor, p, unit_path=unit.path) for p in row.permissions
            )
            if fits:
                actions.appoint(user=newcomer, role=role, unit=unit, by=head.actor, at=at)
                Post.objects.filter(user=newcomer).delete()
            else:
                with pytest.raises(NotAllowed):
                    actions.appoint(user=newcomer, role=role, unit=unit, by=head.actor, at=at)


def test_a_role_with_one_right_more_is_out_of_reach_for_giving_and_for_taking(
    cast: Cast, at: datetime, newcomer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = ROLES[RoleCode.VILLAGE_CLERK]
    stronger = replace(clerk, permissions=clerk.permissions | {Permission.AUDIT_VIEW})
    monkeypatch.setitem(ROLES, RoleCode.VILLAGE_CLERK, stronger)
    held = Post.objects.get(user=cast.clerk.user)
    for head in (cast.village_head, cast.town_head):
        with pytest.raises(actions.GrantsTooMuch):
            actions.appoint(
                user=newcomer, role="village_clerk", unit=cast.units.village, by=head.actor, at=at
            )
        with pytest.raises(actions.GrantsTooMuch):
            actions.end_post(post=held, on=queries.day_of(at), by=head.actor, at=at)
    actions.appoint(
        user=newcomer, role="village_clerk", unit=cast.units.village, by=cast.manager.actor, at=at
    )


def test_the_heads_can_appoint_the_people_they_need(cast: Cast, at: datetime, newcomer: User) -> None:
    for head, unit, roles in (
        (cast.village_head, cast.units.village, ("line_person", "village_clerk", "village_head")),
        (cast.town_head, cast.units.village, ("line_person", "village_clerk", "village_head")),
        (cast.town_head, cast.units.town, ("town_dispatcher", "town_head", "data_analyst")),
        (cast.manager, cast.units.county, ("county_dispatcher", "county_supervisor", "system_manager")),
    ):
        for role in roles:
            post = actions.appoint(user=newcomer, role=role, unit=unit, by=head.actor, at=at)
            actions.end_post(post=post, on=queries.day_of(at), by=head.actor, at=at)
            post.delete()


def test_nobody_changes_his_own_posts(cast: Cast, at: datetime) -> None:
    own = Post.objects.get(user=cast.manager.user)
    with pytest.raises(actions.NotOneself):
        actions.appoint(
            user=cast.manager.user,
            role="county_dispatcher",
            unit=cast.units.county,
            by=cast.manager.actor,
            at=at,
        )
    with pytest.raises(actions.NotOneself):
        actions.end_post(post=own, on=queries.day_of(at), by=cast.manager.actor, at=at)


def test_a_village_head_cannot_end_a_post_above_his_reach(cast: Cast, at: datetime) -> None:
    post = Post.objects.get(user=cast.town_head.user)
    with pytest.raises(NotAllowed):
        actions.end_post(post=post, on=queries.day_of(at), by=cast.village_head.actor, at=at)


def test_a_post_ended_today_gives_no_rights_today_even_if_it_began_today(
    cast: Cast, at: datetime, newcomer: User
) -> None:
    post = actions.appoint(
        user=newcomer, role="village_clerk", unit=cast.units.village, by=cast.town_head.actor, at=at
    )
    actions.end_post(post=post, on=queries.day_of(at), by=cast.town_head.actor, at=at)
    assert queries.actor_for(newcomer, at=at).posts == ()
    with pytest.raises(Conflict):
        actions.end_post(post=post, on=queries.day_of(at), by=cast.town_head.actor, at=at)


def test_the_same_post_is_not_held_twice_at_a_time(cast: Cast, at: datetime) -> None:
    with pytest.raises(actions.AlreadyAppointed):
        actions.appoint(
            user=cast.clerk.user,
            role="village_clerk",
            unit=cast.units.village,
            by=cast.town_head.actor,
            at=at,
        )


def test_a_role_stands_only_where_it_belongs(cast: Cast, at: datetime, newcomer: User) -> None:
    with pytest.raises(actions.RoleNotForUnit):
        actions.appoint(user=newcomer, role="village_clerk", unit=cast.units.town, by=SYSTEM, at=at)
    with pytest.raises(Invalid):
        actions.appoint(user=newcomer, role="emperor", unit=cast.units.town, by=SYSTEM, at=at)


def test_a_closed_account_holds_nothing(cast: Cast, at: datetime) -> None:
    actions.close_account(user=cast.clerk.user, by=cast.manager.actor, at=at)
    cast.clerk.user.refresh_from_db()
    assert queries.actor_for(cast.clerk.user, at=at).posts == ()
    assert cast.clerk.user not in queries.holders(cast.units.village, "village_clerk", at)


def test_an_actor_costs_one_query(
    cast: Cast, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        actor = queries.actor_for(cast.clerk.user, at=at)
    assert [post.unit_code for post in actor.posts] == [cast.units.village.code]


def test_those_who_answer_for_a_unit_are_found(cast: Cast, at: datetime) -> None:
    assert queries.heads_of(cast.units.village, at) == [cast.village_head.user]
    assert queries.heads_of(cast.units.town, at) == [cast.town_head.user]
    assert queries.heads_of(cast.units.county, at) == [cast.supervisor.user]
    assert queries.heads_of(cast.units.department, at) == [cast.officer.user]
    assert queries.heads_of(cast.units.sister_village, at) == []
    who = queries.holders_for_job(unit_id=cast.units.town.pk, permission=Permission.CASE_DISPATCH, at=at)
    assert set(who) == {cast.town_dispatcher.user.pk, cast.town_head.user.pk}


def test_a_failing_audit_undoes_the_appointment(
    cast: Cast, at: datetime, newcomer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("gongzhi.orgs.actions.posts.record", broken)
    with pytest.raises(RuntimeError):
        actions.appoint(user=newcomer, role="village_clerk", unit=cast.units.village, by=SYSTEM, at=at)
    assert not Post.objects.filter(user=newcomer).exists()
