"""The log as staff with `audit.view` read it: newest first, filtered, page by page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongzhi.audit import access, codes
from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import Actor

PAGE_ROWS = 50
DOORS = {
    "page": _("a page"),
    "api": _("another program (API)"),
    "command": _("the command line"),
    "job": _("a timed job"),
    "import": _("an import of older data"),
}
"""The door of an event in words."""
NAMELESS = {"resident": _("a resident"), "system": _("the system")}
"""Actors that have no name of their own, by their key."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to show; empty means all. `day` is a day in the county's time zone."""

    subject: str = ""
    actor_key: str = ""
    code: str = ""
    day: date | None = None
    before: int | None = None
    """Only rows with a lower number: the way to the next page, at the same cost for every page."""


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event with the words for people."""

    number: int
    at: datetime
    recorded_at: datetime
    code: str
    what: str
    actor_key: str
    actor_name: str
    actor_posts: str
    door: str
    unit_code: str
    subject: str
    data: Mapping[str, Any]
    request_id: str


@dataclass(frozen=True, slots=True)
class EventPage:
    rows: list[ShownEvent]
    older_before: int | None
    """Value of `before` for the next page; None on the last one."""


def list_events(*, viewer: Actor, shown: EventFilter | None = None) -> EventPage:
    """Return a page of events that fit, newest row first. One query, at the same cost for every page.

    Raises SignInRequired, NotAllowed.
    """
    access.require_reader(viewer)
    found = list(_fitting(shown or EventFilter()).order_by("-id")[: PAGE_ROWS + 1])
    rows = [_show(event) for event in found[:PAGE_ROWS]]
    return EventPage(rows, rows[-1].number if len(found) > PAGE_ROWS else None)


def describe(code: str) -> str:
    """Return the words for a code; the code itself when its app no longer declares it."""
    return str(codes.CODES[code].name) if code in codes.CODES else code


def _fitting(shown: EventFilter) -> QuerySet[AuditEvent]:
    exact = {"subject": shown.subject, "actor_key": shown.actor_key, "code": shown.code}
    events = AuditEvent.objects.filter(**{name: value for name, value in exact.items() if value})
    if shown.before is not None:
        events = events.filter(id__lt=shown.before)
    if shown.day is not None:
        start = timezone.make_aware(datetime.combine(shown.day, time.min))
        events = events.filter(at__gte=start, at__lt=start + timedelta(days=1))
    return events


def _show(event: AuditEvent) -> ShownEvent:
    return ShownEvent(
        number=event.id,
        at=event.at,
        recorded_at=event.recorded_at,
        code=event.code,
        what=describe(event.code),
        actor_key=event.actor_key,
        actor_name=_who(event),
        actor_posts=event.actor_posts,
        door=str(DOORS.get(event.door, event.door)),
        unit_code=event.unit_code,
        subject=event.subject,
        data=json.loads(event.data),
        request_id=event.request_id,
    )


def _who(event: AuditEvent) -> str:
    """Return the name of who acted, or words for one who has none."""
    if event.actor_name not in ("", event.actor_key):
        return event.actor_name
    return str(NAMELESS.get(event.actor_key, event.actor_key))
