"""Reads of batches: one's own, the matters of one, and what the worker has to do."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from gongzhi.cases import numbers as case_numbers
from gongzhi.cases.models import Case, Clock
from gongzhi.cases.queries import access
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import User
from gongzhi.orgs.permissions import Permission
from gongzhi.workbench import lifecycle
from gongzhi.workbench.lifecycle import BatchState, ItemState
from gongzhi.workbench.models import Batch, BatchItem

MOST_SHOWN = 50
"""Technical: lines of a person's own page."""
_WITH = ("place", "desk", "unit", "category", "owner")


def list_batches(*, viewer: Actor) -> list[Batch]:
    """Return the viewer's own, the newest first, each with `total`, `done` and `refused`. One query."""
    counted = Batch.objects.filter(owner=viewer.user_id).annotate(
        total=Count("items"),
        done=Count("items", filter=Q(items__state=ItemState.DONE)),
        refused=Count("items", filter=Q(items__state=ItemState.REFUSED)),
    )
    return list(counted.order_by("-id")[:MOST_SHOWN])


def get_batch(*, viewer: Actor, key: int) -> Batch:
    """Return a batch of the viewer's own. Raises NotFound for anybody else's."""
    found = Batch.objects.filter(pk=key, owner=viewer.user_id).first()
    if found is None:
        raise NotFound
    return found


def items_of(batch: Batch, *, viewer: Actor) -> list[tuple[BatchItem, Case | None]]:
    """Return the matters of a batch in their order; None for one that has left the viewer's sight. Two
    queries."""
    items = list(BatchItem.objects.filter(batch=batch).order_by("pk"))
    seen = access.visible_cases(viewer).select_related(*_WITH)
    cases = {case.pk: case for case in seen.filter(pk__in=[item.case_id for item in items])}
    return [(item, cases.get(item.case_id)) for item in items]


def chosen_cases(viewer: Actor, numbers: Iterable[str]) -> dict[str, Case | None]:
    """Return the matters with these numbers in the order given, None for those out of sight. One query."""
    wanted = list(dict.fromkeys(number.strip() for number in numbers))
    keys = {number: case_numbers.parse_number(number) for number in wanted}
    known = [key for key in keys.values() if key is not None]
    found = access.visible_cases(viewer).select_related(*_WITH).filter(pk__in=known)
    by_number = {case.number: case for case in found}
    return {number: by_number.get(number) for number in wanted}


def running_clocks(cases: Sequence[Case]) -> dict[int, list[Clock]]:
    """Return the clocks that run, by the key of their case. One query."""
    running: dict[int, list[Clock]] = {case.pk: [] for case in cases}
    for clock in Clock.objects.filter(case__in=list(running), stopped_at__isnull=True):
        running[clock.case_id].append(clock)
    return running


def held_already(cases: Sequence[Case]) -> set[int]:
    """Return the keys of those that wait in a batch which is not over. One query."""
    waiting = BatchItem.objects.filter(case__in=[case.pk for case in cases], state=ItemState.WAITING)
    return set(waiting.values_list("case", flat=True))


def names_of(users: Iterable[int]) -> dict[int, str]:
    """Return the names of these accounts. One query."""
    return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=set(users))}


def colleagues_of(units: Iterable[int], *, at: datetime) -> QuerySet[User]:
    """Return the open accounts that handle matters at one of these units. One query a unit and one more."""
    held = {
        user
        for unit in set(units)
        for user in orgs.holders_for_job(unit_id=unit, permission=Permission.CASE_HANDLE, at=at)
    }
    return User.objects.filter(pk__in=held).order_by("full_name", "pk")


def due_for_job(*, at: datetime, most: int) -> list[int]:
    """Return the keys of batches whose time has come, or that a worker left unfinished, the oldest first."""
    rows = Batch.objects.filter(state__in=[str(s) for s in lifecycle.OPEN], begins_at__lte=at)
    return list(rows.order_by("begins_at").values_list("pk", flat=True)[:most])


def waiting_for_job(batch: Batch) -> list[int]:
    rows = BatchItem.objects.filter(batch=batch, state=ItemState.WAITING)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def lock_item(key: int) -> BatchItem:
    """Return the row as it is now, locked until the end of the transaction."""
    return BatchItem.objects.select_for_update(no_key=True).get(pk=key)


def find_case_for_job(viewer: Actor, key: int) -> Case | None:
    """Return the case if the one in whose name the job acts still sees it."""
    return access.visible_cases(viewer).select_related(*_WITH).filter(pk=key).first()


def owner_of(batch: Batch, *, at: datetime) -> Actor:
    """Return who asked, with the posts of now."""
    return orgs.actor_for(User.objects.get(pk=batch.owner_id), at=at, door="job")


def counts_of(batch: Batch) -> dict[str, int]:
    """Return how many matters of a batch are in each state. One query."""
    rows = BatchItem.objects.filter(batch=batch).values_list("state").annotate(n=Count("pk"))
    return {str(state): rows_n for state, rows_n in [(s, dict(rows).get(str(s), 0)) for s in ItemState]}


def is_held(batch: Batch) -> bool:
    return batch.state == BatchState.HELD
