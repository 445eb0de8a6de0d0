"""What waits for a decision of a person who does not handle the matter: late supervisions, answers to judge,
requests for more time, settlements to check. Each is one list of cases with the moment it turns on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, Extension, SpotCheck, Supervision
from gongzhi.cases.queries import access
from gongzhi.cases.queries.lines import Line, lines_of
from gongzhi.core.actor import Actor
from gongzhi.orgs.models import UnitKind
from gongzhi.orgs.permissions import Permission, posts_granting, visible

Rows = QuerySet[Any]
_COLUMNS = ("case__place", "case__unit", "case__category", "case__owner")


class Waiting(StrEnum):
    """The lists, by the name in their address."""

    SUPERVISIONS = "supervisions"
    ANSWERS = "answers"
    EXTENSIONS = "extensions"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Kind:
    """One list: who has it, its words, and the move that takes a row off."""

    permission: Permission
    title: Any
    empty: Any
    move: Move
    moment: str
    """Name of the column the list is ordered by."""
    rows: Callable[[Actor, datetime], Rows]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list, with the moment it turns on and the words that wait."""

    line: Line
    moment: datetime
    words: str


def _late_orders(viewer: Actor, at: datetime) -> Rows:
    seen = access.visible_cases(viewer, permission=Permission.CASE_SUPERVISE)
    return Supervision.objects.filter(answered_at__isnull=True, due_at__lt=at, case__in=seen)


def _answers(viewer: Actor, at: datetime) -> Rows:
    seen = access.visible_cases(viewer, permission=Permission.CASE_SUPERVISE)
    waiting = Supervision.objects.filter(judge_by__gte=at, judged_at__isnull=True, case__in=seen)
    return waiting.exclude(case__unit__in=_own_units(viewer, Permission.CASE_HANDLE))


def _extensions(viewer: Actor, at: datetime) -> Rows:
    below = visible(viewer, Permission.CASE_EXTEND, "unit__path")
    asked = Extension.objects.filter(below, decided_at__isnull=True)
    own = [
        post.unit_id
        for post in posts_granting(viewer, Permission.CASE_EXTEND)
        if post.unit_kind != UnitKind.COUNTY
    ]
    return asked.exclude(unit__in={*own, *_own_units(viewer, Permission.CASE_HANDLE)})


def _checks(viewer: Actor, at: datetime) -> Rows:
    at_desk = visible(viewer, Permission.CASE_ACCEPT, "desk__path")
    drawn = SpotCheck.objects.filter(at_desk, checked_at__isnull=True)
    return drawn.exclude(case__owner=viewer.user_id)


def _own_units(viewer: Actor, permission: Permission) -> set[int]:
    return {post.unit_id for post in posts_granting(viewer, permission)}


KINDS: dict[Waiting, Kind] = {
    Waiting.SUPERVISIONS: Kind(
        Permission.CASE_SUPERVISE,
        _("Supervisions not answered in time"),
        _("Every supervision was answered or has time left."),
        Move.SUPERVISE,
        "due_at",
        _late_orders,
    ),
    Waiting.ANSWERS: Kind(
        Permission.CASE_SUPERVISE,
        _("Answers to judge"),
        _("No answer to a supervision waits to be judged."),
        Move.JUDGE_ANSWER,
        "judge_by",
        _answers,
    ),
    Waiting.EXTENSIONS: Kind(
        Permission.CASE_EXTEND,
        _("Requests for more time"),
        _("No unit below asks for more time."),
        Move.DECIDE_EXTENSION,
        "decide_by",
        _extensions,
    ),
    Waiting.CHECKS: Kind(
        Permission.CASE_ACCEPT,
        _("Settled on the spot, drawn for a check"),
        _("Nothing that was settled on the spot waits for a check."),
        Move.CHECK,
        "drawn_at",
        _checks,
    ),
}


def kinds_of(viewer: Actor) -> list[Waiting]:
    """Return the lists the viewer has, in their order."""
    return [name for name, kind in KINDS.items() if posts_granting(viewer, kind.permission)]


def list_waiting(*, viewer: Actor, name: Waiting, at: datetime) -> Rows:
    """Return the rows of one list, the most urgent first; each comes with its case."""
    kind = KINDS[name]
    return kind.rows(viewer, at).select_related(*_COLUMNS).order_by(kind.moment, "pk")


def shown(rows: Any, *, viewer: Actor, name: Waiting, at: datetime, soon_until: datetime) -> list[Row]:
    """Return the rows of a page of the list as people read them. Two queries."""
    held = list(rows)
    cases: list[Case] = [row.case for row in held]
    lines = lines_of(cases, viewer=viewer, at=at, soon_until=soon_until)
    reads = access.reads_words(viewer)
    moment = KINDS[name].moment
    return [
        Row(line, getattr(row, moment), _words(row) if reads else "")
        for line, row in zip(lines, held, strict=True)
    ]


def _words(row: Any) -> str:
    if isinstance(row, Supervision):
        return row.answer or row.words
    return row.reason if isinstance(row, Extension) else row.case.answer
