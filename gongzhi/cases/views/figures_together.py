"""How units help one another in a month, and the matters behind it."""

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.cases import figure_words, together_rules
from gongzhi.cases.forms.figures import MonthForm
from gongzhi.cases.queries import figures, lines, lists, together
from gongzhi.cases.views import figure_shapes as shapes
from gongzhi.core import clock, paging
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest


@require_safe
@staff_page(Permission.FIGURES_VIEW)
def helpers(request: StaffRequest, code: str) -> HttpResponse:
    """Every unit here that was called to help in the month: in time, and how it was rated."""
    unit, month, at = _asked(request, code)
    address = reverse("cases:help_figures", args=[code])
    values = {
        "unit": unit,
        "month": f"{month:%Y-%m}",
        "month_words": figure_words.say_month(month),
        "months": shapes.months(address, month, at),
        "rows": together.counted(viewer=request.actor, unit=unit, month=month, at=at),
        "rule_href": reverse("rulebook:rule", args=[together_rules.TOGETHER.code]),
        "crumbs": _crumbs(unit, month, _("Helping one another")),
    }
    return render(request, "cases/figures/together.html", values)


@require_safe
@staff_page(Permission.FIGURES_VIEW)
def behind(request: StaffRequest, code: str) -> HttpResponse:
    """The matters a unit was called to in the month, of those the viewer sees."""
    unit, month, at = _asked(request, code)
    found = together.behind(viewer=request.actor, unit=unit, month=month)
    page = paging.page_for_people(found, request.GET.get("page"))
    values = {
        "unit": unit,
        "month_words": figure_words.say_month(month),
        "page": page,
        "lines": lines.lines_of(page, viewer=request.actor, at=at, soon_until=lists.soon_until(at)),
        "at": at,
        "crumbs": _crumbs(unit, month, _("Called to help")),
    }
    return render(request, "cases/figures/together_list.html", values)


def _asked(request: StaffRequest, code: str) -> tuple[Any, date, datetime]:
    at = clock.now()
    unit = orgs.get_unit(request.actor, code, permission=Permission.FIGURES_VIEW)
    return unit, MonthForm(request.GET).chosen(latest=figures.this_month(at)), at


def _crumbs(unit: Any, month: date, here: str) -> list[tuple[str, str]]:
    whole = f"{reverse('cases:unit_figures', args=[unit.code])}?month={month:%Y-%m}"
    return [(_("Unit dashboard"), reverse("cases:dashboard")), (unit.name, whole), (here, "")]
