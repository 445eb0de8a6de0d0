"""Lists of what waits for a decision: late supervisions, answers to judge, more time, checks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongzhi.cases import words
from gongzhi.cases.queries import lists, waiting
from gongzhi.cases.queries.waiting import KINDS, Waiting
from gongzhi.core import clock, paging
from gongzhi.core.errors import NotAllowed, NotFound
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.requests import StaffRequest


@require_safe
@staff_page()
def waiting_list(request: StaffRequest, name: str) -> HttpResponse:
    """One list, the most urgent first. Raises NotFound for an unknown one, NotAllowed for another's."""
    if name not in list(Waiting):
        raise NotFound
    wanted, at, actor = Waiting(name), clock.now(), request.actor
    mine = waiting.kinds_of(actor)
    if wanted not in mine:
        raise NotAllowed
    found = waiting.list_waiting(viewer=actor, name=wanted, at=at)
    page = paging.page_for_people(found, request.GET.get("page"))
    kind = KINDS[wanted]
    context = {
        "page": page,
        "rows": waiting.shown(page, viewer=actor, name=wanted, at=at, soon_until=lists.soon_until(at)),
        "name": name,
        "title": kind.title,
        "empty": kind.empty,
        "move": kind.move,
        "button": words.BUTTONS[kind.move],
        "at": at,
        "tabs": [
            {
                "label": str(KINDS[other].title),
                "href": reverse("cases:waiting", args=[str(other)]),
                "current": other is wanted,
            }
            for other in mine
        ],
    }
    return render(request, "cases/lists/waiting.html", context)
