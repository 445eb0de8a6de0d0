"""Appointing and ending posts: the only source of rights.

The rule against climbing: nobody appoints himself, and nobody grants a permission that he could not use
himself at that unit. The system manager, who may do nothing with cases, is the one exception: somebody has to
be first.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.orgs import audit_events, paths, queries
from gongzhi.orgs.actions.units import UnitEnded
from gongzhi.orgs.models import Post, Unit, User
from gongzhi.orgs.permissions import Permission, Role, RoleCode, can, posts_granting, require, role_of


class NotOneself(NotAllowed):
    code = "not_oneself"
    message = _("Nobody changes his own posts.")
    hint = _("Ask another system manager or the head of the unit above.")


class GrantsTooMuch(NotAllowed):
    code = "grants_too_much"
    message = _("This role may do more than you may do at this unit.")
    hint = _("Ask the head of the unit above or a system manager.")


class RoleNotForUnit(Invalid):
    code = "role_not_for_unit"
    message = _("This role does not exist at a unit of this kind.")
    hint = _("Choose a role of the unit, or the unit the role belongs to.")


class AlreadyAppointed(Conflict):
    code = "already_appointed"
    message = _("This person already holds this post in that time.")
    hint = _("End the other one first, or choose other dates.")


@transaction.atomic
def appoint(
    *,
    user: User,
    role: str,
    unit: Unit,
    by: Actor,
    at: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Post:
    """Give `user` the role at the unit from `valid_from` (today when left out) until before `valid_until`.

    Raises RoleNotForUnit, UnitEnded, GrantsTooMuch, NotOneself, AlreadyAppointed, Invalid for dates that run
    backwards, a role that does not exist or a closed account, NotAllowed.
    """
    unit = queries.lock_unit(unit)
    user = queries.lock_user(user)
    row = _known_role(role)
    _check_may_change(user, row, unit, by=by)
    since = valid_from or queries.day_of(at)
    _check_fits(user, row, unit, since=since, until=valid_until)
    post = Post(user=user, role=row.code, unit=unit, valid_from=since, valid_until=valid_until)
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyAppointed(field="user") from error
    data = {
        "role": str(row.code),
        "from": since.isoformat(),
        "until": valid_until and valid_until.isoformat(),
    }
    record(
        audit_events.POST_APPOINTED.code,
        by=by,
        at=at,
        subject=f"account:{user.pk}",
        unit_code=unit.code,
        data=data,
    )
    return post


@transaction.atomic
def end_post(*, post: Post, on: date, by: Actor, at: datetime) -> Post:
    """End a post from the day `on`: that day the person no longer holds it. Today means at once.

    Raises Conflict when it ended before, Invalid for a day before it began, GrantsTooMuch, NotOneself,
    NotAllowed.
    """
    unit = queries.lock_unit(post.unit)
    post = queries.lock_post(post)
    _check_may_change(post.user, role_of(post.role), unit, by=by)
    if post.valid_until is not None and post.valid_until <= on:
        raise Conflict(_("This post has already ended by then."), field="on")
    if on < post.valid_from:
        raise Invalid(_("The post began later than that."), field="on")
    post.valid_until = on
    post.save(update_fields=["valid_until"])
    data = {"role": post.role, "until": on.isoformat()}
    record(
        audit_events.POST_ENDED.code,
        by=by,
        at=at,
        subject=f"account:{post.user_id}",
        unit_code=unit.code,
        data=data,
    )
    return post


def _known_role(role: str) -> Role:
    try:
        return role_of(role)
    except ValueError as error:
        raise Invalid(_("There is no such role."), field="role") from error


def _check_may_change(user: User, role: Role, unit: Unit, *, by: Actor) -> None:
    require(by, Permission.POST_CHANGE, unit_path=unit.path)
    if by.kind is ActorKind.SYSTEM:
        return
    if by.user_id == user.pk:
        raise NotOneself(field="user")
    if not may_grant(by, role, unit):
        raise GrantsTooMuch(field="role")


def may_grant(by: Actor, role: Role, unit: Unit) -> bool:
    """Whether `by` may give or take this role at the unit: he could do all of it there, or manages the
    system.
    """
    granting = posts_granting(by, Permission.POST_CHANGE)
    if any(p.role == RoleCode.SYSTEM_MANAGER and paths.contains(p.unit_path, unit.path) for p in granting):
        return True
    return all(can(by, permission, unit_path=unit.path) for permission in role.permissions)


def _check_fits(user: User, role: Role, unit: Unit, *, since: date, until: date | None) -> None:
    if not user.is_active:
        raise Invalid(_("This account is closed."), field="user")
    if until is not None and until <= since:
        raise Invalid(_("The post would end before it begins."), field="valid_until")
    if unit.kind not in role.unit_kinds:
        raise RoleNotForUnit(field="role")
    if not queries.is_valid(unit, since):
        raise UnitEnded(field="valid_from")
    same = Post.objects.filter(queries.not_ended_on(since), user=user, role=role.code, unit=unit)
    if until is not None:
        same = same.filter(valid_from__lt=until)
    if same.exists():
        raise AlreadyAppointed(field="user")
