"""Reads of access tokens."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gongzhi.core import crypto
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound, SignInRequired
from gongzhi.orgs.models import AccessToken, User
from gongzhi.orgs.queries.people import TokenLine, actor_for

_PURPOSE = "orgs.token"


def hash_token(raw: str) -> str:
    """Return the keyed hash under which a token is kept: useless to whoever steals only the database."""
    return crypto.blind_index(_printable(raw), purpose=_PURPOSE)


def token_hashes(raw: str) -> tuple[str, ...]:
    """Return the hashes under which this token may be kept, whatever the crypto profile was then."""
    return crypto.blind_index_candidates(_printable(raw), purpose=_PURPOSE)


def _printable(raw: str) -> str:
    # A header may hold bytes that no token has; they must find nothing instead of failing.
    return raw.encode("utf-8", "backslashreplace").decode()


def get_token(raw: str, at: datetime) -> AccessToken:
    """Return the working token with its person. One query.

    Raises SignInRequired with the same words for unknown, expired and revoked tokens and closed accounts.
    """
    token = (
        AccessToken.objects.select_related("user")
        .filter(key_hash__in=token_hashes(raw), revoked_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if token is None:
        raise SignInRequired(_("This access token is not known, has expired or was revoked."))
    return token


def actor_for_token(raw: str, at: datetime, *, network: str = "") -> Actor:
    """Return the actor a bearer token stands for, door `api`. Two queries. Raises SignInRequired."""
    return actor_for(get_token(raw, at).user, at=at, door="api", network=network)


def tokens_of(user: User, *, at: datetime) -> list[TokenLine]:
    """Return the tokens of a person, newest first."""
    rows = AccessToken.objects.filter(user=user)
    return [TokenLine(row, row.revoked_at is None and row.expires_at > at) for row in rows]


def get_own_token(viewer: Actor, token_id: int) -> AccessToken:
    """Return the viewer's own token, else raise NotFound."""
    token = AccessToken.objects.filter(pk=token_id).first()
    if token is None or token.user_id != viewer.user_id:
        raise NotFound
    return token
