"""Calling a resident back: opening the number, recording an attempt, and what was said.

What is said on the telephone is no rating. Where the resident says "not solved" the matter's own move brings
it back to work, through the frame of all moves; nothing else of the matter changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import rules as case_rules
from gongzhi.cases.actions import judging, moves
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.cases.models import Case
from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.followup import audit_events, lifecycle, rules
from gongzhi.followup.lifecycle import Outcome, State
from gongzhi.followup.models import Attempt, FollowUp
from gongzhi.followup.queries import access
from gongzhi.followup.queries.call_page import best_moment
from gongzhi.rulebook.queries import in_force


class NotYourCall(NotAllowed):
    code = "not_your_call"
    message = _("Somebody else calls about this: you or your unit had a hand in it.")
    hint = _("Whoever answered a matter, signed for it or passed on a judgement never calls back about it.")


class CallIsOver(Conflict):
    code = "call_is_over"
    message = _("This call has been finished in the meantime.")


@dataclass(frozen=True, slots=True)
class Told:
    """What was said, by the codes of the questions: True, False, or a score from 1 to 5.

    `words` are the resident's own about what is missing and go into the matter's story; `note` is the
    caller's and is kept sealed. `send_back` says that the resident wants it taken up again.
    """

    answers: Mapping[str, bool | int] = field(default_factory=dict)
    words: str = ""
    note: str = ""
    send_back: bool = True


@transaction.atomic
def open_number(*, followup: FollowUp, by: Actor, at: datetime) -> tuple[str, str]:
    """Return name and telephone of the resident to call; the look leaves an audit row.

    Raises CallIsOver, NotYourCall.
    """
    followup = _begin(followup, by=by)
    record(
        audit_events.NUMBER_OPENED,
        by=by,
        at=at,
        subject=f"case:{followup.case.number}",
        unit_code=followup.unit.code,
        data={"followup": followup.pk, "attempts": followup.attempts},
    )
    return followup.case.reporter_name, followup.case.reporter_phone


@transaction.atomic
def record_attempt(
    *,
    followup: FollowUp,
    outcome: str,
    told: Told | None = None,
    again_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> FollowUp:
    """Record one attempt to call, and for one that reached the resident what was said.

    Raises CallIsOver, NotYourCall, Invalid, and what the matter's own move raises.
    """
    followup = _begin(followup, by=by)
    if outcome not in list(Outcome):
        raise Invalid(_("Please choose what came of the call."), field="outcome")
    result, params = Outcome(outcome), in_force(rules.CALLS, at=at).params
    if result is Outcome.LATER and (again_at is None or again_at <= at):
        raise Invalid(_("Please say when to call again."), field="again_at")
    followup.attempts += 1
    Attempt.objects.create(
        followup=followup,
        position=followup.attempts,
        outcome=result,
        at=at,
        again_at=again_at if result is Outcome.LATER else None,
        by_id=by.user_id,
        by_name=by.name,
    )
    followup.state = lifecycle.after(result, attempts=followup.attempts, most=params.most)
    changed = ["attempts", "state"]
    if followup.state == State.OPEN:
        wait = at + timedelta(minutes=params.again)
        hours = [(period.opens, period.closes) for period in params.best]
        followup.next_at = again_at if result is Outcome.LATER and again_at else best_moment(hours, at=wait)
        changed.append("next_at")
    else:
        followup.ended_at, followup.by_id, followup.by_name = at, by.user_id, by.name
        changed += ["ended_at", "by", "by_name"]
    data: dict[str, Any] = {"followup": followup.pk, "outcome": str(result), "attempt": followup.attempts}
    if result is Outcome.REACHED:
        changed += _take_down(followup, told or Told(), by=by, at=at)
        data |= {"agrees": followup.agrees, "otherwise": followup.otherwise, "sent_back": followup.sent_back}
    followup.save(update_fields=changed)
    record(
        audit_events.REACHED if result is Outcome.REACHED else audit_events.TRIED,
        by=by,
        at=at,
        subject=f"case:{followup.case.number}",
        unit_code=followup.unit.code,
        data=data,
    )
    return followup


def _begin(followup: FollowUp, *, by: Actor) -> FollowUp:
    locked = access.lock_followup(followup)
    if not access.may_call(by, locked):
        raise NotYourCall
    if locked.state != State.OPEN:
        raise CallIsOver
    return locked


def _take_down(followup: FollowUp, told: Told, *, by: Actor, at: datetime) -> list[str]:
    """Keep what was said and let the matter's own moves follow; return the fields that changed."""
    longest = in_force(case_rules.INTAKE, at=at).params.words_signs
    questions = in_force(rules.QUESTIONS, at=at).params
    answers = _checked(questions, told.answers)
    by_meaning = {row.means: answers.get(row.code) for row in questions.rows if row.means != "other"}
    solved, came = _flag(by_meaning.get("solved")), _flag(by_meaning.get("came"))
    score = by_meaning.get("score")
    followup.answers = dict(answers)
    followup.told_solved, followup.told_came = solved, came
    followup.told_score = int(score) if score is not None else None
    followup.note = moves.fit(told.note, longest=longest, field="note")
    followup.agrees = lifecycle.agrees(recorded_solved=followup.recorded_solved, told_solved=solved)
    followup.otherwise = lifecycle.is_told_otherwise(
        recorded_solved=followup.recorded_solved, told_solved=solved, told_came=came
    )
    caller = _through_the_door(by)
    case = _note_on_case(followup, by=caller, at=at)
    if solved is False:
        followup.sent_back = _send_back(followup, case, told, longest, by=caller, at=at)
    return [
        "answers", "told_solved", "told_came", "told_score", "note", "agrees", "otherwise", "sent_back",
    ]  # fmt: skip


