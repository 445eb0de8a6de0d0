"""The public notice board: matters released by a person, in the words written for it, and nothing else.

Only columns named in `_COLUMNS` are read from the database, so no personal field can slip onto a page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from gongzhi.cases import numbers, resident_words
from gongzhi.cases.models import Case, Category
from gongzhi.cases.queries.access import CaseNotFound
from gongzhi.cases.queries.categories import name_of
from gongzhi.cases.resident_words import Standing, place_name
from gongzhi.core.paging import Page, page_for_people
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
    count: int


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


def board(shown: BoardFilter, *, page: str | None) -> Board:
    """Return a page of the notice board with its filters, newest first. Eight queries at the most."""
    towns = list(Unit.objects.filter(kind=UnitKind.TOWN).order_by("path"))
    found = page_for_people(
        _published().filter(_matches(shown, towns)).values(*_COLUMNS), page, size=PAGE_SIZE
    )
    return Board(
        page=found,
        matters=[_shown(row) for row in found],
        towns=_town_facets(shown, towns),
        subjects=_subject_facets(shown, towns),
        outcomes=_outcome_facets(shown, towns),
    )


def _published() -> QuerySet[Case]:
    return Case.objects.filter(published_at__isnull=False).order_by("-published_at", "-pk")


def _matches(shown: BoardFilter, towns: Iterable[Unit], *, but: str = "") -> Q:
    """Return the condition of the filters, leaving out the one named `but`."""
    condition = Q()
    if shown.town and but != "town":
        path = next((town.path for town in towns if town.code == shown.town), None)
        condition &= paths.subtree(path, field="place__path") if path else Q(pk=0)
    if shown.subject and but != "subject":
        condition &= Q(category__code__startswith=shown.subject)
    if shown.outcome and but != "outcome":
        condition &= Q(outcome=shown.outcome)
    if shown.text:
        words = Q()
        for word in shown.text.split()[:5]:
            words &= (
                Q(public_title__icontains=word)
                | Q(public_text__icontains=word)
                | Q(public_answer__icontains=word)
            )
        key = numbers.parse_number(shown.text)
        condition &= words | Q(pk=key) if key else words
    return condition


def _counted(shown: BoardFilter, towns: Iterable[Unit], but: str, column: str) -> Mapping[str, int]:
    rows = _published().order_by().filter(_matches(shown, towns, but=but))
    return {value or "": count for value, count in rows.values_list(column).annotate(n=Count("pk"))}


def _town_facets(shown: BoardFilter, towns: list[Unit]) -> list[Facet]:
    by_path = _counted(shown, towns, "town", "place__path")
    counts = Counter[str]()
    for path, count in by_path.items():
        counts.update({town.code: count for town in towns if path.startswith(town.path)})
    return _facets(((town.code, town.name) for town in towns), counts, shown.town)


def _subject_facets(shown: BoardFilter, towns: list[Unit]) -> list[Facet]:
    counts = Counter[str]()
    for code, count in _counted(shown, towns, "subject", "category__code").items():
        counts.update({code[:_SUBJECT_SIGNS]: count})
    tops = Category.objects.filter(depth=1).order_by("code")
    return _facets(((top.code, name_of(top)) for top in tops), counts, shown.subject)


def _outcome_facets(shown: BoardFilter, towns: list[Unit]) -> list[Facet]:
    counts = _counted(shown, towns, "outcome", "outcome")
    names = ((code, resident_words.outcome_name(code)) for code in resident_words.outcome_codes())
    return _facets(names, counts, shown.outcome)


def _facets(names: Iterable[tuple[str, str]], counts: Mapping[str, int], chosen: str) -> list[Facet]:
    """Return the filters that would show something, and the chosen one even if it shows nothing."""
    return [
        Facet(value, label, counts.get(value, 0))
        for value, label in names
        if counts.get(value, 0) or value == chosen
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
