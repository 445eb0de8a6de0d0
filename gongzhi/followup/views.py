"""Staff pages of follow-up calls: the list, one call, how lots were drawn, figures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.cases import rules as case_rules
from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer, KeyReused, fingerprint_of, once
from gongzhi.core.errors import DomainError, Unavailable
from gongzhi.followup import rules, words
from gongzhi.followup.actions import calling
from gongzhi.followup.forms import CallForm, ListForm
from gongzhi.followup.lifecycle import Reason
from gongzhi.followup.queries import call_page, draws, lists
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force

Crumbs = list[tuple[str, str]]
_PERCENT = 100


def _crumbs(*rest: tuple[str, str]) -> Crumbs:
    return [(_("Follow-up calls"), reverse("followup:list")), *rest]


@require_safe
@staff_page(Permission.FOLLOWUP_CALL)
def call_list(request: StaffRequest) -> HttpResponse:
    """What is to be called, the soonest due first; and the rows behind every figure."""
    at, actor = clock.now(), request.actor
    form = ListForm(request.GET)
    chosen = form.chosen()
    if not request.GET:
        chosen["state"] = lists.OPEN
    code = chosen.pop("unit", "")
    unit = orgs.get_unit(actor, code, permission=Permission.FOLLOWUP_CALL) if code else None
    filters = lists.lately(lists.Filters(unit=unit, **chosen), at=at)
    if filters.first is not None:
        chosen["first"], chosen["last"] = filters.first, filters.last
    found = lists.list_followups(viewer=actor, filters=filters)
    page = paging.page_for_people(found, request.GET.get("page"))
    address = {k: "1" if v is True else str(v) for k, v in chosen.items()}
    address |= {"unit": code} if code else {}
    reads = bool(posts_granting(actor, Permission.CASE_WORDS))
    context = {
        "page": page,
        "rows": [_row(followup, reads=reads, at=at) for followup in page],
        "at": at,
        "groups": _groups(address),
        "chips": _chips(address, unit),
        "unusable": sorted(form.errors),
        "is_open_list": chosen.get("state") == lists.OPEN,
        "rule_href": reverse("rulebook:rule", args=[rules.SAMPLE.code]),
    }
    return render(request, "followup/list.html", context)


def _row(followup: Any, *, reads: bool, at: datetime) -> dict[str, Any]:
    is_open = followup.ended_at is None
    return {
        "followup": followup,
        "title": followup.case.title if reads else "",
        "reason": words.REASONS[followup.reason],
        "is_bad": followup.reason == Reason.BAD_RATING,
        "stratum": words.STRATA.get(followup.stratum, ""),
        "state": words.STATES[followup.state],
        "tone": words.TONES.get(followup.state, "quiet"),
        "is_late": is_open and followup.due_at < at,
        "waits": is_open and followup.next_at > at,
    }


def _address(chosen: Mapping[str, str], **changed: str) -> str:
    query = {name: value for name, value in {**chosen, **changed}.items() if value}
    # Without anything the list is that of the calls to be made.
    return f"{reverse('followup:list')}?{urlencode(query) or 'state='}"


def _groups(chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    named = [
        ("state", _("State"), [(lists.OPEN, _("To be called")), (lists.DONE, _("Finished"))]),
        (
            "reason",
            pgettext("follow-up", "Why"),
            [(str(reason), str(words.REASONS[reason])) for reason in Reason],
        ),
    ]
    return [
        {
            "label": label,
            "links": [
                {
                    "label": text,
                    "href": _address(chosen, **{name: "" if chosen.get(name) == value else value}),
                    "count": None,
                    "current": chosen.get(name) == value,
                }
                for value, text in values
            ],
        }
        for name, label, values in named
    ]


def _chips(chosen: Mapping[str, str], unit: Any) -> list[dict[str, str]]:
    found = []
    for name, value in chosen.items():
        if name in ("state", "reason", "own"):
            continue
        if name == "measure":
            label = str(words.MEASURES[value][0])
        elif name == "unit":
            label = unit.name
        else:
            label = (_("from %(day)s") if name == "first" else _("until %(day)s")) % {"day": value}
        both = {"first": "", "last": ""} if name in ("first", "last") else {name: "", "own": ""}
        found.append({"label": label, "href": _address(chosen, **both)})
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.FOLLOWUP_CALL)
def call(request: StaffRequest, key: int) -> HttpResponse:
    """Who to call and about what, and the form of an attempt (POST records it, once)."""
    at = clock.now()
    page = call_page.call_page(viewer=request.actor, key=key, at=at)
    if request.method != "POST":
        return _page(request, page, _form(request, page, at), at=at)
    form = _form(request, page, at)
    if not form.is_valid():
        return _page(request, page, form, at=at, status=422)
    outcome = form.cleaned_data["outcome"]

    def run() -> Answer:
        done = calling.record_attempt(
            followup=page.followup,
            outcome=outcome,
            told=form.told,
            again_at=form.later,
            by=request.actor,
            at=at,
        )
        return Answer(201, {"sent_back": done.sent_back, "otherwise": done.otherwise})

    posted = {n: request.POST.getlist(n) for n in request.POST if n != "csrfmiddlewaretoken"}
    try:
        answer, is_repeat = once(
            key=form.cleaned_data["token"],
            by=request.actor,
            at=at,
            fingerprint=fingerprint_of("followup", key, posted),
            run=run,
        )
    except Unavailable:
        raise
    except DomainError as refusal:
        if isinstance(refusal, KeyReused):
            form.renew_token()
        if refusal.field and f"q_{refusal.field}" in form.fields:
            form.add_error(f"q_{refusal.field}", str(refusal.message))
        else:
            form.refuse(refusal)
        return _page(request, page, form, at=at, status=refusal.status)
    if not is_repeat:
        messages.success(request, _("Noted: %(outcome)s.") % {"outcome": words.OUTCOMES[outcome]})
        if answer.body["sent_back"]:
            messages.info(request, _("The matter is handled again, under supervision."))
        elif answer.body["otherwise"]:
            messages.info(request, _("A supervisor sees that it was told otherwise than recorded."))
    return redirect("followup:call", key=key)


@require_POST
@staff_page(Permission.FOLLOWUP_CALL)
def number(request: StaffRequest, key: int) -> HttpResponse:
    """Show the number to call on this one answer; the look is recorded."""
    at = clock.now()
    page = call_page.call_page(viewer=request.actor, key=key, at=at)
    name, phone = calling.open_number(followup=page.followup, by=request.actor, at=at)
    opened = {"name": name, "phone": phone}
    response = _page(request, page, _form(None, page, at), at=at, opened=opened)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _form(request: StaffRequest | None, page: call_page.CallPage, at: datetime) -> CallForm:
    settings: dict[str, Any] = {
        "questions": in_force(rules.QUESTIONS, at=at).params,
        "longest": in_force(case_rules.INTAKE, at=at).params.words_signs,
        "can_send_back": page.can_send_back,
    }
    if request is not None and request.method == "POST":
        return CallForm(request.POST, **settings)
    return CallForm(**settings)


def _page(
    request: StaffRequest,
    page: call_page.CallPage,
    form: CallForm,
    *,
    at: datetime,
    opened: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    followup = page.followup
    context = {
        **_row(followup, reads=page.reads, at=at),
        "call": page,
        "form": form if page.may_call else None,
        "opened": opened,
        "at": at,
        "tries": [{"row": row, "outcome": words.OUTCOMES[row.outcome]} for row in page.tries],
        "hours": " · ".join(f"{opens}–{closes}" for opens, closes in page.best),
        "crumbs": _crumbs((followup.case.number, "")),
        "sees_case": page.reads,
    }
    return render(request, "followup/call.html", context, status=status)


@require_safe
@staff_page(Permission.FOLLOWUP_CALL)
def draw(request: StaffRequest, key: int) -> HttpResponse:
    """How the lots of a unit and a day were drawn, and whether drawing again gives the same."""
    shown = draws.get_draw(viewer=request.actor, key=key)
    context = {
        "draw": shown.draw,
        "heaps": [(words.STRATA[name], numbers) for name, numbers in shown.heaps],
        "drawn": shown.drawn,
        "is_same": shown.is_same,
        "crumbs": _crumbs((_("How lots were drawn"), "")),
        "rule_href": reverse("rulebook:rule", args=[rules.SAMPLE.code]),
    }
    return render(request, "followup/draw.html", context)


@require_safe
@staff_page(Permission.FOLLOWUP_CALL)
def figures(request: StaffRequest) -> HttpResponse:
    """How many were called and reached, and how far what they say agrees with what is recorded, by unit."""
    at, actor = clock.now(), request.actor
    chosen = ListForm(request.GET).chosen()
    code = chosen.get("unit") or posts_granting(actor, Permission.FOLLOWUP_CALL)[0].unit_code
    unit = orgs.get_unit(actor, code, permission=Permission.FOLLOWUP_CALL)
    first, last = lists.month_to(at)
    first, last = chosen.get("first", first), chosen.get("last", last)
    rows = lists.figures(viewer=actor, unit=unit, first=first, last=last)
    period = {"first": first.isoformat(), "last": last.isoformat()}
    total = {name: sum(row.counts[name] for row in rows) for name in lists.MEASURES}
    stood = sum(row.stood for row in rows)
    context = {
        "unit": unit,
        "first": first,
        "last": last,
        "stood": stood,
        "share_drawn": _percent(total["drawn"], stood),
        "share_called": _percent(total["called"], total["listed"]),
        "share_reached": _percent(total["reached"], total["called"]),
        "share_agree": _percent(total["agree"], total["compared"]),
        "total": _cells(total, code, period),
        "columns": [words.MEASURES[name][0] for name in lists.MEASURES],
        "definitions": [(name, said) for name, said in words.MEASURES.values()],
        "rows": [
            {
                "unit": row.unit,
                "stood": row.stood,
                "cells": _cells(row.counts, row.unit.code, {**period, "own": "1"}),
            }
            for row in rows
        ],
        "crumbs": _crumbs((_("Figures of follow-up calls"), "")),
    }
    return render(request, "followup/figures.html", context)


def _percent(part: int, whole: int) -> int | None:
    return round(part * _PERCENT / whole) if whole else None


def _cells(counts: Mapping[str, int], code: str, period: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """Return for each figure its words, the count and the list behind it."""
    return [
        (
            str(words.MEASURES[name][0]),
            count,
            _address({"measure": name, "unit": code, **period}),
        )
        for name, count in counts.items()
    ]
