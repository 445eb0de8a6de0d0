"""Matters that are likely the same as one: the list with its reasons, one press that merges, one that says
they are not the same."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongzhi.cases.actions import moves, pairing
from gongzhi.cases.forms.staff.likely import PairForm
from gongzhi.cases.queries import access, pairs
from gongzhi.cases.views.staff import asking
from gongzhi.core import clock
from gongzhi.core.errors import Invalid, NotAllowed
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.requests import StaffRequest


@require_safe
@staff_page()
def likely(request: StaffRequest, number: str) -> HttpResponse:
    """The list on a page of its own, whatever became of the matter."""
    at = clock.now()
    case = access.get_case(viewer=request.actor, number=number)
    if not access.reads_words(request.actor):
        raise NotAllowed
    title = _("Likely the same")
    values = {
        "case": case,
        "at": at,
        "title": title,
        "likely": pairs.panel(request.actor, case, at=at),
        "crumbs": asking.crumbs(case, title),
    }
    return render(request, "cases/staff/likely.html", values)


@require_POST
@staff_page()
def merge(request: StaffRequest, number: str) -> HttpResponse:
    """Merge the two with this press; the message says how to take them apart again."""

    def press(case: Any, form: PairForm, at: datetime) -> str:
        rests, leads = pairing.merge_with(
            case=case,
            number=form.cleaned_data["other"],
            lead=form.cleaned_data["lead"],
            by=request.actor,
            at=at,
        )
        return format_html(
            '{} <a href="{}">{}</a>',
            _("%(number)s rests with %(main)s now; both reporters hear the answer.")
            % {"number": rests.number, "main": leads.number},
            reverse("cases:move", args=[rests.number, "unmerge"]),
            _("Take them apart again"),
        )

    return _pressed(request, number, press)


@require_POST
@staff_page()
def apart(request: StaffRequest, number: str) -> HttpResponse:
    """Keep that the two are not the same, or take that back."""

    def press(case: Any, form: PairForm, at: datetime) -> str:
        other = form.cleaned_data["other"]
        if form.cleaned_data["back"]:
            pairing.take_back_apart(case=case, number=other, by=request.actor, at=at)
            return _("%(number)s may be shown as likely the same again.") % {"number": other}
        pairing.keep_apart(case=case, number=other, by=request.actor, at=at)
        return _("Kept: %(number)s is another matter. Nobody is shown the two as the same again.") % {
            "number": other
        }

    return _pressed(request, number, press)


def _pressed(
    request: StaffRequest, number: str, press: Callable[[Any, PairForm, datetime], str]
) -> HttpResponse:
    """Make the press and go back to the page of the matter."""
    at, actor = clock.now(), request.actor
    case = access.get_case(viewer=actor, number=number)
    if not pairs.may_judge(actor, case):
        raise moves.NotYourMove
    form = PairForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("This press has come without the number of the other matter."), field="other")
    messages.success(request, press(case, form, at))
    return redirect("cases:case", case.number)
