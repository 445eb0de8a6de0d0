"""Correcting what was written down of a call."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongzhi.cases import rules as case_rules
from gongzhi.cases.queries import access as case_access
from gongzhi.cases.speaking import Speaker
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import KeyReused
from gongzhi.core.errors import DomainError, Unavailable
from gongzhi.core.forms import new_token
from gongzhi.hotline import lifecycle, rules
from gongzhi.hotline.actions import closing, correcting
from gongzhi.hotline.actions.correcting import Said
from gongzhi.hotline.forms import CorrectForm
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.queries import access, lists
from gongzhi.hotline.views.desk import chosen_case
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.HOTLINE_VIEW)
def correct(request: StaffRequest, number: str) -> HttpResponse:
    """Show what stands written down, and take what is right with the reason."""
    at = clock.now()
    call = access.get_call(viewer=request.actor, number=number)
    if not access.may_answer(request.actor, call):
        raise closing.NotYourCall
    if not call.is_written:
        return redirect("hotline:call", call.number)
    form, status = _form(request, call, at=at), 200
    if request.method == "POST":
        status = _corrected(request, call, form, at=at)
        if status == 200:
            messages.success(request, _("Corrected. What stood there stays to be seen below."))
            return redirect("hotline:call", call.number)
    title = _("Correct what was written down")
    values = {
        "call": call,
        "form": form,
        "title": title,
        "crumbs": [
            (_("Hotline"), reverse("hotline:list")),
            (call.number, reverse("hotline:call", args=[call.number])),
            (title, ""),
        ],
    }
    return render(request, "hotline/correct.html", values, status=status)


def _form(request: StaffRequest, call: Any, *, at: datetime) -> CorrectForm:
    given: dict[str, Any] = {
        "intake": in_force(case_rules.INTAKE, at=at).params,
        "emergency": in_force(rules.EMERGENCY, at=at).params,
        "article": call.article,
    }
    if request.method == "POST":
        return CorrectForm(request.POST, **given)
    is_seen = call.case is not None and case_access.sees(request.actor, call.case)
    start = {
        "token": new_token(),
        "seen": lists.count_former(call),
        "outcome": call.outcome,
        "number": call.case.number if is_seen else "",
        "text": call.question,
        "answer": call.answer,
        "service": call.service,
        "spoke": call.spoke,
    }
    return CorrectForm(initial=start, **given)


def _corrected(request: StaffRequest, call: Any, form: CorrectForm, *, at: datetime) -> int:
    """Correct the call; return the status of the answer, 200 when it is done."""
    if not form.is_valid():
        return 422
    said = form.cleaned_data
    try:
        correcting.correct_call(
            call=call,
            said=_said(request, call, said),
            reason=said["reason"],
            seen=said["seen"],
            token=said["token"],
            by=request.actor,
            at=at,
        )
    except Unavailable:
        raise
    except DomainError as refusal:
        if isinstance(refusal, KeyReused):
            form.renew_token()
        form.refuse(refusal)
        return refusal.status
    return 200


def _said(request: StaffRequest, call: Any, said: dict[str, Any]) -> Said:
    outcome, case = Outcome(said["outcome"]), None
    if outcome in lifecycle.WITH_CASE:
        # Left as it is, the matter may be one that is out of the person's sight.
        is_same = not said["number"] and outcome == call.outcome
        case = call.case if is_same else chosen_case(request, said["number"])
    return Said(
        outcome=outcome,
        question=said["text"],
        answer=said["answer"],
        article=call.article,
        service=said["service"],
        spoke=Speaker(said["spoke"]),
        case=case,
    )
