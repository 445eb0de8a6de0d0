"""The printable documents of a petition: for staff, and for the holder of the receipt."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongzhi.cases import petition_words
from gongzhi.cases.queries import access, petitions
from gongzhi.cases.queries.shown import rule_ref
from gongzhi.cases.views.resident.private import opened, private_page
from gongzhi.core import clock
from gongzhi.core.errors import NotFound
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.requests import StaffRequest


@require_safe
@staff_page()
def for_staff(request: StaffRequest, number: str, name: str) -> HttpResponse:
    """A document for the file and for handing over; not for who reads no words of matters.

    It is printed without the name: reading that asks a purpose and is recorded, so it is written in by hand.
    """
    case = access.get_case(viewer=request.actor, number=number)
    if not access.reads_words(request.actor):
        raise NotFound
    return _shown(request, case, name, at=clock.now())


@require_safe
@private_page
def for_resident(request: HttpRequest, number: str, code: str, name: str) -> HttpResponse:
    """The same document for the one who raised the matter."""
    case = opened(request, number, code)
    return _shown(request, case, name, to=case.reporter_name, at=clock.now())


def _shown(request: HttpRequest, case: Any, name: str, *, to: str = "", at: datetime) -> HttpResponse:
    found = petitions.document(case, name, at=at)
    values = {
        "document": found,
        "case": case,
        "name": to,
        "title": petition_words.DOCUMENTS[name],
        "result": petition_words.RESULTS.get(found.review.result, "") if found.review else "",
        "rule": rule_ref(petitions.rule_label(at=at)),
    }
    return render(request, "cases/documents/petition.html", values)
