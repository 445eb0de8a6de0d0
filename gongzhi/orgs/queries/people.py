"""Reads of accounts and posts, and the actor built from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from gongzhi.core.actor import Actor, ActorKind, HeldPost
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import AccessToken, AccountName, Post, Unit, UnitKind, User
from gongzhi.orgs.names import fold
from gongzhi.orgs.permissions import (
    HEADS,
    ROLES,
    Permission,
    Role,
    RoleCode,
    can,
    role_of,
    scope_paths,
)
from gongzhi.orgs.queries.dates import day_of, is_valid, valid_on


@dataclass(frozen=True, slots=True)
class Holding:
    """A post as pages show it."""

    post: Post
    role: Role
    is_now: bool
    begins_later: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as its owner sees it; never the token itself."""

    token: AccessToken
    works: bool


def actor_for(user: User, *, at: datetime, door: str = "page", network: str = "") -> Actor:
    """Return who `user` is at the moment `at`: the posts then valid at units then valid. One query.

    An account that was closed holds nothing.
    """
    day = day_of(at)
    posts = (
        Post.objects.filter(valid_on(day), valid_on(day, prefix="unit__"), user=user, user__is_active=True)
        .order_by("unit__path", "role")
        .values_list("pk", "role", "unit", "unit__code", "unit__name", "unit__path", "unit__kind")
    )
    held = tuple(HeldPost(*row) for row in posts)
    name = user.get_full_name()
    return Actor(ActorKind.STAFF, name, user_id=user.pk, posts=held, door=door, network=network)


def holders(unit: Unit, role: str, at: datetime) -> list[User]:
    """Return the open accounts that hold `role` at exactly this unit at the moment `at`, in order of name."""
    day = day_of(at)
    held = Post.objects.filter(valid_on(day), unit=unit, role=RoleCode(role), user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("full_name", "pk"))


def holders_for_job(
    *, unit_id: int, at: datetime, permission: Permission | None = None, roles: Iterable[str] | None = None
) -> list[int]:
    """Return the account keys of those who hold a post at exactly this unit at the moment `at`.

    Keep to the roles that grant `permission`, or to `roles`. For notices; one query, ordered by key.
    """
    wanted = set(map(RoleCode, roles)) if roles is not None else set(ROLES)
    if permission is not None:
        wanted &= {role.code for role in ROLES.values() if Permission(permission) in role.permissions}
    held = Post.objects.filter(valid_on(day_of(at)), unit_id=unit_id, role__in=wanted, user__is_active=True)
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())


def heads_of(unit: Unit, at: datetime) -> list[User]:
    """Return who answers for the unit at the moment `at`; for a bureau or station all its officers."""
    roles = {RoleCode.DEPARTMENT_OFFICER} if unit.kind in {UnitKind.DEPARTMENT, UnitKind.STATION} else HEADS
    keys = holders_for_job(unit_id=unit.pk, at=at, roles=roles)
    return list(User.objects.filter(pk__in=keys).order_by("full_name", "pk"))


def posts_at(unit: Unit, *, on: date) -> tuple[list[Holding], list[Holding]]:
    """Return the posts at exactly this unit: those held on the day or beginning later, and former ones. One
    query; the caller got `unit` from `get_unit`."""
    rows = Post.objects.filter(unit=unit).select_related("user", "unit").order_by("-valid_from", "pk")
    return _split(rows, on)


def posts_of(user: User, *, on: date) -> tuple[list[Holding], list[Holding]]:
    """Return the posts of a person: those held on the day or beginning later, and former ones. One query."""
    rows = Post.objects.filter(user=user).select_related("user", "unit").order_by("-valid_from", "pk")
    return _split(rows, on)


def _split(rows: QuerySet[Post], on: date) -> tuple[list[Holding], list[Holding]]:
    every = [Holding(row, role_of(row.role), is_valid(row, on), row.valid_from > on) for row in rows]
    order = list(RoleCode)
    current = sorted(
        (h for h in every if h.is_now or _will_begin(h, on)), key=lambda h: order.index(h.role.code)
    )
    return current, [h for h in every if not (h.is_now or _will_begin(h, on))]


def _will_begin(holding: Holding, on: date) -> bool:
    until = holding.post.valid_until
    return holding.begins_later and (until is None or until > holding.post.valid_from)


def get_post(viewer: Actor, unit: Unit, post_id: int) -> Post:
    """Return the post at this unit, which the viewer got from `get_unit`. Raises NotFound."""
    post = Post.objects.filter(unit=unit, pk=post_id).select_related("user", "unit").first()
    if post is None or not can(viewer, Permission.UNIT_VIEW, unit_path=unit.path):
        raise NotFound
    return post


def find_account(username: str) -> User | None:
    """Return the account with this name, whatever its case, or None."""
    return User.objects.filter(username=_account_name(username)).first()


def _account_name(typed: str) -> str:
    """Account names are kept in lower case."""
    return typed.strip().lower()


def list_accounts(viewer: Actor, *, text: str = "") -> QuerySet[User]:
    """List accounts by account name: all, or those where `text` is a piece of the person's name or begins a
    part of the account name. Empty without ACCOUNT_CHANGE.
    """
    managed = User.objects.all() if scope_paths(viewer, Permission.ACCOUNT_CHANGE) else User.objects.none()
    rows = managed.order_by("username")
    piece = fold(text)
    if not piece:
        return rows
    return rows.filter(pk__in=AccountName.objects.filter(Q(("text__begins", piece))).values("user"))


def get_account(viewer: Actor, username: str) -> User:
    """Return the account if `viewer` manages accounts, else raise NotFound."""
    user = list_accounts(viewer).filter(username=_account_name(username)).first()
    if user is None:
        raise NotFound
    return user


def appointable(viewer: Actor, username: str) -> User | None:
    """Return the open account with exactly this name for somebody who may appoint, else None.

    One exact name at a time: whoever appoints knows whom, and nobody leafs through the list of accounts.
    """
    if not scope_paths(viewer, Permission.POST_CHANGE):
        return None
    return User.objects.filter(username=_account_name(username), is_active=True).first()


def lock_user(user: User) -> User:
    """Return the account as it is now, its row locked until the transaction ends."""
    return User.objects.select_for_update().get(pk=user.pk)


def lock_post(post: Post) -> Post:
    """Return the post as it is now, its row locked until the transaction ends."""
    return Post.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=post.pk)
