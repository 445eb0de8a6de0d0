"""How proposals fare in use, with the matters behind; the models, their comparisons, and going back."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongzhi.cases import figure_words, learning_rules, proposal_words
from gongzhi.cases.actions import learning as acts
from gongzhi.cases.forms.figures import MonthForm
from gongzhi.cases.forms.proposals import PressForm, ProposalsForm
from gongzhi.cases.queries import figures, learning, lines, lists, picking, proposing
from gongzhi.cases.views import figure_shapes as shapes
from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.errors import DomainError, Unavailable
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest

_MONTHS = 6
"""Technical: bars of a trend."""


@require_safe
@staff_page(Permission.FIGURES_VIEW)
def accuracy(request: StaffRequest) -> HttpResponse:
    """How often proposals were what people chose: by field, month and unit, and what was taken for what."""
    month, asked, at = _asked(request)
    field = asked["field"]
    found = learning.accuracy(viewer=request.actor, month=month, field=field)
    names = _names()
    months = figures.months_before(month, _MONTHS - 1)
    trend = learning.by_month(viewer=request.actor, first=min([*months, month]), last=month, field=field)
    address = reverse("cases:proposals")
    values = {
        "month": f"{month:%Y-%m}",
        "month_words": figure_words.say_month(month),
        "months": _months(address, field, month, at),
        "fields": [_field(name, parts, month, asked) for name, parts in found.fields.items()],
        "field_words": learning_rules.FIELDS[field],
        "trend": [
            (figure_words.say_month(each), proposal_words.say_share(right.share), right.base)
            for each, right in trend.items()
        ],
        "units": [
            (unit, right, proposal_words.say_share(right.share), _list(month, field=field, unit=unit.code))
            for unit, right in found.units
        ],
        "pairs": [
            (
                proposal_words.say_value(value, names),
                proposal_words.say_value(chosen, names),
                times,
                _list(month, field=field, value=value, chosen=chosen),
            )
            for value, chosen, times in found.pairs
        ],
        "rule_href": reverse("rulebook:rule", args=[learning_rules.PROPOSALS.code]),
        "models_href": reverse("cases:models")
        if posts_granting(request.actor, Permission.MODEL_CHANGE)
        else "",
    }
    return render(request, "cases/figures/proposals.html", values)


def _asked(request: StaffRequest) -> tuple[date, dict[str, str], datetime]:
    at = clock.now()
    month = MonthForm(request.GET).chosen(latest=figures.this_month(at))
    return month, ProposalsForm(request.GET).asked(), at


def _names() -> dict[str, str]:
    return {option.code: option.label for option in picking.subjects()}


def _months(address: str, field: str, month: date, at: datetime) -> dict[str, str]:
    found = shapes.months(address, month, at)
    return {
        key: f"{value}&field={field}" if value and not key.endswith("words") else value
        for key, value in found.items()
    }


def _list(month: date, **narrowed: str) -> str:
    return f"{reverse('cases:proposal_list')}?{urlencode({'month': f'{month:%Y-%m}', **narrowed})}"


def _field(name: str, parts: Any, month: date, asked: dict[str, str]) -> dict[str, Any]:
    whole, sure, unsure = parts
    query = urlencode({"month": f"{month:%Y-%m}", "field": name})
    return {
        "label": learning_rules.FIELDS[name],
        "href": f"{reverse('cases:proposals')}?{query}",
        "current": asked["field"] == name,
        "whole": whole,
        "share": proposal_words.say_share(whole.share),
        "sure": f"{proposal_words.say_share(sure.share)} ({sure.base})",
        "unsure": f"{proposal_words.say_share(unsure.share)} ({unsure.base})",
        "all_href": _list(month, field=name),
        "wrong": whole.base - whole.right,
        "wrong_href": _list(month, field=name, only="wrong"),
    }


@require_safe
@staff_page(Permission.FIGURES_VIEW)
def behind(request: StaffRequest) -> HttpResponse:
    """The matters behind one of these figures, of those the viewer sees."""
    month, asked, at = _asked(request)
    page = paging.page_for_people(
        learning.behind(viewer=request.actor, month=month, **asked), request.GET.get("page")
    )
    names = _names()
    narrowed = [
        _("proposed: %(value)s") % {"value": proposal_words.say_value(asked["value"], names)}
        if asked["value"]
        else "",
        _("chosen: %(value)s") % {"value": proposal_words.say_value(asked["chosen"], names)}
        if asked["chosen"]
        else "",
        {"right": _("as proposed"), "wrong": _("otherwise than proposed")}.get(asked["only"], ""),
    ]
    values = {
        "month_words": figure_words.say_month(month),
        "field_words": learning_rules.FIELDS[asked["field"]],
        "narrowed": [each for each in narrowed if each],
        "page": page,
        "lines": lines.lines_of(page, viewer=request.actor, at=at, soon_until=lists.soon_until(at)),
        "at": at,
        "crumbs": [
            (
                _("How proposals fare"),
                f"{reverse('cases:proposals')}?month={month:%Y-%m}&field={asked['field']}",
            ),
            (_("Matters"), ""),
        ],
    }
    return render(request, "cases/figures/proposal_list.html", values)


@require_safe
@staff_page(Permission.MODEL_CHANGE)
def models(request: StaffRequest) -> HttpResponse:
    """Every model learnt, with what it was compared with."""
    page = paging.page_for_people(learning.list_models(viewer=request.actor), request.GET.get("page"))
    values = {
        "page": page,
        "rows": [_model(row) for row in page],
        "at": clock.now(),
        "is_used": any(row.state == "in_use" for row in page),
        "form": PressForm(),
        "rule_href": reverse("rulebook:rule", args=[learning_rules.LEARNING.code]),
    }
    return render(request, "cases/figures/models.html", values)


def _model(row: Any) -> dict[str, Any]:
    fields = [
        {
            "label": learning_rules.FIELDS[field],
            "new": proposal_words.say_share(each["new"]),
            "old": proposal_words.say_share(each["old"]),
            "texts": each["texts"],
        }
        for field, each in row.figures.items()
    ]
    is_lost = row.state == "in_use" and proposing.readable(row) is None
    return {
        "model": row,
        "title": _("Model %(key)s") % {"key": row.pk},
        "id": f"model-{row.pk}",
        "is_lost": is_lost,
        "state": proposal_words.STATES["lost" if is_lost else row.state],
        "tone": proposal_words.TONES["lost" if is_lost else row.state],
        "fields": fields,
        "form": PressForm() if row.state == "former" else None,
    }


@require_POST
@staff_page(Permission.MODEL_CHANGE)
def learn(request: StaffRequest) -> HttpResponse:
    """Have a model learnt now, by the worker."""

    def act() -> None:
        acts.ask(by=request.actor, at=clock.now())

    return _pressed(request, "learn", act, _("A model is being learnt. The comparison appears here."))


@require_POST
@staff_page(Permission.MODEL_CHANGE)
def use(request: StaffRequest, key: int) -> HttpResponse:
    """Go back to a former model; with 0, to key words alone."""

    def act() -> None:
        if key:
            acts.use(key=key, by=request.actor, at=clock.now())
        else:
            acts.stop_using(by=request.actor, at=clock.now())

    return _pressed(request, f"use {key}", act, _("It is in use now; new matters are proposed with it."))


def _pressed(request: StaffRequest, mark: str, act: Callable[[], None], done: str) -> HttpResponse:
    """Do it once however often it is pressed, and say what came of it on the page of models."""
    form = PressForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please press once more."))
        return redirect("cases:models")

    def run() -> Answer:
        act()
        return Answer(200, "")

    try:
        once(
            key=form.cleaned_data["token"],
            by=request.actor,
            at=clock.now(),
            fingerprint=fingerprint_of(mark),
            run=run,
        )
    except Unavailable:
        raise
    except DomainError as refusal:
        messages.error(request, f"{refusal} {refusal.hint}".strip())
    else:
        messages.success(request, done)
    return redirect("cases:models")
