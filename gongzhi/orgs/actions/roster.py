"""Entering a roster: many people at once, each with one post, set-based.

For setting up a county. The system itself does it, so the rule against climbing has nothing to guard here;
every other check of `create_account` and `appoint` holds.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.core.errors import Invalid, NotAllowed
from gongzhi.orgs import audit_events, queries
from gongzhi.orgs.actions.accounts import AccountNameTaken, clean_full_name, clean_username, make_findable
from gongzhi.orgs.actions.posts import RoleNotForUnit
from gongzhi.orgs.actions.units import UnitEnded
from gongzhi.orgs.models import Post, Unit, User
from gongzhi.orgs.permissions import RoleCode, role_of

_ROWS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class NewHolder:
    """A person to enter and the post they hold from now on."""

    username: str
    full_name: str
    role: RoleCode
    unit: Unit


@transaction.atomic
def enter_roster(*, rows: Sequence[NewHolder], by: Actor, at: datetime) -> list[User]:
    """Make an account and a post for every row, in order; nobody can sign in before `reset_password`.

    All or nothing. Raises AccountNameTaken, RoleNotForUnit, UnitEnded, Invalid, and NotAllowed for anyone but
    the system.
    """
    if by.kind is not ActorKind.SYSTEM:
        raise NotAllowed
    day = queries.day_of(at)
    users = [_new_user(row) for row in rows]
    _check_names(users)
    for row in rows:
        _check_post(row, day)
    User.objects.bulk_create(users, batch_size=_ROWS_PER_STATEMENT)
    make_findable(users)
    posts = [
        Post(user=user, role=row.role, unit=row.unit, valid_from=day)
        for user, row in zip(users, rows, strict=True)
    ]
    Post.objects.bulk_create(posts, batch_size=_ROWS_PER_STATEMENT)
    for post in posts:
        _record(post, by=by, at=at)
    return users


def _new_user(row: NewHolder) -> User:
    user = User(username=clean_username(row.username), full_name=clean_full_name(row.full_name))
    user.set_unusable_password()
    return user


def _check_names(users: Sequence[User]) -> None:
    wanted = Counter(user.username for user in users)
    taken = User.objects.filter(username__in=list(wanted)).exists()
    if taken or any(count > 1 for count in wanted.values()):
        raise AccountNameTaken(field="username")


def _check_post(row: NewHolder, day: date) -> None:
    try:
        role = role_of(row.role)
    except ValueError as error:
        raise Invalid(_("There is no such role."), field="role") from error
    if row.unit.kind not in role.unit_kinds:
        raise RoleNotForUnit(field="role")
    if not queries.is_valid(row.unit, day):
        raise UnitEnded(field="unit")


def _record(post: Post, *, by: Actor, at: datetime) -> None:
    subject = f"account:{post.user_id}"
    record(audit_events.ACCOUNT_CREATED.code, by=by, at=at, subject=subject)
    data = {"role": str(post.role), "from": post.valid_from.isoformat(), "until": None}
    record(
        audit_events.POST_APPOINTED.code,
        by=by,
        at=at,
        subject=subject,
        unit_code=post.unit.code,
        data=data,
    )