def _through_the_door(by: Actor) -> Actor:
    """Return the same person as one who calls back: the right to the matter's moves hangs on the call."""
    return Actor(
        kind=by.kind,
        name=by.name,
        user_id=by.user_id,
        posts=by.posts,
        door=case_access.FOLLOW_UP_DOOR,
        network=by.network,
    )


def _flag(value: bool | int | None) -> bool | None:
    return None if value is None else bool(value)


def _checked(questions: rules.QuestionParams, said: Mapping[str, bool | int]) -> dict[str, bool | int]:
    """Return the answers in the order of the questions. Raises Invalid for what the rule does not have."""
    known = {row.code: row for row in questions.rows}
    if set(said) - set(known):
        raise Invalid(_("This question is not asked any more."), field="answers")
    answers: dict[str, bool | int] = {}
    for code, row in known.items():
        value = said.get(code)
        if value is None:
            if row.required:
                raise Invalid(_("Please ask this question."), field=code)
            continue
        is_scale = row.kind == "scale"
        if is_scale == isinstance(value, bool) or not isinstance(value, int):
            raise Invalid(_("Please choose one of the answers."), field=code)
        if is_scale:
            judging.check_score(value)
        answers[code] = value
    return answers


def _note_on_case(followup: FollowUp, *, by: Actor, at: datetime) -> Case:
    """Write into the matter's story that the resident was called back: the resident reads that too."""
    case, moment = moves.begin(followup.case, Move.FOLLOW_UP, by=by, at=at)
    rule = in_force(rules.SAMPLE, at=at).label
    moves.finish(case, Move.FOLLOW_UP, by=by, at=moment, rule=rule, data={"reason": followup.reason})
    return case


def _send_back(followup: FollowUp, case: Case, told: Told, longest: int, *, by: Actor, at: datetime) -> bool:
    """Bring the matter back to work where its state allows it; say whether it was.

    An answer not judged yet is judged "not solved"; what is filed is reopened when the resident wants it and
    the time for that has not passed. What is in work already stays there.
    """
    if case.status == CaseState.RESOLVED:
        moves.need_words(told.words, longest=longest)
        judging.say_not_solved(case=case, words=told.words, reached=followup.told_came, by=by, at=at)
        return True
    if case.status == CaseState.CLOSED and told.send_back:
        moves.need_words(told.words, longest=longest)
        try:
            with transaction.atomic():
                judging.reopen_case(case=case, words=told.words, by=by, at=at)
        except judging.WindowOver:
            return False
        return True
    return False
