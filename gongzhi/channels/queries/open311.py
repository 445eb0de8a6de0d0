"""What Open311 reads: services, their questions, requests and their updates.

Without a key only what a person made public, in the words written for it. With a key besides that what the
account of the key has in sight. A list of a thousand takes the same queries as a list of one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet

from gongzhi.cases import lifecycle, numbers
from gongzhi.cases.lifecycle import ClockKind, State
from gongzhi.cases.models import Case, Category, Clock, Transition
from gongzhi.cases.queries import access
from gongzhi.cases.queries.categories import list_categories, name_of
from gongzhi.cases.resident_words import place_name
from gongzhi.channels.models import Origin
from gongzhi.channels.open311 import words
from gongzhi.channels.open311.arguments import CLOSED, OPEN, Search
from gongzhi.core.actor import Actor

_WORKING = sorted(state.value for state in lifecycle.WORKING_STATES)
_COLUMNS = (
    "pk",
    "registered_at",
    "moved_at",
    "resolved_at",
    "closed_at",
    "published_at",
    "public_title",
    "public_text",
    "public_answer",
    "status",
    "level",
    "kind",
    "tier",
    "urgency",
    "channel",
    "outcome",
    "solved",
    "rated_at",
    "place__code",
    "place__name",
    "place__parent__name",
    "place__parent__parent__name",
    "place__kind",
    "unit__name",
    "category__code",
    "category__name_zh",
    "category__name_en",
)
_STORED_DECIMALS = 6
_ABOVE = {"county": 0, "town": 1, "department": 1}
"""How many units stand above one of this kind up to the county; two for all below the town."""
_OWN_COLUMNS = ("title", "text", "place_detail", "answer")
"""Read only for a viewer who reads words."""


@dataclass(frozen=True, slots=True)
class Service:
    code: str
    name: str
    description: str
    keywords: str
    group: str


@dataclass(frozen=True, slots=True)
class Note:
    """One step of a matter, as everybody may read it."""

    key: int
    at: datetime
    move: str
    words: str
    state: str
    number: str


@dataclass(frozen=True, slots=True)
class Request:
    """A matter as an outside client sees it."""

    number: str
    row: Mapping[str, Any]
    title: str
    description: str
    answer: str
    address: str
    service_code: str
    service_name: str
    status: str
    updated_at: datetime
    expected_at: datetime | None
    origin: Origin | None
    is_own: bool
    """Seen by right of a key and not because it is public."""
    is_whole: bool
    """Seen by right of a key that reads words: what the client said is shown as it was said."""
    notes: Sequence[Note] = field(default=())


def list_services() -> list[Service]:
    """Return every subject in use. One query."""
    rows = list(list_categories())
    tops = {row.code: name_of(row) for row in rows if row.depth == 1}
    return [
        Service(
            code=row.code,
            name=name_of(row),
            description=row.sentence_zh if name_of(row) == row.name_zh else row.sentence_en,
            keywords=",".join(row.words.split()),
            group=tops.get(row.code[:2], ""),
        )
        for row in rows
    ]


def find_service(code: str) -> Category | None:
    """Return the subject with this code, or None."""
    return list_categories().filter(code=code).first()


def services_changed_at() -> datetime | None:
    """Return when the list of services was last added to."""
    found: datetime | None = Category.objects.aggregate(last=Max("created_at"))["last"]
    return found


def _seen(viewer: Actor | None) -> QuerySet[Case]:
    public = Q(published_at__isnull=False)
    if viewer is None:
        return Case.objects.filter(public)
    return Case.objects.filter(public | Q(pk__in=access.visible_cases(viewer).values("pk")))


def list_requests(search: Search, *, viewer: Actor | None, unsorted: str) -> list[Request]:
    """Return the requests asked for, newest first. Three queries, four with extensions.

    `unsorted` is the code of the subject that stands for matters nobody has sorted yet.
    """
    seen = _seen(viewer)
    if search.numbers:
        keys = [key for number in search.numbers if (key := numbers.parse_number(number))]
        wanted = {numbers.canonical(number) for number in search.numbers}
        rows = [row for row in _rows(seen.filter(pk__in=keys), viewer) if _number(row) in wanted]
        return _requests(rows, viewer=viewer, unsorted=unsorted, extensions=search.extensions)
    seen = seen.filter(registered_at__gte=search.start, registered_at__lte=search.end)
    if search.services:
        seen = seen.filter(category__code__in=search.services)
    if search.statuses == {OPEN}:
        seen = seen.filter(status__in=_WORKING)
    elif search.statuses == {CLOSED}:
        seen = seen.exclude(status__in=_WORKING)
    first = (search.page - 1) * search.page_size
    rows = list(_rows(seen, viewer)[first : first + search.page_size])
    return _requests(rows, viewer=viewer, unsorted=unsorted, extensions=search.extensions)


def find_request(number: str, *, viewer: Actor | None, unsorted: str, extensions: bool) -> Request | None:
    """Return one request, or None: absent, not public and out of sight are the same."""
    rows = list(_rows(_seen(viewer).filter(pk=numbers.parse_number(number) or 0), viewer))
    rows = [row for row in rows if _number(row) == numbers.canonical(number)]
    return next(iter(_requests(rows, viewer=viewer, unsorted=unsorted, extensions=extensions)), None)


def _rows(seen: QuerySet[Case], viewer: Actor | None) -> "QuerySet[Case, dict[str, Any]]":
    own = _OWN_COLUMNS if viewer is not None and access.reads_words(viewer) else ()
    rows: QuerySet[Case, dict[str, Any]] = seen.order_by("-registered_at", "-pk").values(*_COLUMNS, *own)
    return rows


def _number(row: Mapping[str, Any]) -> str:
    return numbers.case_number(row["pk"], row["registered_at"])


def _requests(
    rows: Sequence[Mapping[str, Any]], *, viewer: Actor | None, unsorted: str, extensions: bool
) -> list[Request]:
    keys = [row["pk"] for row in rows]
    if not keys:
        return []
    finish = Clock.objects.filter(case_id__in=keys, kind=ClockKind.FINISH.value, paused_at__isnull=True)
    # The newest of a matter that was answered more than once comes last and stays.
    due = dict(finish.order_by("started_at", "pk").values_list("case_id", "due_at"))
    origins = {origin.case_id: origin for origin in Origin.objects.filter(case_id__in=keys)}
    notes = _notes(rows) if extensions else {}
    spare = find_service(unsorted) if any(not row["category__code"] for row in rows) else None
    return [
        _request(row, due.get(row["pk"]), origins.get(row["pk"]), notes.get(row["pk"], ()), spare)
        for row in rows
    ]


def _request(
    row: Mapping[str, Any],
    expected_at: datetime | None,
    origin: Origin | None,
    notes: Sequence[Note],
    spare: Category | None,
) -> Request:
    is_own = row["published_at"] is None
    category = spare
    if row["category__code"]:
        category = Category(
            code=row["category__code"], name_zh=row["category__name_zh"], name_en=row["category__name_en"]
        )
    status = OPEN if row["status"] in _WORKING else CLOSED
    closed_at = row["resolved_at"] or row["closed_at"]
    return Request(
        number=_number(row),
        row=row,
        title=row.get("title", "") if is_own else row["public_title"],
        description=row.get("text", "") if is_own else row["public_text"],
        answer=row.get("answer", "") if is_own else row["public_answer"],
        address=_address(row, detail=row.get("place_detail", "") if is_own else ""),
        service_code=category.code if category else "",
        service_name=name_of(category) if category else "",
        status=status,
        updated_at=(closed_at if status == CLOSED and closed_at else row["moved_at"]),
        expected_at=expected_at,
        origin=origin,
        is_own=is_own,
        is_whole=is_own and "text" in row,
        notes=notes,
    )


def _address(row: Mapping[str, Any], *, detail: str) -> str:
    """From the most to the least specific, as the specification asks; no higher than the county."""
    above = _ABOVE.get(row["place__kind"], 2)
    names = [row["place__name"], row["place__parent__name"], row["place__parent__parent__name"]]
    shown = [place_name(name) for name in names[: above + 1] if name]
    return ", ".join([detail, *shown] if detail else shown)


def _notes(rows: Sequence[Mapping[str, Any]]) -> dict[int, list[Note]]:
    of = {row["pk"]: row for row in rows}
    found: dict[int, list[Note]] = defaultdict(list)
    for step in _steps().filter(case_id__in=list(of)):
        found[step.case_id].append(_note(step, of[step.case_id]))
    return found


def _steps() -> QuerySet[Transition]:
    """The steps everybody may read, oldest first."""
    steps = Transition.objects.filter(move__in=[str(move) for move in words.STEPS])
    return steps.select_related("by_unit", "to_unit").order_by("at", "pk")


def _note(step: Transition, row: Mapping[str, Any]) -> Note:
    """What happened, and for an answer its published words; never what people wrote in between."""
    said = words.step_words(
        step.move,
        by=step.by_unit.name if step.by_unit else row["unit__name"],
        to=step.to_unit.name if step.to_unit else row["unit__name"],
    )
    if step.to_state == State.RESOLVED and row["published_at"] is not None:
        said = f"{said} {row['public_answer']}".strip()
    return Note(key=step.pk, at=step.at, move=step.move, words=said, state=step.to_state, number=_number(row))


def list_updates(search: Search, *, viewer: Actor | None) -> list[tuple[Note, str]]:
    """Return the steps of the period, oldest first, each with open or closed. Two queries."""
    seen = _seen(viewer)
    if search.numbers:
        keys = [key for number in search.numbers if (key := numbers.parse_number(number))]
        steps = _steps().filter(case__in=seen.filter(pk__in=keys).values("pk"))
    else:
        moved = seen.filter(moved_at__gte=search.start).values("pk")
        steps = _steps().filter(at__gte=search.start, at__lte=search.end, case__in=moved)
    first = (search.page - 1) * search.page_size
    page = list(steps[first : first + search.page_size])
    of = {row["pk"]: row for row in _rows(Case.objects.filter(pk__in={s.case_id for s in page}), None)}
    notes = [_note(step, of[step.case_id]) for step in page]
    return [(note, OPEN if note.state in _WORKING else CLOSED) for note in notes]


def published_point(origin: Origin | None, decimals: int, *, exact: bool) -> tuple[float, float] | None:
    """Return latitude and longitude as they may be shown, or None."""
    if origin is None or origin.latitude is None or origin.longitude is None:
        return None
    places = _STORED_DECIMALS if exact else decimals
    return tuple(float(round(Decimal(value), places)) for value in (origin.latitude, origin.longitude))  # type: ignore[return-value]
