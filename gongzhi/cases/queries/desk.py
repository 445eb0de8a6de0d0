"""What waits for one person: a few short lists, each with the address of the whole one.

A block shows at most `MOST` lines and a count as far as it is cheap. The number of queries depends on the
person's posts, never on the number of cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import rules, words
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Case, Clock, Supervision, Transition
from gongzhi.cases.queries import access, petitions, waiting
from gongzhi.cases.queries.lines import Line, lines_of
from gongzhi.cases.queries.lists import Due, Filters, Queue, list_cases, newest_of, soon_until
from gongzhi.cases.queries.opened import is_open
from gongzhi.core.actor import Actor
from gongzhi.core.paging import capped_count, count_words
from gongzhi.orgs.permissions import HEADS, Permission, posts_granting
from gongzhi.rulebook.queries import in_force

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST = 5
LONGEST_LOOK_BACK = timedelta(days=7)
"""Technical: changes older than this are found in the lists."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened last to a case since the person looked."""

    line: Line
    what: str
    who: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """One short list of the desk. `query` is the whole list's address below the list of cases."""

    code: str
    title: "_StrPromise"
    empty: "_StrPromise"
    lines: list[Line]
    total: int | None
    query: Mapping[str, str] | None = None
    tone: str = ""
    waiting: str = ""
    """Name of the whole list among those of `queries.waiting`, where it is not a list of cases."""
    changes: list[Change] = field(default_factory=list)

    @property
    def count(self) -> str:
        return count_words(self.total)

    @property
    def address(self) -> str:
        """The query of the whole list."""
        return urlencode(self.query or {})

    @property
    def has_more(self) -> bool:
        return self.total is None or self.total > max(len(self.lines), len(self.changes))


@dataclass(frozen=True, slots=True)
class Desk:
    blocks: list[Block]
    since: datetime

    @property
    def waiting(self) -> list[Block]:
        return [block for block in self.blocks if block.lines or block.changes]

    @property
    def clear(self) -> list[Block]:
        """Blocks with nothing in them: said in one line, not in a card each."""
        return [block for block in self.blocks if not (block.lines or block.changes)]


@dataclass(frozen=True, slots=True)
class _View:
    viewer: Actor
    at: datetime
    soon: datetime
    handles: list[int]
    dispatches: list[int]

    @property
    def is_head(self) -> bool:
        return any(post.role in HEADS for post in self.viewer.posts)


def desk_of(*, viewer: Actor, at: datetime, since: datetime) -> Desk:
    """Return the viewer's desk; changes are those after `since`, at most a week back."""
    since = max(since, at - LONGEST_LOOK_BACK)
    view = _View(
        viewer,
        at,
        soon_until(at),
        _units(viewer, Permission.CASE_HANDLE),
        _units(viewer, Permission.CASE_DISPATCH),
    )
    blocks: list[Block] = []
    if posts_granting(viewer, Permission.CASE_VIEW):
        blocks += [*_late(view), *_supervisions(view), *_waiting(view)]
        if view.dispatches:
            blocks.append(_dispatch(view))
        if posts_granting(viewer, Permission.CASE_ARBITRATE):
            title, empty = _("Reviews of petitions to decide"), _("No petition waits for your review.")
            blocks.append(_block(view, "reviews", title, empty, petitions.to_review(viewer), tone="soon"))
        if view.handles:
            blocks.append(_called(view))
            blocks += _handling(view)
        if posts_granting(viewer, Permission.CASE_REGISTER) and not view.dispatches:
            blocks.append(_registered(view))
        if view.handles or view.dispatches:
            blocks.append(_changed(view, since))
    return Desk(blocks, since)


def _units(viewer: Actor, permission: Permission) -> list[int]:
    return sorted({post.unit_id for post in posts_granting(viewer, permission)})


def _listed(
    view: _View,
    code: str,
    title: "_StrPromise",
    empty: "_StrPromise",
    queue: Queue,
    filters: Filters,
    *,
    query: Mapping[str, str],
    tone: str = "",
) -> Block:
    found = list_cases(viewer=view.viewer, queue=queue, filters=filters, at=view.at, soon_until=view.soon)
    return _block(view, code, title, empty, found, query=query, tone=tone)


