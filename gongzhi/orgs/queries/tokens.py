"""Reads of access tokens."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from gongzhi.core import crypto
from gongzhi.core.actor import Actor, ActorKind, HeldPost
from gongzhi.core.errors import NotFound, SignInRequired
from gongzhi.orgs.models import AccessToken, User
from gongzhi.orgs.queries.dates import day_of
from gongzhi.orgs.queries.people import TokenLine

_PURPOSE = "orgs.token"

# Written out because it runs on every call of the API, where building it costs more than asking it. A post
# or unit that is not valid on the day gives an empty right side, and with it no right.
_CALLER = """
SELECT t.id, t.last_used_at, u.id, u.full_name, u.username,
       p.id, p.role, n.id, n.code, n.name, n.path, n.kind
FROM orgs_accesstoken t
JOIN orgs_user u ON u.id = t.user_id AND u.is_active
LEFT JOIN orgs_post p ON p.user_id = u.id
     AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s)
LEFT JOIN orgs_unit n ON n.id = p.unit_id
     AND n.valid_from <= %s AND (n.valid_until IS NULL OR n.valid_until > %s)
WHERE t.key_hash IN ({names}) AND t.revoked_at IS NULL AND t.expires_at > %s
ORDER BY n.path, p.role
"""


def hash_token(raw: str) -> str:
    """Return the keyed hash under which a token is kept: useless to whoever steals only the database."""
    return crypto.blind_index(_printable(raw), purpose=_PURPOSE)


def token_hashes(raw: str) -> tuple[str, ...]:
    """Return the hashes under which this token may be kept, whatever the crypto profile was then."""
    return crypto.blind_index_candidates(_printable(raw), purpose=_PURPOSE)


def _printable(raw: str) -> str:
    # A header may hold bytes that no token has; they must find nothing instead of failing.
    return raw.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a bearer token stands for, and what is needed to remember that it was used."""

    actor: Actor
    token_id: int
    last_used_at: datetime | None


def actor_for_token(raw: str, at: datetime, *, network: str = "") -> Actor:
    """Return the actor a bearer token stands for, door `api`. One query. Raises SignInRequired."""
    return caller_for(raw, at, network=network).actor


def caller_for(raw: str, at: datetime, *, network: str = "") -> Caller:
    """Return token, person and posts in one query: every call of the API pays for it.

    Raises SignInRequired with the same words for unknown, expired and revoked tokens and closed accounts.
    """
    hashes = token_hashes(raw)
    names = ", ".join(["%s"] * len(hashes))
    moment = connection.ops.adapt_datetimefield_value(at)
    day = connection.ops.adapt_datefield_value(day_of(at))
    with connection.cursor() as cursor:
        cursor.execute(_CALLER.format(names=names), [day, day, day, day, *hashes, moment])
        found = cursor.fetchall()
    if not found:
        raise SignInRequired(_("This access token is not known, has expired or was revoked."))
    token_id, last_used_at, user_id, full_name, username = found[0][:5]
    posts = tuple(HeldPost(*row[5:]) for row in found if row[-1] is not None)
    actor = Actor(
        ActorKind.STAFF, full_name or username, user_id=user_id, posts=posts, door="api", network=network
    )
    return Caller(actor, token_id, _moment(last_used_at))


def _moment(value: datetime | None) -> datetime | None:
    """A moment as the driver gives it: SQLite's has no zone and is UTC."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


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
