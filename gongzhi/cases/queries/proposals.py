"""What the county's own decisions teach about new matters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.queries.categories import LEVEL_SIGNS

_MOST = 20_000
"""Technical: newest decided matters that are learnt from; more cost memory and say little new."""
_SELDOM = 6
"""Technical: a subject decided less often is learnt as the one above it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Texts of matters, the newest decision last, and what people chose for each field."""

    texts: Sequence[str]
    labels: Mapping[str, Sequence[str]]
    moments: Sequence[datetime]


def _decided() -> QuerySet[Case]:
    """The accepted matters, imported ones left out: nobody here decided those."""
    whole = Case.objects.filter(accepted_at__isnull=False, category__isnull=False)
    return whole.exclude(channel=Channel.IMPORT).exclude(kind="").exclude(tier="")


def count_for_job(*, since: datetime | None) -> tuple[int, int]:
    """Return how many matters can be learnt from, and how many of them were decided after `since`; no more
    than are learnt from are counted. One query, and no text is read."""
    newest = _decided().order_by("-pk")[:_MOST]
    later = Q(accepted_at__gt=since) if since else Q(pk__isnull=False)
    counted = Case.objects.filter(pk__in=newest.values("pk"))
    found = counted.aggregate(have=Count("pk"), new=Count("pk", filter=later))
    return found["have"], found["new"]


def decided_for_job() -> Decided:
    """Return the newest accepted matters. One query."""
    rows = (
        _decided()
        .order_by("-pk")
        .values_list("title", "text", "category__code", "kind", "tier", "urgency", "accepted_at")[:_MOST]
    )
    found = sorted(rows, key=_decided_at)
    columns: list[Any] = list(zip(*found, strict=True)) or [()] * 7
    return Decided(
        texts=[f"{row[0]}\n{row[1]}" for row in found],
        labels={
            "category": often_enough([row[2] for row in found]),
            **{field: list(columns[n]) for n, field in enumerate(("kind", "tier", "urgency"), 3)},
        },
        moments=list(columns[6]),
    )


def _decided_at(row: tuple[Any, ...]) -> datetime:
    moment: datetime = row[-1]
    return moment


def often_enough(codes: Sequence[str]) -> list[str]:
    """Return the codes with those that occur seldom replaced by the one above, as far up as needed."""
    codes = list(codes)
    for length in range(max(map(len, codes), default=0), LEVEL_SIGNS, -LEVEL_SIGNS):
        seen = Counter(codes)
        codes = [
            code[:-LEVEL_SIGNS] if len(code) == length and seen[code] < _SELDOM else code for code in codes
        ]
    return codes
