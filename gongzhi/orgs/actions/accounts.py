"""Accounts: making, closing, passwords and second factors. An account gives no rights; posts do."""

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.audit.codes import EventCode
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.orgs import audit_events, queries
from gongzhi.orgs.models import AccessToken, AccountName, Post, User
from gongzhi.orgs.names import endings, is_name, tidy
from gongzhi.orgs.permissions import Permission, can, scope_paths

FIRST_PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 (the letters, not a password)
"""Without the signs that look alike: a first password is read out or copied from paper."""


class AccountNameTaken(Conflict):
    code = "account_name_taken"
    message = _("This account name is taken.")
    hint = _("Choose another one, for example with the name of the village.")


@transaction.atomic
def create_account(
    *, username: str, full_name: str, by: Actor, at: datetime, email: str = "", password: str | None = None
) -> tuple[User, str]:
    """Make an account and return it with its first password, to be handed over once.

    Without `password` one is made up, and the person must change it at the first sign-in. Account names
    differ by more than upper and lower case. Raises AccountNameTaken, Invalid, NotAllowed.
    """
    _require_manager(by)
    username = clean_username(username)
    if queries.find_account(username) is not None:
        raise AccountNameTaken(field="username")
    user = User(username=username, full_name=clean_full_name(full_name), email=_clean_email(email))
    first = password or _make_password()
    _check_password(first, user)
    user.must_change_password = password is None
    user.set_password(first)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise AccountNameTaken(field="username") from error
    make_findable([user])
    _record(audit_events.ACCOUNT_CREATED, user, by=by, at=at)
    return user, first


@transaction.atomic
def reset_password(*, user: User, by: Actor, at: datetime) -> str:
    """Set a new first password and return it, to be handed over once; open sessions end.

    Second factors stay, so that a system manager cannot become somebody who has one. Raises NotAllowed.
    """
    user = queries.lock_user(user)
    _require_over(user, by=by, at=at)
    first = _make_password()
    user.set_password(first)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    _record(audit_events.PASSWORD_RESET, user, by=by, at=at)
    return first


@transaction.atomic
def close_account(*, user: User, by: Actor, at: datetime) -> None:
    """Close an account: no sign-in, no token, no rights from this moment. Posts stay as history.

    Raises NotAllowed, also for one's own account.
    """
    user = queries.lock_user(user)
    _require_over(user, by=by, at=at)
    user.is_active = False
    user.save(update_fields=["is_active"])
    AccessToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    _record(audit_events.ACCOUNT_CLOSED, user, by=by, at=at)


@transaction.atomic
def reopen_account(*, user: User, by: Actor, at: datetime) -> None:
    """Open a closed account again, with the posts that are still valid. Tokens stay revoked."""
    user = queries.lock_user(user)
    _require_over(user, by=by, at=at)
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(audit_events.ACCOUNT_REOPENED, user, by=by, at=at)


@transaction.atomic
def change_own_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """Set the password that the person chose; the caller has checked the old one."""
    if by.user_id != user.pk:
        raise NotAllowed
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    _record(audit_events.PASSWORD_CHANGED, user, by=by, at=at)


@transaction.atomic
def record_sign_in(*, user: User, by: Actor, at: datetime) -> None:
    """Leave a row that somebody signed in."""
    _record(audit_events.SIGNED_IN, user, by=by, at=at)


@transaction.atomic
def record_factor(*, user: User, kind: str, added: bool, by: Actor, at: datetime) -> None:
    """Leave a row that a second factor was added or removed."""
    event = audit_events.FACTOR_ADDED if added else audit_events.FACTOR_REMOVED
    _record(event, user, by=by, at=at, data={"kind": kind})


def _record(
    event: EventCode, user: User, *, by: Actor, at: datetime, data: Mapping[str, str] | None = None
) -> None:
    record(event.code, by=by, at=at, subject=f"account:{user.pk}", data=data)


def _require_manager(by: Actor) -> None:
    if by.kind is not ActorKind.SYSTEM and not scope_paths(by, Permission.ACCOUNT_CHANGE):
        raise NotAllowed


def _require_over(user: User, *, by: Actor, at: datetime) -> None:
    """Refuse unless every post the person holds or will hold lies in the scope of `by`."""
    if by.kind is ActorKind.SYSTEM:
        return
    _require_manager(by)
    if by.user_id == user.pk:
        raise NotAllowed(_("You cannot do this with your own account."))
    held = Post.objects.filter(queries.not_ended_on(queries.day_of(at)), user=user).select_related("unit")
    if not all(can(by, Permission.ACCOUNT_CHANGE, unit_path=post.unit.path) for post in held):
        raise NotAllowed


def _make_password() -> str:
    groups = ("".join(secrets.choice(FIRST_PASSWORD_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error


def make_findable(users: Iterable[User]) -> None:
    """Write what new accounts are found by."""
    rows = [
        AccountName(user=user, text=text)
        for user in users
        for text in sorted(endings(user.full_name, user.username))
    ]
    AccountName.objects.bulk_create(rows)


def clean_username(username: str) -> str:
    """Return the account name in its one form. Raises Invalid."""
    username = User.normalize_username(username.strip()).lower()
    if not re.fullmatch(r"[\w.@+-]{1,40}", username):
        raise Invalid(_("An account name has 1 to 40 letters, digits and . @ + - _"), field="username")
    return username


def clean_full_name(name: str) -> str:
    name = tidy(name)
    if not is_name(name, longest=60):
        raise Invalid(_("A name has 1 to 60 printable characters."), field="full_name")
    return name


def _clean_email(email: str) -> str:
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Invalid(_("This is not a mail address."), field="email") from error
    return email
