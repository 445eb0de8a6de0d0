"""Orders from above: given, reminded of by rule-given steps, answered, and the answer judged.

An order is open until it is answered, also when the matter has been closed meanwhile.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, deadlines, governance_rules, notice_kinds, rules
from gongzhi.cases.actions import batches, moves, telling
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, Supervision
from gongzhi.cases.queries import access, calendars, due
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict
from gongzhi.rulebook.queries import in_force


class NothingToAnswer(Conflict):
    code = "nothing_to_answer"
    message = _("No supervision of this matter waits for an answer.")


class NothingToJudge(Conflict):
    code = "nothing_to_judge"
    message = _("No answer to a supervision of this matter waits to be judged.")
    hint = _("The time to send an answer back is a rule; a new supervision can be ordered.")


class OwnOrderAnswer(moves.NotYourMove):
    code = "own_order_answer"
    message = _("Your own unit has this matter, so you cannot judge its answer.")
    hint = _("A supervisor above your unit judges it.")


@transaction.atomic
def supervise_case(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Order the unit to answer for a matter. Raises Invalid, MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.SUPERVISE, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    rule = in_force(rules.SUPERVISION, at=at)
    open_supervision(case, cause="order", words=words, limit=rule.params.limit, by=by, at=at)
    moves.finish(
        case,
        Move.SUPERVISE,
        by=by,
        at=at,
        words=words,
        rule=rule.label,
        public=False,
        data={"cause": "order"},
    )
    return case


def open_supervision(
    case: Case, *, cause: str, words: str, limit: rules.Limit, by: Actor, at: datetime
) -> Supervision:
    """Write a supervision of the locked case and tell its owner and the heads of its unit."""
    order = Supervision(case=case, cause=cause, words=words, opened_at=at)
    order.limit_minutes, order.plain = limit.minutes, limit.plain
    _start(order, case, at=at)
    order.save()
    _tell(order, case, words, by=by, at=at)
    return order


def _start(order: Supervision, case: Case, *, at: datetime) -> None:
    """Set the due moment and the first reminder."""
    calendar = calendars.of(case.unit, at=at)
    order.due_at = deadlines.add(calendar, at, order.limit_minutes, plain=order.plain)
    order.step = 0
    order.next_step_at = _next(order, case, 0, at=at)


def _next(order: Supervision, case: Case, step: int, *, at: datetime) -> datetime | None:
    return deadlines.next_rung_at(
        calendars.of(case.unit, at=at),
        in_force(governance_rules.SUPERVISION_LADDER, at=at).params.rungs,
        step,
        due_at=order.due_at,
        limit_minutes=order.limit_minutes,
        plain=order.plain,
    )


def _tell(order: Supervision, case: Case, words: str, *, by: Actor, at: datetime) -> None:
    due_words, mark = telling.moment(order.due_at), f"supervision-{order.pk}-{order.sent_back}"
    telling.owner_or_unit(case, notice_kinds.SUPERVISED, words, by=by, at=at, due=due_words, rung=mark)
    telling.heads(case, case.unit, notice_kinds.SUPERVISED, words, by=by, at=at, due=due_words, rung=mark)


@transaction.atomic
def answer_supervision(*, case: Case, answer: str, by: Actor, at: datetime) -> Case:
    """Answer every open supervision of the matter, closed or not; those above may send it back for a while.

    Raises NothingToAnswer, Invalid, NotYourMove.
    """
    case, at = moves.begin(case, Move.ANSWER_SUPERVISION, by=by, at=at)
    answer = moves.need_words(
        answer, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="answer"
    )
    rule = in_force(governance_rules.SUPERVISION_LADDER, at=at)
    judging = rule.params.judging
    judge_by = deadlines.add(calendars.of(case.unit, at=at), at, judging.minutes, plain=judging.plain)
    answered = Supervision.objects.filter(case=case, answered_at__isnull=True).update(
        answer=answer, answered_at=at, next_step_at=None, judge_by=judge_by
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
        rule=rule.label,
        data={"supervisions": answered},
    )
    telling.supervisors(case, notice_kinds.SUPERVISION_ANSWERED, answer, by=by, at=at)
    return case


@transaction.atomic
def judge_answer(*, case: Case, sufficient: bool, words: str = "", by: Actor, at: datetime) -> Case:
    """Call the answers to the supervisions of a matter sufficient, or send them back with what is missing.

    Sent back, the order is open again with its whole limit. Raises NothingToJudge, OwnOrderAnswer, Invalid,
    NotYourMove.
    """
    case, at = moves.begin(case, Move.JUDGE_ANSWER, by=by, at=at)
    if access.has_in_hand(by, case):
        raise OwnOrderAnswer
    longest = in_force(rules.INTAKE, at=at).params.words_signs
    words = (moves.fit if sufficient else moves.need_words)(words, longest=longest, field="words")
    waiting = list(
        Supervision.objects.filter(
            case=case, answered_at__isnull=False, judged_at__isnull=True, judge_by__gte=at
        )
    )
    if not waiting:
        raise NothingToJudge
    for order in waiting:
        if sufficient:
            order.judged_at = at
            order.judge_by = None
        else:
            _send_back(order, case, at=at)
        order.save()
    moves.finish(
        case,
        Move.JUDGE_ANSWER,
        by=by,
        at=at,
        words=words,
        public=False,
        data={"sufficient": sufficient, "supervisions": len(waiting)},
    )
    if not sufficient:
        for order in waiting:
            _tell(order, case, words, by=by, at=at)
    return case


def _send_back(order: Supervision, case: Case, *, at: datetime) -> None:
    order.answer = ""
    order.answered_at = order.judge_by = None
    order.sent_back += 1
    _start(order, case, at=at)


@transaction.atomic
def remind(*, order: Supervision, by: Actor, at: datetime) -> bool:
    """Send the next reminder of a supervision whose moment has come; say whether this call did it."""
    case = access.lock_case(order.case)
    rule = in_force(governance_rules.SUPERVISION_LADDER, at=at)
    rungs = rule.params.rungs
    claimed = Supervision.objects.filter(
        pk=order.pk, step=order.step, next_step_at__lte=at, answered_at__isnull=True
    ).update(step=order.step + 1, next_step_at=_next(order, case, order.step + 1, at=at))
    if not claimed or order.step >= len(rungs):  # taken already, or the rule was made shorter meanwhile
        return False
    rung = rungs[order.step]
    due_words = telling.moment(order.due_at)
    mark = f"supervision-{order.pk}-{order.sent_back}-{order.step}"
    kind = notice_kinds.SUPERVISION_WAITS
    telling.owner_or_unit(case, kind, order.words, by=by, at=at, due=due_words, rung=mark)
    if rung.action != "tell_unit":
        telling.heads(case, case.unit, kind, order.words, by=by, at=at, due=due_words, rung=mark)
    if rung.action == "tell_above":
        telling.supervisors(case, kind, order.words, by=by, at=at, due=due_words, rung=mark)
    record(
        audit_events.ORDER_RUNG_TAKEN,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=case.unit.code,
        data={"rung": rung.action, "rule": rule.label, "due": order.due_at.isoformat()},
    )
    return True


def run(*, by: Actor, at: datetime, most: int) -> int:
    """Send every reminder that is due, at most `most`; return how many. Raises ExceptionGroup."""
    return batches.one_by_one(
        due.orders_for_job(at=at, most=most),
        lambda order: remind(order=order, by=by, at=at),
        what="reminders of supervisions",
    )
