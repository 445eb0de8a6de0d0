"""The one page that changes the size of letters. The language has Django's own."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from gongzhi.core.appearance import sizes


@require_safe
def type_size(request: HttpRequest, size: str) -> HttpResponse:
    """Remember the size and go back to where the person was.

    A link rather than a form: it changes only how pages look on this device, and links work everywhere.
    """
    try:
        wanted = sizes.TypeSize(size)
    except ValueError as error:
        raise Http404 from error
    response = HttpResponseRedirect(_way_back(request))
    response.set_cookie(
        sizes.COOKIE,
        wanted,
        max_age=sizes.COOKIE_SECONDS,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    response["Cache-Control"] = "no-store"
    return response


def _way_back(request: HttpRequest) -> str:
    address = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None, require_https=request.is_secure())
    return address if safe and address.startswith("/") else "/"
