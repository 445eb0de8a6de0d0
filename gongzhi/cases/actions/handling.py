"""What the unit does with a matter: sign for it, reach the resident, pause, answer, answer a supervision."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import deadlines, lifecycle, notice_kinds, rules
from gongzhi.cases.actions import clocks, moves, telling
from gongzhi.cases.lifecycle import Level, Move, Outcome
from gongzhi.cases.models import Case, ClockPause, Supervision
from gongzhi.cases.queries import calendars
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.rulebook.queries import in_force


class AlreadyPaused(Conflict):
    code = "already_paused"
    message = _("The clocks of this matter are paused already.")
    hint = _("Let them run again first.")


class NotPaused(Conflict):
    code = "not_paused"
    message = _("The clocks of this matter are running.")


class NothingToAnswer(Conflict):
    code = "nothing_to_answer"
    message = _("No supervision of this matter waits for an answer.")


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
def pause_case(*, case: Case, reason: str, waiting_for: str, by: Actor, at: datetime) -> Case:
    """Let the clocks stand still for a reason of the list, naming whom we wait for.

    Raises AlreadyPaused, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.PAUSE, by=by, at=at)
    if ClockPause.objects.filter(case=case, ended_at__isnull=True).exists():
        raise AlreadyPaused
    reasons = in_force(rules.REASONS, at=at)
    waiting_for = moves.need_words(
        waiting_for, longest=ClockPause._meta.get_field("waiting_for").max_length or 0, field="waiting_for"
    )
    try:
        label = reasons.params.label("pause", reason, language=case.language)
    except KeyError as unknown:
        raise Invalid(_("Please choose a reason from the list."), field="reason") from unknown
    ClockPause.objects.create(case=case, reason=reason, waiting_for=waiting_for, started_at=at)
    clocks.pause(case, at=at)
    moves.finish(
        case,
        Move.PAUSE,
        by=by,
        at=at,
        words=f"{label}：{waiting_for}",
        rule=reasons.label,
        data={"reason": reason},
    )
    return case


@transaction.atomic
def resume_case(*, case: Case, words: str = "", by: Actor, at: datetime) -> Case:
    """Let the clocks run again. Raises NotPaused, MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.RESUME, by=by, at=at)
    if not end_pause(case, at=at):
        raise NotPaused
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    moves.finish(case, Move.RESUME, by=by, at=at, words=words)
    return case


def end_pause(case: Case, *, at: datetime) -> bool:
    """End an open pause of the locked case, if there is one; say whether there was."""
    ended = ClockPause.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at)
    if ended:
        clocks.resume(case, at=at)
    return bool(ended)


@transaction.atomic
def resolve_case(*, case: Case, outcome: str, answer: str, by: Actor, at: datetime) -> Case:
    """Answer the resident: the outcome and the words. The rating window opens.

    Raises Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.RESOLVE, by=by, at=at)
    answer = moves.need_words(
        answer, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="answer"
    )
    try:
        case.outcome = Outcome(outcome)
    except ValueError as unknown:
        raise Invalid(_("Please choose what came of it."), field="outcome") from unknown
    end_pause(case, at=at)
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
        data={"outcome": case.outcome},
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
    telling.answered(case, by=by, at=at)
    return case


@transaction.atomic
def supervise_case(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Order the unit to answer for a matter. Raises Invalid, MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.SUPERVISE, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    rule = in_force(rules.SUPERVISION, at=at)
    open_supervision(case, cause="order", words=words, limit=rule.params.limit, by=by, at=at)
    moves.finish(case, Move.SUPERVISE, by=by, at=at, words=words, rule=rule.label, data={"cause": "order"})
    return case


def open_supervision(
    case: Case, *, cause: str, words: str, limit: rules.Limit, by: Actor, at: datetime
) -> Supervision:
    """Write a supervision of the locked case and tell its owner and the heads of its unit."""
    due_at = deadlines.add(calendars.at(at), at, limit.minutes, plain=limit.plain)
    order = Supervision.objects.create(case=case, cause=cause, words=words, opened_at=at, due_at=due_at)
    due = telling.moment(due_at)
    mark = f"supervision-{order.pk}"
    telling.owner_or_unit(case, notice_kinds.SUPERVISED, words, by=by, at=at, due=due, rung=mark)
    telling.heads(case, case.unit, notice_kinds.SUPERVISED, words, by=by, at=at, due=due, rung=mark)
    return order


@transaction.atomic
def answer_supervision(*, case: Case, answer: str, by: Actor, at: datetime) -> Case:
    """Answer every open supervision of the matter. Raises NothingToAnswer, Invalid, NotYourMove."""
    case, at = moves.begin(case, Move.ANSWER_SUPERVISION, by=by, at=at)
    answer = moves.need_words(
        answer, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="answer"
    )
    answered = Supervision.objects.filter(case=case, answered_at__isnull=True).update(
        answer=answer, answered_at=at
    )
    if not answered:
        raise NothingToAnswer
    moves.finish(
        case,
        Move.ANSWER_SUPERVISION,
        by=by,
        at=at,
        words=answer,
        public=False,
        data={"supervisions": answered},
    )
    return case
