"""More time for an answer: asked before the due time, granted or refused by the level above, and told."""

from dataclasses import replace
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from gongzhi.audit.actions import record
from gongzhi.cases import (
    audit_events,
    deadlines,
    governance_rules,
    lifecycle,
    notice_kinds,
    petition_rules,
    rules,
)
from gongzhi.cases.actions import batches, clocks, moves, telling
from gongzhi.cases.lifecycle import ClockKind, Move, State
from gongzhi.cases.models import Case, Clock, Extension
from gongzhi.cases.queries import access, calendars, due, places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import InForce, in_force


class AskedAlready(Conflict):
    code = "extension_open"
    message = _("More time was asked for already; the level above has not decided yet.")


class ExtensionsUsedUp(Conflict):
    code = "extensions_used_up"
    message = _("More time was asked for as often as the rule allows.")
    hint = _("Answer the resident with what is known, or escalate the matter.")


class AskedTooLate(Conflict):
    code = "asked_too_late"
    message = _("It is too late to ask for more time: the rule wants it asked earlier before the due time.")
    hint = _("Answer the resident with what is known, or escalate the matter.")


class NothingToDecide(Conflict):
    code = "nothing_to_decide"
    message = _("Nobody is waiting for more time for this matter.")


@transaction.atomic
def ask_extension(*, case: Case, until: date, reason: str, by: Actor, at: datetime) -> Case:
    """Ask the level above to let the answer wait until the end of a day.

    The clock runs on until that is granted. Raises AskedAlready, ExtensionsUsedUp, AskedTooLate, Invalid,
    MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.ASK_EXTENSION, by=by, at=at)
    reason = moves.need_words(
        reason, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="reason"
    )
    rule = _terms(case, at=at)
    clock = _finish_clock(case)
    _check_asking(case, clock, rule.params, at=at)
    calendar = calendars.of(case.unit, at=at)
    new_due = end_of(until, calendars.closing_time(at))
    minutes = deadlines.between(calendar, clock.due_at, new_due, plain=clock.plain)
    if minutes <= 0:
        raise Invalid(_("Please choose a day after the due time there is now."), field="until")
    if minutes > rule.params.longest:
        latest = deadlines.add(calendar, clock.due_at, rule.params.longest, plain=clock.plain)
        raise Invalid(
            _("The rule allows more time until %(day)s at the latest.") % {"day": telling.day(latest)},
            field="until",
        )
    decide = rule.params.decide
    decide_by = min(clock.due_at, deadlines.add(calendar, at, decide.minutes, plain=decide.plain))
    Extension.objects.create(
        case=case,
        unit=case.unit,
        reason=reason,
        asked_at=at,
        due_at=clock.due_at,
        until=new_due,
        minutes=minutes,
        decide_by=decide_by,
    )
    moves.finish(
        case,
        Move.ASK_EXTENSION,
        by=by,
        at=at,
        words=reason,
        rule=rule.label,
        data={"until": new_due.isoformat(), "minutes": minutes},
    )
    _tell_above(case, reason, due=telling.moment(decide_by), by=by, at=at)
    return case


def _terms(case: Case, *, at: datetime) -> InForce[governance_rules.ExtensionParams]:
    """Return the rule of more time; a petition gets as much as its own regulation allows, once."""
    rule = in_force(governance_rules.EXTENSIONS, at=at)
    if case.route != lifecycle.Route.PETITION:
        return rule
    longest = in_force(petition_rules.PETITION, at=at).params.extension.minutes
    return replace(rule, params=rule.params.model_copy(update={"most": 1, "longest": longest}))


def _finish_clock(case: Case) -> Clock:
    """Return the running finish clock. Raises AskedTooLate when none runs."""
    clock = Clock.objects.filter(case=case, kind=ClockKind.FINISH, stopped_at__isnull=True).first()
    if clock is None:
        raise AskedTooLate
    return clock


def _check_asking(
    case: Case, clock: Clock, params: governance_rules.ExtensionParams, *, at: datetime
) -> None:
    earlier = list(Extension.objects.filter(case=case))
    if any(row.decided_at is None for row in earlier):
        raise AskedAlready
    if len(earlier) >= params.most:
        raise ExtensionsUsedUp
    left = deadlines.between(
        calendars.of(case.unit, at=at), clock.paused_at or at, clock.due_at, plain=clock.plain
    )
    if left < params.before_due:
        raise AskedTooLate


def end_of(day: date, closing: time) -> datetime:
    """Return the moment at which the office closes on a local day."""
    return timezone.make_aware(datetime.combine(day, closing))


def _tell_above(case: Case, words: str, *, due: str, by: Actor, at: datetime) -> None:
    """Tell those of the level above who decide on more time."""
    telling.deciders(
        case,
        places.centre_above(case.unit),
        notice_kinds.EXTENSION_ASKED,
        words,
        permission=Permission.CASE_EXTEND,
        by=by,
        at=at,
        due=due,
    )


@transaction.atomic
def decide_extension(*, case: Case, granted: bool, words: str, by: Actor, at: datetime) -> Case:
    """Grant more time or refuse it, saying why. Granted, the due moment moves and the resident is told.

    Raises NothingToDecide, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.DECIDE_EXTENSION, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    asked = Extension.objects.filter(case=case, decided_at__isnull=True).first()
    if asked is None or asked.unit_id != case.unit_id:
        raise NothingToDecide
    _decide(case, asked, granted=granted, words=words, by=by, at=at)
    return case


