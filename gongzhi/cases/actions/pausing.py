"""Letting the clocks of a matter stand still for a while, and letting them run again.

A pause has an end from its first moment on: a stored one, so that forgetting it does not stop a clock for
ever, and a worker that is late changes nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import governance_rules, notice_kinds, rules
from gongzhi.cases.actions import batches, clocks, moves, telling
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, ClockPause
from gongzhi.cases.queries import access, calendars, due
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.core.working_time import OfficeCalendar
from gongzhi.rulebook.queries import in_force


class AlreadyPaused(Conflict):
    code = "already_paused"
    message = _("The clocks of this matter are paused already.")
    hint = _("Let them run again first.")


class NotPaused(Conflict):
    code = "not_paused"
    message = _("The clocks of this matter are running.")


class AlreadyLate(Conflict):
    code = "already_late"
    message = _("The time of this matter has run out; a late clock cannot be paused.")
    hint = _("Answer the resident, even in part, or escalate it with what was tried.")


class PausesUsedUp(Conflict):
    code = "pauses_used_up"
    message = _("This matter has been paused as often or as long as the rule allows.")
    hint = _("Ask for more time before it is due, or answer the resident with what is known.")


@transaction.atomic
def pause_case(
    *, case: Case, reason: str, waiting_for: str, until: date | None = None, by: Actor, at: datetime
) -> Case:
    """Let the clocks stand still for a reason of the list, naming whom we wait for, until the morning of a
    day; without one as long as the rule allows.

    A clock that is late already runs on. Raises AlreadyPaused, AlreadyLate, PausesUsedUp, Invalid,
    MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.PAUSE, by=by, at=at)
    earlier = list(ClockPause.objects.filter(case=case))
    if any(pause.ended_at is None for pause in earlier):
        raise AlreadyPaused
    reasons = in_force(rules.REASONS, at=at)
    waiting_for = moves.need_words(
        waiting_for, longest=ClockPause._meta.get_field("waiting_for").max_length or 0, field="waiting_for"
    )
    try:
        label = reasons.params.label("pause", reason, language=case.language)
    except KeyError as unknown:
        raise Invalid(_("Please choose a reason from the list."), field="reason") from unknown
    limits = in_force(governance_rules.PAUSES, at=at)
    ends = _end(calendars.of(case.unit, at=at), limits.params, earlier, until, at=at)
    if not clocks.pause(case, at=at):
        raise AlreadyLate
    ClockPause.objects.create(case=case, reason=reason, waiting_for=waiting_for, started_at=at, until=ends)
    moves.finish(
        case,
        Move.PAUSE,
        by=by,
        at=at,
        words=_told(label, waiting_for, language=case.language),
        rule=limits.label,
        data={"reason": reason, "until": ends.isoformat()},
    )
    return case


def _told(reason: str, waiting_for: str, *, language: str) -> str:
    """Return the words of a pause in the story, in the language the resident reads."""
    with override(language):
        said = gettext("%(reason)s; waiting for: %(what)s")
    return said % {"reason": reason, "what": waiting_for}


def _end(
    calendar: OfficeCalendar,
    limits: governance_rules.PauseParams,
    earlier: Sequence[ClockPause],
    until: date | None,
    *,
    at: datetime,
) -> datetime:
    """Return when a pause that begins at `at` ends. Raises PausesUsedUp, Invalid."""
    used = sum(calendar.minutes_between(p.started_at, p.ended_at) for p in earlier if p.ended_at)
    left = min(limits.longest, limits.total - used)
    if len(earlier) >= limits.most or left <= 0:
        raise PausesUsedUp
    latest = calendar.add(at, left)
    if until is None:
        return latest
    wanted = morning_of(until)
    if wanted <= at:
        raise Invalid(_("Please choose a day after today."), field="until")
    if wanted > latest:
        raise Invalid(
            _("The rule allows this pause until %(day)s at the latest.") % {"day": telling.day(latest)},
            field="until",
        )
    return wanted


def morning_of(day: date) -> datetime:
    """Return the first moment of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))


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
    """End an open pause of the locked case, if there is one; say whether there was.

    The clocks run from the end that was fixed when it began, if that has passed already.
    """
    pause = ClockPause.open_of(case)
    if pause is None:
        return False
    pause.ended_at = max(pause.started_at, min(at, pause.until))
    pause.save(update_fields=["ended_at"])
    clocks.resume(case, at=pause.ended_at)
    return True


@transaction.atomic
def resume_by_itself(*, pause: ClockPause, by: Actor, at: datetime) -> bool:
    """End a pause whose end has come and tell the owner; say whether this call did it."""
    case = access.lock_case(pause.case)
    is_over = ClockPause.objects.filter(pk=pause.pk, ended_at__isnull=True, until__lte=at).exists()
    if not is_over or not end_pause(case, at=at):
        return False
    at = max(at, case.moved_at)
    rule = in_force(governance_rules.PAUSES, at=at).label
    moves.finish(case, Move.RESUME, by=by, at=at, rule=rule, data={"until": pause.until.isoformat()})
    telling.owner_or_unit(case, notice_kinds.RUNS_AGAIN, "", by=by, at=at)
    return True


def run(*, by: Actor, at: datetime, most: int) -> int:
    """End every pause whose end has come, at most `most`; return how many. Raises ExceptionGroup."""
    return batches.one_by_one(
        due.pauses_for_job(at=at, most=most),
        lambda pause: resume_by_itself(pause=pause, by=by, at=at),
        what="pauses",
    )
