"""The roster of experts and the questions put to them, as people choose from and read them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongzhi.cases.models import Case, Expert, ExpertQuestion
from gongzhi.cases.queries.picking import Option
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, visible


@dataclass(frozen=True, slots=True)
class ExpertShown:
    """Somebody of the roster with how their advice was found useful."""

    key: int
    name: str
    office: str
    reach: str
    skills: str
    unit: str
    answers: int
    score: float | None
    can_end: bool


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question of a case; `position` counts from 1."""

    position: int
    expert: str
    office: str
    reach: str
    question: str
    due_at: datetime
    is_late: bool
    answer: str
    answered_at: datetime | None
    score: int | None


def _counted(rows: QuerySet[Expert]) -> QuerySet[Expert]:
    return rows.select_related("unit").annotate(
        answers=Count("questions", filter=Q(questions__answered_at__isnull=False)),
        useful=Avg("questions__score"),
    )


def list_experts(*, viewer: Actor) -> list[ExpertShown]:
    """Return the experts whom the viewer's units may ask or whose roster they keep, by office. One query."""
    units = [path for post in viewer.posts for path in _upward(post.unit_path)]
    below = visible(viewer, Permission.CASE_VIEW, "unit__path")
    mine = set(
        Expert.objects.filter(visible(viewer, Permission.EXPERT_CHANGE, "unit__path")).values_list(
            "pk", flat=True
        )
    )
    rows = _counted(Expert.objects.filter(Q(unit__path__in=units) | below, valid_until__isnull=True))
    return [
        ExpertShown(
            key=row.pk,
            name=row.name,
            office=row.office,
            reach=row.reach,
            skills=row.skills,
            unit=row.unit.name,
            answers=getattr(row, "answers", 0),
            score=getattr(row, "useful", None),
            can_end=row.pk in mine,
        )
        for row in rows.order_by("unit__path", "office", "name")
    ]


def _upward(path: str) -> list[str]:
    codes = path.strip("/").split("/")
    return ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]


def get_expert(*, viewer: Actor, key: int) -> Expert:
    """Return an expert whose roster the viewer keeps. Raises NotFound."""
    kept = visible(viewer, Permission.EXPERT_CHANGE, "unit__path")
    found = Expert.objects.select_related("unit").filter(kept, pk=key, valid_until__isnull=True).first()
    if found is None:
        raise NotFound
    return found


def keeps_roster_of(viewer: Actor) -> list[Unit]:
    """Return the units whose roster the viewer keeps: those of their posts that grant it."""
    keys = {p.unit_id for p in viewer.posts}
    kept = visible(viewer, Permission.EXPERT_CHANGE)
    return list(Unit.objects.filter(kept, pk__in=keys).order_by("path"))


def askable(case: Case) -> list[Option]:
    """Return whom the unit of the case may ask, those for its subject first. One query."""
    paths_above = _upward(case.unit.path)
    rows = _counted(Expert.objects.filter(unit__path__in=paths_above, valid_until__isnull=True))
    subject = case.category.code if case.category else ""
    ranked = sorted(rows, key=lambda row: (not _fits(row, subject), row.office, row.name))
    return [Option(str(row.pk), f"{row.name}（{row.office}）", hint=_hint(row)) for row in ranked]


def _fits(row: Expert, subject: str) -> bool:
    return any(subject.startswith(code) for code in row.subjects) if subject else False


def _hint(row: Expert) -> str:
    answers = getattr(row, "answers", 0)
    counted = ngettext("%(n)d answer", "%(n)d answers", answers) % {"n": answers}
    return f"{row.skills} · {row.reach} · {counted}"


def find_askable(case: Case, key: str) -> Expert | None:
    """Return the expert with this key if the unit of the case may ask them."""
    if not key.isdecimal():
        return None
    rows = Expert.objects.select_related("unit")
    return rows.filter(
        pk=int(key[:18]), unit__path__in=_upward(case.unit.path), valid_until__isnull=True
    ).first()


def questions_of(case: Case, *, at: datetime, words_too: bool = True) -> list[QuestionShown]:
    """Return the questions of a case in the order in which they were asked. One query."""
    rows = ExpertQuestion.objects.filter(case=case).select_related("expert").order_by("id")
    return [
        QuestionShown(
            position=number,
            expert=row.expert.name,
            office=row.expert.office,
            reach=row.expert.reach,
            question=row.question if words_too else "",
            due_at=row.due_at,
            is_late=row.answered_at is None and row.due_at < at,
            answer=row.answer if words_too else "",
            answered_at=row.answered_at,
            score=row.score,
        )
        for number, row in enumerate(rows, 1)
    ]


def open_questions(case: Case, *, at: datetime) -> list[Option]:
    """Return the questions that wait for an answer, to choose from."""
    return [_chosen(q) for q in questions_of(case, at=at) if q.answered_at is None]


def unrated_questions(case: Case, *, at: datetime) -> list[Option]:
    """Return the answered questions nobody has rated, to choose from."""
    return [_chosen(q) for q in questions_of(case, at=at) if q.answered_at is not None and q.score is None]


def _chosen(question: QuestionShown) -> Option:
    label = _("%(expert)s: %(question)s") % {"expert": question.expert, "question": question.question}
    return Option(str(question.position), label)
