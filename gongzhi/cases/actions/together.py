"""Co-handling: the unit that has a matter calls others, which report, answer in their own time and are rated.

The matter stays with its unit: a call changes neither state nor clocks. What is open when the matter is
answered ends with it, and the answer says why it was not waited for.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import deadlines, notice_kinds, rules, together_rules
from gongzhi.cases.actions import moves, telling
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, CaseSight, HelpCall
from gongzhi.cases.queries import access, calendars, places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.core.inserts import insert
from gongzhi.notices.kinds import NoticeKind
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.queries import InForce, in_force


class AlreadyCalled(Conflict):
    """A second press, or two colleagues with the same thought."""

    code = "already_called"
    message = _("This unit is already called to help with this matter.")


class TooManyHelpers(Conflict):
    code = "too_many_helpers"
    message = _("As many units are called already as the rule allows at the same time.")
    hint = _("Wait for an answer, or call one of them off.")


class NoSuchCall(Conflict):
    code = "no_such_call"
    message = _("This unit was not called, or its call is over already.")
    hint = _("The page of the matter shows who is called.")


class AlreadyReported(Conflict):
    code = "already_reported"
    message = _("Your unit has reported to help already.")


class HelpersStillOpen(Invalid):
    code = "helpers_still_open"
    message = _("Units that were called to help have not answered. Please say why the answer does not wait.")


@transaction.atomic
def call_help(*, case: Case, unit: Unit, words: str, by: Actor, at: datetime) -> Case:
    """Call a unit to help: it sees the matter from now on and has its own due time by the rule.

    Raises Invalid for a unit that may not be called, AlreadyCalled, TooManyHelpers, MoveNotPossible,
    NotYourMove.
    """
    case, at = moves.begin(case, Move.CALL_HELP, by=by, at=at)
    rule = in_force(together_rules.TOGETHER, at=at)
    _may_be_called(case, unit, rule.params, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    call = _draft(case, unit, words, rule, at=at)
    insert(call)
    access.forget_help(case)
    moves.show_to(case, unit, CaseSight.Reason.HELPING, at=at)
    due = telling.moment(call.due_at)
    _step(case, Move.CALL_HELP, call, words, rule=rule.label, by=by, at=at)
    users = orgs.holders_for_job(unit_id=unit.pk, permission=Permission.CASE_HANDLE, at=at)
    telling.users_told(
        case, users, notice_kinds.HELP_CALLED, words, by=by, at=at, due=due, rung=f"help-{call.pk}"
    )
    return case


def _may_be_called(case: Case, unit: Unit, rule: together_rules.TogetherParams, *, at: datetime) -> None:
    if unit.pk == case.unit_id:
        raise Invalid(_("The matter lies with this unit already; call another one."), field="unit")
    if not places.may_be_called(case.unit, unit, kinds=rule.kinds_for(places.level_of(case.unit))):
        raise Invalid(
            _("By the rule %(caller)s cannot call %(unit)s.") % {"caller": case.unit.name, "unit": unit.name},
            field="unit",
        )
    if not orgs.is_valid(unit, orgs.day_of(at)):
        raise Invalid(_("This unit does not exist any more; please choose another."), field="unit")
    called = access.helping_units(case)
    if unit.pk in called:
        raise AlreadyCalled
    if len(called) >= rule.most_open:
        raise TooManyHelpers


def _draft(
    case: Case, unit: Unit, words: str, rule: InForce[together_rules.TogetherParams], *, at: datetime
) -> HelpCall:
    limit = rule.params.answer.limit_for(case.urgency)
    calendar = calendars.at(at)
    due_at = deadlines.add(calendar, at, limit.minutes, plain=limit.plain)
    call = HelpCall(
        case=case,
        unit=unit,
        caller=case.unit,
        words=words,
        called_at=at,
        limit_minutes=limit.minutes,
        plain=limit.plain,
        rule=rule.label,
        due_at=due_at,
    )
    call.next_step_at = next_rung(call, at=at)
    return call


def next_rung(call: HelpCall, *, at: datetime, step: int = 0) -> datetime | None:
    """Return when rung number `step` of the ladder in force is taken for a call, or None past its top."""
    return deadlines.next_rung_at(
        calendars.at(at),
        in_force(rules.LADDER, at=at).params.rungs,
        step,
        due_at=call.due_at,
        limit_minutes=call.limit_minutes,
        plain=call.plain,
    )


def _step(
    case: Case,
    move: Move,
    call: HelpCall,
    words: str,
    *,
    by: Actor,
    at: datetime,
    rule: str = "",
    **data: object,
) -> None:
    # The resident reads the fact and who helps, never what units say to one another.
    said = {"helper": call.unit.code, "helper_name": call.unit.name, **data}
    moves.finish(case, move, by=by, at=at, words=words, public=False, rule=rule, data=said)


@transaction.atomic
def sign_help(*, case: Case, by: Actor, at: datetime) -> Case:
    """Report: the unit that was called is on it. Raises AlreadyReported, MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.SIGN_HELP, by=by, at=at)
    call = _own(case, by, lambda call: call.signed_at is None)
    if call is None:
        raise AlreadyReported
    HelpCall.objects.filter(pk=call.pk).update(signed_at=at, signed_by=by.user_id)
    access.forget_help(case)
    _step(case, Move.SIGN_HELP, call, "", by=by, at=at)
    return case


