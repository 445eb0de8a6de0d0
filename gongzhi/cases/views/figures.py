"""Figures of a unit: the dashboard, the list behind each figure, and that list as a file."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gongzhi.cases import figure_words
from gongzhi.cases.actions import figures as actions
from gongzhi.cases.actions.exporting import record_export
from gongzhi.cases.forms.figures import BehindForm, MonthForm, ViewForm
from gongzhi.cases.measures import MEASURES
from gongzhi.cases.queries import access, calendars, figures, lines, lists
from gongzhi.cases.queries.figures import Behind
from gongzhi.cases.views import figure_shapes as shapes
from gongzhi.cases.views.figure_file import lines_of_file
from gongzhi.core import clock, paging
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest

_GROUPS = (
    (gettext_lazy("What residents say"), ("response", "solution", "satisfaction", "unrated")),
    (gettext_lazy("Time"), ("on_time", "median_time", "slow_time", "reply_time", "reply_time_upper")),
    (gettext_lazy("Amount and way"), ("registered", "acted_for", "returns", "reworked")),
)


@require_safe
@staff_page(Permission.FIGURES_VIEW)
def dashboard(request: StaffRequest, code: str = "") -> HttpResponse:
    """The measures of a unit and month; without a unit, of the one where the viewer's scope begins."""
    unit = _unit(request, code) if code else figures.top_unit(viewer=request.actor)
    at = clock.now()
    month = _month(request, at)
    chosen = ViewForm(request.GET).chosen()
    found = figures.dashboard_of(viewer=request.actor, unit=unit, month=month, trend=chosen["trend"], at=at)
    day = calendars.at(at).hours.minutes_per_day
    address = reverse("cases:unit_figures", args=[unit.code])
    rule_href = reverse("rulebook:rule", args=[found.rule.code])
    context = {
        "found": found,
        "at": at,
        "month_words": figure_words.say_month(month),
        "crumbs": shapes.crumbs(found),
        "months": shapes.months(address, month, at),
        "groups": [
            (label, [shapes.tile(found, found.whole[code], rule_href, day) for code in codes])
            for label, codes in _GROUPS
        ],
        "splits": [shapes.split(found, MEASURES[code], rows) for code, rows in found.parts.items() if rows],
        "trend": shapes.trend(found, address, day),
        "trend_links": [
            {
                "label": str(measure.title),
                "href": f"{address}?{urlencode({'month': f'{month:%Y-%m}', 'trend': code})}#trend",
                "count": None,
                "current": code == found.trend_measure.code,
            }
            for code, measure in MEASURES.items()
            if not measure.values
        ],
        "table": shapes.table(found, chosen, address, day),
        "rule_href": rule_href,
        "count_href": reverse("cases:count_figures", args=[unit.code]),
        "month": f"{month:%Y-%m}",
    }
    return render(request, "cases/figures/dashboard.html", context)


@require_POST
@staff_page(Permission.FIGURES_VIEW)
def count(request: StaffRequest, code: str) -> HttpResponse:
    """Count one unit and month now, for somebody who waits for it."""
    unit, at = _unit(request, code), clock.now()
    month = MonthForm(request.POST).chosen(latest=figures.this_month(at))
    actions.count_now(unit=unit, month=month, by=request.actor, at=at)
    return HttpResponseRedirect(f"{reverse('cases:unit_figures', args=[code])}?month={month:%Y-%m}")


@require_safe
@staff_page(Permission.FIGURES_VIEW)
def behind(request: StaffRequest, code: str, measure: str) -> HttpResponse:
    """The list behind a figure, with the definition it is counted by and whether it still agrees."""
    unit, at, month, chosen, found = _behind(request, code, measure)
    soon = lists.soon_until(at)
    page = paging.page_for_people(found.rows, request.GET.get("page"))
    expected = found.expected(chosen["only"])
    query = {"month": f"{month:%Y-%m}", **{name: value for name, value in chosen.items() if value}}
    address = reverse("cases:figure_list", args=[code, measure])
    context = {
        "unit": unit,
        "measure": found.measure,
        "month_words": figure_words.say_month(month),
        "crumbs": [
            (_("Unit dashboard"), reverse("cases:dashboard")),
            (unit.name, f"{reverse('cases:unit_figures', args=[code])}?month={month:%Y-%m}"),
            (str(found.measure.title), ""),
        ],
        "page": page,
        "lines": lines.lines_of(page, viewer=request.actor, at=at, soon_until=soon),
        "at": at,
        "figure": found.figure,
        "value": shapes.value(found, calendars.at(at).hours.minutes_per_day),
        "expected": expected,
        "differs": expected is not None and page.total is not None and expected != page.total,
        "rule": found.rule,
        "rule_href": reverse("rulebook:rule", args=[found.rule.code]),
        "choices": shapes.choices(found, address, month, chosen),
        "csv_href": f"{reverse('cases:figure_file', args=[code, measure])}?{urlencode(query)}",
        "reads_words": access.reads_words(request.actor),
    }
    return render(request, "cases/figures/list.html", context)


@require_safe
@staff_page(Permission.FIGURES_VIEW)
def as_file(request: StaffRequest, code: str, measure: str) -> HttpResponseBase:
    """The same list as a file for a spreadsheet: dated facts, no words and nothing about the reporter."""
    unit, at, month, chosen, found = _behind(request, code, measure)

    def told(rows: int, whole: bool) -> None:
        by = request.actor
        record_export(
            unit=unit, measure=measure, month=month, chosen=chosen, rows=rows, whole=whole, by=by, at=at
        )

    piece = "-".join(filter(None, (measure, chosen["only"], chosen["part"])))
    response = StreamingHttpResponse(lines_of_file(found, told), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{month:%Y-%m}-{piece}.csv"'
    return response


# What the address says


def _unit(request: StaffRequest, code: str) -> Any:
    return orgs.get_unit(request.actor, code, permission=Permission.FIGURES_VIEW)


def _month(request: StaffRequest, at: datetime) -> date:
    return MonthForm(request.GET).chosen(latest=figures.this_month(at))


def _behind(
    request: StaffRequest, code: str, measure: str
) -> tuple[Any, datetime, date, dict[str, str], Behind]:
    unit, at = _unit(request, code), clock.now()
    month, chosen = _month(request, at), BehindForm(request.GET).chosen()
    found = figures.list_behind(
        viewer=request.actor, unit=unit, measure_code=measure, month=month, at=at, **chosen
    )
    return unit, at, month, chosen, found
