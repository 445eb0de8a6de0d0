"""Everything the page of one call shows."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor
from gongzhi.core.phones import masked
from gongzhi.core.working_time import SHANGHAI
from gongzhi.followup import rules
from gongzhi.followup.lifecycle import State
from gongzhi.followup.models import Attempt, FollowUp
from gongzhi.followup.queries import access
from gongzhi.rulebook.queries import in_force

if TYPE_CHECKING:
    from gongzhi.cases.models import Case


@dataclass(frozen=True, slots=True)
class Said:
    """A question and what was answered: True, False, a score, or None where it was not asked."""

    question: str
    kind: str
    answer: Any


@dataclass(frozen=True, slots=True)
class CallPage:
    followup: FollowUp
    answered: "Case"
    """The matter whose answer it is."""
    reads: bool
    may_call: bool
    phone: str
    """Masked."""
    tries: list[Attempt]
    said: list[Said]
    best: list[tuple[str, str]]
    is_best_now: bool
    best_at: datetime
    is_late: bool
    can_send_back: bool
    most: int


def call_page(*, viewer: Actor, key: int, at: datetime) -> CallPage:
    """Return the page of a call. Raises FollowUpNotFound. Words are left out for who does not read them."""
    followup = access.get_followup(viewer=viewer, key=key)
    params = in_force(rules.CALLS, at=at).params
    case = followup.case
    reads = case_access.reads_words(viewer)
    is_open = followup.state == State.OPEN
    hours = [(period.opens, period.closes) for period in params.best]
    best = best_moment(hours, at=at)
    return CallPage(
        followup=followup,
        answered=followup.main or case,
        reads=reads,
        may_call=is_open and access.may_call(viewer, followup),
        phone=masked(case.reporter_phone) if reads and case.reporter_phone else "",
        tries=list(Attempt.objects.filter(followup=followup).order_by("position")),
        said=_said(followup, at=at) if reads else [],
        best=hours,
        is_best_now=best == at,
        best_at=best,
        is_late=is_open and followup.due_at < at,
        can_send_back=case.status in (CaseState.RESOLVED, CaseState.CLOSED),
        most=params.most,
    )


def best_moment(hours: list[tuple[str, str]], *, at: datetime) -> datetime:
    """Return `at` when it lies in the hours in which people are best reached, else the next beginning."""
    local = at.astimezone(SHANGHAI)
    for opens, closes in hours:
        if time.fromisoformat(opens) <= local.time() < time.fromisoformat(closes):
            return at
    for opens, _closes in hours:
        begin = datetime.combine(local.date(), time.fromisoformat(opens), SHANGHAI)
        if begin > local:
            return begin
    first = time.fromisoformat(hours[0][0])
    return datetime.combine(local.date() + timedelta(days=1), first, SHANGHAI)


def _said(followup: FollowUp, *, at: datetime) -> list[Said]:
    if followup.state != State.REACHED:
        return []
    params = in_force(rules.QUESTIONS, at=followup.ended_at or at).params
    kinds = {row.code: row.kind for row in params.rows}
    language = get_language() or "zh-hans"
    return [
        Said(params.label(code, language=language), kinds.get(code, "yes_no"), answer)
        for code, answer in followup.answers.items()
    ]
