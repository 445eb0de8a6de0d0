"""What changed while somebody looked: the rows of a page of a list, the steps of one matter, the desk.

Asked again and again by open pages, so each answer costs one or two questions that an index serves, and says
nothing that the page itself would not say.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from gongzhi.cases import numbers, words
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, Transition
from gongzhi.cases.queries import access
from gongzhi.core.actor import Actor
from gongzhi.core.paging import PAGE_SIZE
from gongzhi.notices.queries import count_unread

_MOST_STEPS = 3
"""Lines of a short list."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a matter: `what` by whom, at which moment."""

    what: str
    who: str
    at: datetime


def rows_of(found: QuerySet[Case], page: int) -> dict[str, int]:
    """Return the numbers of the rows of a page, each with how many moves it has seen. One query, the one of
    the list itself without what it joins."""
    start = (page - 1) * PAGE_SIZE
    keys = found.select_related(None).values_list("pk", "registered_at", "moves")
    return {numbers.case_number(pk, at): moves for pk, at, moves in keys[start : start + PAGE_SIZE]}


def moves_of(viewer: Actor, number: str) -> tuple[int, int]:
    """Return key and number of moves of a case the viewer sees. One query. Raises CaseNotFound."""
    key = numbers.parse_number(number)
    rows = access.visible_cases(viewer).filter(pk=key or 0)
    found = rows.values_list("pk", "moves", "registered_at").first()
    if found is None or numbers.case_number(found[0], found[2]) != numbers.canonical(number):
        raise access.CaseNotFound
    return found[0], found[1]


def steps_since(viewer: Actor, key: int, seen: int) -> list[Step]:
    """Return the newest steps after number `seen`, the newest first, without those of the viewer. One
    query."""
    rows = Transition.objects.filter(case=key, seq__gt=seen).exclude(by_key=viewer.key).order_by("-seq")
    told = rows.values_list("move", "by_name", "at")[:_MOST_STEPS]
    return [Step(str(words.MOVED[Move(move)]), name, at) for move, name, at in told]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an open desk is told: the newest step it need not ask about again, and what is unread."""

    seen: int
    is_changed: bool
    unread: int


_FAR = 256
"""Technical: steps of the county after which an unchanged desk asks from a newer one, so that no question
looks at more."""


def newest_step() -> int:
    """Return the key of the newest step of any matter. One query of an index."""
    return Transition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def look(viewer: Actor, seen: int) -> Desk:
    """Return whether a matter in sight had a step after `seen`.

    Three queries at most: the newest step, those after `seen` by their keys, and what is unread. A step that
    another transaction finishes out of turn may be missed; the page renews itself from time to time anyway.
    """
    newest = newest_step()
    later = Transition.objects.filter(pk__gt=seen, pk__lte=newest)
    in_sight = access.visible_cases(viewer).filter(pk=OuterRef("case"))
    is_changed = newest > seen and later.filter(Exists(in_sight)).exists()
    moved_on = newest if is_changed or newest - seen >= _FAR else min(seen, newest)
    return Desk(moved_on, is_changed, count_unread(viewer))
