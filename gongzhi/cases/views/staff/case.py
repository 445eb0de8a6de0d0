"""The page of one case for staff, its pictures, and the recorded look at how to reach the reporter."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases import panels, rules, words
from gongzhi.cases.actions import moves, story
from gongzhi.cases.forms.staff.moves import Lists
from gongzhi.cases.forms.staff.registering import PurposeForm
from gongzhi.cases.forms.staff.telling import CommentForm
from gongzhi.cases.lifecycle import State, Urgency
from gongzhi.cases.queries import access, case_page, pairs
from gongzhi.cases.resident_words import place_name
from gongzhi.cases.views import list_flow
from gongzhi.cases.views.pictures import picture_response
from gongzhi.cases.views.staff import asking
from gongzhi.core import clock
from gongzhi.core.errors import Invalid
from gongzhi.core.forms import new_token
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@require_safe
@staff_page()
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """Where the matter stands, what can be done now, and its story, newest step first."""
    at = clock.now()
    page = case_page.case_page(viewer=request.actor, number=number, at=at)
    values = _values(page, at=at) | {
        "panels": panels.shown(request.actor, page.case, at=at),
        "flow": list_flow.flow_of(request, page.case, at=at),
        "likely": pairs.panel_at_desk(request.actor, page.case, at=at),
    }
    return render(request, "cases/staff/case.html", values)


def _values(page: case_page.CasePage, *, at: datetime) -> dict[str, Any]:
    case = page.case
    lists = Lists(
        intake=in_force(rules.INTAKE, at=at).params,
        reasons=in_force(rules.REASONS, at=at).params,
        attachments=in_force(rules.ATTACHMENTS, at=at).params,
    )
    return {
        "page": page,
        "case": case,
        "at": at,
        "heading": case.title if page.reads_words else case.number,
        "crumbs": asking.place_crumbs(case),
        "state": words.name_in(words.STATES, case.status),
        "state_tone": words.STATE_TONES.get(State(case.status), "quiet"),
        "tier": words.name_in(words.TIERS, case.tier),
        "kind": words.name_in(words.KINDS, case.kind),
        "urgency": words.name_in(words.URGENCIES, case.urgency) if case.urgency != Urgency.ORDINARY else "",
        "urgency_tone": "late" if case.urgency == Urgency.EMERGENCY else "soon",
        "level": words.name_in(words.LEVELS, case.level),
        "channel": words.name_in(words.CHANNELS, case.channel),
        "outcome": words.name_in(words.OUTCOMES, case.outcome),
        "place": place_name(case.place.name),
        "token": new_token(),
        "comment": CommentForm(lists=lists) if page.can_comment else None,
    }


@require_safe
@staff_page()
def picture(request: StaffRequest, number: str, position: int) -> HttpResponse:
    """A picture of a case the viewer sees; with `?small` a small one for the story."""
    small = "small" in request.GET
    return picture_response(
        case_page.picture_for(viewer=request.actor, number=number, position=position, small=small)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def reporter(request: StaffRequest, number: str) -> HttpResponse:
    """Ask what for, record the look, and show how to reach the reporter on that one answer."""
    at = clock.now()
    case = access.get_case(viewer=request.actor, number=number)
    form = PurposeForm(
        request.POST if request.method == "POST" else None, intake=in_force(rules.INTAKE, at=at).params
    )
    status, page = 200, None
    if not access.may_read_contact(request.actor, case):
        raise moves.NotYourMove
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                story.read_contact(case=case, purpose=form.purpose, by=request.actor, at=at)
                page = case_page.case_page(viewer=request.actor, number=number, at=at, contact_open=True)
                status = 200
            except Invalid as refusal:
                form.refuse(refusal)
    title = _("How to reach the reporter")
    values = {"case": case, "form": form, "page": page, "title": title, "crumbs": asking.crumbs(case, title)}
    return render(request, "cases/staff/reporter.html", values, status=status)
