"""Working on a matter together: whom one may call, who is called, and how units help, counted."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext

from gongzhi.cases import deadlines, together_rules
from gongzhi.cases.models import Case, HelpCall
from gongzhi.cases.queries import access, calendars, picking, places, story
from gongzhi.cases.queries.measures import month_bounds
from gongzhi.cases.queries.shown import RuleRef, rule_ref
from gongzhi.core.actor import Actor
from gongzhi.orgs import paths
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, posts_granting, visible
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class HelpShown:
    """One call for help as the page of a case draws it; words are empty for who does not read any."""

    unit: str
    words: str
    called_at: datetime
    due_at: datetime
    signed_at: datetime | None
    answer: str
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_words: str
    score: int | None
    score_words: str
    rating_words: str
    remaining: int
    working_day: int | None
    rule: RuleRef | None

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.ended_at is None

    @property
    def tone(self) -> str:
        if self.is_open:
            return "late" if self.remaining < 0 else "info"
        return "good" if self.answered_at else ""


def shown(case: Case, *, reads: bool, at: datetime) -> list[HelpShown]:
    """Return the calls of a case the viewer sees, open ones first. No query beyond the one for the calls."""
    calendar = calendars.at(at)
    day = calendar.hours.minutes_per_day
    rows = []
    for call in access.help_calls(case):
        done = call.answered_at or call.ended_at or at
        rows.append(
            HelpShown(
                unit=call.unit.name,
                words=call.words if reads else "",
                called_at=call.called_at,
                due_at=call.due_at,
                signed_at=call.signed_at,
                answer=call.answer if reads else "",
                answered_at=call.answered_at,
                ended_at=call.ended_at,
                ended_by=call.ended_by,
                ended_words=call.ended_words if reads else "",
                score=call.score,
                score_words=story.score_words(call.score) if call.score else "",
                rating_words=call.rating_words if reads else "",
                remaining=deadlines.between(calendar, done, call.due_at, plain=call.plain),
                working_day=None if call.plain else day,
                rule=rule_ref(call.rule),
            )
        )
    return sorted(rows, key=lambda row: not row.is_open)


def call_reach(case: Case, *, at: datetime) -> picking.Reach:
    """Return the units that the unit which has the case may call by the rule, likely ones first. Two
    queries."""
    kinds = in_force(together_rules.TOGETHER, at=at).params.kinds_for(places.level_of(case.unit))
    rows = Unit.objects.filter(orgs.valid_on(orgs.day_of(at)), kind__in=kinds).select_related("parent")
    called = access.helping_units(case)
    units = [
        unit
        for unit in rows.order_by("path")
        if unit.pk not in called and places.may_be_called(case.unit, unit, kinds=kinds)
    ]
    return picking.reach_of(units, likely=picking.responsible_units(case, units))


def open_calls(case: Case) -> list[picking.Option]:
    """Return the units that are called and have not answered, to choose from."""
    return [picking.Option(c.unit.code, c.unit.name) for c in access.help_calls(case) if c.is_open]


def unrated_calls(case: Case) -> list[picking.Option]:
    """Return the units whose answer nobody has rated yet, to choose from."""
    rows = (c for c in access.help_calls(case) if c.answered_at and c.score is None)
    return [picking.Option(call.unit.code, call.unit.name) for call in rows]


def has_to_report(viewer: Actor, case: Case) -> bool:
    """Whether a unit of the viewer is called and has not reported yet."""
    mine = {post.unit_id for post in posts_granting(viewer, Permission.CASE_HANDLE)}
    calls = access.help_calls(case)
    return any(call.is_open and call.unit_id in mine and call.signed_at is None for call in calls)


def called_to(viewer: Actor) -> Q:
    """Return the condition for cases a unit of the viewer is called to and has not answered.

    The index of open calls serves it.
    """
    mine = sorted({post.unit_id for post in posts_granting(viewer, Permission.CASE_HANDLE)})
    calls = HelpCall.objects.filter(unit__in=mine, answered_at__isnull=True, ended_at__isnull=True)
    return Q(pk__in=calls.values("case"))


# --- Counted -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HelpFigures:
    """How one unit helped: the calls of a month, what became of them, and how they were rated."""

    unit: Unit
    called: int
    answered: int
    in_time: int
    waiting: int
    rated: int
    score: float | None

    @property
    def in_time_share(self) -> float | None:
        """Answered in time among those that are answered or late; what is not due yet is not counted."""
        base = self.called - self.waiting
        return self.in_time / base if base else None

    @property
    def in_time_words(self) -> str:
        share = self.in_time_share
        return "—" if share is None else f"{share:.0%}"

    @property
    def score_words(self) -> str:
        return "—" if self.score is None else gettext("%(score).1f of 5") % {"score": self.score}


def counted(*, viewer: Actor, unit: Unit, month: date, at: datetime) -> list[HelpFigures]:
    """Return the figures of every unit in `unit` and below that was called in the month, most calls first.

    Only what the viewer's posts read figures of. One query, by the index of called units.
    """
    start, end = month_bounds(month)
    calls = HelpCall.objects.filter(
        paths.subtree(unit.path, field="unit__path"),
        visible(viewer, Permission.FIGURES_VIEW, "unit__path"),
        called_at__gte=start,
        called_at__lt=end,
    ).exclude(ended_at__isnull=False)
    rows = calls.values("unit").annotate(
        called=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        in_time=Count("pk", filter=Q(margin_minutes__gte=0)),
        waiting=Count("pk", filter=Q(answered_at__isnull=True, due_at__gt=at)),
        rated=Count("score"),
        score=Avg("score"),
    )
    found = list(rows.order_by("-called", "unit"))
    units = Unit.objects.in_bulk([row["unit"] for row in found])
    return [
        HelpFigures(
            unit=units[row["unit"]],
            called=row["called"],
            answered=row["answered"],
            in_time=row["in_time"],
            waiting=row["waiting"],
            rated=row["rated"],
            score=row["score"],
        )
        for row in found
    ]


def behind(*, viewer: Actor, unit: Unit, month: date) -> QuerySet[Case]:
    """Return the cases behind a unit's figures of a month that the viewer sees, the newest first."""
    start, end = month_bounds(month)
    calls = HelpCall.objects.filter(unit=unit, called_at__gte=start, called_at__lt=end, ended_at__isnull=True)
    seen = access.visible_cases(viewer).filter(pk__in=calls.values("case"))
    return seen.select_related("place", "unit", "category", "owner").order_by("-pk")
