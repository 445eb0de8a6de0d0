"""Small answers for pages that stay open: 304 while nothing changed."""

from hashlib import sha256
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.cases.forms.lists import ListForm
from gongzhi.cases.queries import lists
from gongzhi.cases.queries.lists import Queue
from gongzhi.cases.views import list_flow
from gongzhi.core import clock, paging
from gongzhi.core.errors import NotFound
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.workbench.queries import pulse

_MOST_PAGES = paging.MAX_OFFSET // paging.PAGE_SIZE


def answer_unless_same(request: StaffRequest, said: dict[str, Any], *, mark: str) -> HttpResponse:
    """Answer with `said`, or 304 to who has it already. Never kept by anybody in between."""
    etag = f'"{sha256(mark.encode()).hexdigest()[:20]}"'
    same = request.headers.get("If-None-Match", "").removeprefix("W/") == etag
    response = HttpResponse(status=304) if same else JsonResponse(said)
    response.headers["ETag"] = etag
    return response


@require_safe
@staff_page(Permission.CASE_VIEW)
def list_rows(request: StaffRequest) -> HttpResponse:
    """What stands on the page of a list that the address says, as numbers with their moves."""
    at, actor = clock.now(), request.actor
    chosen = ListForm(request.GET).chosen()
    is_fixed = request.GET.get("base") == list_flow.DISPATCH
    queue = Queue.DISPATCH if is_fixed else Queue(chosen.get("queue", Queue.ALL))
    if queue not in lists.queues_of(actor):
        raise NotFound
    filters = lists.look_up(viewer=actor, filters=list_flow.filters_of(actor, chosen))
    found = lists.list_cases(
        viewer=actor, queue=queue, filters=filters, at=at, soon_until=lists.soon_until(at)
    )
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len(str(_MOST_PAGES)) else 1
    rows = pulse.rows_of(found, min(max(page, 1), _MOST_PAGES))
    return answer_unless_same(request, {"rows": rows}, mark=repr(sorted(rows.items())))


@require_safe
@staff_page()
def case_steps(request: StaffRequest, number: str) -> HttpResponse:
    """What others did to a matter since the move number `seen` of the address."""
    key, moves = pulse.moves_of(request.actor, number)
    asked = request.GET.get("seen", "")
    seen = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len(str(moves)) else 0
    steps = pulse.steps_since(request.actor, key, seen) if moves > seen else []
    said = {"moves": moves, "steps": [_said(step) for step in steps]}
    return answer_unless_same(request, said, mark=f"{moves}:{len(steps)}:{seen}")


def _said(step: pulse.Step) -> str:
    when = date_format(timezone.localtime(step.at), "H:i")
    return _("%(time)s · %(who)s: %(what)s") % {"time": when, "who": step.who or "", "what": step.what}
