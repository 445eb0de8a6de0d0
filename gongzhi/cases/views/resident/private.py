"""What every page with a receipt code has in common, and who acts on it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from gongzhi.core.actor import Actor, resident
from gongzhi.orgs.network import network_mark

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def private_page(view: View[P]) -> View[P]:
    """Mark a page whose address or content is for the holder of a receipt only.

    The address goes to no other site. `no-referrer` would be stricter but makes browsers send `Origin: null`
    with the forms of the page, which the forgery check refuses; the first value is for browsers that do not
    know the second.
    """

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer, same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return never_cache(marked)


def reporter(request: HttpRequest) -> Actor:
    """Return the resident behind the request. Who is signed in does not matter here: the receipt does."""
    return resident(network=network_mark(request))
