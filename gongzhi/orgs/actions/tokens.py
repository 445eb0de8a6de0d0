"""Bearer tokens of programs: shown once, kept as a keyed hash, limited in time, revocable."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.core.errors import Invalid, NotAllowed
from gongzhi.orgs import audit_events, queries
from gongzhi.orgs.models import AccessToken, User
from gongzhi.orgs.names import is_name, tidy

TOKEN_PREFIX = "gz_"  # noqa: S105 (makes a leaked token recognisable to scanners)
LAST_USE_STEP = timedelta(minutes=5)
"""`last_used_at` is renewed at most this often, so that a busy program does not write on every call."""


@transaction.atomic
def issue_token(*, user: User, name: str, days: int, by: Actor, at: datetime) -> tuple[AccessToken, str]:
    """Make a token for `user` that works for `days` days and return it with its only plain copy.

    Raises Invalid for a name or number of days that cannot be used or a closed account, NotAllowed for
    somebody else's token.
    """
    if by.kind is not ActorKind.SYSTEM and by.user_id != user.pk:
        raise NotAllowed
    name = tidy(name)
    if not is_name(name, longest=60):
        raise Invalid(_("A name has 1 to 60 printable characters."), field="name")
    if not 1 <= days <= settings.TOKEN_MAX_DAYS:
        words = _("A token works for 1 to %(most)d days.") % {"most": settings.TOKEN_MAX_DAYS}
        raise Invalid(words, field="days")
    if not user.is_active:
        raise Invalid(_("This account is closed."), field="user")
    raw = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = at + timedelta(days=days)
    token = AccessToken.objects.create(
        user=user, name=name, key_hash=queries.hash_token(raw), expires_at=expires_at
    )
    data = {"token": token.pk, "until": expires_at.isoformat()}
    record(audit_events.TOKEN_ISSUED.code, by=by, at=at, subject=f"account:{user.pk}", data=data)
    return token, raw


@transaction.atomic
def revoke_token(*, token: AccessToken, by: Actor, at: datetime) -> None:
    """Stop a token from this moment. Revoking twice changes nothing. Raises NotAllowed for somebody
    else's.
    """
    if by.kind is not ActorKind.SYSTEM and by.user_id != token.user_id:
        raise NotAllowed
    if AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        record(
            audit_events.TOKEN_REVOKED.code,
            by=by,
            at=at,
            subject=f"account:{token.user_id}",
            data={"token": token.pk},
        )


def record_token_use(*, token_id: int, last_used_at: datetime | None, at: datetime) -> None:
    """Remember that a token was used, at most once in `LAST_USE_STEP`. Not audited: what it does is.

    `last_used_at` is what the caller just read; most calls end there, without asking the database.
    """
    if last_used_at is None or last_used_at < at - LAST_USE_STEP:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=at - LAST_USE_STEP)
        AccessToken.objects.filter(stale, pk=token_id).update(last_used_at=at)
