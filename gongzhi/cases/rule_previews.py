"""What-if: which open matters would be late, or no more, had a changed limit held for them from the start.

A change never touches limits that run (people were told their due moments); it shows how tight the new limit
is, measured on the work of today.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongzhi.cases import deadlines, rules
from gongzhi.cases.lifecycle import ClockKind
from gongzhi.cases.queries import access, calendars, due
from gongzhi.core.actor import Actor
from gongzhi.core.phrases import group_digits
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.previews import Meaning, Touched, preview_of

_MOST_CLOCKS = 5000
"""Bounds the work of one page; beyond it the words say "among the oldest"."""
_SHOWN = 10
Limit = Callable[[Any, Any], rules.Limit]
"""From a case and the params to the limit of its clock."""


def _by_urgency(case: Any, params: rules.UrgencyLimits) -> rules.Limit:
    return params.limit_for(case.urgency)


def _of_finish(case: Any, params: rules.FinishLimits) -> rules.Limit:
    category = case.category.code if case.category else ""
    return params.limit_for(kind=case.kind, urgency=case.urgency, category=category)


def _meanings(
    kind: ClockKind, limit: Limit, *, old: Any, new: Any, viewer: Actor, at: datetime
) -> Sequence[Meaning]:
    later, sooner, looked_at = [], [], 0
    for clock in due.running_for_preview(kind=kind, most=_MOST_CLOCKS):
        looked_at += 1
        before, after = (limit(clock.case, params) for params in (old, new))
        if before == after:
            continue
        calendar = calendars.of(clock.case.unit, at=at)
        seen = clock.paused_at or at
        was_late = clock.due_at <= seen
        moved = after.minutes - before.minutes if after.plain == before.plain else None
        due_at = (
            deadlines.add(calendar, clock.due_at, moved, plain=after.plain)
            if moved is not None
            else deadlines.add(calendar, clock.started_at, after.minutes, plain=after.plain)
        )
        would_be_late = due_at <= seen
        if would_be_late and not was_late:
            later.append((clock, due_at))
        elif was_late and not would_be_late:
            sooner.append((clock, due_at))
    return _said(later, sooner, looked_at, viewer=viewer)


def _said(later: list[Any], sooner: list[Any], looked_at: int, *, viewer: Actor) -> list[Meaning]:
    n = len(later)
    said = ngettext(
        "If these limits had held from the start, %(n)s open matter would be late now that is in time.",
        "If these limits had held from the start, %(n)s open matters would be late now that are in time.",
        n,
    ) % {"n": group_digits(n)}
    found = [Meaning(said, _rows(later, viewer), "late" if n else "good")]
    if sooner:
        m = len(sooner)
        words = ngettext(
            "%(n)s open matter that is late now would be in time.",
            "%(n)s open matters that are late now would be in time.",
            m,
        ) % {"n": group_digits(m)}
        found.append(Meaning(words, _rows(sooner, viewer)))
    scope = (
        _("Looked at: %(n)s running clocks.")
        if looked_at < _MOST_CLOCKS
        else _("Looked at: the %(n)s running clocks that end first.")
    )
    return [*found, Meaning(scope % {"n": group_digits(looked_at)})]


def _rows(found: list[Any], viewer: Actor) -> list[Touched]:
    """Name the matters only to whom sees matters: who keeps the rules may see none."""
    if not posts_granting(viewer, Permission.CASE_VIEW):
        return []
    reads = access.reads_words(viewer)
    return [
        Touched(
            clock.case.number + (f" {clock.case.title}" if reads else ""),
            reverse("cases:case", args=[clock.case.number]),
            clock.case.unit.name,
        )
        for clock, _due_at in islice(found, _SHOWN)
    ]


@preview_of(rules.ACCEPT_LIMIT)
def of_accept_limit(**given: Any) -> Sequence[Meaning]:
    return _meanings(ClockKind.ACCEPT, _by_urgency, **given)


@preview_of(rules.CONTACT_LIMIT)
def of_contact_limit(**given: Any) -> Sequence[Meaning]:
    return _meanings(ClockKind.CONTACT, _by_urgency, **given)


@preview_of(rules.FINISH_LIMIT)
def of_finish_limit(**given: Any) -> Sequence[Meaning]:
    return _meanings(ClockKind.FINISH, _of_finish, **given)
