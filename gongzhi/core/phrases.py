"""How moments, spans and numbers are said to people.

Pure functions over plain values; the caller says what moment it is. Exact values stand beside in the markup
(`<time datetime>`, `title`), so a phrase may be short.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTES_PER_HOUR = 60
MINUTES_PER_PLAIN_DAY = 24 * MINUTES_PER_HOUR


def say_moment(moment: datetime, *, at: datetime, zone: ZoneInfo | None = None) -> str:
    """Return a moment as people say it: today 09:12, yesterday 16:40, 20 November 16:40, or with the year."""
    local, now = (timezone.localtime(value, zone) for value in (moment, at))
    clock = local.strftime("%H:%M")
    days = (local.date() - now.date()).days
    if days == 0:
        return _("today %(clock)s") % {"clock": clock}
    if days == -1:
        return _("yesterday %(clock)s") % {"clock": clock}
    if days == 1:
        return _("tomorrow %(clock)s") % {"clock": clock}
    return f"{say_day(moment, at=at, zone=zone)} {clock}"


def say_day(moment: datetime, *, at: datetime, zone: ZoneInfo | None = None) -> str:
    """Return the day of a moment, with the year only when it is not the year of `at`."""
    local, now = (timezone.localtime(value, zone) for value in (moment, at))
    # Both are patterns in Django's date format, not words.
    pattern = (
        pgettext("pattern of a day in this year", "j F")
        if local.year == now.year
        else pgettext("pattern of a day in another year", "j F Y")
    )
    return date_format(local, pattern)


def say_exact(moment: datetime, *, zone: ZoneInfo | None = None) -> str:
    """Return the moment in full, in local time with its offset, for hover and print."""
    local = timezone.localtime(moment, zone)
    return local.strftime("%Y-%m-%d %H:%M:%S %z")


def say_iso(moment: datetime) -> str:
    """Return the machine form for the `datetime` attribute: UTC, seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def say_span(minutes: int, *, working_day: int | None = None) -> str:
    """Return a length of time in its useful unit; `working_day` is the minutes of an office day."""
    minutes = abs(minutes)
    day = working_day or MINUTES_PER_PLAIN_DAY
    if minutes >= day:
        count = minutes // day
        if working_day:
            return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if minutes >= MINUTES_PER_HOUR:
        count = minutes // MINUTES_PER_HOUR
        if working_day:
            return ngettext("%(count)d working hour", "%(count)d working hours", count) % {"count": count}
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def say_remaining(minutes: int, *, working_day: int | None = None) -> str:
    """Return what is left (`minutes` positive) or gone over (negative), in words."""
    span = say_span(minutes, working_day=working_day)
    if minutes < 0:
        return _("%(span)s over") % {"span": span}
    return _("%(span)s left") % {"span": span}


def group_digits(value: int | float | str, *, places: int | None = None) -> str:
    """Return a number with its digits in groups of three; text that is no number comes back unchanged."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if places is None:
        places = 0 if number == int(number) else 1
    return f"{number:,.{places}f}"
