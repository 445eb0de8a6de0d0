"""A unit's own working days: market days on which it opens, harvest holidays on which it closes."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongzhi.core import clock
from gongzhi.orgs import queries
from gongzhi.orgs.actions.days import clear_unit_day, set_unit_days
from gongzhi.orgs.forms import UnitDaysForm
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, require
from gongzhi.orgs.requests import StaffRequest
from gongzhi.orgs.views.filling import fill


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def days(request: StaffRequest, code: str) -> HttpResponse:
    """Open or close a unit and what lies below it on a run of days."""
    unit = queries.get_unit(request.actor, code)
    require(request.actor, Permission.CALENDAR_CHANGE, unit_path=unit.path)
    back = reverse("orgs:unit", args=[unit.code])
    return fill(
        request,
        UnitDaysForm(request.POST or None),
        lambda said: set_unit_days(unit=unit, by=request.actor, at=clock.now(), **said),
        done=back,
        done_words=_("The days are set."),
        title=_("Own working days of %(unit)s") % {"unit": unit.name},
        lead=_(
            "They hold for the unit and all below it. Limits that already run keep their due moment; later "
            "ones count with the new days."
        ),
        button=_("Set the days"),
        crumbs=[(unit.name, back), (_("Own working days"), "")],
        back=back,
    )


@require_POST
@staff_page(Permission.UNIT_VIEW)
def clear_day(request: StaffRequest, code: str, day: date) -> HttpResponse:
    """Let a unit follow the calendar above it again on one day."""
    unit = queries.get_unit(request.actor, code)
    clear_unit_day(unit=unit, day=day, by=request.actor, at=clock.now())
    return redirect("orgs:unit", unit.code)
