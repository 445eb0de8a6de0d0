"""Figures of the hotline: how many calls reached a person, how soon, and what became of them."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import clock, phrases
from gongzhi.hotline import rules, words
from gongzhi.hotline.forms import ListForm
from gongzhi.hotline.queries import lists
from gongzhi.hotline.queries.lists import Counted
from gongzhi.hotline.views.calls import address, filters_of
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@require_safe
@staff_page(Permission.HOTLINE_VIEW)
def figures(request: StaffRequest) -> HttpResponse:
    """The figures of a period, whole and by day, person or line; every figure opens its calls."""
    at, form = clock.now(), ListForm(request.GET)
    chosen = form.chosen()
    first, last = lists.period_of(chosen.get("first"), chosen.get("last"), at=at)
    by = chosen.pop("by", "day")
    base = {**chosen, "first": first, "last": last}
    base.pop("measure", None)
    filters = filters_of(base)
    rule = in_force(rules.STANDARD, at=min(at, lists.midnight(last + timedelta(days=1))))
    total = lists.figures(viewer=request.actor, filters=filters, at=at)
    rows = lists.grouped(viewer=request.actor, filters=filters, by=by, at=at)
    context = {
        "first": first,
        "last": last,
        "total": total,
        "shown": {
            name: _rounded(getattr(total, name)) for name in ("connected", "in_time", "wait", "handled")
        },
        "rows": [_row(row, by, base) for row in rows],
        "hrefs": {name: address(base, measure=name) for name in lists.CONDITIONS},
        "tabs": _tabs(by, base),
        "kept": [(name, str(value)) for name, value in base.items() if name not in ("first", "last")],
        "by": by,
        "head": words.GROUPS[by],
        "in_time_label": _("answered within %(seconds)d seconds") % {"seconds": rule.params.answer_seconds},
        **_connection(total, rule.params.connected_share),
        "rule_title": rules.STANDARD.title,
        "rule_version": rule.version,
        "definitions": words.DEFINITIONS,
        "measures": words.MEASURES,
        "rule_href": reverse("rulebook:public_rule", args=[rules.STANDARD.code]),
        "crumbs": [(_("Hotline"), reverse("hotline:list")), (_("Figures"), "")],
        "unusable": sorted(form.errors),
    }
    return render(request, "hotline/figures.html", context)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _connection(total: Counted, wanted: float) -> dict[str, str]:
    """Say what share the rule asks for, and mark it when it is not reached."""
    percent = round(lists.PERCENT * wanted, 1)
    is_low = total.connected is not None and total.connected < percent
    note = _("The rule asks for at least %(percent)s%%.") % {"percent": f"{percent:g}"}
    return {"connected_note": note, "connected_tone": "late" if is_low else ""}


def _tabs(by: str, base: dict[str, Any]) -> list[dict[str, Any]]:
    here = reverse("hotline:figures")
    query = {name: value for name, value in base.items() if value}
    return [
        {
            "label": words.GROUPS[group],
            "href": f"{here}?{urlencode({**query, 'by': group})}",
            "current": by == group,
        }
        for group in lists.GROUPS
    ]


def _row(row: Counted, by: str, base: dict[str, Any]) -> dict[str, Any]:
    label = row.label
    narrowed: dict[str, str] = {by: row.key}
    if by == "day":
        day = lists.midnight(date.fromisoformat(row.key))
        label = phrases.say_day(day, at=day)
        narrowed = {"first": row.key, "last": row.key}
    elif not row.key:
        label = _("nobody") if by == "agent" else _("line unknown")
        narrowed = {}
    cells = {
        name: (count, address(base, measure=name, **narrowed) if narrowed else "")
        for name, count in row.counts.items()
    }
    return {"label": label, "row": row, "cells": cells}