def _block(
    view: _View,
    code: str,
    title: "_StrPromise",
    empty: "_StrPromise",
    found: QuerySet[Case],
    *,
    query: Mapping[str, str] | None = None,
    tone: str = "",
) -> Block:
    rows = list(found[: MOST + 1])
    total = len(rows) if len(rows) <= MOST else capped_count(found)
    lines = lines_of(rows[:MOST], viewer=view.viewer, at=view.at, soon_until=view.soon)
    return Block(code, title, empty, lines, total, query, tone)


def _late(view: _View) -> list[Block]:
    late = Filters(due=Due.OVERDUE)
    blocks = []
    if posts_granting(view.viewer, Permission.CASE_SUPERVISE):
        blocks.append(_top_rung(view))
    if view.is_head:
        title, empty = _("Late in my unit and below"), _("Nothing is late in your unit and below it.")
        query = {"queue": str(Queue.ALL), "due": str(Due.OVERDUE)}
        blocks.append(_listed(view, "late", title, empty, Queue.ALL, late, query=query, tone="late"))
    elif view.handles:
        title, empty = _("Late"), _("Nothing of your unit is late.")
        query = {"queue": str(Queue.UNIT), "due": str(Due.OVERDUE)}
        blocks.append(_listed(view, "late", title, empty, Queue.UNIT, late, query=query, tone="late"))
    return blocks


def _top_rung(view: _View) -> Block:
    """Cases with a running clock at the top of the ladder of deadlines: the county list."""
    top = len(in_force(rules.LADDER, at=view.at).params.rungs)
    # A clock at the top is past due, so the index of due cases leads and the clocks are only asked.
    clocks = Clock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True, step__gte=top)
    seen = list_cases(
        viewer=view.viewer,
        queue=Queue.ALL,
        filters=Filters(due=Due.OVERDUE),
        at=view.at,
        soon_until=view.soon,
    )
    found = seen.filter(pk__in=clocks.values("case"))
    query = {"queue": str(Queue.ALL), "due": str(Due.OVERDUE)}
    return _block(
        view,
        "top",
        _("On the county list: the ladder of deadlines is used up"),
        _("No matter stands at the top of the ladder of deadlines."),
        found,
        query=query,
        tone="late",
    )


def _supervisions(view: _View) -> list[Block]:
    if not (view.handles or view.dispatches):
        return []
    # Joined and not alternatives in one condition, which would walk the open backlog of the whole county.
    held = Case.objects.filter(is_open(), unit__in=view.handles).values_list("pk")
    at_desk = Case.objects.filter(is_open(), desk__in=view.dispatches).values_list("pk")
    # Also of closed matters: an order from above does not lapse.
    ended = Supervision.objects.filter(
        answered_at__isnull=True, case__status=State.CLOSED, case__unit__in=view.handles
    ).values_list("case")
    orders = Supervision.objects.filter(case__in=held.union(at_desk, ended), answered_at__isnull=True)
    ids = list(orders.order_by("due_at").values_list("case", flat=True)[: 10 * MOST])
    order = list(dict.fromkeys(ids))
    found = access.visible_cases(view.viewer).select_related("place", "unit", "category", "owner")
    by_key = {case.pk: case for case in found.filter(pk__in=order[:MOST])}
    rows = [by_key[key] for key in order if key in by_key]
    lines = lines_of(rows, viewer=view.viewer, at=view.at, soon_until=view.soon)
    return [
        Block(
            "supervised",
            _("Supervisions to answer"),
            _("No supervision waits for an answer."),
            lines,
            len(order),
            tone="soon",
        )
    ]


def _waiting(view: _View) -> list[Block]:
    """What waits for a decision of the viewer: shown while there is something; most days there is not."""
    return [block for name in waiting.kinds_of(view.viewer) if (block := _waiting_list(view, name)).lines]


