"""Dated rows: half-open periods of days, in the time zone of the installation."""

from datetime import date, datetime
from typing import Protocol

from django.db.models import Q
from django.utils import timezone


class Dated(Protocol):
    valid_from: date
    valid_until: date | None


def day_of(at: datetime) -> date:
    """Return the date people write at the moment `at`."""
    return timezone.localdate(at, timezone.get_default_timezone())


def is_valid(row: Dated, day: date) -> bool:
    """Whether the row is valid on `day`; the same rule as `valid_on`."""
    return row.valid_from <= day and (row.valid_until is None or day < row.valid_until)


def not_ended_on(day: date, *, prefix: str = "") -> Q:
    """Return the condition "valid on `day` or beginning later"."""
    return Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": day})


def valid_on(day: date, *, prefix: str = "") -> Q:
    """Return the condition "the dated row is valid on `day`"; the end date itself is no longer inside."""
    return Q(**{f"{prefix}valid_from__lte": day}) & not_ended_on(day, prefix=prefix)
