"""The office calendar: which days count as working days, and the days set by hand."""

from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.audit.actions import record
from gongzhi.core import clock
from gongzhi.core import queries as core_queries
from gongzhi.core.actions.calendar import remove_override, set_override
from gongzhi.core.errors import NotAllowed
from gongzhi.orgs import queries
from gongzhi.orgs.forms import CalendarDayForm
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest
from gongzhi.orgs.views.filling import fill

FIRST_YEAR, LAST_YEAR = 2004, 2099


@require_safe
@staff_page()
def year(request: StaffRequest) -> HttpResponse:
    """Every day of a year, by month and week."""
    today = queries.day_of(clock.now())
    asked = request.GET.get("year", "")
    shown = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year
    shown = min(max(shown, FIRST_YEAR), LAST_YEAR)
    days = core_queries.calendar_year(shown)
    months = [_weeks(list(group)) for _number, group in groupby(days, key=lambda day: day.day.month)]
    context = {
        "year": shown,
        "months": months,
        "set_days": [day for day in days if day.override],
        "is_assumed": any(day.is_assumed for day in days),
        "can_change": bool(posts_granting(request.actor, Permission.CALENDAR_CHANGE)),
        "today": today,
    }
    return render(request, "orgs/calendar.html", context)


def _weeks(days: list[Any]) -> dict[str, Any]:
    """Return a month as rows of seven, Monday first, with None where another month's days would stand."""
    cells = [None] * days[0].day.weekday() + days
    cells += [None] * (-len(cells) % 7)
    return {"first": days[0].day, "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)]}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def day(request: StaffRequest, day: date) -> HttpResponse:
    """Open or close the office on one day."""
    _require_change(request)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Http404
    known = next(row for row in core_queries.calendar_year(day.year) if row.day == day)
    initial = {"is_working": "yes" if known.is_working else "no", "note": known.note}
    return fill(
        request,
        CalendarDayForm(request.POST or None, initial=initial),
        lambda entered: set_override(day=day, by=request.actor, at=clock.now(), record=record, **entered),
        done=_address(day),
        done_words=_("The day is set."),
        title=_("The office on %(day)s") % {"day": day.isoformat()},
        lead=_("Limits that already run keep their due moment; later ones count with the new calendar."),
        button=_("Set the day"),
        crumbs=[(_("Office calendar"), _address(day)), (day.isoformat(), "")],
        back=_address(day),
        undo=reverse("orgs:calendar_clear", args=[day]) if known.override else "",
    )


@require_POST
@staff_page()
def clear(request: StaffRequest, day: date) -> HttpResponse:
    """Let a day follow the national calendar again."""
    _require_change(request)
    remove_override(day=day, by=request.actor, at=clock.now(), record=record)
    return redirect(_address(day))


def _require_change(request: StaffRequest) -> None:
    if not posts_granting(request.actor, Permission.CALENDAR_CHANGE):
        raise NotAllowed


def _address(day: date) -> str:
    return f"{reverse('orgs:calendar')}?year={day.year}"
