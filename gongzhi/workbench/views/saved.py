"""Saved views: kept from a list, looked over on a page of their own."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.cases.forms.lists import ListForm
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.errors import DomainError, Invalid, Unavailable
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.workbench.actions import saving
from gongzhi.workbench.forms import ViewChangeForm, ViewForm
from gongzhi.workbench.queries import saved

_LONGEST_QUERY = 600
"""Technical: width of the column; what a list's own links make is far shorter."""


@require_safe
@staff_page(Permission.CASE_VIEW)
def mine(request: StaffRequest) -> HttpResponse:
    """One's own views in their order, and those that a unit of one's own shares."""
    at = clock.now()
    views = saved.shown(saved.views_of(request.actor), request.actor, at=at)
    context = {
        "own": [view for view in views if view.is_own],
        "others": [view for view in views if not view.is_own],
    }
    return render(request, "workbench/views.html", context)


@require_POST
@staff_page(Permission.CASE_VIEW)
def save(request: StaffRequest) -> HttpResponse:
    """Keep the list one looks at under a name, once however often it is pressed."""
    base, said = request.POST.get("base", ""), request.POST.get("query", "")
    if base not in saved.BASES or len(said) > _LONGEST_QUERY:
        raise Invalid(field="query")
    query = urlencode(ListForm(QueryDict(said)).chosen())
    back = f"{reverse(base)}?{query}"
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect(back)
    name, at = form.cleaned_data["name"], clock.now()

    def run() -> Answer:
        return Answer(201, saving.save_view(name=name, base=base, query=query, by=request.actor, at=at).pk)

    try:
        made = fingerprint_of("view", name, base, query)
        once(key=form.cleaned_data["token"], by=request.actor, at=at, fingerprint=made, run=run)
        messages.success(request, _("The view is kept. It stands above your lists and on your desk."))
    except Unavailable:
        raise
    except DomainError as refusal:
        messages.error(request, f"{refusal.message} {refusal.hint}".strip())
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CASE_VIEW)
def change(request: StaffRequest, key: int) -> HttpResponse:
    """Rename, share, make it the first."""
    view = saved.get_own(viewer=request.actor, key=key)
    units = [(post.unit_code, post.unit_name) for post in request.actor.posts]
    code = next((p.unit_code for p in request.actor.posts if p.unit_id == view.unit_id), "")
    start: dict[str, Any] = {"name": view.name, "is_first": view.is_first, "unit": code}
    form, status = ViewChangeForm(units=units, initial=start), 200
    if request.method == "POST":
        form = ViewChangeForm(request.POST, units=units)
        status = _change(request, view, form)
        if status == 200:
            return redirect("workbench:views")
    return render(request, "workbench/view.html", {"view": view, "form": form}, status=status)


def _change(request: StaffRequest, view: Any, form: ViewChangeForm) -> int:
    if not form.is_valid():
        return 422
    said = form.cleaned_data
    try:
        saving.change_view(
            view=view,
            name=said["name"],
            is_first=said["is_first"],
            unit_code=said["unit"],
            by=request.actor,
            at=clock.now(),
        )
    except Unavailable:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return refusal.status
    messages.success(request, _("The view is changed."))
    return 200


@require_POST
@staff_page(Permission.CASE_VIEW)
def move(request: StaffRequest, key: int) -> HttpResponse:
    """One place up or down."""
    view = saved.get_own(viewer=request.actor, key=key)
    saving.move_view(view=view, up=request.POST.get("to") == "up", by=request.actor, at=clock.now())
    return redirect("workbench:views")


@require_POST
@staff_page(Permission.CASE_VIEW)
def delete(request: StaffRequest, key: int) -> HttpResponse:
    """Delete one."""
    view = saved.get_own(viewer=request.actor, key=key)
    saving.delete_view(view=view, by=request.actor, at=clock.now())
    messages.success(request, _("The view is deleted."))
    return redirect("workbench:views")
