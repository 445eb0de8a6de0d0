"""What every layout needs: the chosen size of letters, the navigation, the place.

Everything is lazy: a page whose layout does not show the navigation asks the database nothing.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gongzhi.core.actor import Actor
from gongzhi.core.appearance import sizes
from gongzhi.site import navigation


def layout(request: HttpRequest) -> dict[str, Any]:
    """Context processor; see `templates/layouts/`."""
    return {
        "type_size": sizes.chosen(request).value,
        "type_sizes": sizes.choices(request),
        "navigation": SimpleLazyObject(lambda: navigation.shown(_actor(request), request.path)),
        "foot_links": SimpleLazyObject(lambda: navigation.foot(request)),
        "place_name": SimpleLazyObject(lambda: _place(request)),
    }


def _actor(request: HttpRequest) -> Actor | None:
    actor = getattr(request, "actor", None)
    return actor if isinstance(actor, Actor) else None


def _place(request: HttpRequest) -> str:
    actor = _actor(request)
    return actor.posts[0].unit_name if actor and actor.posts else ""
