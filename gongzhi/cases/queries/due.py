"""Rows whose moment has come, for the worker."""

from datetime import datetime

from django.db.models import QuerySet

from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import (
    Case,
    Clock,
    ClockPause,
    ExpertQuestion,
    Extension,
    HelpCall,
    PetitionReview,
    Supervision,
)


def unrated_for_job(*, at: datetime, most: int) -> QuerySet[Case]:
    """Return resolved cases whose rating window is over, the oldest first."""
    return Case.objects.filter(status=State.RESOLVED, rate_by__lte=at).order_by("rate_by")[:most]


def rungs_for_job(*, at: datetime, most: int) -> QuerySet[Clock]:
    """Return clocks whose next rung is due, the oldest first."""
    return Clock.objects.filter(next_step_at__lte=at).select_related("case").order_by("next_step_at")[:most]


def help_rungs_for_job(*, at: datetime, most: int) -> QuerySet[HelpCall]:
    """Return calls for help whose next rung is due, the oldest first."""
    found = HelpCall.objects.filter(next_step_at__lte=at).select_related("case", "unit")
    return found.order_by("next_step_at")[:most]


def review_rungs_for_job(*, at: datetime, most: int) -> QuerySet[PetitionReview]:
    """Return reviews of petitions whose next rung is due, the oldest first."""
    found = PetitionReview.objects.filter(next_step_at__lte=at).select_related("case", "unit")
    return found.order_by("next_step_at")[:most]


def orders_for_job(*, at: datetime, most: int) -> QuerySet[Supervision]:
    """Return supervisions whose next reminder is due, the oldest first."""
    found = Supervision.objects.filter(next_step_at__lte=at).select_related("case")
    return found.order_by("next_step_at")[:most]


def pauses_for_job(*, at: datetime, most: int) -> QuerySet[ClockPause]:
    """Return open pauses whose end has come, the oldest first."""
    found = ClockPause.objects.filter(ended_at__isnull=True, until__lte=at).select_related("case")
    return found.order_by("until")[:most]


def extensions_for_job(*, at: datetime, most: int) -> QuerySet[Extension]:
    """Return requests for more time whose time to decide is over, the oldest first."""
    found = Extension.objects.filter(decided_at__isnull=True, decide_by__lte=at).select_related("case")
    return found.order_by("decide_by")[:most]


def questions_for_job(*, at: datetime, most: int) -> QuerySet[ExpertQuestion]:
    """Return questions to experts that are late and were not reminded of, the oldest first."""
    late = ExpertQuestion.objects.filter(answered_at__isnull=True, reminded_at__isnull=True, due_at__lte=at)
    return late.select_related("case", "expert").order_by("due_at")[:most]


def running_for_preview(*, kind: str, most: int) -> QuerySet[Clock]:
    """Return running clocks of a kind whose case is open, those that end first at the head. One query.

    Only counted and named by who may see them; the caller sees to that.
    """
    going = Clock.objects.filter(kind=kind, stopped_at__isnull=True, quiet=False)
    return going.select_related("case__unit", "case__category").order_by("due_at")[:most]
