"""Lists of matters for staff. The address holds the whole view: each filter is a link, each chip takes one
away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from gongzhi.cases import list_tools, words
from gongzhi.cases.forms.lists import EVERY_STATE, LABELS, ListForm
from gongzhi.cases.lifecycle import State
from gongzhi.cases.queries import access, categories, facets, lines, lists
from gongzhi.cases.queries.lists import Due, Filters, Queue, Sort
from gongzhi.cases.views import list_flow
from gongzhi.core import clock, paging
from gongzhi.core.errors import NotFound
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest

QUEUES = {
    Queue.MINE: pgettext_lazy("queue", "Mine"),
    Queue.UNIT: pgettext_lazy("queue", "My unit's"),
    Queue.DISPATCH: pgettext_lazy("queue", "To accept and dispatch"),
    Queue.HELPING: pgettext_lazy("queue", "Called to help"),
    Queue.ALL: pgettext_lazy("queue", "All in sight"),
}
_EMPTY = {
    Queue.MINE: gettext_lazy("Matters you signed for stand here until the resident has judged the answer."),
    Queue.UNIT: gettext_lazy("Matters dispatched to your unit stand here until they are filed."),
    Queue.DISPATCH: gettext_lazy("What residents raise and what units return comes here first."),
    Queue.HELPING: gettext_lazy("Matters your unit is called to help with stand here until it has answered."),
    Queue.ALL: gettext_lazy("Every matter that your posts give sight of stands here."),
}
_DUE = {Due.OVERDUE: gettext_lazy("Late"), Due.SOON: gettext_lazy("Due within a working day")}
_SORTS = {
    Sort.DUE: gettext_lazy("By deadline"),
    Sort.NEWEST: gettext_lazy("Newest first"),
    Sort.OLDEST: gettext_lazy("Oldest first"),
}
_GROUPS = {
    "urgency": gettext_lazy("Urgency"),
    "kind": gettext_lazy("Kind"),
    "category": gettext_lazy("Subject"),
    "level": gettext_lazy("Level"),
    "channel": gettext_lazy("Came by"),
}
_DISPATCH_STATES = (State.REGISTERED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class _Address:
    """Builds addresses that differ from the present view in one point; a changed view begins at page one."""

    base: str
    chosen: Mapping[str, str]
    plain: Mapping[str, str] = field(default_factory=dict)
    """What an address that says nothing says, for who has a first view of his own instead."""

    def with_(self, **changed: str) -> str:
        query = {name: value for name, value in {**self.chosen, **changed}.items() if value} or self.plain
        return f"{self.base}?{urlencode(query)}" if query else self.base

    def link(
        self, name: str, value: str, label: Any, count: int | None = None, *, is_part: bool = False
    ) -> dict[str, Any]:
        return {
            "label": str(label),
            "href": self.with_(**{name: value}),
            "count": f"{count:,}+" if count and is_part else count,
            "current": self.chosen.get(name, "") == value,
        }


@require_safe
@staff_page(Permission.CASE_VIEW)
def case_list(request: StaffRequest) -> HttpResponse:
    """Every queue of the viewer, narrowed by what the address says."""
    return _page(request, "cases:list", fixed=None)


@require_safe
@staff_page(Permission.CASE_DISPATCH)
def dispatch_queue(request: StaffRequest) -> HttpResponse:
    """What the viewer's desks have to accept and to dispatch."""
    return _page(request, "cases:dispatch_queue", fixed=Queue.DISPATCH)


def _page(request: StaffRequest, name: str, *, fixed: Queue | None) -> HttpResponse:
    at, actor, base = clock.now(), request.actor, reverse(name)
    landing = list_tools.landing_of(actor, name)
    if landing and not request.GET:
        return redirect(f"{base}?{landing}")
    form = ListForm(request.GET)
    chosen = form.chosen()
    if fixed is not None:
        chosen.pop("queue", None)
    allowed = lists.queues_of(actor)
    queue = fixed or Queue(chosen.get("queue", Queue.ALL))
    if queue not in allowed:
        raise NotFound
    filters = lists.look_up(viewer=actor, filters=list_flow.filters_of(actor, chosen))
    soon = lists.soon_until(at)
    found = lists.list_cases(viewer=actor, queue=queue, filters=filters, at=at, soon_until=soon)
    page = paging.page_for_people(found, request.GET.get("page"))
    plain = {"queue": str(Queue.ALL)} if landing and not fixed else {}
    address = _Address(base, chosen, plain)
    subjects = [(row.code, categories.name_of(row)) for row in categories.list_categories().filter(depth=1)]
    counted = facets.facets_of(viewer=actor, queue=queue, filters=filters, at=at, soon_until=soon)
    list_query = list_flow.query_for(chosen, fixed=fixed, page=page.number)
    context = {
        "page": page,
        **_tools(request, name, chosen, page, back=list_query, at=at),
        "lines": lines.lines_of(page, viewer=actor, at=at, soon_until=soon, looked_for=filters.words),
        "list_query": list_query,
        "at": at,
        "queue": queue,
        "fixed": fixed,
        "tabs": [] if fixed else _tabs(request, address, allowed, queue, page.total, filters, at),
        "states": _states(address, queue, counted, filters),
        "dues": _links(address, "due", _DUE.items(), counted) if filters.is_open else [],
        "groups": _groups(address, subjects, counted),
        "sorts": _sorts(address, filters),
        "chips": _chips(address, subjects, filters),
        "clear_href": _Address(base, {k: v for k, v in chosen.items() if k == "queue"}, plain).with_(),
        "unusable": sorted(form.errors),
        "chosen": chosen,
        "kept": [(name, value) for name, value in chosen.items() if name not in ("q", "unit")],
        "units": lists.units_to_choose(viewer=actor, chosen=filters.unit, at=at),
        "unit": filters.unit,
        "reads_words": access.reads_words(actor),
        "empty": _EMPTY[queue],
        "window": lists.WINDOW if filters.is_windowed(queue) else None,
    }
    return render(request, "cases/lists/list.html", context)


