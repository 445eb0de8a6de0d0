"""A roster enters many people at once and keeps every check of the single actions."""

from datetime import UTC, datetime

import pytest

from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.core.errors import NotAllowed
from gongzhi.orgs import actions, queries
from gongzhi.orgs.actions.roster import NewHolder, enter_roster
from gongzhi.orgs.models import Unit, User
from gongzhi.orgs.permissions import RoleCode

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def town() -> Unit:
    county = actions.create_unit(code="619999", name="试验县", kind="county", parent=None, by=SYSTEM, at=AT)
    return actions.create_unit(code="619999100", name="试验镇", kind="town", parent=county, by=SYSTEM, at=AT)


def test_everyone_gets_a_post_from_that_day_and_nobody_can_sign_in(town: Unit) -> None:
    rows = [
        NewHolder("DESK", "王桂英", RoleCode.TOWN_DISPATCHER, town),
        NewHolder("chief", "李建军", RoleCode.TOWN_HEAD, town),
    ]
    users = enter_roster(rows=rows, by=SYSTEM, at=AT)
    assert [user.full_name for user in users] == ["王桂英", "李建军"]
    assert not any(user.has_usable_password() for user in users)
    assert [post.role for post in queries.actor_for(users[1], at=AT).posts] == ["town_head"]


def test_each_account_and_each_post_leaves_its_audit_row(town: Unit) -> None:
    before = AuditEvent.objects.count()
    enter_roster(rows=[NewHolder("desk", "王桂英", RoleCode.TOWN_DISPATCHER, town)], by=SYSTEM, at=AT)
    codes = list(AuditEvent.objects.order_by("id").values_list("code", flat=True)[before:])
    assert codes == ["orgs.account.created", "orgs.post.appointed"]


def test_a_name_taken_in_other_letters_undoes_the_whole_roster(town: Unit) -> None:
    User.objects.create_user("Desk")
    rows = [
        NewHolder("chief", "李建军", RoleCode.TOWN_HEAD, town),
        NewHolder("desk", "王桂英", RoleCode.TOWN_DISPATCHER, town),
    ]
    with pytest.raises(actions.AccountNameTaken):
        enter_roster(rows=rows, by=SYSTEM, at=AT)
    assert User.objects.count() == 1


def test_a_name_twice_in_the_roster_is_refused(town: Unit) -> None:
    rows = [NewHolder("desk", "王桂英", RoleCode.TOWN_DISPATCHER, town)] * 2
    with pytest.raises(actions.AccountNameTaken):
        enter_roster(rows=rows, by=SYSTEM, at=AT)


def test_a_role_that_the_unit_does_not_have_is_refused(town: Unit) -> None:
    rows = [NewHolder("clerk", "王桂英", RoleCode.VILLAGE_CLERK, town)]
    with pytest.raises(actions.RoleNotForUnit):
        enter_roster(rows=rows, by=SYSTEM, at=AT)


def test_only_the_system_enters_a_roster(town: Unit) -> None:
    with pytest.raises(NotAllowed):
        enter_roster(rows=[], by=resident("somebody"), at=AT)
