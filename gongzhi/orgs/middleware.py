"""Sets `request.actor`: who asks. Looked up once, on first use, so that pages without it cost no query."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from gongzhi.core import clock
from gongzhi.core.actor import Actor, resident
from gongzhi.orgs import queries
from gongzhi.orgs.network import network_mark
from gongzhi.orgs.requests import PageRequest


class ActorMiddleware:
    """Stands after AuthenticationMiddleware. API calls with a token set their own actor over this one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(PageRequest, request).actor = cast(Actor, SimpleLazyObject(lambda: actor_of(request)))
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return the staff actor of the signed-in person, else a resident."""
    network = network_mark(request)
    if request.user.is_authenticated:
        return queries.actor_for(request.user, at=clock.now(), network=network)
    return resident(network=network)
