"""Queues and lists of cases for staff: filters that are links, counts that stay cheap at a million cases.

Every list starts from a scope that one index serves: what a unit holds, what a desk has to dispatch, what a
person owns, or everything in sight. Filters narrow it; the order is the next deadline, then the newest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from gongzhi.cases import lifecycle, numbers
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case
from gongzhi.cases.queries.access import visible_cases
from gongzhi.core.actor import Actor
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, posts_granting

_ROW = ("place", "unit", "category", "owner", "desk")


class Queue(StrEnum):
    """Whose work a list shows."""

    MINE = "mine"
    DISPATCH = "dispatch"
    UNIT = "unit"
    ALL = "all"


class Due(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means no narrowing. `soon_until` is the end of "due soon"."""

    status: str = ""
    due: str = ""
    unit: Unit | None = None
    category: str = ""
    kind: str = ""
    urgency: str = ""
    channel: str = ""
    level: str = ""
    words: str = ""
    open_only: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)


def list_cases(
    *, viewer: Actor, queue: Queue, filters: Filters, at: datetime, soon_until: datetime
) -> QuerySet[Case]:
    """Return the cases of a queue within the viewer's sight: open ones by deadline, others newest first.

    One query for the rows whatever the size, served by the index of the queue.
    """
    found = (
        _scope(viewer, queue).filter(_condition(filters, at=at, soon_until=soon_until)).select_related(*_ROW)
    )
    if filters.open_only or filters.status in lifecycle.OPEN_STATES:
        return found.order_by(F("due_at").asc(nulls_last=True), "id")
    return found.order_by("-id")


def _scope(viewer: Actor, queue: Queue) -> QuerySet[Case]:
    if queue is Queue.MINE:
        return visible_cases(viewer).filter(owner=viewer.user_id)
    if queue is Queue.UNIT:
        return visible_cases(viewer).filter(unit__in=_units(viewer, Permission.CASE_HANDLE))
    if queue is Queue.DISPATCH:
        waits = Q(status__in=[State.REGISTERED, State.ACCEPTED])
        return visible_cases(viewer).filter(waits, desk__in=_units(viewer, Permission.CASE_DISPATCH))
    return visible_cases(viewer)


def _units(viewer: Actor, permission: Permission) -> list[int]:
    return sorted({post.unit_id for post in posts_granting(viewer, permission)})


def _condition(filters: Filters, *, at: datetime, soon_until: datetime) -> Q:
    wanted = Q()
    if filters.status:
        wanted &= Q(status=filters.status)
    elif filters.open_only:
        wanted &= Q(status__in=sorted(lifecycle.OPEN_STATES))
    if filters.due == Due.OVERDUE:
        wanted &= Q(due_at__lte=at)
    elif filters.due == Due.SOON:
        wanted &= Q(due_at__gt=at, due_at__lte=soon_until)
    if filters.unit is not None:
        wanted &= Q(sights__unit=filters.unit)
    if filters.category:
        wanted &= Q(category__code__startswith=filters.category)
    for name in ("kind", "urgency", "channel", "level"):
        value = getattr(filters, name)
        if value:
            wanted &= Q(**{name: value})
    return wanted & _search(filters.words)


def _search(words: str) -> Q:
    """Return the condition for typed words: a case number finds that case, other words are looked for in
    titles."""
    words = words.strip()
    if not words:
        return Q()
    key = numbers.parse_number(words)
    return Q(pk=key) if key is not None else Q(title__icontains=words)
