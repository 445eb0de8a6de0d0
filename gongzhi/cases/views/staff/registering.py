"""Registering a matter for a resident, or a small one settled on the spot; and the receipt to hand over."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases import rules
from gongzhi.cases.actions import acting
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.forms.staff.registering import RegisterForm, SettleNewForm
from gongzhi.cases.lifecycle import Channel, Urgency
from gongzhi.cases.queries import access, categories, picking, places, tracking
from gongzhi.cases.resident_words import place_name
from gongzhi.cases.speaking import Speaker
from gongzhi.cases.views.staff import offered
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import KeyReused
from gongzhi.core.errors import DomainError, NotFound, Unavailable
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force

Form = RegisterForm | SettleNewForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CASE_REGISTER)
def register(request: StaffRequest) -> HttpResponse:
    """Write down what a resident said; the desk of the place takes it on."""
    at = clock.now()
    form = _form(request, RegisterForm, at=at)
    assert isinstance(form, RegisterForm)  # noqa: S101 - built from this class

    def enter() -> str:
        entry = _entry(form, channel=Channel(form.cleaned_data["channel"]), urgency=form.urgency, at=at)
        return acting.register_for(entry=entry, token=form.cleaned_data["token"], by=request.actor, at=at)

    return _served(request, form, enter, "cases/staff/register.html", at=at)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CASE_SETTLE)
def settle(request: StaffRequest) -> HttpResponse:
    """Write down what was settled on the spot: one screen, one press."""
    at = clock.now()
    form = _form(request, SettleNewForm, at=at)

    def enter() -> str:
        entry = _entry(form, channel=Channel.VISIT, urgency=Urgency.ORDINARY, at=at)
        said = form.cleaned_data
        return acting.settle_for(
            entry=entry, result=said["result"], token=said["token"], by=request.actor, at=at
        )

    return _served(request, form, enter, "cases/staff/settle.html", at=at)


def _form(request: StaffRequest, kind: type[RegisterForm] | type[SettleNewForm], *, at: datetime) -> Form:
    here = picking.places_to_register(request.actor, at=at)
    settings: dict[str, Any] = {
        "intake": in_force(rules.INTAKE, at=at).params,
        "attachments": in_force(rules.ATTACHMENTS, at=at).params,
        "places": here,
        "subjects": picking.spot_subjects(at=at) if kind is SettleNewForm else picking.short_subjects(),
    }
    if request.method == "POST":
        return kind(request.POST, request.FILES, **settings)
    asked = request.GET.get("place", "")
    own = asked if asked in {option.code for option in here} else picking.own_place(request.actor, here)
    return kind(initial={"place": own} if own else None, **settings)


def _entry(form: Form, *, channel: Channel, urgency: Urgency, at: datetime) -> acting.Entry:
    said = form.cleaned_data
    matter = Matter(
        text=said["text"],
        place=places.get_place(said["place"], at=at, field="place"),
        place_detail=said["place_detail"],
        title=said.get("title", ""),
        category=categories.get_category(said["category"]) if said.get("category") else None,
        urgency=urgency,
        spoke=said["spoke"] or Speaker.SELF,
    )
    return acting.Entry(
        matter=matter,
        reporter=Reporter(name=said["name"], phone=said["phone"], mail=said.get("mail", "")),
        channel=channel,
        pictures=[upload.read() for upload in said["pictures"]],
        language=get_language() or "zh-hans",
        shown=said["proposed"],
    )


def _served(
    request: StaffRequest, form: Form, enter: Callable[[], str], template: str, *, at: datetime
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect("cases:handed", enter())
            except Unavailable:
                raise
            except DomainError as refusal:
                if isinstance(refusal, KeyReused):
                    form.renew_token()
                form.refuse(refusal)
                status = refusal.status
    values = {
        "form": form,
        "proposed": _proposed(form, at=at),
        "tabs": _tabs(request),
        "crumbs": [(_("All matters"), reverse("cases:list")), (_("Register a matter"), "")],
    }
    return render(request, template, values, status=status)


def _proposed(form: Form, *, at: datetime) -> offered.Said | None:
    """What is proposed for a form that comes back: the words it was sent with are known without a script."""
    if not form.is_bound:
        return None
    return offered.on_form(
        str(form["text"].value() or ""),
        form.subjects,
        chosen=str(form["category"].value() or ""),
        before=form.cleaned_data.get("proposed"),
        at=at,
    )


def _tabs(request: StaffRequest) -> list[dict[str, Any]]:
    """The two ways, for who may take both."""
    ways = (
        (_("Register"), "cases:register", Permission.CASE_REGISTER),
        (_("Settled on the spot"), "cases:settle_new", Permission.CASE_SETTLE),
    )
    shown = [
        (label, reverse(name))
        for label, name, permission in ways
        if posts_granting(request.actor, permission)
    ]
    return [{"label": label, "href": href, "current": href == request.path} for label, href in shown]


@require_safe
@staff_page(Permission.CASE_REGISTER)
def handed(request: StaffRequest, number: str) -> HttpResponse:
    """The receipt to print or read out, for the one who registered the matter or replaced its lost receipt,
    and nobody else.

    The code lets its holder judge the answer, so whoever handles the matter never reads it here.
    """
    case = access.get_case(viewer=request.actor, number=number)
    if not tracking.hands_out(request.actor, case):
        raise NotFound
    values = {
        "case": case,
        "place": place_name(case.place.name),
        "code": tracking.code_of(case),
        "address": tracking.public_address(case),
        "is_settled": case.resolved_at is not None,
        "is_replaced": case.receipt_serial > 0,
        "crumbs": [(_("All matters"), reverse("cases:list")), (pgettext("case", "Receipt"), "")],
    }
    return render(request, "cases/staff/handed.html", values)
