"""The only place that reads the wall clock. Doors call `now()` once and pass the moment on as `at`."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the current moment, aware, UTC."""
    return timezone.now()
