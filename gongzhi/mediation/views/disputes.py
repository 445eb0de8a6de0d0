"""Staff pages of disputes: list, one dispute, opening, moves, papers, figures."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases import rules as case_rules
from gongzhi.cases import words as case_words
from gongzhi.cases.lifecycle import LEVELS, Level
from gongzhi.cases.queries import access as case_access
from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer, KeyReused, StillRunning, fingerprint_of, once
from gongzhi.core.errors import Conflict, DomainError, Invalid, NotFound, Unavailable
from gongzhi.mediation import lifecycle, rules, words
from gongzhi.mediation.actions import answering, frame, opening
from gongzhi.mediation.actions.making import MAKES
from gongzhi.mediation.forms import FORMS, ListForm, Lists, MoveForm, OpenForm, PurposeForm, ResolveCaseForm
from gongzhi.mediation.lifecycle import Move, State
from gongzhi.mediation.papers import agreement_pdf
from gongzhi.mediation.queries import access, choosing, dispute_page, lists, paper
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.pages import PostNotEnough, staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force

Crumbs = list[tuple[str, str]]


def form_lists(at: datetime, **more: Any) -> Lists:
    """Return the lists of the rules in force, with what the move needs of rows."""
    return Lists(
        intake=in_force(rules.INTAKE, at=at).params,
        attachments=in_force(case_rules.ATTACHMENTS, at=at).params,
        kinds=in_force(rules.KINDS, at=at).params,
        signs=in_force(rules.SIGNS, at=at).params,
        endings=in_force(rules.ENDINGS, at=at).params,
        ways=in_force(rules.WAYS, at=at).params,
        agreement=in_force(rules.AGREEMENT, at=at).params,
        **more,
    )


def _language() -> str:
    return get_language() or "zh-hans"


def _crumbs(*rest: tuple[str, str]) -> Crumbs:
    return [(_("Mediation"), reverse("mediation:list")), *rest]


def _has_any(request: StaffRequest) -> None:
    actor = request.actor
    if not (
        posts_granting(actor, Permission.MEDIATION_VIEW)
        or posts_granting(actor, Permission.MEDIATION_MEDIATE)
    ):
        raise PostNotEnough


@require_safe
@staff_page()
def dispute_list(request: StaffRequest) -> HttpResponse:
    """Disputes in sight, narrowed by what the address says; the rows behind every figure."""
    _has_any(request)
    at, form = clock.now(), ListForm(request.GET)
    chosen = form.chosen()
    code = chosen.pop("unit", "")
    unit = orgs.get_unit(request.actor, code, permission=Permission.MEDIATION_VIEW) if code else None
    filters = lists.Filters(unit=unit, **{**chosen, "mine": bool(chosen.get("mine"))})
    found = lists.list_disputes(viewer=request.actor, filters=filters)
    page = paging.page_for_people(found, request.GET.get("page"))
    address = {**{k: str(v) for k, v in chosen.items()}, **({"unit": code} if code else {})}
    context = {
        "page": page,
        "lines": lists.lines(viewer=request.actor, disputes=list(page), language=_language(), at=at),
        "at": at,
        "groups": _groups(address, at=at),
        "chips": _chips(address, unit, at=at),
        "unusable": sorted(form.errors),
        "can_open": any(
            post.unit_kind in opening.COMMITTEES
            for post in posts_granting(request.actor, Permission.MEDIATION_MEDIATE)
        ),
        "has_figures": bool(posts_granting(request.actor, Permission.MEDIATION_VIEW)),
    }
    return render(request, "mediation/list.html", context)


def _address(chosen: Mapping[str, str], **changed: str) -> str:
    query = {name: value for name, value in {**chosen, **changed}.items() if value}
    base = reverse("mediation:list")
    return f"{base}?{urlencode(query)}" if query else base


def _groups(chosen: Mapping[str, str], *, at: datetime) -> list[dict[str, Any]]:
    named: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("mine", _("Whose"), [("1", _("those I mediate"))]),
        ("state", _("State"), [("open", _("still open")), *((str(s), words.STATES[s]) for s in State)]),
        ("level", _("Level"), [(str(level), case_words.LEVELS[level]) for level in LEVELS]),
        ("risk", _("Risk"), [(str(r), words.RISKS[r]) for r in lifecycle.RISKS]),
        ("kind", _("Kind of dispute"), _kind_names(at=at)),
    ]
    return [
        {
            "label": label,
            "links": [
                {
                    "label": str(text),
                    "href": _address(chosen, **{name: "" if chosen.get(name) == value else value}),
                    "count": None,
                    "current": chosen.get(name) == value,
                }
                for value, text in values
            ],
        }
        for name, label, values in named
    ]


def _kind_names(*, at: datetime) -> list[tuple[str, str]]:
    zh = _language().startswith("zh")
    return [(row.code, row.zh if zh else row.en) for row in in_force(rules.KINDS, at=at).params.rows]


def _chips(chosen: Mapping[str, str], unit: Any, *, at: datetime) -> list[dict[str, str]]:
    labels: dict[str, Mapping[str, Any]] = {
        "measure": MEASURE_NAMES,
        "state": {"open": _("still open"), **{str(s): words.STATES[s] for s in State}},
        "level": {str(level): case_words.LEVELS[level] for level in LEVELS},
        "risk": {str(r): words.RISKS[r] for r in lifecycle.RISKS},
        "kind": dict(_kind_names(at=at)),
        "mine": {"1": _("those I mediate")},
        "unit": {unit.code: unit.name} if unit else {},
    }
    found = []
    for name, value in chosen.items():
        if name in ("first", "last"):
            label = (_("from %(day)s") if name == "first" else _("until %(day)s")) % {"day": value}
        else:
            label = str(labels[name].get(value, value))
        found.append({"label": label, "href": _address(chosen, **{name: ""})})
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MEDIATION_MEDIATE)
def open_dispute(request: StaffRequest) -> HttpResponse:
    """Take a dispute up, for a matter when `case` names one."""
    at, number = clock.now(), request.GET.get("case", "")[:24]
    case = case_access.get_case(viewer=request.actor, number=number) if number else None
    if case is not None and not case_access.reads_words(request.actor):
        raise NotFound
    own = choosing.own_committees(request.actor)
    if not own:
        raise PostNotEnough
    settings = {"lists": form_lists(at, own_committees=own)}
    if request.method == "POST":
        form = OpenForm(request.POST, **settings)
    else:
        start = {"committee": own[0][0]}
        if case is not None:
            start |= {"title": case.title, "account": case.text}
        form = OpenForm(initial=start, **settings)
    status = 200
    if request.method == "POST":

        def run() -> Answer:
            said = form.said()
            committee = choosing.committee(request.actor, said.pop("committee"))
            dispute = opening.open_dispute(committee=committee, case=case, **said, by=request.actor, at=at)
            return Answer(200, dispute.number)

        try:
            if form.is_valid():
                fingerprint = fingerprint_of("mediation", _posted(request))
                answer, _old = once(
                    key=form.cleaned_data["token"], by=request.actor, at=at, fingerprint=fingerprint, run=run
                )
                return redirect("mediation:dispute", answer.body)
            status = 422
        except DomainError as refusal:
            status = _refuse(form, refusal)
    values = {"form": form, "case": case, "crumbs": _crumbs((_("Take a dispute up"), ""))}
    return render(request, "mediation/open.html", values, status=status)


def _posted(request: Any) -> dict[str, Any]:
    return {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}


def _refuse(form: MoveForm, refusal: DomainError) -> int:
    """Show a refusal in its form; what is wrong with the machine goes on."""
    if isinstance(refusal, Unavailable):
        raise refusal
    if isinstance(refusal, KeyReused):
        form.renew_token()
    form.refuse(refusal)
    return refusal.status


@require_safe
@staff_page()
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """Where the dispute stands, what can be done now, and its story."""
    at = clock.now()
    page = dispute_page.dispute_page(viewer=request.actor, number=number, at=at)
    title = page.dispute.title if page.reads else page.kind
    context = {
        "page": page,
        "dispute": page.dispute,
        "heading": title,
        "at": at,
        "level": case_words.LEVELS[Level(page.dispute.level)],
        "performance": words.name_in(words.PERFORMANCES, page.dispute.performance),  # type: ignore[arg-type]
        "crumbs": _crumbs((page.dispute.number, "")),
    }
    return render(request, "mediation/dispute.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def move(request: StaffRequest, number: str, name: str) -> HttpResponse:
    """Ask for a move (GET), or make it (POST), once however often it is pressed."""
    at = clock.now()
    dispute = access.get_dispute(viewer=request.actor, number=number)
    wanted = Move(name) if name in list(Move) else None
    if wanted is None or wanted not in FORMS:
        raise NotFound
    reads = access.reads_words(request.actor, dispute)
    if not access.may(request.actor, dispute, wanted) or not reads:
        raise frame.NotYourMove
    settings = {"lists": form_lists(at, **choosing.for_move(request.actor, dispute, wanted, at=at))}
    if request.method != "POST":
        form = FORMS[wanted](initial=choosing.initial(dispute, wanted, at=at), **settings)
        try:
            frame.check(dispute, wanted, by=request.actor)
        except Conflict as outrun:
            return _outrun(request, dispute, wanted, form, outrun)
        return _page(request, dispute, wanted, form)
    form = FORMS[wanted](request.POST, request.FILES, **settings)
    try:
        if not form.is_valid():
            return _page(request, dispute, wanted, form, status=422)
        is_repeat = _make_once(request, dispute, wanted, form, at=at)
    except (StillRunning, Invalid, KeyReused) as refusal:
        return _page(request, dispute, wanted, form, status=_refuse(form, refusal))
    except frame.MoveNotPossible as refusal:
        return _outrun(request, dispute, wanted, form, refusal)
    except Conflict as refusal:
        return _page(request, dispute, wanted, form, status=_refuse(form, refusal))
    if not is_repeat:
        messages.success(request, _("Done: %(move)s.") % {"move": words.BUTTONS[wanted]})
    return redirect("mediation:dispute", dispute.number)


def _make_once(request: StaffRequest, dispute: Any, wanted: Move, form: MoveForm, *, at: datetime) -> bool:
    said = form.said()

    def run() -> Answer:
        MAKES[wanted](dispute=dispute, **choosing.resolved(wanted, said), by=request.actor, at=at)
        return Answer(200, dispute.number)

    content = sha256(said["content"]).hexdigest() if "content" in said else ""
    fingerprint = fingerprint_of(dispute.number, wanted, _posted(request), content)
    key = form.cleaned_data["token"]
    _answer, is_repeat = once(key=key, by=request.actor, at=at, fingerprint=fingerprint, run=run)
    return is_repeat


def _page(
    request: StaffRequest, dispute: Any, wanted: Move, form: MoveForm, *, status: int = 200
) -> HttpResponse:
    values = {
        "dispute": dispute,
        "move": wanted,
        "title": words.BUTTONS[wanted],
        "consequence": words.CONSEQUENCES.get(wanted, ""),
        "form": form,
        "crumbs": _crumbs(
            (dispute.number, reverse("mediation:dispute", args=[dispute.number])),
            (str(words.BUTTONS[wanted]), ""),
        ),
    }
    return render(request, "mediation/move.html", values, status=status)


def _outrun(
    request: StaffRequest, dispute: Any, wanted: Move, form: MoveForm, refusal: DomainError
) -> HttpResponse:
    dispute = access.get_dispute(viewer=request.actor, number=dispute.number)
    values = {
        "dispute": dispute,
        "title": words.BUTTONS[wanted],
        "error": refusal,
        "state": words.STATES[State(dispute.state)],
        "typed": form.typed_words if form.is_bound else [],
        "crumbs": _crumbs((dispute.number, reverse("mediation:dispute", args=[dispute.number])), ("", "")),
    }
    return render(request, "mediation/outrun.html", values, status=refusal.status)


@require_safe
@staff_page()
def agreement(request: StaffRequest, number: str) -> HttpResponse:
    """The agreement as PDF: to print and sign, or as it was sealed."""
    found = paper.paper_for(viewer=request.actor, number=number)
    return pdf_response(agreement_pdf(found), f"{number}.pdf")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Send a paper to the one who asked; kept by no shared cache."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@staff_page()
def signature(request: StaffRequest, number: str, position: int) -> HttpResponse:
    """The picture of a signature, for who reads the agreement."""
    found = dispute_page.signature_for(viewer=request.actor, number=number, position=position)
    response = HttpResponse(found.content, content_type=found.mime)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def contacts(request: StaffRequest, number: str) -> HttpResponse:
    """Ask what for, record the look, and show how to reach the parties, with the code of each, once."""
    at = clock.now()
    dispute = access.get_dispute(viewer=request.actor, number=number)
    form = PurposeForm(request.POST if request.method == "POST" else None, lists=form_lists(at))
    status, found = 200, None
    if not access.reads_words(request.actor, dispute) or not access.may(request.actor, dispute, Move.ASSESS):
        raise frame.NotYourMove
    if request.method == "POST":
        status = 422
        if form.is_valid():
            purpose = form.cleaned_data["purpose"]
            answering.read_contacts(dispute=dispute, purpose=purpose, by=request.actor, at=at)
            found, status = dispute_page.contacts(viewer=request.actor, dispute=dispute), 200
    title = _("How to reach the parties")
    values = {
        "dispute": dispute,
        "form": form,
        "contacts": found,
        "title": title,
        "crumbs": _crumbs((dispute.number, reverse("mediation:dispute", args=[dispute.number])), (title, "")),
    }
    return render(request, "mediation/contacts.html", values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def resolve_case(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the matter with the agreement, through the action of matters."""
    at = clock.now()
    page = dispute_page.dispute_page(viewer=request.actor, number=number, at=at)
    if not page.can_resolve_case or page.dispute.case is None:
        raise frame.NotYourMove
    settings = {"lists": form_lists(at)}
    draft = answering.draft_answer(page.dispute)
    form = ResolveCaseForm(request.POST, **settings) if request.method == "POST" else ResolveCaseForm(
        initial={"answer": draft}, **settings
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                answering.resolve_with_agreement(
                    dispute=page.dispute, answer=form.cleaned_data["answer"], by=request.actor, at=at
                )
                return redirect("cases:case", page.dispute.case.number)
            status = 422
        except DomainError as refusal:
            status = _refuse(form, refusal)
    title = _("Answer the matter with this agreement")
    values = {
        "dispute": page.dispute,
        "form": form,
        "title": title,
        "consequence": _("The matter is answered as solved; the one who raised it judges the answer."),
        "crumbs": _crumbs((number, reverse("mediation:dispute", args=[number])), (title, "")),
    }
    return render(request, "mediation/move.html", values, status=status)


MEASURE_NAMES: Mapping[str, Any] = {
    "opened": words.MEASURES["opened"],
    "open": words.MEASURES["open"],
    "agreed": words.MEASURES["agreed"],
    "performed": words.MEASURES["performed"],
    "broken": words.MEASURES["broken"],
    "ended": words.MEASURES["ended"],
}
_PERIOD = timedelta(days=365)
"""What the page shows before a period is chosen."""


@require_safe
@staff_page(Permission.MEDIATION_VIEW)
def figures(request: StaffRequest) -> HttpResponse:
    """A committee's figures by level; every figure opens its rows."""
    at, form = clock.now(), ListForm(request.GET)
    chosen = form.chosen()
    unit = choosing.figure_unit(request.actor, chosen.get("unit", ""))
    last: date = chosen.get("last") or orgs.day_of(at)
    first: date = chosen.get("first") or last - _PERIOD
    found = lists.figures(viewer=request.actor, unit=unit, first=first, last=last)
    base = {"unit": unit.code, "first": first.isoformat(), "last": last.isoformat()}
    rows = [
        {
            "label": MEASURE_NAMES[row.code],
            "definition": words.DEFINITIONS[row.code],
            "total": row.total,
            "href": _address(base, measure=row.code),
            "cells": [
                (
                    str(case_words.LEVELS[level]),
                    row.levels[level],
                    _address(base, measure=row.code, level=level),
                )
                for level in LEVELS
            ],
        }
        for row in found
    ]
    agreed = next(row for row in found if row.code == "agreed")
    context = {
        "unit": unit,
        "first": first,
        "last": last,
        "rows": rows,
        "levels": [case_words.LEVELS[level] for level in LEVELS],
        "shares": [
            (str(case_words.LEVELS[k]), agreed.levels[k], _address(base, measure="agreed", level=k))
            for k in LEVELS
        ],
        "agreed": agreed.total,
        "crumbs": _crumbs((_("Figures of mediation"), "")),
    }
    return render(request, "mediation/figures.html", context)
