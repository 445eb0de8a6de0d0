"""The form with number and code, as two pages use it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from gongzhi.cases.actions import raising
from gongzhi.cases.forms.resident import TrackForm
from gongzhi.cases.queries import tracking
from gongzhi.cases.views.resident.private import reporter
from gongzhi.core import clock
from gongzhi.core.errors import DomainError, TooMany

if TYPE_CHECKING:
    from gongzhi.cases.models import Case


def find(request: HttpRequest, form: TrackForm) -> "tuple[Case | None, int]":
    """Return the case a sent form names, or None with the status to answer; the form then says why."""
    if request.method != "POST":
        return None, 200
    if not form.is_valid():
        return None, 422
    said = form.cleaned_data
    try:
        case = raising.look_up(
            number=said["number"],
            secret=said["secret"],
            phone=form.phone,
            by=reporter(request),
            at=clock.now(),
        )
    except (tracking.NoSuchReceipt, TooMany) as refusal:
        form.refuse(refusal)
        return None, _status(refusal)
    return case, 200


def _status(refusal: DomainError) -> int:
    """A wrong number is a form to be mended, not a page that is missing."""
    return refusal.status if isinstance(refusal, TooMany) else 422
