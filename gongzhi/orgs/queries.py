"""Reads of units, posts and actors."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from gongzhi.core.actor import Actor, ActorKind, HeldPost
from gongzhi.orgs.models import Post, User


def day_of(at: datetime) -> date:
    """Return the date people write at the moment `at`, in the time zone of the installation."""
    return timezone.localdate(at, timezone.get_default_timezone())


def valid_on(day: date, *, prefix: str = "") -> Q:
    """Return the condition "the dated row is valid on `day`"; the end date itself is no longer inside."""
    ended = Q(**{f"{prefix}valid_until__isnull": False, f"{prefix}valid_until__lte": day})
    return Q(**{f"{prefix}valid_from__lte": day}) & ~ended


def actor_for(user: User, *, at: datetime, door: str = "page", network: str = "") -> Actor:
    """Return who `user` is at the moment `at`: the posts then valid at units then valid. One query.

    An account that was closed holds nothing.
    """
    day = day_of(at)
    posts = (
        Post.objects.filter(valid_on(day), valid_on(day, prefix="unit__"), user=user, user__is_active=True)
        .select_related("unit")
        .order_by("unit__path", "role")
    )
    held = tuple(_held(post) for post in posts)
    return Actor(
        ActorKind.STAFF, user.get_full_name(), user_id=user.pk, posts=held, door=door, network=network
    )


def _held(post: Post) -> HeldPost:
    unit = post.unit
    return HeldPost(post.pk, post.role, unit.pk, unit.code, unit.name, unit.path, unit.kind)
