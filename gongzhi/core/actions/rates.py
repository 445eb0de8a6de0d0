"""How often something may be tried, counted in the database so that all web processes share the count.

The limit itself is a rule of the caller. A mark is whatever shall be counted together: the keyed hash of a
network address, or the number of one case. An empty mark (an unknown address) is never limited.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.core.errors import TooMany
from gongzhi.core.models import RateMark

WINDOW = timedelta(hours=1)
"""The limits of the rulebook count by the hour; the parameters say so in their names."""


class TooOften(TooMany):
    """The limit of a rule for one hour is used up."""

    code = "too_often"
    message = _("That was too many tries from this connection in one hour.")
    hint = _("Please wait a while and try again. In a hurry, call 12345 or go to the village office.")


def check_rate(*, purpose: str, mark: str, limit: int, at: datetime) -> None:
    """Raise TooOften when `mark` has used up its tries of the last hour. One query; writes nothing."""
    if not mark:
        return
    recent = RateMark.objects.filter(purpose=purpose, mark=mark, at__gt=at - WINDOW, at__lte=at)
    if recent[:limit].count() >= limit:
        raise TooOften


@transaction.atomic
def note_try(*, purpose: str, mark: str, at: datetime) -> None:
    """Count one try. Two processes at the same moment may pass the limit by one, which does no harm."""
    if mark:
        RateMark.objects.create(purpose=purpose, mark=mark, at=at)


@transaction.atomic
def forget_tries(*, at: datetime) -> int:
    """Delete tries older than the window; return how many."""
    deleted, _per_model = RateMark.objects.filter(at__lt=at - WINDOW).delete()
    return deleted
