"""The public notice board: matters released by a person, in the words written for it, and nothing else.

Only columns named in `_COLUMNS` are read from the database, so no personal field can slip onto a page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from gongzhi.cases import numbers, resident_words
from gongzhi.cases.models import Attachment, Case, Category
from gongzhi.cases.queries import search
from gongzhi.cases.queries.access import CaseNotFound
from gongzhi.cases.queries.categories import name_of
from gongzhi.cases.queries.shown import PictureFile
from gongzhi.cases.resident_words import Standing, place_name
from gongzhi.core.paging import COUNT_LIMIT, Page, page_for_people
from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit, UnitKind

PAGE_SIZE = 10
FEED_SIZE = 30
HOME_SIZE = 3
_COLUMNS = (
    "pk",
    "registered_at",
    "resolved_at",
    "published_at",
    "public_title",
    "public_text",
    "public_answer",
    "outcome",
    "status",
    "solved",
    "rated_at",
    "place__name",
    "place__path",
    "unit__name",
    "category__code",
    "category__name_zh",
    "category__name_en",
)
_NEVER = datetime.min.replace(tzinfo=UTC)
_SUBJECT_SIGNS = 2
"""Codes of subjects have two digits a level."""


@dataclass(frozen=True, slots=True)
class Published:
    """A matter as everybody may read it."""

    number: str
    title: str
    text: str
    answer: str
    place: str
    unit: str
    subject: str
    outcome: str
    judgement: Standing
    registered_at: datetime
    resolved_at: datetime | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What to show; empty means all."""

    town: str = ""
    subject: str = ""
    outcome: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with how many published matters it would show beside the other filters chosen."""

    value: str
    label: str
    count: int | None
    """None on a board too long to be counted."""


@dataclass(frozen=True, slots=True)
class Board:
    page: Page[Any]
    matters: list[Published]
    towns: list[Facet]
    subjects: list[Facet]
    outcomes: list[Facet]


def newest(*, place: Unit | None = None, most: int = HOME_SIZE) -> list[Published]:
    """Return the newest published matters, of a place when one is given. One query."""
    rows = _published()
    if place is not None and place.kind != UnitKind.COUNTY:
        rows = rows.filter(paths.subtree(place.path, field="place__path"))
    return [_shown(row) for row in rows.values(*_COLUMNS)[:most]]


def get_published(number: str) -> Published:
    """Return one published matter. Raises CaseNotFound for every other, published or not alike."""
    row = _published().filter(pk=numbers.parse_number(number) or 0).values(*_COLUMNS).first()
    shown = _shown(row) if row else None
    if shown is None or shown.number != numbers.canonical(number):
        raise CaseNotFound
    return shown


def shown_pictures(number: str) -> tuple[list[int], list[int]]:
    """Return the pictures of before and of after that were released with a published matter, by their places
    among those. Raises CaseNotFound."""
    rows = _released(number)
    sides = ("before", "after")
    before, after = ([i for i, row in enumerate(rows, 1) if row.purpose == side] for side in sides)
    return before, after


def picture(number: str, position: int, *, small: bool = False) -> PictureFile:
    """Return a released picture of a published matter. Raises CaseNotFound for every other alike."""
    rows = _released(number)
    if not 0 < position <= len(rows):
        raise CaseNotFound
    return PictureFile.of(rows[position - 1], name=f"{number}-{position}", small=small)


def _released(number: str) -> list[Attachment]:
    key = numbers.parse_number(get_published(number).number)
    rows = Attachment.objects.filter(case=key, on_board=True, case__published_at__isnull=False)
    return list(rows.order_by("id"))


def find_released(number: str) -> Case | None:
    """Return the published case with this number, for an action; None for every other, absent or not."""
    key = numbers.parse_number(number)
    found = Case.objects.filter(pk=key or 0, published_at__isnull=False).first()
    return found if found is not None and found.number == numbers.canonical(number) else None


def board(shown: BoardFilter, *, page: str | None) -> Board:
    """Return a page of the notice board with its filters, newest first. Six queries at the most."""
    towns = list(Unit.objects.filter(kind=UnitKind.TOWN).order_by("path"))
    worded = _worded(shown.text)
    found = page_for_people(worded.filter(_matches(shown, towns)).values(*_COLUMNS), page, size=PAGE_SIZE)
    counted = _count(worded, shown, towns)
    tops = Category.objects.filter(depth=1).order_by("code")
    return Board(
        page=found,
        matters=[_shown(row) for row in found],
        towns=_facets(((town.code, town.name) for town in towns), counted, "town", shown.town),
        subjects=_facets(((top.code, name_of(top)) for top in tops), counted, "subject", shown.subject),
        outcomes=_facets(
            ((code, resident_words.outcome_name(code)) for code in resident_words.outcome_codes()),
            counted,
            "outcome",
            shown.outcome,
        ),
    )


def _published() -> QuerySet[Case]:
    return Case.objects.filter(published_at__isnull=False).order_by("-published_at", "-pk")


def _matches(shown: BoardFilter, towns: Iterable[Unit]) -> Q:
    condition = Q()
    if shown.town:
        path = next((town.path for town in towns if town.code == shown.town), None)
        condition &= paths.subtree(path, field="place__path") if path else Q(pk=0)
    if shown.subject:
        condition &= Q(category__code__startswith=shown.subject)
    if shown.outcome:
        condition &= Q(outcome=shown.outcome)
    return condition


def _worded(text: str) -> QuerySet[Case]:
    """Return the published matters with these words in what was released, or with the number typed."""
    if not text.strip():
        return _published()
    key = numbers.parse_number(text)
    if key is not None:
        return _published().filter(pk=key)
    # Not the bare column: PostgreSQL would read its whole index of the board beside the few keys.
    released = Coalesce("published_at", Value(_NEVER))
    found = Case.objects.filter(pk__in=search.find_public_keys(text).keys)
    return found.alias(released=released).filter(released__gt=_NEVER).order_by("-published_at", "-pk")


def _count(
    worded: QuerySet[Case], shown: BoardFilter, towns: Iterable[Unit]
) -> Mapping[str, Counter[str]] | None:
    """Return for each filter how many matters its values leave, the other filters staying as they are; None
    when the board is longer than what is counted. One query of at most COUNT_LIMIT + 1 rows."""
    found = worded.values_list("place__path", "category__code", "outcome")
    rows = list(found[: COUNT_LIMIT + 1])
    if len(rows) > COUNT_LIMIT:
        return None
    values = [
        {
            "town": next((town.code for town in towns if path.startswith(town.path)), ""),
            "subject": (code or "")[:_SUBJECT_SIGNS],
            "outcome": outcome,
        }
        for path, code, outcome in rows
    ]
    chosen = {"town": shown.town, "subject": shown.subject, "outcome": shown.outcome}
    return {
        name: Counter(
            row[name]
            for row in values
            if all(row[other] == value for other, value in chosen.items() if value and other != name)
        )
        for name in chosen
    }


def _facets(
    names: Iterable[tuple[str, str]], counted: Mapping[str, Counter[str]] | None, name: str, chosen: str
) -> list[Facet]:
    """Return the filters that would show something, and the chosen one even if it shows nothing."""
    if counted is None:
        return [Facet(value, label, None) for value, label in names]
    return [
        Facet(value, label, counted[name][value])
        for value, label in names
        if counted[name][value] or value == chosen
    ]


def _shown(row: Mapping[str, Any]) -> Published:
    judged = resident_words.judgement(
        state=row["status"], solved=row["solved"], rated=row["rated_at"] is not None
    )
    subject = Category(
        code=row["category__code"] or "",
        name_zh=row["category__name_zh"] or "",
        name_en=row["category__name_en"] or "",
    )
    return Published(
        number=numbers.case_number(row["pk"], row["registered_at"]),
        title=row["public_title"],
        text=row["public_text"],
        answer=row["public_answer"],
        place=place_name(row["place__name"]),
        unit=row["unit__name"],
        subject=name_of(subject),
        outcome=resident_words.outcome_name(row["outcome"]),
        judgement=judged,
        registered_at=row["registered_at"],
        resolved_at=row["resolved_at"],
        published_at=row["published_at"],
    )
