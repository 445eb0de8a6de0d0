"""Rows whose moment has come, for the worker."""

from datetime import datetime

from django.db.models import QuerySet

from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, Clock


def unrated_for_job(*, at: datetime, most: int) -> QuerySet[Case]:
    """Return resolved cases whose rating window is over, the oldest first."""
    return Case.objects.filter(status=State.RESOLVED, rate_by__lte=at).order_by("rate_by")[:most]


def rungs_for_job(*, at: datetime, most: int) -> QuerySet[Clock]:
    """Return clocks whose next rung is due, the oldest first."""
    return Clock.objects.filter(next_step_at__lte=at).select_related("case").order_by("next_step_at")[:most]
