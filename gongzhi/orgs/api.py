"""What the operations of the API ask of the caller's posts."""

from django.http import HttpRequest

from gongzhi.core.actor import Actor
from gongzhi.core.api import actor_of
from gongzhi.core.errors import NotAllowed
from gongzhi.orgs.permissions import Permission, posts_granting


def caller_with(request: HttpRequest, *permissions: Permission) -> Actor:
    """Return who calls, holding one of these permissions somewhere. Raises SignInRequired, NotAllowed."""
    actor = actor_of(request)
    if not any(posts_granting(actor, permission) for permission in permissions):
        raise NotAllowed
    return actor
