"""What every page with a receipt code has in common, and who acts on it."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from gongzhi.cases.actions import raising
from gongzhi.cases.queries import tracking
from gongzhi.cases.views.resident import mine
from gongzhi.core import clock
from gongzhi.core.actor import Actor, resident
from gongzhi.orgs.network import network_mark

if TYPE_CHECKING:
    from gongzhi.cases.models import Case

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


def opened(request: HttpRequest, number: str, code: str) -> "Case":
    """Return the matter a receipt in the address opens. Wrong codes count. Raises NoSuchReceipt, TooOften.

    A phone that keeps this receipt has shown it before: what neighbours guess from the same connection does
    not shut it out.
    """
    if (number, code) in mine.remembered(request):
        return tracking.find_by_receipt(number=number, code=code)
    return raising.open_matter(number=number, code=code, by=reporter(request), at=clock.now())