def _tools(
    request: StaffRequest,
    name: str,
    chosen: Mapping[str, str],
    page: paging.Page[Any],
    *,
    back: str,
    at: datetime,
) -> dict[str, Any]:
    """What other apps hang above and below the list."""
    shown = list_tools.Shown(
        name,
        chosen,
        page=page.number,
        numbers=[case.number for case in page],
        total=page.total_words,
        back=back,
        is_all_chosen=request.GET.get("choose") == "all",
        at=at,
    )
    tools = list_tools.tools_of(request.actor, shown)
    return {
        "tools_above": [tool for tool in tools if tool.is_above],
        "tools_below": [tool for tool in tools if not tool.is_above],
        "choosing": any(tool.chooses for tool in tools),
        "is_all_chosen": shown.is_all_chosen,
    }


def _tabs(
    request: StaffRequest,
    address: _Address,
    allowed: list[Queue],
    queue: Queue,
    total: int | None,
    filters: Filters,
    at: Any,
) -> list[dict[str, Any]]:
    """Queues with how many open matters each holds; a tab leaves the other filters behind."""
    plain = Filters()
    tabs = []
    for each in allowed:
        is_here = each is queue and filters == plain
        counted = (
            total if is_here else lists.count_queue(viewer=request.actor, queue=each, filters=plain, at=at)
        )
        tabs.append(
            {
                "label": str(QUEUES[each]),
                "href": f"{address.base}?{urlencode({'queue': each})}",
                "count": paging.count_words(counted),
                "current": each is queue,
            }
        )
    return tabs if len(tabs) > 1 else []


def _states(
    address: _Address, queue: Queue, counted: facets.Facets, filters: Filters
) -> list[dict[str, Any]]:
    shown = _DISPATCH_STATES if queue is Queue.DISPATCH else tuple(State)
    everything = [address.link("state", "", pgettext_lazy("states", "Open"))]
    if queue is not Queue.DISPATCH:
        everything.append(address.link("state", EVERY_STATE, pgettext_lazy("states", "Finished too")))
    counts = counted.counts["status"]
    links = []
    for state in shown:
        # Finished ones are counted only in a list that holds them; before that nothing is known of them.
        is_known = state in counts or not filters.is_open
        count = counts.get(state, 0) if is_known else None
        if count == 0 and address.chosen.get("state") != state and not counted.is_part:
            continue
        links.append(address.link("state", str(state), words.STATES[state], count, is_part=counted.is_part))
    return everything + [link for link in links if link["count"] is not None or link["current"]]


def _sorts(address: _Address, filters: Filters) -> list[dict[str, Any]]:
    usual = Sort.DUE if filters.is_open else Sort.NEWEST
    links = [
        address.link("sort", "" if key is usual else str(key), label)
        for key, label in _SORTS.items()
        if filters.is_open or key is not Sort.DUE
    ]
    if filters.sort == usual:
        links[0 if usual is Sort.DUE else -2]["current"] = True
    return links


def _links(
    address: _Address, name: str, values: Iterable[tuple[Any, Any]], counted: facets.Facets
) -> list[dict[str, Any]]:
    """Links of one filter, those that would leave nothing left out; the current one takes itself away."""
    counts = counted.counts[name]
    links = []
    for value, label in values:
        link = address.link(name, str(value), label, counts.get(str(value), 0), is_part=counted.is_part)
        if link["current"]:
            link["href"] = address.with_(**{name: ""})
        if link["count"] or link["current"]:
            links.append(link)
    return links


def _groups(
    address: _Address, subjects: list[tuple[str, str]], counted: facets.Facets
) -> list[dict[str, Any]]:
    values: dict[str, list[tuple[str, Any]]] = {name: list(labels.items()) for name, labels in LABELS.items()}
    values["category"] = list(subjects)
    groups = [
        {"label": label, "links": _links(address, name, values[name], counted)}
        for name, label in _GROUPS.items()
    ]
    return [group for group in groups if group["links"]]


def _chips(address: _Address, subjects: list[tuple[str, str]], filters: Filters) -> list[dict[str, str]]:
    """What the list is narrowed to, each with the address of the list without it."""
    labels: dict[str, dict[str, Any]] = {
        **LABELS,
        "category": dict(subjects),
        "due": {str(key): label for key, label in _DUE.items()},
        "state": {str(key): label for key, label in words.STATES.items()},
    }
    said = {
        name: str(values[address.chosen[name]])
        for name, values in labels.items()
        if address.chosen.get(name) in values
    }
    if filters.unit is not None:
        said["unit"] = filters.unit.name
    if filters.words:
        said["q"] = _("“%(words)s”") % {"words": filters.words}
    return [{"label": label, "href": address.with_(**{name: ""})} for name, label in said.items()]
