"""After the agreement: promises kept or not, the court's confirmation, visits, filing."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.mediation import lifecycle, rules
from gongzhi.mediation.actions import agreeing, frame, reminding
from gongzhi.mediation.lifecycle import DECISIONS, Confirmation, Move, Performance
from gongzhi.mediation.models import Dispute, Duty, Reminder, Visit
from gongzhi.orgs import queries as orgs
from gongzhi.rulebook.queries import in_force


class WindowOver(Conflict):
    code = "confirmation_window_over"
    message = _("The time for asking the court together is over.")
    hint = _("The agreement still binds. A party may sue on it: People's Mediation Law, Article 32.")


class OnlyTogether(Invalid):
    code = "only_together"
    message = _("Only both parties together can ask the court to confirm.")
    hint = _("People's Mediation Law, Article 33.")


class AlreadyAsked(Conflict):
    code = "already_asked"
    message = _("The court has been asked already.")


class NothingAsked(Conflict):
    code = "nothing_asked"
    message = _("The court has not been asked, so it cannot have decided.")


class StillOpen(Conflict):
    code = "promises_open"
    message = _("Not every promise has an outcome yet.")
    hint = _("Record for each whether it was kept.")


@transaction.atomic
def record_performance(
    *,
    dispute: Dispute,
    duty: int,
    outcome: str,
    on: date | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Dispute:
    """Record whether a promise was kept: performed, partly, not. Raises Invalid."""
    dispute, at = frame.begin(dispute, Move.PERFORM, by=by, at=at)
    agreement = agreeing.standing(dispute)
    row = Duty.objects.filter(agreement=agreement, position=duty).first()
    if row is None:
        raise Invalid(_("There is no such promise."), field="duty")
    if outcome not in list(Performance):
        raise Invalid(_("Please choose what came of it."), field="outcome")
    day = orgs.day_of(at)
    if on is not None and on > day:
        raise Invalid(_("This day has not come yet."), field="on")
    row.outcome, row.outcome_on, row.note = outcome, on or day, frame.fit(note, at=at, field="note")
    row.save(update_fields=["outcome", "outcome_on", "note"])
    reminding.take_back(dispute, Reminder.About.PERFORMANCE, Reminder.About.OVERDUE, at=at, duty=row)
    outcomes = Duty.objects.filter(agreement=agreement).values_list("outcome", flat=True)
    dispute.performance = lifecycle.performance_of(outcomes)
    frame.finish(
        dispute,
        Move.PERFORM,
        by=by,
        at=at,
        words=row.note,
        data={"duty": duty, "outcome": outcome, "whole": dispute.performance},
        changed=["performance"],
    )
    return dispute


@transaction.atomic
def apply_for_confirmation(
    *, dispute: Dispute, court: str, on: date, together: bool, by: Actor, at: datetime
) -> Dispute:
    """Record that both parties asked the court together, within the window.

    Raises OnlyTogether, WindowOver, AlreadyAsked, Invalid.
    """
    dispute, at = frame.begin(dispute, Move.APPLY, by=by, at=at)
    agreement = agreeing.standing(dispute)
    if agreement.confirmation != Confirmation.NONE:
        raise AlreadyAsked
    if not together:
        raise OnlyTogether(field="together")
    assert agreement.effective_at is not None  # noqa: S101 - the state says it binds
    assert agreement.confirm_by is not None  # noqa: S101
    if on > orgs.day_of(at) or on < orgs.day_of(agreement.effective_at):
        raise Invalid(_("The day must lie between the agreement and today."), field="on")
    if on > agreement.confirm_by:
        raise WindowOver(last=agreement.confirm_by.isoformat())
    agreement.confirmation, agreement.applied_on = Confirmation.APPLIED, on
    agreement.court = frame.need(court, at=at, field="court")
    agreement.save(update_fields=["confirmation", "applied_on", "court"])
    reminding.take_back(dispute, Reminder.About.CONFIRMATION, at=at)
    rule = in_force(rules.CONFIRMATION, at=at).label
    frame.finish(dispute, Move.APPLY, by=by, at=at, rule=rule, data={"on": on.isoformat()})
    return dispute


@transaction.atomic
def record_decision(
    *, dispute: Dispute, outcome: str, on: date, number: str = "", by: Actor, at: datetime
) -> Dispute:
    """Record what came of the request: confirmed, refused, withdrawn. Raises NothingAsked, Invalid."""
    dispute, at = frame.begin(dispute, Move.DECIDE, by=by, at=at)
    agreement = agreeing.standing(dispute)
    if agreement.confirmation != Confirmation.APPLIED or agreement.applied_on is None:
        raise NothingAsked
    if outcome not in list(DECISIONS):
        raise Invalid(_("Please choose what came of it."), field="outcome")
    if not agreement.applied_on <= on <= orgs.day_of(at):
        raise Invalid(_("The day must lie between the request and today."), field="on")
    agreement.confirmation, agreement.decided_on = outcome, on
    agreement.decision_number = frame.fit(number, at=at, field="number")
    agreement.save(update_fields=["confirmation", "decided_on", "decision_number"])
    frame.finish(dispute, Move.DECIDE, by=by, at=at, data={"outcome": outcome, "on": on.isoformat()})
    return dispute


@transaction.atomic
def record_visit(*, dispute: Dispute, words: str, kept: bool, by: Actor, at: datetime) -> Dispute:
    """Record a visit after the agreement and whether it is being kept. Raises Invalid."""
    dispute, at = frame.begin(dispute, Move.VISIT, by=by, at=at)
    words = frame.need(words, at=at)
    assert by.user_id is not None  # noqa: S101 - the table lets only staff visit
    Visit.objects.create(dispute=dispute, at=at, words=words, kept=kept, by_id=by.user_id)
    reminding.take_back(dispute, Reminder.About.VISIT, at=at)
    frame.finish(dispute, Move.VISIT, by=by, at=at, words=words, data={"kept": kept})
    return dispute


@transaction.atomic
def finish_dispute(*, dispute: Dispute, words: str = "", by: Actor, at: datetime) -> Dispute:
    """File an agreed dispute whose promises all have an outcome. Raises StillOpen, Invalid.

    What was not kept needs words: what the parties were told they may do.
    """
    dispute, at = frame.begin(dispute, Move.FINISH, by=by, at=at)
    if dispute.performance == "":
        raise StillOpen
    kept = dispute.performance == Performance.PERFORMED
    words = frame.fit(words, at=at, field="words") if kept else frame.need(words, at=at)
    dispute.finished_at = at
    reminding.take_back(dispute, Reminder.About.PERFORMANCE, Reminder.About.OVERDUE, at=at)
    frame.finish(
        dispute,
        Move.FINISH,
        by=by,
        at=at,
        words=words,
        data={"performance": dispute.performance},
        changed=["finished_at"],
    )
    return dispute
