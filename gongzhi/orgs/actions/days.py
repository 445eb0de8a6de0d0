"""Days on which a unit opens or closes against the calendar of the county: market days, harvest holidays."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid, NotFound
from gongzhi.orgs import audit_events
from gongzhi.orgs.models import Unit, UnitDay
from gongzhi.orgs.permissions import Permission, require
from gongzhi.orgs.queries.days import forget_unit_days

LONGEST_RUN = timedelta(days=62)
"""Days one press may set: a slip of the year must not close an office for a century."""


class RunTooLong(Invalid):
    code = "run_too_long"
    message = _("The last day lies before the first, or these are too many days at once.")


@transaction.atomic
def set_unit_days(
    *, unit: Unit, first: date, last: date, is_working: bool, note: str, by: Actor, at: datetime
) -> int:
    """Open or close a unit, and what lies below it, on every day from `first` to `last`; return how many.

    Limits already running keep the due moment they were given. Raises NotAllowed, RunTooLong, Invalid.
    """
    require(by, Permission.CALENDAR_CHANGE, unit_path=unit.path)
    if not timedelta() <= last - first <= LONGEST_RUN:
        raise RunTooLong(field="last")
    longest = UnitDay._meta.get_field("note").max_length or 0
    if len(note) > longest:
        raise Invalid(_("The note is too long."), field="note")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for day in days:
        UnitDay.objects.update_or_create(
            unit=unit, day=day, defaults={"is_working": is_working, "note": note}
        )
    _record(
        unit,
        {"first": first.isoformat(), "last": last.isoformat(), "is_working": is_working, "note": note},
        by=by,
        at=at,
    )
    return len(days)


@transaction.atomic
def clear_unit_day(*, unit: Unit, day: date, by: Actor, at: datetime) -> None:
    """Let a unit follow the calendar above it again on one day. Raises NotAllowed, NotFound."""
    require(by, Permission.CALENDAR_CHANGE, unit_path=unit.path)
    gone, _by_model = UnitDay.objects.filter(unit=unit, day=day).delete()
    if not gone:
        raise NotFound
    _record(unit, {"cleared": day.isoformat()}, by=by, at=at)


def _record(unit: Unit, data: dict[str, object], *, by: Actor, at: datetime) -> None:
    record(
        audit_events.UNIT_DAYS_SET.code,
        by=by,
        at=at,
        subject=f"unit:{unit.code}",
        unit_code=unit.code,
        data=data,
    )
    transaction.on_commit(forget_unit_days)
