"""Shows the components. Absent (404) unless the setting GALLERY says otherwise."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongzhi.core.gallery import samples

ERROR_STATUSES = (400, 403, 404, 409, 422, 429, 500, 503)


def _open() -> None:
    if not settings.GALLERY:
        raise Http404


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component on the staff surface."""
    _open()
    return render(request, "gallery/staff.html", samples.values())


@require_safe
def gallery_resident(request: HttpRequest) -> HttpResponse:
    """The same on the resident surface: larger, and with its own stylesheet."""
    _open()
    return render(request, "gallery/resident.html", samples.values())


@require_safe
def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page that stands for a status, shown with that status."""
    _open()
    if status not in ERROR_STATUSES:
        raise Http404
    return render(request, f"{status}.html", status=status)
