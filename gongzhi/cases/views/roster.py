"""The roster of experts: who can be asked, added and taken off by those who keep it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongzhi.cases.actions import experts as actions
from gongzhi.cases.forms.staff.governing import ExpertForm
from gongzhi.cases.queries import categories, roster
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer, KeyReused, fingerprint_of, once
from gongzhi.core.errors import DomainError, NotAllowed, Unavailable
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CASE_HANDLE)
def experts(request: StaffRequest) -> HttpResponse:
    """Whom one may ask; and for those who keep a roster, a form to add somebody."""
    at = clock.now()
    units = roster.keeps_roster_of(request.actor)
    form, status = None, 200
    if request.method == "POST" and not units:
        raise NotAllowed
    if units:
        form = _form(request, [(unit.code, unit.name) for unit in units])
        if request.method == "POST":
            status = _add(request, form, {unit.code: unit for unit in units}, at=at)
            if status == 200:
                return redirect("cases:experts")
    values = {"experts": roster.list_experts(viewer=request.actor), "form": form}
    return render(request, "cases/staff/experts.html", values, status=status)


def _form(request: StaffRequest, units: list[tuple[str, str]]) -> ExpertForm:
    subjects = [(row.code, categories.name_of(row)) for row in categories.list_categories().filter(depth=1)]
    if request.method == "POST":
        return ExpertForm(request.POST, units=units, subjects=subjects)
    return ExpertForm(units=units, subjects=subjects)


def _add(request: StaffRequest, form: ExpertForm, units: dict[str, object], *, at: datetime) -> int:
    """Add the person of the form once however often it is pressed; return the status of the answer."""
    if not form.is_valid():
        return 422
    said = form.cleaned_data
    person = actions.Person(said["name"], said["office"], said["reach"], said["skills"], said["subjects"])

    def run() -> Answer:
        unit = units[said["unit"]]
        actions.add_expert(unit=unit, person=person, by=request.actor, at=at)  # type: ignore[arg-type]  # units of the query
        return Answer(201, "")

    try:
        once(
            key=said["token"],
            by=request.actor,
            at=at,
            fingerprint=fingerprint_of("expert", person.name, person.office, said["unit"]),
            run=run,
        )
    except Unavailable:
        raise
    except DomainError as refusal:
        if isinstance(refusal, KeyReused):
            form.renew_token()
        form.refuse(refusal)
        return refusal.status
    messages.success(request, _("%(name)s stands in the roster.") % {"name": person.name})
    return 200


@require_POST
@staff_page(Permission.EXPERT_CHANGE)
def end(request: StaffRequest, key: int) -> HttpResponse:
    """Take somebody off the roster; what they answered stays."""
    expert = roster.get_expert(viewer=request.actor, key=key)
    actions.end_expert(expert=expert, by=request.actor, at=clock.now())
    messages.success(request, _("%(name)s was taken off the roster.") % {"name": expert.name})
    return redirect("cases:experts")
