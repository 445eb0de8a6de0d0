"""Lists of matters kept by name: whose they are, what stands behind them, how many matters they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from gongzhi.cases.queries import lists
from gongzhi.cases.queries.lists import Filters, Queue
from gongzhi.core.actor import Actor
from gongzhi.core.errors import DomainError, NotFound
from gongzhi.core.paging import count_words
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.permissions import Permission
from gongzhi.workbench.models import SavedView

LIST, DISPATCH = "cases:list", "cases:dispatch_queue"
BASES = (LIST, DISPATCH)
_PLAIN = ("due", "kind", "urgency", "channel", "level", "category", "sort")
_EVERY_STATE = "any"


@dataclass(frozen=True, slots=True)
class Shown:
    """A view as a link."""

    view: SavedView
    label: str
    href: str
    count: str | None
    current: bool
    is_own: bool
    unit: str


def views_of(viewer: Actor) -> list[SavedView]:
    """Return the viewer's own in their order, then those shared in a unit of theirs. One query."""
    mine, units = Q(owner=viewer.user_id), {post.unit_id for post in viewer.posts}
    found = SavedView.objects.filter(mine | Q(unit__in=units)).select_related("unit", "owner")
    return sorted(found, key=lambda v: (v.owner_id != viewer.user_id, v.position, v.pk))


def own_views(viewer: Actor) -> list[SavedView]:
    """Return the viewer's own in their order. One query of an index."""
    found = SavedView.objects.filter(owner=viewer.user_id).select_related("unit")
    return list(found.order_by("position", "pk"))


def get_own(*, viewer: Actor, key: int) -> SavedView:
    """Return a view of the viewer's own. Raises NotFound for anybody else's."""
    found = SavedView.objects.filter(pk=key, owner=viewer.user_id).first()
    if found is None:
        raise NotFound
    return found


def first_of(viewer: Actor, base: str) -> str:
    """Return what the viewer wants to see first below this address, "" for nothing special. One query."""
    found = SavedView.objects.filter(owner=viewer.user_id, base=base, is_first=True)
    return found.values_list("query", flat=True).first() or ""


def shown(
    views: Sequence[SavedView], viewer: Actor, *, at: datetime, base: str = "", query: str | None = None
) -> list[Shown]:
    """Return the views as links with what they hold; `base` and `query` are where one is now.

    A count costs one query of an index of open matters, two with a unit, and goes as far as lists count.
    """
    return [
        Shown(
            view,
            view.name,
            f"{reverse(view.base)}?{view.query}",
            count_of(view, viewer, at=at),
            current=view.base == base and view.query == query,
            is_own=view.owner_id == viewer.user_id,
            unit=view.unit.name if view.unit else "",
        )
        for view in views
    ]


def count_of(view: SavedView, viewer: Actor, *, at: datetime) -> str | None:
    """Return how many matters a view holds for this viewer, as far as it is cheap; None where it is not: for
    words, for finished matters, and for a list the viewer does not have."""
    said = QueryDict(view.query)
    queue = Queue.DISPATCH if view.base == DISPATCH else Queue(said.get("queue", Queue.ALL))
    try:
        filters = _filters(viewer, said)
    except DomainError:
        return None
    if said.get("q") or not filters.is_open or queue not in lists.queues_of(viewer):
        return None
    return count_words(lists.count_queue(viewer=viewer, queue=queue, filters=filters, at=at))


def _filters(viewer: Actor, said: QueryDict) -> Filters:
    state, unit = said.get("state", ""), said.get("unit")
    narrowed: dict[str, Any] = {name: said.get(name, "") for name in _PLAIN}
    return Filters(
        status="" if state == _EVERY_STATE else state,
        open_only=state != _EVERY_STATE,
        unit=orgs.get_unit(viewer, unit, permission=Permission.CASE_VIEW) if unit else None,
        **narrowed,
    )
