"""Reviews of petitions that are not decided climb a ladder by themselves.

As with clocks: the worker asks for reviews whose next rung is due and claims each with a conditional update,
so running twice, late or in two processes changes nothing. The rungs are those of the rule
`cases.review_ladder`, said to the centre that reviews: those who decide there, its heads, the level above it.
"""

from datetime import datetime

from django.db import transaction

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, deadlines, lifecycle, notice_kinds, petition_rules
from gongzhi.cases.actions import batches, telling
from gongzhi.cases.models import Case, PetitionReview
from gongzhi.cases.queries import access, calendars, due, places
from gongzhi.core.actor import Actor
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force


def next_rung(review: PetitionReview, *, at: datetime, step: int) -> datetime | None:
    """Return when rung number `step` of the ladder in force is taken, or None past its top."""
    calendar = calendars.of(review.unit, at=at)
    return deadlines.next_rung_at(
        calendar,
        in_force(petition_rules.REVIEW_LADDER, at=at).params.rungs,
        step,
        due_at=review.due_at,
        limit_minutes=deadlines.between(calendar, review.asked_at, review.due_at, plain=True),
        plain=True,
    )


@transaction.atomic
def take_rung(*, review: PetitionReview, by: Actor, at: datetime) -> bool:
    """Take the next rung of a review whose moment has come; say whether this call did it."""
    case = access.lock_case(review.case)
    ladder = in_force(petition_rules.REVIEW_LADDER, at=at)
    rungs = ladder.params.rungs
    claimed = PetitionReview.objects.filter(
        pk=review.pk, step=review.step, next_step_at__lte=at, decided_at__isnull=True
    ).update(step=review.step + 1, next_step_at=next_rung(review, at=at, step=review.step + 1))
    if not claimed or review.step >= len(rungs):
        return False
    rung = rungs[review.step]
    _tell(case, review, rung.action, by=by, at=at)
    record(
        audit_events.REVIEW_RUNG_TAKEN,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=review.unit.code,
        data={"rung": rung.action, "rule": ladder.label, "due": review.due_at.isoformat()},
    )
    return True


def _tell(case: Case, review: PetitionReview, action: str, *, by: Actor, at: datetime) -> None:
    """Tell those who decide; from the second kind of rung on also their heads, from the third those above."""
    kind, words = notice_kinds.REVIEW_WAITS, review.words
    due_words, mark = telling.moment(review.due_at), f"review-{review.pk}-{review.step}"
    deciders = orgs.holders_for_job(unit_id=review.unit_id, permission=Permission.CASE_ARBITRATE, at=at)
    telling.users_told(case, deciders, kind, words, by=by, at=at, due=due_words, rung=mark)
    if action != "tell_unit":
        telling.heads(case, review.unit, kind, words, by=by, at=at, due=due_words, rung=mark)
    if action != "tell_above":
        return
    telling.supervisors(case, kind, words, by=by, at=at, due=due_words, rung=mark)
    above = lifecycle.level_above(places.level_of(review.unit))
    if above:
        centre = places.centre_at(review.unit, above)
        telling.heads(case, centre, kind, words, by=by, at=at, due=due_words, rung=mark)


def run(*, by: Actor, at: datetime, most: int) -> int:
    """Take every rung of open reviews that is due at `at`, at most `most`; return how many. Raises
    ExceptionGroup."""
    return batches.one_by_one(
        due.review_rungs_for_job(at=at, most=most),
        lambda review: take_rung(review=review, by=by, at=at),
        what="rungs of reviews",
    )