def _decide(case: Case, asked: Extension, *, granted: bool, words: str, by: Actor, at: datetime) -> None:
    asked.decided_at, asked.granted, asked.words = at, granted, words
    asked.save(update_fields=["decided_at", "granted", "words"])
    changed = []
    due_at = asked.until
    if granted:
        due_at = clocks.lengthen(case, asked.minutes, at=at)
        changed = ["due_at"]
    said = _said(case, granted, due_at, asked, words)
    moves.finish(
        case,
        Move.DECIDE_EXTENSION,
        by=by,
        at=at,
        words=said,
        rule=in_force(governance_rules.EXTENSIONS, at=at).label,
        data={"granted": granted, "minutes": asked.minutes, "due": due_at.isoformat()},
        changed=changed,
    )
    if granted:
        telling.news(case, said, by=by, at=at)
    telling.owner_or_unit(case, notice_kinds.EXTENSION_DECIDED, said, by=by, at=at)


def _said(case: Case, granted: bool, due_at: datetime, asked: Extension, words: str) -> str:
    if granted:
        message = gettext_noop("The answer now has time until %(until)s. Why: %(reason)s %(words)s")
    else:
        message = gettext_noop("No more time was given. %(words)s")
    until = telling.moment_in(case.language, due_at)
    return telling.in_language_of(case, message, until=until, reason=asked.reason, words=words).strip()


@transaction.atomic
def lapse(*, extension: Extension, by: Actor, at: datetime) -> bool:
    """Count a request nobody decided in time as refused; say whether this call did it.

    One whose matter has left the unit meanwhile is ended without a step of the story.
    """
    case = access.lock_case(extension.case)
    asked = Extension.objects.filter(pk=extension.pk, decided_at__isnull=True, decide_by__lte=at).first()
    if asked is None:
        return False
    at = max(at, case.moved_at)
    if case.status == State.HANDLING and case.unit_id == asked.unit_id:
        words = telling.in_language_of(case, gettext_noop("Nobody decided in time."))
        _decide(case, asked, granted=False, words=words, by=by, at=at)
        return True
    asked.decided_at, asked.granted = at, False
    asked.save(update_fields=["decided_at", "granted"])
    record(
        audit_events.CODES[Move.DECIDE_EXTENSION],
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=case.unit.code,
        data={"granted": False, "minutes": asked.minutes, "moved_on": True},
    )
    return True


def run(*, by: Actor, at: datetime, most: int) -> int:
    """End every request whose time to decide is over, at most `most`; return how many."""
    return batches.one_by_one(
        due.extensions_for_job(at=at, most=most),
        lambda row: lapse(extension=row, by=by, at=at),
        what="requests for more time",
    )