@transaction.atomic
def answer_help(*, case: Case, answer: str, by: Actor, at: datetime) -> Case:
    """Answer what the unit was called for; whoever answers without having reported has reported too.

    Raises NoSuchCall, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.ANSWER_HELP, by=by, at=at)
    call = _own(case, by, lambda call: True)
    if call is None:
        raise NoSuchCall
    answer = moves.need_words(
        answer, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="answer"
    )
    call.answer, call.answered_at, call.next_step_at = answer, at, None
    call.margin_minutes = deadlines.between(calendars.at(at), at, call.due_at, plain=call.plain)
    call.signed_at, call.signed_by_id = call.signed_at or at, call.signed_by_id or by.user_id
    call.save(
        update_fields=["answer", "answered_at", "margin_minutes", "next_step_at", "signed_at", "signed_by"]
    )
    access.forget_help(case)
    _step(case, Move.ANSWER_HELP, call, answer, by=by, at=at, in_time=call.margin_minutes >= 0)
    telling.owner_or_unit(case, notice_kinds.HELP_ANSWERED, f"{call.unit.name}：{answer}", by=by, at=at)
    return case


def _own(case: Case, by: Actor, fits: Callable[[HelpCall], bool]) -> HelpCall | None:
    """Return the open call of a unit the actor handles matters for, or None."""
    units = {post.unit_id for post in posts_granting(by, Permission.CASE_HANDLE)}
    mine = (call for call in access.help_calls(case) if call.is_open and call.unit_id in units)
    return next((call for call in mine if fits(call)), None)


@transaction.atomic
def rate_help(*, case: Case, unit: Unit, score: int, words: str = "", by: Actor, at: datetime) -> Case:
    """Rate what a helper answered, once. Raises NoSuchCall, Invalid, MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.RATE_HELP, by=by, at=at)
    if not 1 <= score <= 5:  # the scale of the standard, also a database constraint
        raise Invalid(_("Please choose one of the five levels."), field="score")
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    callers = _units_of(by)
    calls = [
        call
        for call in access.help_calls(case)
        if call.unit_id == unit.pk and call.answered_at and call.score is None and call.caller_id in callers
    ]
    if not calls:
        raise NoSuchCall
    call = calls[0]
    HelpCall.objects.filter(pk=call.pk).update(score=score, rating_words=words, rated_at=at)
    access.forget_help(case)
    _step(case, Move.RATE_HELP, call, words, by=by, at=at, score=score)
    return case


def _units_of(by: Actor) -> set[int]:
    permissions = (Permission.CASE_HANDLE, Permission.CASE_DISPATCH)
    return {post.unit_id for permission in permissions for post in posts_granting(by, permission)}


@transaction.atomic
def call_off(*, case: Case, unit: Unit, words: str, by: Actor, at: datetime) -> Case:
    """Take a call back: the unit need not answer any more. Raises NoSuchCall, Invalid, MoveNotPossible,
    NotYourMove."""
    case, at = moves.begin(case, Move.CALL_OFF, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    call = next((c for c in access.help_calls(case) if c.is_open and c.unit_id == unit.pk), None)
    if call is None:
        raise NoSuchCall
    _end([call], Move.CALL_OFF, words, at=at)
    access.forget_help(case)
    _step(case, Move.CALL_OFF, call, words, by=by, at=at)
    _tell_helper(case, call, notice_kinds.HELP_OFF, words, by=by, at=at)
    return case


def _end(calls: Iterable[HelpCall], move: Move, words: str, *, at: datetime) -> None:
    HelpCall.objects.filter(pk__in=[call.pk for call in calls]).update(
        ended_at=at, ended_by=move, ended_words=words, next_step_at=None
    )


def leave_helpers(case: Case, *, despite: str, at: datetime) -> list[str]:
    """End the open calls of a locked case that is about to be answered; return the codes of the units.

    Raises HelpersStillOpen when there are some and nobody says why they are not waited for.
    """
    waiting = [call for call in access.help_calls(case) if call.is_open]
    if waiting and not despite:
        raise HelpersStillOpen(field="despite")
    return end_help(case, Move.RESOLVE, despite, at=at)


def end_help(case: Case, move: Move, words: str = "", *, at: datetime) -> list[str]:
    """End the open calls of a locked case because of `move`; return the codes of the units."""
    waiting = [call for call in access.help_calls(case) if call.is_open]
    if waiting:
        _end(waiting, move, words, at=at)
        access.forget_help(case)
    return [call.unit.code for call in waiting]


def _tell_helper(
    case: Case, call: HelpCall, kind: NoticeKind, words: str, *, by: Actor, at: datetime, due: str = ""
) -> None:
    """Tell whoever reported; while nobody has, those who handle matters at the unit."""
    users = (
        [call.signed_by_id]
        if call.signed_by_id
        else orgs.holders_for_job(unit_id=call.unit_id, permission=Permission.CASE_HANDLE, at=at)
    )
    mark = f"help-{call.pk}-{call.step}"
    telling.users_told(case, users, kind, words, by=by, at=at, due=due, rung=mark)
