"""Queues and lists of cases for staff, at a cost that does not grow with a million cases.

Every list starts from a scope that an index serves: what a unit holds, what a desk has to dispatch, what a
person owns, or everything in sight. Open cases are a small part of all, with indexes of their own. A list
that also holds finished cases is narrowed within its newest `WINDOW` rows, and says so.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from gongzhi.cases import lifecycle, numbers
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, CaseSight, Category
from gongzhi.cases.queries import access, calendars, search, together
from gongzhi.cases.queries.opened import is_open
from gongzhi.core.actor import Actor
from gongzhi.core.paging import capped_count
from gongzhi.language.index import Found
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, posts_granting, visible
from gongzhi.orgs.queries import day_of, valid_on

_ROW = ("place", "unit", "category", "owner")
WINDOW = 5_000
"""Technical: how far back a list with finished cases is looked through; further back one narrows by unit."""


class Queue(StrEnum):
    """Whose work a list shows."""

    MINE = "mine"
    UNIT = "unit"
    DISPATCH = "dispatch"
    HELPING = "helping"
    ALL = "all"


class Due(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"


class Sort(StrEnum):
    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means no narrowing. `category` is a code or the beginning of one."""

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
    looked_up: Found | None = None
    """What the words find, when that was asked already (`look_up`)."""
    sort: str = ""
    """Empty: open cases by deadline, others newest first."""

    @property
    def is_open(self) -> bool:
        return self.status in lifecycle.OPEN_STATES if self.status else self.open_only

    @property
    def narrows(self) -> bool:
        """Whether a condition stands beside the scope that no index of it serves."""
        names = ("status", "due", "category", "kind", "urgency", "channel", "level", "words")
        return any(getattr(self, name) for name in names)

    def is_windowed(self, queue: Queue) -> bool:
        """Whether only the newest `WINDOW` in sight are looked through; words have an index of their own."""
        return not self.words and not self.is_open and (self.narrows or queue is not Queue.ALL)


def soon_until(at: datetime) -> datetime:
    """Return the end of "due soon": one working day of the office calendar from `at`."""
    calendar = calendars.at(at)
    return calendar.add(at, calendar.hours.minutes_per_day)


def queues_of(viewer: Actor) -> list[Queue]:
    """Return the queues that mean something for the viewer's posts, the nearest first."""
    handles = bool(posts_granting(viewer, Permission.CASE_HANDLE))
    needed = {
        Queue.MINE: handles,
        Queue.UNIT: handles,
        Queue.DISPATCH: bool(posts_granting(viewer, Permission.CASE_DISPATCH)),
        Queue.HELPING: handles,
        Queue.ALL: bool(posts_granting(viewer, Permission.CASE_VIEW)),
    }
    return [queue for queue, has in needed.items() if has]


def list_cases(
    *, viewer: Actor, queue: Queue, filters: Filters, at: datetime, soon_until: datetime
) -> QuerySet[Case]:
    """Return the cases of a queue within the viewer's sight.

    One query for the rows whatever the size, served by the index of the queue; one more for `base_of`.
    """
    found = base_of(viewer=viewer, queue=queue, filters=filters)
    if filters.narrows:
        found = found.filter(_condition(filters, viewer, at=at, soon_until=soon_until))
    return _sorted(found, filters).select_related(*_ROW)


def base_of(*, viewer: Actor, queue: Queue, filters: Filters) -> QuerySet[Case]:
    """Return the scope of a queue before it is narrowed: open or any, in one unit's sight or in all of the
    viewer's, in the order of the index. For a list that is looked through, one query finds where it ends."""
    whose = _whose(viewer, queue)
    if filters.is_open:
        seen = _open_in_sight(viewer, queue, filters.unit)
        return seen.filter(whose, is_open()).order_by(F("due_at").asc(nulls_last=True), "pk")
    return _newest(viewer, filters.unit, is_bounded=filters.is_windowed(queue)).filter(whose)


def _open_in_sight(viewer: Actor, queue: Queue, unit: Unit | None) -> QuerySet[Case]:
    """Return the cases the viewer sees (of these, one unit's), so written that an index finds the open ones:
    that of the queue, that of a unit's open sight, or for the whole county that of open cases."""
    seen = access.visible_cases(viewer)
    if queue is not Queue.ALL:
        # The index of the queue leads; the unit is a question for each of its rows.
        return seen if unit is None else seen.filter(_in_sight_of([unit.pk]))
    if unit is not None:
        return seen.filter(sights__unit=unit, sights__is_open=True)
    units = _units(viewer, Permission.CASE_VIEW)
    if _sees_county(viewer) or not units:
        return seen
    if len(units) == 1:
        return Case.objects.filter(sights__unit=units[0], sights__is_open=True)
    return Case.objects.filter(pk__in=CaseSight.objects.filter(unit__in=units, is_open=True).values("case"))


def _in_sight_of(units: list[int]) -> Exists:
    return Exists(CaseSight.objects.filter(case=OuterRef("pk"), unit__in=units))


def newest_of(*, viewer: Actor, whose: Q) -> QuerySet[Case]:
    """Return the cases for which `whose` holds among the newest `WINDOW` in sight, newest first."""
    return _newest(viewer, None, is_bounded=True).filter(whose).select_related(*_ROW)


