"""Days on which the office opens or closes against the national calendar."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.core import audit_events
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid, NotFound
from gongzhi.core.models import CalendarOverride
from gongzhi.core.ports import AuditWriter
from gongzhi.core.queries import forget_calendars

NOTE_LENGTH = 200


class NoOverride(NotFound):
    code = "no_calendar_override"
    message = _("This day already follows the national calendar.")
    hint = _("Nothing needs to be done.")


class NoteTooLong(Invalid):
    code = "note_too_long"
    message = _("The note is too long.")
    hint = _("Keep it to 200 characters.")


@transaction.atomic
def set_override(
    *, day: date, is_working: bool, note: str = "", by: Actor, at: datetime, record: AuditWriter
) -> CalendarOverride:
    """Open or close the office on `day`, whatever the national calendar says.

    The door has checked Permission.CALENDAR_CHANGE and passes `audit.actions.record`. Limits already running
    keep the due moment they were given; later moves count with the new calendar. Raises NoteTooLong.
    """
    if len(note) > NOTE_LENGTH:
        raise NoteTooLong(field="note")
    before = CalendarOverride.objects.select_for_update().filter(day=day).first()
    old = {"is_working": before.is_working, "note": before.note} if before else None
    override, _created = CalendarOverride.objects.update_or_create(
        day=day, defaults={"is_working": is_working, "note": note}
    )
    record(
        audit_events.CALENDAR_DAY_SET,
        by=by,
        at=at,
        subject=f"day:{day.isoformat()}",
        data={"old": old, "new": {"is_working": is_working, "note": note}},
    )
    transaction.on_commit(forget_calendars)
    return override


@transaction.atomic
def remove_override(*, day: date, by: Actor, at: datetime, record: AuditWriter) -> None:
    """Let `day` follow the national calendar again. Raises NoOverride."""
    override = CalendarOverride.objects.select_for_update().filter(day=day).first()
    if override is None:
        raise NoOverride(field="day")
    old = {"is_working": override.is_working, "note": override.note}
    override.delete()
    record(
        audit_events.CALENDAR_DAY_CLEARED,
        by=by,
        at=at,
        subject=f"day:{day.isoformat()}",
        data={"old": old, "new": None},
    )
    transaction.on_commit(forget_calendars)
