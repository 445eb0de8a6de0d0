"""The printed case file: for staff, and for the holder of the receipt. Made by a press, never by a link."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases import evidence_words, rules
from gongzhi.cases.actions import case_files
from gongzhi.cases.forms.case_files import CaseFileForm
from gongzhi.cases.queries import access, case_file, tracking
from gongzhi.cases.views.resident.private import opened, private_page, reporter
from gongzhi.cases.views.staff import asking
from gongzhi.core import clock
from gongzhi.core.errors import DomainError, NotFound
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def for_staff(request: StaffRequest, number: str) -> HttpResponse:
    """What the full file holds, and the press that makes it."""
    at = clock.now()
    case = access.get_case(viewer=request.actor, number=number)
    if not access.reads_words(request.actor):
        raise NotFound
    may_open = access.may_read_contact(request.actor, case) and not case.anonymous
    intake = in_force(rules.INTAKE, at=at).params
    form = CaseFileForm(request.POST or None, intake=intake, may_open=may_open)
    status = 200
    if request.method == "POST":
        form = CaseFileForm(request.POST, intake=intake, may_open=may_open)
        status = 422
        if form.is_valid():
            try:
                return _made(request, case, form)
            except DomainError as refusal:
                form.refuse(refusal)
                status = refusal.status
    title = _("Print the case file")
    values = {
        "case": case,
        "form": form,
        "title": title,
        "size": case_file.size_of(case, at=at),
        "rows": _rows(case_file.made_for(viewer=request.actor, case=case)),
        "crumbs": asking.crumbs(case, title),
    }
    return render(request, "cases/staff/case_file.html", values, status=status)


def _made(request: StaffRequest, case: Any, form: CaseFileForm) -> HttpResponse:
    said = form.cleaned_data
    made = case_files.make(
        case=case,
        with_contact=said.get("contact", False),
        purpose=said.get("purpose", ""),
        by=request.actor,
        at=clock.now(),
    )
    if made.pdf is not None:
        return _sent(made.pdf, case.number)
    messages.success(request, _("The case file is being made. It appears here when it is ready."))
    return redirect("cases:case_file", case.number)


@never_cache
@require_safe
@staff_page()
def fetch_for_staff(request: StaffRequest, number: str, key: int) -> HttpResponse:
    """A file the worker made, for who asked for it and still may."""
    case = access.get_case(viewer=request.actor, number=number)
    row = case_file.get_made(viewer=request.actor, case=case, key=key)
    return _sent(case_files.fetch(file=row, by=request.actor, at=clock.now()), case.number)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def for_resident(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What the file holds, and the press that makes it; nothing that the page of the matter does not show."""
    at = clock.now()
    case = opened(request, number, code)
    error, status = None, 200
    if request.method == "POST":
        try:
            made = case_files.make_for_resident(case=case, by=reporter(request), at=at)
            if made.pdf is not None:
                return _sent(made.pdf, case.number)
            return redirect("cases:own_file", case.number, tracking.code_of(case))
        except DomainError as refusal:
            error, status = refusal, refusal.status
    values = {
        "number": case.number,
        "code": tracking.code_of(case),
        "error": error,
        "rows": _rows(case_file.made_for_receipt(case)),
    }
    return render(request, "cases/resident/own_file.html", values, status=status)


@require_safe
@private_page
def fetch_for_resident(request: HttpRequest, number: str, code: str, key: int) -> HttpResponse:
    """A file the worker made for this receipt."""
    case = opened(request, number, code)
    row = case_file.get_made_for_receipt(case, key=key)
    return _sent(case_files.fetch(file=row, by=reporter(request), at=clock.now()), case.number)


def _rows(made: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "file": row,
            "state": evidence_words.FILE_STATES[row.state],
            "tone": evidence_words.FILE_TONES[row.state],
        }
        for row in made
    ]


def _sent(pdf: bytes, number: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
