"""How often proposals were right in use, the matters behind it, and the models that were learnt."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from gongzhi.cases.models import Case, LearntModel, Proposal
from gongzhi.cases.queries import access
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, visible

_PAIRS = 12
"""Technical: lines of a short list."""


@dataclass(frozen=True, slots=True)
class Right:
    """How many of some proposals were what the person chose."""

    base: int
    right: int

    @property
    def share(self) -> float | None:
        return self.right / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one month: by field, by unit for one field, and what was taken for what."""

    fields: dict[str, tuple[Right, Right, Right]]
    """All, those that stood on the form as chosen, and those that did not."""
    units: list[tuple[Unit, Right]]
    pairs: list[tuple[str, str, int]]
    """Proposed, chosen, how often; only the wrong ones."""


def _decided(viewer: Actor, first: date, last: date) -> QuerySet[Proposal]:
    """Proposals of months that were decided by desks the viewer reads figures of."""
    scope = visible(viewer, Permission.FIGURES_VIEW, "unit__path")
    return Proposal.objects.filter(scope, month__gte=first, month__lte=last)


_RIGHT = Q(value=F("chosen"))


def accuracy(*, viewer: Actor, month: date, field: str) -> Accuracy:
    """Return the accuracy of a month. Four queries, by the index of decided proposals."""
    rows = _decided(viewer, month, month)
    found = rows.values("field", "chosen_already").annotate(
        base=Count("pk"), right=Count("pk", filter=_RIGHT)
    )
    fields = {}
    for name in Proposal.Field.values:
        sure, unsure = (
            Right(
                sum(r["base"] for r in found if r["field"] == name and r["chosen_already"] is shown),
                sum(r["right"] for r in found if r["field"] == name and r["chosen_already"] is shown),
            )
            for shown in (True, False)
        )
        fields[name] = (Right(sure.base + unsure.base, sure.right + unsure.right), sure, unsure)
    mine = rows.filter(field=field)
    by_unit = list(mine.values("unit").annotate(base=Count("pk"), right=Count("pk", filter=_RIGHT)))
    units = Unit.objects.in_bulk([row["unit"] for row in by_unit])
    wrong = (
        mine.exclude(_RIGHT)
        .values_list("value", "chosen")
        .annotate(times=Count("pk"))
        .order_by("-times", "value", "chosen")
    )
    return Accuracy(
        fields=fields,
        units=sorted(
            ((units[row["unit"]], Right(row["base"], row["right"])) for row in by_unit),
            key=lambda pair: (-pair[1].base, pair[0].path),
        ),
        pairs=list(wrong[:_PAIRS]),
    )


def by_month(*, viewer: Actor, first: date, last: date, field: str) -> dict[date, Right]:
    """Return the accuracy of one field in each month that has any. One query."""
    rows = _decided(viewer, first, last).filter(field=field).values("month")
    found = rows.annotate(base=Count("pk"), right=Count("pk", filter=_RIGHT)).order_by("month")
    return {row["month"]: Right(row["base"], row["right"]) for row in found if row["month"]}


def behind(
    *,
    viewer: Actor,
    month: date,
    field: str,
    unit: str = "",
    value: str = "",
    chosen: str = "",
    only: str = "",
) -> QuerySet[Case]:
    """Return the matters behind a figure that the viewer sees, the newest first. `only` is right or wrong."""
    rows = _decided(viewer, month, month).filter(field=field)
    if unit:
        rows = rows.filter(unit__code=unit)
    if value:
        rows = rows.filter(value=value)
    if chosen:
        rows = rows.filter(chosen=chosen)
    if only:
        rows = rows.filter(_RIGHT) if only == "right" else rows.exclude(_RIGHT)
    seen = access.visible_cases(viewer).filter(pk__in=rows.values("case"))
    return seen.select_related("place", "unit", "category", "owner").order_by("-pk")


def list_models(*, viewer: Actor) -> QuerySet[LearntModel]:
    """Return every model learnt, the newest first. Raises NotFound for who has nothing to do with them."""
    if not viewer.posts:
        raise NotFound
    return LearntModel.objects.select_related("compared_with").order_by("-pk")
