"""Lists of calls, one call, and the recorded look at a caller's number."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases.actions import moves
from gongzhi.cases.queries import access as case_access
from gongzhi.cases.queries import categories, tracking
from gongzhi.core import clock, paging
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.core.phones import masked
from gongzhi.hotline import words
from gongzhi.hotline.actions import looking
from gongzhi.hotline.forms import ListForm, PurposeForm
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.queries import access, answers, lists
from gongzhi.hotline.queries.lists import Filters
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest

_LATELY = timedelta(days=92)
"""Lines and people of this time are offered as filters."""


def filters_of(chosen: Mapping[str, Any]) -> Filters:
    """Return the filters that an address asks for; an unknown account leaves nobody out."""
    agent = lists.find_agent(str(chosen.get("agent", "")))
    kept = ("outcome", "direction", "line", "measure", "first", "last")
    return Filters(
        **{name: chosen[name] for name in kept if name in chosen},
        agent=agent,
        mine="mine" in chosen,
        open="open" in chosen,
    )


def address(chosen: Mapping[str, Any], **changed: str) -> str:
    """Return the address of the list with these filters."""
    query = {name: str(value) for name, value in {**chosen, **changed}.items() if value}
    base = reverse("hotline:list")
    return f"{base}?{urlencode(query)}" if query else base


@require_safe
@staff_page(Permission.HOTLINE_VIEW)
def call_list(request: StaffRequest) -> HttpResponse:
    """Calls in sight, narrowed by what the address says; the rows behind every figure."""
    at, form = clock.now(), ListForm(request.GET)
    chosen = form.chosen()
    chosen.pop("by", None)
    found = lists.list_calls(viewer=request.actor, filters=filters_of(chosen), at=at)
    page = paging.page_for_people(found, request.GET.get("page"))
    takes_calls = bool(posts_granting(request.actor, Permission.HOTLINE_ANSWER))
    context = {
        "page": page,
        "lines": [_line(call) for call in page],
        "at": at,
        "groups": _groups(request, chosen, takes_calls=takes_calls, at=at),
        "chips": _chips(chosen),
        "unusable": sorted(form.errors),
        "takes_calls": takes_calls,
        "clear_href": reverse("hotline:list"),
    }
    return render(request, "hotline/list.html", context)


def _line(call: Any) -> dict[str, Any]:
    return {
        "call": call,
        "outcome": outcome_of(call),
        "tone": tone_of(call),
        "wait": words.span(call.wait_seconds),
        "talk": words.span(call.talk_seconds),
    }


def outcome_of(call: Any) -> str:
    if call.outcome:
        return str(words.OUTCOMES[call.outcome])
    return _("to be written down") if call.answered_at else _("ringing")


def tone_of(call: Any) -> str:
    return words.TONES.get(call.outcome, "quiet") if call.outcome or not call.answered_at else "soon"


def _groups(
    request: StaffRequest, chosen: Mapping[str, Any], *, takes_calls: bool, at: datetime
) -> list[dict[str, Any]]:
    since = at - _LATELY
    whose = [("mine", "1", _("my calls"))] if takes_calls else []
    named: list[tuple[str, list[tuple[str, str, str]]]] = [
        (_("Whose"), [*whose, ("open", "1", _("to be written down"))]),
        (_("What became of it"), [("outcome", str(o), str(words.OUTCOMES[o])) for o in Outcome]),
        (_("Line"), [("line", line, line) for line in lists.lines_in_use(viewer=request.actor, since=since)]),
        (
            _("Taken by"),
            [
                ("agent", account, name)
                for account, name in lists.agents_in_use(viewer=request.actor, since=since)
            ],
        ),
    ]
    return [
        {
            "label": label,
            "links": [
                {
                    "label": text,
                    "href": address(chosen, **{name: "" if str(chosen.get(name)) == value else value}),
                    "count": None,
                    "current": str(chosen.get(name)) == value,
                }
                for name, value, text in links
            ],
        }
        for label, links in named
        if links
    ]


def _chips(chosen: Mapping[str, Any]) -> list[dict[str, str]]:
    labels: dict[str, Mapping[str, Any]] = {
        "outcome": words.OUTCOMES,
        "direction": words.DIRECTIONS,
        "measure": words.MEASURES,
        "mine": {"1": _("my calls")},
        "open": {"1": _("to be written down")},
    }
    found = []
    for name, value in chosen.items():
        label = str(labels.get(name, {}).get(str(value), value))
        if name in ("first", "last"):
            label = (_("from %(day)s") if name == "first" else _("until %(day)s")) % {"day": value}
        found.append({"label": label, "href": address(chosen, **{name: ""})})
    return found


@require_safe
@staff_page(Permission.HOTLINE_VIEW)
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """When it rang, who took it, what became of it."""
    at = clock.now()
    call = access.get_call(viewer=request.actor, number=number)
    case = call.case if call.case and case_access.sees(request.actor, call.case) else None
    reads = access.reads_words(request.actor)
    may_answer = access.may_answer(request.actor, call)
    context = {
        "call": call,
        "case": case,
        "reads": reads,
        "at": at,
        "outcome": outcome_of(call),
        "tone": tone_of(call),
        "direction": words.DIRECTIONS[call.direction],
        "spoke": words.SPEAKERS.get(call.spoke, ""),
        "category": categories.name_of(call.category) if call.category else "",
        "masked": masked(call.caller) if call.caller and may_answer else "",
        "number_href": reverse("hotline:number", args=[call.number])
        if looking.may_read_number(request.actor, call)
        else "",
        "write_href": f"{reverse('hotline:screen')}?{urlencode({'call': call.number})}"
        if may_answer and not call.is_written
        else "",
        "correct_href": reverse("hotline:correct", args=[call.number])
        if may_answer and call.is_written
        else "",
        "former": [_former(request.actor, row) for row in lists.former_of(call)],
        "receipt_href": reverse("cases:handed", args=[case.number])
        if case and call.outcome == Outcome.MATTER and tracking.hands_out(request.actor, case)
        else "",
        "article_href": answers.address_of(request.actor, call.article),
        "talk": words.span(call.talk_seconds),
        "wait": words.span(call.wait_seconds),
        "steps": [(words.EVENTS[kind], moment) for kind, moment in access.steps_of(call)],
        "crumbs": [(_("Hotline"), reverse("hotline:list")), (call.number, "")],
    }
    return render(request, "hotline/call.html", context)


def _former(viewer: Actor, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "outcome": words.OUTCOMES[row.outcome],
        "case": row.case if row.case and case_access.sees(viewer, row.case) else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.HOTLINE_VIEW)
def number(request: StaffRequest, number: str) -> HttpResponse:
    """Ask what for, record the look, and show the caller's number on that one answer."""
    at = clock.now()
    call = access.get_call(viewer=request.actor, number=number)
    if not looking.may_read_number(request.actor, call):
        raise moves.NotYourMove
    form = PurposeForm(request.POST if request.method == "POST" else None)
    status, phone = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                purpose = form.cleaned_data["purpose"]
                phone = looking.read_number(call=call, purpose=purpose, by=request.actor, at=at)
                status = 200
            except Invalid as refusal:
                form.refuse(refusal)
    title = _("Number of the caller")
    values = {
        "call": call,
        "form": form,
        "phone": phone,
        "title": title,
        "crumbs": [
            (_("Hotline"), reverse("hotline:list")),
            (call.number, reverse("hotline:call", args=[call.number])),
            (title, ""),
        ],
    }
    return render(request, "hotline/number.html", values, status=status)
