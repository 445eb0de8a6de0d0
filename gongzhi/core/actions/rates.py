"""How often something may be tried, counted in the database so that all web processes share the count.

The limits themselves are rules of the caller. A mark is whatever shall be counted together: the keyed hash of
a network address, of a telephone number, or of a case. An empty mark (an unknown address) is never limited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from gongzhi.core.errors import TooMany
from gongzhi.core.models import RateMark
from gongzhi.core.phrases import say_moment

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
"""The limits of the rulebook count by the hour or by the day; the parameters say so in their names."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries of one mark within any window of this length."""

    purpose: str
    mark: str
    most: int
    window: timedelta = HOUR


class TooOften(TooMany):
    """A limit is used up; says when there is room again."""

    code = "too_often"

    def __init__(self, *, again_at: datetime, at: datetime) -> None:
        words = _("You can try again %(moment)s. In a hurry, call 12345 or go to the village office.")
        super().__init__(hint=words % {"moment": say_moment(again_at, at=at)})
        self.wait = again_at - at


def check(limits: Sequence[Limit], *, at: datetime) -> None:
    """Raise TooOften when one of the limits is used up. One query while there is room; writes nothing."""
    limits = [limit for limit in limits if limit.mark]
    if not limits:
        return
    wanted = reduce(
        or_, (Q(purpose=each.purpose, mark=each.mark, at__gt=at - each.window) for each in limits)
    )
    rows = RateMark.objects.filter(wanted, at__lte=at).order_by().values_list("purpose", "mark")
    counts = {(purpose, mark): tries for purpose, mark, tries in rows.annotate(tries=Count("id"))}
    used_up = [each for each in limits if counts.get((each.purpose, each.mark), 0) >= each.most]
    if used_up:
        raise TooOften(again_at=max(_room_again(each, at=at) for each in used_up), at=at)


@transaction.atomic
def spend(limits: Sequence[Limit], *, at: datetime, exact: bool = False) -> None:
    """Count one try against every limit, or none and raise TooOften.

    No count is ever lost. With `exact` not even tries of the same moment pass a limit: who spends on the same
    mark waits until this transaction ends, so it must be short. Without, each server thread may pass it by
    one, which does no harm where a flood is to be held back.
    """
    marks = sorted({(limit.purpose, limit.mark) for limit in limits if limit.mark})
    if exact:
        _wait_for(marks)
    check(limits, at=at)
    RateMark.objects.bulk_create(RateMark(purpose=purpose, mark=mark, at=at) for purpose, mark in marks)


@transaction.atomic
def forget_tries(*, at: datetime) -> int:
    """Delete tries older than the longest window; return how many."""
    deleted, _per_model = RateMark.objects.filter(at__lt=at - DAY).delete()
    return deleted


def _room_again(limit: Limit, *, at: datetime) -> datetime:
    """Return when a used-up limit has room: when the oldest try that fills it leaves the window. In whole
    minutes after it, because clocks show no seconds and nobody shall come a moment too early."""
    tries = RateMark.objects.filter(purpose=limit.purpose, mark=limit.mark, at__lte=at).order_by("-at")
    filling = tries.values_list("at", flat=True)[limit.most - 1]
    return (filling + limit.window).replace(second=0, microsecond=0) + timedelta(minutes=1)


def _wait_for(marks: Sequence[tuple[str, str]]) -> None:
    """Hold the marks until the transaction ends. SQLite has one writer at a time anyway, from the start of a
    transaction on."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for purpose, mark in marks:  # sorted by the caller: two never wait for one another
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{purpose} {mark}"])
