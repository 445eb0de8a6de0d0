"""Accounts of others, for system managers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.core import clock
from gongzhi.core.errors import DomainError
from gongzhi.core.paging import page_for_people
from gongzhi.orgs import actions, queries
from gongzhi.orgs.forms import AccountForm
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest


@require_safe
@staff_page(Permission.ACCOUNT_CHANGE)
def accounts(request: StaffRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:60]
    page = page_for_people(queries.list_accounts(request.actor, text=text), request.GET.get("page"))
    return render(request, "orgs/accounts.html", {"page": page, "text": text})


@require_safe
@staff_page(Permission.ACCOUNT_CHANGE)
def account(request: StaffRequest, username: str) -> HttpResponse:
    person = queries.get_account(request.actor, username)
    current, former = queries.posts_of(person, on=queries.day_of(clock.now()))
    context = {
        "person": person,
        "posts": current,
        "former": former,
        "crumbs": _crumbs(person.get_full_name()),
    }
    return render(request, "orgs/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.ACCOUNT_CHANGE)
def create_account(request: StaffRequest) -> HttpResponse:
    """Make an account and show its first password, once: a reload does not show it again."""
    form = AccountForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person, first = actions.create_account(by=request.actor, at=clock.now(), **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
                status = error.status
            else:
                return _show_once(request, person, first)
    words = {"title": _("New account"), "button": _("Make the account"), "back": reverse("orgs:accounts")}
    context: dict[str, Any] = {"form": form, "crumbs": _crumbs(_("New account")), **words}
    context["lead"] = _("The account alone gives no rights. Appoint the person at a unit afterwards.")
    return render(request, "orgs/form.html", context, status=status)


@require_POST
@staff_page(Permission.ACCOUNT_CHANGE)
def reset_password(request: StaffRequest, username: str) -> HttpResponse:
    person = queries.get_account(request.actor, username)
    first = actions.reset_password(user=person, by=request.actor, at=clock.now())
    return _show_once(request, person, first)


@require_POST
@staff_page(Permission.ACCOUNT_CHANGE)
def close_account(request: StaffRequest, username: str) -> HttpResponse:
    person = queries.get_account(request.actor, username)
    actions.close_account(user=person, by=request.actor, at=clock.now())
    messages.success(request, _("The account is closed."))
    return redirect("orgs:person", username=person.username)


@require_POST
@staff_page(Permission.ACCOUNT_CHANGE)
def reopen_account(request: StaffRequest, username: str) -> HttpResponse:
    person = queries.get_account(request.actor, username)
    actions.reopen_account(user=person, by=request.actor, at=clock.now())
    messages.success(request, _("The account is open again."))
    return redirect("orgs:person", username=person.username)


def _show_once(request: StaffRequest, person: Any, first: str) -> HttpResponse:
    context = {"person": person, "first": first, "crumbs": _crumbs(person.get_full_name())}
    return render(request, "orgs/first_password.html", context)


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("Accounts"), reverse("orgs:accounts")), (last, "")]
