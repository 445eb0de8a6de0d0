"""What the unit does with a matter: sign for it, reach the resident, answer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import lifecycle, rules
from gongzhi.cases.actions import flagging, gates, merging, moves, pausing, telling, together
from gongzhi.cases.lifecycle import Level, Move, Outcome
from gongzhi.cases.models import Case
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.rulebook.queries import in_force


@transaction.atomic
def sign_case(*, case: Case, by: Actor, at: datetime) -> Case:
    """Sign for a dispatched matter; whoever signs becomes its owner. Raises MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.SIGN, by=by, at=at)
    case.owner_id = by.user_id
    moves.finish(case, Move.SIGN, by=by, at=at, changed=["owner"])
    return case


@transaction.atomic
def record_contact(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Record that the resident was reached and what was said; the first one stops the contact clock."""
    case, at = moves.begin(case, Move.CONTACT, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    moves.finish(case, Move.CONTACT, by=by, at=at, words=words, public=False)
    return case


@transaction.atomic
def resolve_case(
    *, case: Case, outcome: str, answer: str, despite: str = "", by: Actor, at: datetime
) -> Case:
    """Answer the resident: the outcome and the words. The rating window opens.

    `despite` says why helpers that were called and have not answered are not waited for.
    Raises GateClosed, Invalid, HelpersStillOpen, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.RESOLVE, by=by, at=at)
    answer = moves.need_words(
        answer, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="answer"
    )
    try:
        case.outcome = Outcome(outcome)
    except ValueError as unknown:
        raise Invalid(_("Please choose what came of it."), field="outcome") from unknown
    despite = moves.fit(despite, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="despite")
    gates.check(case, by=by, at=at)
    left = together.leave_helpers(case, despite=despite, at=at)
    pausing.end_pause(case, at=at)
    case.answer = answer
    case.owner_id = by.user_id or case.owner_id
    case.resolved_at = at
    case.answer_seconds = int((at - case.registered_at).total_seconds())
    case.rate_by = telling.rating_ends(at=at)
    case.settled_at_level = lifecycle.settled_level(Level(case.level), on_the_spot=False)
    moves.finish(
        case,
        Move.RESOLVE,
        by=by,
        at=at,
        words=answer,
        data={"outcome": case.outcome, **({"not_waited_for": left} if left else {})},
        changed=[
            "outcome",
            "answer",
            "owner",
            "resolved_at",
            "answer_seconds",
            "rate_by",
            "settled_at_level",
        ],
    )
    flagging.note_network(case, by=by, at=at)
    telling.answered(case, by=by, at=at)
    merging.tell_followers(case, answer, answered=True, by=by, at=at)
    return case
