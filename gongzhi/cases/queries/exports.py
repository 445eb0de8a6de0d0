"""Exports: the query of a list kept as plain values, so that list, count and file read the same rows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet

from gongzhi.cases.models import Case, Category, Export
from gongzhi.cases.queries import access, categories, figures, lists
from gongzhi.cases.queries.lists import Filters, Queue
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import User
from gongzhi.orgs.permissions import Permission, posts_granting

MOST_SHOWN = 50
"""Technical: lines of a person's own page; older ones are gone anyway."""
_PLAIN = ("status", "due", "category", "kind", "urgency", "channel", "level", "words", "open_only", "sort")


def pack_list(queue: Queue, filters: Filters) -> dict[str, Any]:
    """Return the query of a list as plain values."""
    held = {name: getattr(filters, name) for name in _PLAIN}
    return {"queue": str(queue), "unit": filters.unit.code if filters.unit else "", **held}


def pack_figure(*, unit: str, measure: str, month: date, part: str, only: str) -> dict[str, Any]:
    """Return the query behind a figure as plain values."""
    return {"unit": unit, "measure": measure, "month": f"{month:%Y-%m}", "part": part, "only": only}


def rows_of(*, viewer: Actor, source: str, query: dict[str, Any], at: datetime) -> QuerySet[Case]:
    """Return the rows of the list as the viewer sees them, in its own order; `at` is when it was asked.

    Raises NotFound for a unit, a queue or a figure out of the viewer's reach.
    """
    if source == Export.Source.FIGURE:
        behind = figures.list_behind(
            viewer=viewer,
            unit=orgs.get_unit(viewer, query["unit"], permission=Permission.FIGURES_VIEW),
            measure_code=query["measure"],
            month=date.fromisoformat(f"{query['month']}-01"),
            part=query["part"],
            only=query["only"],
            at=at,
        )
        # A figure covers all its unit has or had sight of; the file only what the viewer sees himself.
        return behind.rows.filter(pk__in=access.visible_cases(viewer).values("pk"))
    queue = Queue(query["queue"])
    if queue not in lists.queues_of(viewer):
        raise NotFound
    unit = orgs.get_unit(viewer, query["unit"], permission=Permission.CASE_VIEW) if query["unit"] else None
    filters = Filters(unit=unit, **{name: query[name] for name in _PLAIN})
    return lists.list_cases(
        viewer=viewer, queue=queue, filters=filters, at=at, soon_until=lists.soon_until(at)
    )


def part_for_job(
    rows: QuerySet[Case], *, after: int, top: int, fields: Sequence[str], size: int
) -> list[tuple[Any, ...]]:
    """Return the next rows by key, as tuples of `fields`. One query whose cost does not grow with `after`."""
    found = rows.filter(pk__gt=after, pk__lte=top).select_related(None).order_by("pk")
    return list(found.values_list(*fields)[:size])


def top_key() -> int:
    return Case.objects.aggregate(top=Max("pk"))["top"] or 0


def scope_of(viewer: Actor) -> list[int]:
    """Return the units whose matters the viewer sees."""
    return sorted({post.unit_id for post in posts_granting(viewer, Permission.CASE_VIEW)})


def may_have(viewer: Actor, export: Export) -> bool:
    """Whether the viewer asked for it and still sees all that stands in it."""
    if viewer.user_id != export.owner_id or not set(export.scope) <= set(scope_of(viewer)):
        return False
    return access.reads_words(viewer) or not export.with_words


def owner_of(export: Export, *, at: datetime) -> Actor:
    """Return the owner as an actor, with the posts of now."""
    return orgs.actor_for(User.objects.get(pk=export.owner_id), at=at, door="job")


def list_exports(*, viewer: Actor) -> list[Export]:
    """Return what the viewer asked for, the newest first. One query of an index."""
    return list(Export.objects.filter(owner=viewer.user_id).order_by("-id")[:MOST_SHOWN])


def get_export(*, viewer: Actor, key: int) -> Export:
    """Return an export of the viewer's own. Raises NotFound for anybody else's."""
    found = Export.objects.filter(pk=key, owner=viewer.user_id).first()
    if found is None:
        raise NotFound
    return found


def subjects_for_job() -> dict[str, str]:
    """Return the names of all subjects in the language of now."""
    return {row.code: categories.name_of(row) for row in Category.objects.all()}


def expired_for_job(*, at: datetime, most: int) -> list[Export]:
    return list(Export.objects.filter(state=Export.State.DONE, expires_at__lte=at).order_by("pk")[:most])


def stuck_for_job(*, before: datetime, most: int) -> list[Export]:
    open_ones = Export.objects.filter(
        state__in=[Export.State.WAITING, Export.State.RUNNING], asked_at__lte=before
    )
    return list(open_ones.order_by("asked_at")[:most])
