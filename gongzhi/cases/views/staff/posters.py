"""Printing the poster of a place: its words are chosen here, the sheet is a PDF."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongzhi.cases import rules
from gongzhi.cases.actions import posting_up
from gongzhi.cases.forms.staff.posters import PosterForm, TakeBackForm
from gongzhi.cases.poster_paper import poster_pdf
from gongzhi.cases.queries import posters as queries
from gongzhi.core import clock
from gongzhi.core.errors import DomainError, NotFound
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, require
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


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
    return render(request, "cases/staff/poster.html", _page(request, unit, form), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def take_back(request: StaffRequest, code: str, key: int) -> HttpResponse:
    """Ask why, and take a poster back; or let one that was taken back hold again."""
    unit = orgs.get_unit(request.actor, code)
    link = queries.get_link(unit, key, viewer=request.actor)
    limits = in_force(rules.INTAKE, at=clock.now()).params
    form = TakeBackForm(request.POST or None, intake=limits)
    status = 200
    if request.method == "POST":
        status = 422
        is_back = request.POST.get("do") == "put_back"
        if is_back or form.is_valid():
            try:
                _pressed(request, link, unit, "" if is_back else form.cleaned_data["reason"], is_back=is_back)
                return redirect("cases:poster", unit.code)
            except DomainError as refusal:
                form.refuse(refusal)
                status = refusal.status
    crumbs = [
        (unit.name, reverse("orgs:unit", args=[unit.code])),
        (_("Poster with a QR code"), reverse("cases:poster", args=[unit.code])),
    ]
    values = {"unit": unit, "link": link, "form": form, "crumbs": crumbs}
    return render(request, "cases/staff/poster_take_back.html", values, status=status)


def _pressed(request: StaffRequest, link: Any, unit: Any, reason: str, *, is_back: bool) -> None:
    said = {"link": link, "unit": unit, "by": request.actor, "at": clock.now()}
    if is_back:
        posting_up.put_back(**said)
    else:
        posting_up.take_back(reason=reason, **said)


def _sheet(request: StaffRequest, unit: Any, spot: str) -> HttpResponse:
    made = posting_up.print_poster(unit=unit, spot=spot, by=request.actor, at=clock.now())
    response = HttpResponse(poster_pdf(made), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="poster-{unit.code}.pdf"'
    return response


def _page(request: StaffRequest, unit: Any, form: PosterForm) -> dict[str, Any]:
    return {
        "unit": unit,
        "form": form,
        "crumbs": [(unit.name, reverse("orgs:unit", args=[unit.code]))],
        "phone": unit.phone or _phone_above(unit),
        "links": queries.links_of(unit, viewer=request.actor),
        "at": clock.now(),
    }


def _phone_above(unit: Any) -> str:
    return unit.parent.phone if unit.parent and unit.kind == "grid" else ""
