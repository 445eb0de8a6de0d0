"""The list a matter was opened from: its address goes along in the link, so that one gets on to the next
matter of it, and back to it as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from gongzhi.cases.forms.lists import EVERY_STATE, ListForm
from gongzhi.cases.queries import lists, neighbours
from gongzhi.cases.queries.lists import Filters, Queue
from gongzhi.core.actor import Actor
from gongzhi.core.errors import DomainError
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest

NAME = "list"
"""The part of a matter's address that carries the address of its list."""
_LONGEST = 400
"""Technical: signs of that part; what a list's own links make is far shorter."""
_PAGE = "page"
DISPATCH = "dispatch-queue"
"""Value of `base` for the list with a page of its own."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Where one gets from a matter: to the list as it was, and to the matters beside this one."""

    back: str
    beside: neighbours.Neighbours | None
    query: str
    """What the links to the neighbours carry on, with its question mark."""


def filters_of(viewer: Actor, chosen: Mapping[str, str]) -> Filters:
    """Return what the address of a list says as filters. Raises NotFound for a unit out of sight."""
    unit = chosen.get("unit")
    state = chosen.get("state", "")
    names = ("due", "kind", "urgency", "channel", "level", "category", "sort")
    narrowed: dict[str, Any] = {name: chosen.get(name, "") for name in names}
    return Filters(
        status="" if state == EVERY_STATE else state,
        open_only=state != EVERY_STATE,
        unit=orgs.get_unit(viewer, unit, permission=Permission.CASE_VIEW) if unit else None,
        words=chosen.get("q", ""),
        **narrowed,
    )


def query_for(chosen: Mapping[str, str], *, fixed: Queue | None, page: int) -> str:
    """Return what the links of a list to its matters carry, with its question mark."""
    said = {**chosen, **({"base": DISPATCH} if fixed else {}), **({_PAGE: str(page)} if page > 1 else {})}
    return "?" + urlencode({NAME: urlencode(said)})


def flow_of(request: StaffRequest, case: Any, *, at: datetime) -> Flow | None:
    """Return the way on and back for a matter opened from a list; None when it was not, or when the viewer
    has no such list."""
    carried = request.GET.get(NAME)
    if carried is None or len(carried) > _LONGEST:
        return None
    said = QueryDict(carried)
    chosen = ListForm(said).chosen()
    is_fixed = said.get("base") == DISPATCH
    queue = Queue.DISPATCH if is_fixed else Queue(chosen.get("queue", Queue.ALL))
    if queue not in lists.queues_of(request.actor):
        return None
    try:
        filters = lists.look_up(viewer=request.actor, filters=filters_of(request.actor, chosen))
    except DomainError:
        return None
    soon = lists.soon_until(at)
    beside = neighbours.neighbours_of(
        case, viewer=request.actor, queue=queue, filters=filters, at=at, soon_until=soon
    )
    return Flow(back=back_of(carried), beside=beside, query="?" + urlencode({NAME: carried}))


def back_of(carried: str | None) -> str:
    """Return the address of the list that was carried along, on this site whatever stands there; the list of
    all matters when it is none."""
    said = QueryDict(carried if carried and len(carried) <= _LONGEST else "")
    page = said.get(_PAGE, "")
    kept = {_PAGE: page} if page.isascii() and page.isdigit() else {}
    base = reverse("cases:dispatch_queue" if said.get("base") == DISPATCH else "cases:list")
    back = {**ListForm(said).chosen(), **kept}
    return f"{base}?{urlencode(back)}" if back else base
