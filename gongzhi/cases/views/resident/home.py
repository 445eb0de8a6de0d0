"""The first page: say something, see how it stands, read what is going on in the village."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongzhi.cases.queries import board, choosing, tracking
from gongzhi.cases.resident_words import place_name
from gongzhi.cases.views.resident import mine
from gongzhi.cases.views.resident.private import private_page
from gongzhi.core import clock


@require_safe
@private_page
def home(request: HttpRequest) -> HttpResponse:
    """`?place=CODE` (from a poster) fills in the place. What the phone remembers stands on the page, so it is
    kept by no cache."""
    at = clock.now()
    place = choosing.find_place(request.GET.get("place", ""), at=at)
    values = {
        "place": place,
        "place_name": place_name(place.name) if place else "",
        "matters": tracking.own_matters(mine.remembered(request), at=at),
        "published": board.newest(place=place),
    }
    return render(request, "cases/resident/home.html", values)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget a matter, or all, on this phone. The matter itself goes on."""
    response = redirect(reverse("cases:home"))
    mine.forget(request, response, request.POST.get("number", ""))
    messages.success(
        request, _("This phone has forgotten it. The matter goes on; your receipt still opens it.")
    )
    return response
