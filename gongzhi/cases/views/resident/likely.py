"""“Is it one of these?”: while a resident types, and once more before a matter is sent off without a script.

Shown is only what was made public, in the words released for it, and what this phone holds the receipt of.
It never stands in the way: whoever has asked too often raises a matter as ever.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gongzhi.cases import numbers, rules
from gongzhi.cases.actions import raising
from gongzhi.cases.queries import choosing, likeness, tracking
from gongzhi.cases.views.resident import mine
from gongzhi.cases.views.resident.private import reporter
from gongzhi.core import clock
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class Offered:
    """A matter that may be the one meant, and where to read it."""

    number: str
    title: str
    reason: str
    href: str
    is_own: bool
    """Raised from this phone: it is added to, and not raised again."""


@require_POST
@never_cache
def likely(request: HttpRequest) -> HttpResponse:
    """The part of the form that asks whether it is one of these; empty when nothing looks the same."""
    at = clock.now()
    values = {
        "likely": offered(request, request.POST.get("text", ""), request.POST.get("place", ""), at=at),
        "same": request.POST.get("same", ""),
    }
    return render(request, "cases/resident/_likely.html", values)


def offered(request: HttpRequest, text: str, place: str, *, at: datetime) -> list[Offered]:
    """Return what is likely the same as a text somebody typed. Raises TooOften."""
    found = choosing.find_place(place, at=at)
    text = text.replace("\0", "")[: in_force(rules.INTAKE, at=at).params.text_signs].strip()
    if found is None or not text:
        return []
    raising.count_comparing(by=reporter(request), at=at)
    receipts = mine.remembered(request)
    codes = dict(receipts)
    own = {numbers.parse_number(each.number) or 0 for each in tracking.own_matters(receipts, at=at)}
    likely = likeness.likely_public(text=text, place=found, at=at, own=own)
    return [
        Offered(
            number=each.number,
            title=each.title,
            reason=each.reason,
            href=reverse("cases:matter", args=[each.number, codes[each.number]])
            if each.key in own
            else reverse("cases:published", args=[each.number]),
            is_own=each.key in own,
        )
        for each in likely
    ]