def _newest(viewer: Actor, unit: Unit | None, *, is_bounded: bool) -> QuerySet[Case]:
    """Return the cases the viewer sees (of these, one unit's), newest first; bounded, the newest `WINDOW`.

    Rows that match what follows may be rare: without the bound the whole table would be looked through.
    """
    seen, units = access.visible_cases(viewer), _units(viewer, Permission.CASE_VIEW)
    key = unit.pk if unit is not None else None
    if key is None and len(units) == 1 and not _sees_county(viewer):
        # One unit's rows are read in the order of its own index; more than one need a question for each row.
        seen, key = Case.objects.all(), units[0]
    if key is None:
        last = (
            seen.order_by("-pk").values_list("pk", flat=True)[WINDOW - 1 : WINDOW].first()
            if is_bounded
            else None
        )
        return (seen if last is None else seen.filter(pk__gte=last)).order_by("-pk")
    sights = CaseSight.objects.filter(unit=key).order_by("-case")
    last = sights.values_list("case", flat=True)[WINDOW - 1 : WINDOW].first() if is_bounded else None
    # All in one filter: they are about the same row of sight. The case is bounded too, because PostgreSQL
    # does not conclude it from its sight.
    bound = {} if last is None else {"sights__case__gte": last, "pk__gte": last}
    return seen.filter(sights__unit=key, **bound).order_by("-sights__case")


def _whose(viewer: Actor, queue: Queue) -> Q:
    if queue is Queue.MINE:
        return Q(owner=viewer.user_id)
    if queue is Queue.UNIT:
        return Q(unit__in=_units(viewer, Permission.CASE_HANDLE))
    if queue is Queue.DISPATCH:
        waits = Q(status__in=[State.ACCEPTED, State.REGISTERED])
        return waits & Q(desk__in=_units(viewer, Permission.CASE_DISPATCH))
    if queue is Queue.HELPING:
        return together.called_to(viewer)
    return Q()


def _sees_county(viewer: Actor) -> bool:
    return any(post.unit_kind == UnitKind.COUNTY for post in posts_granting(viewer, Permission.CASE_VIEW))


def _units(viewer: Actor, permission: Permission) -> list[int]:
    return sorted({post.unit_id for post in posts_granting(viewer, permission)})


def _sorted(found: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    if filters.sort == Sort.DUE:
        return found.order_by(F("due_at").asc(nulls_last=True), "pk")
    if not filters.is_open:
        return found.reverse() if filters.sort == Sort.OLDEST else found
    # Not the bare key: few open rows sorted are less than the whole table read backwards to find them.
    key = F("pk") + 0
    if filters.sort == Sort.NEWEST:
        return found.order_by(key.desc())
    return found.order_by(key.asc()) if filters.sort == Sort.OLDEST else found


def _condition(filters: Filters, viewer: Actor, *, at: datetime, soon_until: datetime) -> Q:
    wanted = Q()
    if filters.status:
        wanted &= Q(status=filters.status)
    if filters.due == Due.OVERDUE:
        wanted &= Q(due_at__lte=at)
    elif filters.due == Due.SOON:
        wanted &= Q(due_at__gt=at, due_at__lte=soon_until)
    if filters.category:
        wanted &= Q(category__in=Category.objects.filter(code__startswith=filters.category).values("pk"))
    for name in ("kind", "urgency", "channel", "level"):
        value = getattr(filters, name)
        if value:
            wanted &= Q(**{name: value})
    return wanted & _search(filters, viewer)


def look_up(*, viewer: Actor, filters: Filters) -> Filters:
    """Return the filters with what their words find, for a page that asks several questions with them."""
    if not filters.words.strip() or numbers.parse_number(filters.words.strip()) is not None:
        return filters
    found = search.find_keys(viewer=viewer, words=filters.words, open_only=filters.is_open)
    return replace(filters, looked_up=found)


def _search(filters: Filters, viewer: Actor) -> Q:
    """Return the condition for typed words: a case number finds that case, other words what was said, by
    those who may read it. Of very many matches the newest."""
    words = filters.words.strip()
    if not words:
        return Q()
    key = numbers.parse_number(words)
    if key is not None:
        return Q(pk=key)
    found = filters.looked_up or look_up(viewer=viewer, filters=filters).looked_up
    return Q(pk__in=found.keys if found else [])


def count_queue(*, viewer: Actor, queue: Queue, filters: Filters, at: datetime) -> int | None:
    """Return how many cases of a queue match, None past the limit of counting. One query; reads at most that
    many rows of an index."""
    return capped_count(
        list_cases(viewer=viewer, queue=queue, filters=filters, at=at, soon_until=soon_until(at))
    )


def units_to_choose(*, viewer: Actor, chosen: Unit | None, at: datetime) -> list[Unit]:
    """Return the units a list may be narrowed to: those directly below the viewer's, and around the chosen
    one its own level and what stands below it. One query; some dozen rows."""
    parents = set(_units(viewer, Permission.CASE_VIEW))
    if chosen is not None:
        parents |= {chosen.pk, *([chosen.parent_id] if chosen.parent_id else [])}
    below = Unit.objects.filter(
        valid_on(day_of(at)), visible(viewer, Permission.CASE_VIEW), parent__in=parents
    )
    return list(below.order_by("path"))
