"""The petition procedure: taken as a petition, reviewed by the level above, once more, and over.

It runs beside the loop: the matter is accepted, handled, answered and judged like any other, with the times
of the regulation. A review changes the state only when it orders the matter to be handled anew.
"""

from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import deadlines, notice_kinds, petition_rules, rules
from gongzhi.cases.actions import judging, moves, review_ladder, telling
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, CaseSight, Petition, PetitionReview
from gongzhi.cases.queries import calendars, petitions
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force

Result = Literal["upheld", "changed", "again"]
RESULTS: tuple[Result, ...] = ("upheld", "changed", "again")
Kind = PetitionReview.Kind


class AlreadyPetition(Conflict):
    code = "already_petition"
    message = _("The matter is handled as a petition already.")


class PetitionOver(Conflict):
    """The second review was decided; the hint says what remains."""

    code = "petition_over"
    message = _("This petition has been through all its steps: the same facts are not accepted again.")


class BeforeIsOver(PetitionOver):
    """The reporter's petition about this subject has been through all steps, and nothing new was named."""

    message = _(
        "A petition of this person about the subject has been through all its steps. Say what is new, or "
        "handle it as an ordinary matter: the same facts are not accepted again."
    )


class NoReviewNow(Conflict):
    code = "no_review_now"
    message = _("There is nothing to be reviewed now, or the time to ask for it has passed.")


class NoReviewHere(Conflict):
    """The level above lies outside the county; the hint says whom to turn to."""

    code = "no_review_here"
    message = _("The next level lies above the county.")


class NothingToReview(Conflict):
    code = "nothing_to_review"
    message = _("No review of this matter waits for a decision.")


@transaction.atomic
def take_as_petition(*, case: Case, new_facts: str = "", by: Actor, at: datetime) -> Case:
    """Handle a registered matter as a petition, by its times. The time to accept does not grow by it.

    `new_facts` says what is new where the reporter's petition about the subject has been through all steps:
    only the same facts and reasons are not accepted again (信访工作条例 36). Raises AlreadyPetition,
    PetitionOver, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.TAKE_AS_PETITION, by=by, at=at)
    if case.route == petitions.ROUTE:
        raise AlreadyPetition
    rule = in_force(petition_rules.PETITION, at=at)
    before = petitions.over_before(case)
    if before is not None and not new_facts.strip():
        raise BeforeIsOver(hint=rule.params.remains(get_language() or case.language))
    if new_facts:
        new_facts = moves.need_words(new_facts, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    decide_by = deadlines.add(
        calendars.at(at), case.registered_at, rule.params.decide.minutes, plain=rule.params.decide.plain
    )
    Petition.objects.create(case=case, since=at, decide_by=decide_by, rule=rule.label)
    case.route = petitions.ROUTE
    moves.finish(
        case,
        Move.TAKE_AS_PETITION,
        by=by,
        at=at,
        words=new_facts,
        rule=rule.label,
        data={"after": before.number} if before else {},
        changed=["route"],
    )
    return case


@transaction.atomic
def ask_review(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Ask the level above to review the answer, or the level above that to review its review.

    Raises PetitionOver, NoReviewHere, NoReviewNow, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.ASK_REVIEW, by=by, at=at)
    stage = petitions.stage_of(case, at=at)
    if stage is None:
        raise NoReviewNow
    if stage.petition.ended_at:
        raise PetitionOver(hint=stage.remains)
    if stage.beyond:
        raise NoReviewHere(hint=stage.beyond)
    reviewer = petitions.reviewer_of(case, stage.reviews)
    if not stage.next or reviewer is None:
        raise NoReviewNow
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    rule = in_force(petition_rules.PETITION, at=at)
    limit = rule.params.review if stage.next == Kind.FIRST else rule.params.second
    due_at = deadlines.add(calendars.at(at), at, limit.minutes, plain=limit.plain)
    review = PetitionReview(
        case=case, kind=stage.next, unit=reviewer, words=words, asked_at=at, due_at=due_at
    )
    review.next_step_at = review_ladder.next_rung(review, at=at, step=0)
    review.save()
    moves.show_to(case, reviewer, CaseSight.Reason.DESK, at=at)
    moves.finish(
        case,
        Move.ASK_REVIEW,
        by=by,
        at=at,
        words=words,
        rule=rule.label,
        data={
            "kind": stage.next,
            "helper": reviewer.code,
            "helper_name": reviewer.name,
            "acting_for": by.is_staff,
        },
    )
    telling.unit(
        case, reviewer, notice_kinds.REVIEW_ASKED, words, permission=Permission.CASE_ARBITRATE, by=by, at=at
    )
    return case


@transaction.atomic
def decide_review(*, case: Case, result: str, decision: str, by: Actor, at: datetime) -> Case:
    """Decide an open review: upheld, changed, or to be handled anew. A second one that does not order the
    matter anew ends the procedure.

    Raises NothingToReview, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.DECIDE_REVIEW, by=by, at=at)
    review = PetitionReview.objects.filter(case=case, decided_at__isnull=True).first()
    if review is None:
        raise NothingToReview
    if result not in RESULTS:
        raise Invalid(_("Please choose what the review found."), field="result")
    decision = moves.need_words(
        decision, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="decision"
    )
    review.result, review.decision, review.decided_at = result, decision, at
    review.next_step_at = None
    review.save(update_fields=["result", "decision", "decided_at", "next_step_at"])
    if review.kind == Kind.SECOND and result != "again":
        Petition.objects.filter(case=case).update(ended_at=at)
    rule = in_force(petition_rules.PETITION, at=at)
    moves.finish(
        case,
        Move.DECIDE_REVIEW,
        by=by,
        at=at,
        words=decision,
        rule=rule.label,
        data={"kind": review.kind, "result": result, "in_time": at <= review.due_at},
    )
    telling.owner_or_unit(case, notice_kinds.REVIEW_DECIDED, decision, by=by, at=at)
    said = telling.in_language_of(
        case, gettext_noop("The review of your petition is decided: %(words)s"), words=decision
    )
    telling.news(case, said, by=by, at=at)
    if result == "again":
        case = judging.order_anew(case, decision, by=by, at=at)
    return case
