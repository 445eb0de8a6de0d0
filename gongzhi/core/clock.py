"""The only place that reads the wall clock. Doors call `now()` once and pass the moment on as `at`."""

from datetime import date, datetime

from django.utils import timezone

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""Technical: days that somebody may ask a list for; any other is no day of an office, and at the ends of the
calendar reckoning fails."""


def now() -> datetime:
    """Return the current moment, aware, UTC."""
    return timezone.now()
