"""Printing the poster of a place: its words are chosen here, the sheet is a PDF."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongzhi.cases.actions import posting_up
from gongzhi.cases.forms.staff.posters import PosterForm
from gongzhi.cases.poster_paper import poster_pdf
from gongzhi.core import clock
from gongzhi.core.errors import DomainError, NotFound
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, require
from gongzhi.orgs.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def poster(request: StaffRequest, code: str) -> HttpResponse:
    """The form with the words of the spot; sent, the sheet to print."""
    unit = orgs.get_unit(request.actor, code)
    require(request.actor, Permission.CASE_PUBLISH, unit_path=unit.path)
    if not posting_up.takes_posters(unit):
        raise NotFound
    form, status = PosterForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _sheet(request, unit, form.cleaned_data["spot"])
            except DomainError as refusal:
                form.refuse(refusal)
                status = refusal.status
    return render(request, "cases/staff/poster.html", _page(unit, form), status=status)


def _sheet(request: StaffRequest, unit: Any, spot: str) -> HttpResponse:
    made = posting_up.print_poster(unit=unit, spot=spot, by=request.actor, at=clock.now())
    response = HttpResponse(poster_pdf(made), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="poster-{unit.code}.pdf"'
    return response


def _page(unit: Any, form: PosterForm) -> dict[str, Any]:
    crumbs = [(unit.name, reverse("orgs:unit", args=[unit.code]))]
    return {"unit": unit, "form": form, "crumbs": crumbs, "phone": unit.phone or _phone_above(unit)}


def _phone_above(unit: Any) -> str:
    return unit.parent.phone if unit.parent and unit.kind == "grid" else ""
