"""The petition procedure of a matter: where it stands, what may be asked, who decides."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from gongzhi.cases import deadlines, lifecycle, petition_rules
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, Petition, PetitionReview
from gongzhi.cases.queries import calendars, places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.queries import in_force

ROUTE = lifecycle.Route.PETITION
Kind = PetitionReview.Kind


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the procedure of a petition stands. `next` is what may be asked for now, until `until`."""

    petition: Petition
    reviews: list[PetitionReview]
    next: str
    until: datetime | None
    answer_due_at: datetime | None
    beyond: str
    """Who reviews when no level above is in this county; else ""."""
    remains: str
    """What remains when it is over; else ""."""

    @property
    def open_review(self) -> PetitionReview | None:
        return next((row for row in self.reviews if row.decided_at is None), None)


def stage_of(case: Case, *, at: datetime) -> Stage | None:
    """Return where the petition procedure of a case stands, or None when it is no petition. Two queries."""
    if case.route != ROUTE:
        return None
    petition = Petition.objects.get(case=case)
    reviews = list(PetitionReview.objects.filter(case=case).select_related("unit").order_by("asked_at", "id"))
    rule = in_force(petition_rules.PETITION, at=at).params
    language = get_language() or case.language
    following, since = _next(case, petition, reviews)
    until = _ask_until(since, rule) if since else None
    reviewer = reviewer_of(case, reviews) if following else None
    return Stage(
        petition=petition,
        reviews=reviews,
        next=following if until and at <= until and reviewer else "",
        until=until,
        answer_due_at=_answer_due(case, rule, at=at),
        beyond=rule.beyond(language) if following and reviewer is None else "",
        remains=rule.remains(language) if petition.ended_at else "",
    )


def _ask_until(since: datetime, rule: petition_rules.PetitionParams) -> datetime:
    """Return the last moment in which a review may be asked for: the last day counts to its end, as days do
    in law. The day of the answer is taken for the day of its receipt."""
    last = timezone.localtime(since + timedelta(minutes=rule.ask_review.minutes))
    return timezone.make_aware(datetime.combine(last.date(), time.max))


def _next(case: Case, petition: Petition, reviews: list[PetitionReview]) -> tuple[str, datetime | None]:
    """Return which review may be asked for, and the moment from which the time to ask runs."""
    if petition.ended_at or case.status not in (State.RESOLVED, State.CLOSED) or case.resolved_at is None:
        return "", None
    # A matter that was ordered anew has a new answer, whose reviews begin again.
    of_answer = [row for row in reviews if row.asked_at >= case.resolved_at]
    if any(row.decided_at is None for row in of_answer):
        return "", None
    if not of_answer:
        return str(Kind.FIRST), case.resolved_at
    return (str(Kind.SECOND), of_answer[-1].decided_at) if len(of_answer) == 1 else ("", None)


def _answer_due(case: Case, rule: petition_rules.PetitionParams, *, at: datetime) -> datetime | None:
    if case.accepted_at is None:
        return None
    return deadlines.add(calendars.at(at), case.accepted_at, rule.answer.minutes, plain=True)


def reviewer_of(case: Case, reviews: list[PetitionReview]) -> Unit | None:
    """Return the centre that reviews next: one level above the unit that answered, or the first reviewer.

    A bureau's answer is reviewed by the county centre. None when the next level lies above the county.
    """
    below = case.unit
    if case.resolved_at and (
        decided := [r for r in reviews if r.decided_at and r.asked_at >= case.resolved_at]
    ):
        below = decided[-1].unit
    if below.kind == UnitKind.DEPARTMENT:
        return places.centre_at(below, lifecycle.Level.COUNTY)
    above = lifecycle.level_above(places.level_of(below))
    return places.centre_at(below, above) if above else None


def over_before(case: Case) -> Case | None:
    """Return an ended petition of the same reporter about the same subject, or None. One query."""
    if not case.reporter_phone_index:
        return None
    found = Case.objects.filter(
        reporter_phone_index=case.reporter_phone_index, petition__ended_at__isnull=False
    )
    if case.category is not None:
        found = found.filter(category=case.category)
    return found.exclude(pk=case.pk).order_by("-pk").first()


def to_review(viewer: Actor) -> QuerySet[Case]:
    """Return the cases whose review the viewer's units have to decide, the next deadline first."""
    mine = sorted({post.unit_id for post in posts_granting(viewer, Permission.CASE_ARBITRATE)})
    open_ones = Q(reviews__unit__in=mine, reviews__decided_at__isnull=True)
    found = Case.objects.filter(open_ones).select_related("place", "unit", "category", "owner")
    return found.order_by("reviews__due_at", "pk")


def rule_label(*, at: datetime) -> str:
    """Return the label of the rule of petitions in force."""
    return in_force(petition_rules.PETITION, at=at).label


@dataclass(frozen=True, slots=True)
class Document:
    """What a printable document of the procedure says: who writes, about what, when, and what one may ask."""

    name: str
    case: Case
    unit: Unit
    at: datetime
    words: str
    until: datetime | None
    due_at: datetime | None
    review: PetitionReview | None


def document(case: Case, name: str, *, at: datetime) -> Document:
    """Return one document of a petition. Raises NotFound while there is none."""
    stage = stage_of(case, at=at)
    if stage is None:
        raise NotFound
    if name == "acceptance" and case.accepted_at:
        return Document(name, case, case.desk, case.accepted_at, case.title, None, stage.answer_due_at, None)
    if name == "answer" and case.resolved_at and case.answer:
        rule = in_force(petition_rules.PETITION, at=at).params
        until = _ask_until(case.resolved_at, rule)
        return Document(name, case, case.unit, case.resolved_at, case.answer, until, None, None)
    decided = [row for row in stage.reviews if row.kind == name and row.decided_at]
    row = decided[-1] if decided else None
    if row is None or row.decided_at is None:
        raise NotFound
    again_until = stage.until if name == Kind.FIRST and stage.next else None
    return Document(name, case, row.unit, row.decided_at, row.decision, again_until, None, row)


def documents_of(case: Case, stage: Stage) -> list[str]:
    """Return the names of the documents there are."""
    names = []
    if case.accepted_at:
        names.append("acceptance")
    if case.resolved_at and case.answer and case.status in (State.RESOLVED, State.CLOSED):
        names.append("answer")
    decided = {row.kind for row in stage.reviews if row.decided_at}
    return names + [name for name in (str(Kind.FIRST), str(Kind.SECOND)) if name in decided]
