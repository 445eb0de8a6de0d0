"""Rows whose moment has come, for the worker."""

from datetime import datetime

from django.db.models import QuerySet

from gongzhi.mediation.models import Reminder


def reminders_for_job(*, at: datetime, most: int) -> QuerySet[Reminder]:
    """Return reminders that are due, the oldest first."""
    found = Reminder.objects.filter(done_at__isnull=True, remind_at__lte=at)
    return found.select_related("dispute__committee", "duty").order_by("remind_at")[:most]