def _waiting_list(view: _View, name: waiting.Waiting) -> Block:
    kind = waiting.KINDS[name]
    found = waiting.list_waiting(viewer=view.viewer, name=name, at=view.at)
    rows = [row.case for row in found[: MOST + 1]]
    total = len(rows) if len(rows) <= MOST else capped_count(found)
    lines = lines_of(dict.fromkeys(rows[:MOST]), viewer=view.viewer, at=view.at, soon_until=view.soon)
    return Block(str(name), kind.title, kind.empty, lines, total, tone="soon", waiting=str(name))


def _dispatch(view: _View) -> Block:
    return _listed(
        view,
        "dispatch",
        _("To accept and to dispatch"),
        _("Nothing waits to be accepted or dispatched."),
        Queue.DISPATCH,
        Filters(),
        query={"queue": str(Queue.DISPATCH)},
    )


def _called(view: _View) -> Block:
    return _listed(
        view,
        "called",
        _("Called to help"),
        _("Nobody has called your unit to help."),
        Queue.HELPING,
        Filters(),
        query={"queue": str(Queue.HELPING)},
        tone="soon",
    )


def _handling(view: _View) -> list[Block]:
    mine = Filters()
    return [
        _listed(
            view,
            "sign",
            _("To sign for"),
            _("Nothing waits to be signed for."),
            Queue.UNIT,
            replace(mine, status=State.DISPATCHED),
            query={"queue": str(Queue.UNIT), "state": str(State.DISPATCHED)},
        ),
        _listed(
            view,
            "mine",
            _("Mine"),
            _("You own no matter that is being handled."),
            Queue.MINE,
            replace(mine, status=State.HANDLING),
            query={"queue": str(Queue.MINE), "state": str(State.HANDLING)},
        ),
        _listed(
            view,
            "resolved",
            _("Answered, waiting for the resident's word"),
            _("No answer of yours waits for the resident's word."),
            Queue.MINE,
            replace(mine, status=State.RESOLVED),
            query={"queue": str(Queue.MINE), "state": str(State.RESOLVED)},
        ),
    ]


def _registered(view: _View) -> Block:
    """For a three-line person: what they registered or settled for neighbours, the newest first."""
    rows = newest_of(viewer=view.viewer, whose=Q(registered_by=view.viewer.user_id))
    return _block(
        view, "registered", _("What I registered"), _("You have not registered a matter yet."), rows
    )


def _changed(view: _View, since: datetime) -> Block:
    """Cases I own or my unit holds whose newest move is somebody else's and younger than `since`.

    Open ones are found by the queues' indexes, finished ones by when they were closed.
    """
    mine = Q(owner=view.viewer.user_id) | Q(unit__in=view.handles)
    newest = Transition.objects.filter(seq=F("case__moves"), at__gt=since).exclude(by_key=view.viewer.key)
    still_open = newest.filter(case__in=_changed_open(view, since))
    closed = newest.filter(case__in=Case.objects.filter(mine, closed_at__gt=since).values("pk"))
    columns = "case__place", "case__unit", "case__category", "case__owner"
    found = {
        row.pk: row
        for query in (still_open, closed)
        for row in query.select_related(*columns).order_by("-at")[: MOST + 1]
    }
    moves = sorted(found.values(), key=lambda row: (row.at, row.pk), reverse=True)
    lines = lines_of(
        [move.case for move in moves[:MOST]], viewer=view.viewer, at=view.at, soon_until=view.soon
    )
    reads = access.reads_words(view.viewer)
    changes = [
        Change(
            line,
            str(words.MOVED[Move(move.move)]),
            move.by_name,
            move.at,
            move.words if reads else "",
        )
        for line, move in zip(lines, moves[:MOST], strict=True)
    ]
    empty = _("Nothing has changed since you last looked.")
    total = len(moves) if len(moves) <= MOST else None
    return Block("changed", _("Changed since you last looked"), empty, [], total, changes=changes)


def _changed_open(view: _View, since: datetime) -> QuerySet[Case, int]:
    """Keys of open cases that moved, by the index of the owner and by that of the unit."""
    moved = Case.objects.filter(is_open(), moved_at__gt=since)
    own = moved.filter(owner=view.viewer.user_id).values_list("pk", flat=True)
    return own.union(moved.filter(unit__in=view.handles).values_list("pk", flat=True))
