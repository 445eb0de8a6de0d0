"""The three clocks: started, paused and stopped by moves, each with a stored due moment.

Called by `moves.finish` and `handling` inside their transaction, on a locked case.
"""

from collections.abc import Iterable
from datetime import datetime

from gongzhi.cases import deadlines, lifecycle, petition_rules, rules
from gongzhi.cases.lifecycle import ClockKind, Move
from gongzhi.cases.models import Case, Clock
from gongzhi.cases.queries import calendars
from gongzhi.core.inserts import insert
from gongzhi.rulebook.queries import in_force

_REWORKED = frozenset({Move.NOT_SOLVED, Move.REOPEN, Move.ORDER_ANEW})
_REACHES_THE_RESIDENT = frozenset({Move.CONTACT, Move.RESOLVE, Move.SETTLE})
"""An answer is a contact; a withdrawal or a refusal is neither contact nor finish."""


def run(case: Case, move: Move, *, at: datetime) -> tuple[str, set[str]]:
    """Stop and start the clocks of a move and set `case.due_at`.

    Return the label of the rule that set a new limit (or "") and the names of case fields that were set.
    """
    step = lifecycle.STEPS[move]
    touched: set[str] = set()
    if not step.starts and not step.stops:
        return "", touched
    running = (
        {clock.kind: clock for clock in Clock.objects.filter(case=case, stopped_at__isnull=True)}
        if case.moves > 1
        else {}
    )
    for kind in step.stops & running.keys():
        touched |= stop(case, running.pop(kind), at=at, counts=move in _REACHES_THE_RESIDENT)
    label = ""
    for kind in step.starts - running.keys():
        clock = start(case, kind, move, at=at)
        if clock is not None:
            running[kind] = clock
            label = clock.rule
    case.due_at = earliest(running.values())
    return label, touched


def foresee(case: Case, move: Move, running: Iterable[Clock], *, at: datetime) -> datetime | None:
    """Return the due moment the case would have after the move, as `run` sets it; nothing is written.

    `case` is a copy as the move would leave it, `running` are the clocks that run now.
    """
    step = lifecycle.STEPS[move]
    going = {clock.kind: clock for clock in running if clock.kind not in step.stops}
    for clock in going.values():
        if clock.quiet:  # any move of a person wakes it
            clock.quiet = False
            clock.due_at = deadlines.add(
                calendars.of(case.unit, at=at), at, clock.limit_minutes, plain=clock.plain
            )
    for kind in step.starts - going.keys():
        if kind is not ClockKind.CONTACT or case.contacted_at is None:
            going[kind] = draft(case, kind, move, at=at)
    return earliest(going.values())


def earliest(clocks: Iterable[Clock]) -> datetime | None:
    """Return the earliest due moment of clocks that are neither paused nor quiet."""
    going = (clock for clock in clocks if clock.paused_at is None and not clock.quiet)
    return min((clock.due_at for clock in going), default=None)


def start(case: Case, kind: ClockKind, move: Move, *, at: datetime) -> Clock | None:
    """Start a clock with the limit of the rule in force; None when there is nothing to wait for any more."""
    if kind is ClockKind.CONTACT and case.contacted_at is not None:
        return None
    clock = draft(case, kind, move, at=at)
    insert(clock)
    return clock


def draft(case: Case, kind: ClockKind, move: Move, *, at: datetime, quiet: bool = False) -> Clock:
    """Return an unsaved clock with its limit, due moment and first rung by the rules in force.

    A quiet one has no rung: it is of imported history, and `wake` starts it when somebody touches the case.
    """
    label, limit = _limit(case, kind, move, at=at)
    calendar = calendars.of(case.unit, at=at)
    due_at = deadlines.add(calendar, at, limit.minutes, plain=limit.plain)
    rungs = in_force(rules.LADDER, at=at).params.rungs
    return Clock(
        case=case if case.pk else None,
        kind=kind,
        started_at=at,
        limit_minutes=limit.minutes,
        plain=limit.plain,
        rule=label,
        due_at=due_at,
        quiet=quiet,
        next_step_at=None
        if quiet
        else deadlines.next_rung_at(
            calendar, rungs, 0, due_at=due_at, limit_minutes=limit.minutes, plain=limit.plain
        ),
    )


def wake(case: Case, *, at: datetime) -> set[str]:
    """Start the quiet clocks of imported history with their whole limit from now on: somebody has touched it.

    Return the names of case fields that were set.
    """
    quiet = list(Clock.objects.filter(case=case, stopped_at__isnull=True, quiet=True))
    if not quiet:
        return set()
    calendar = calendars.of(case.unit, at=at)
    for clock in quiet:
        clock.quiet = False
        clock.started_at = at
        clock.due_at = deadlines.add(calendar, at, clock.limit_minutes, plain=clock.plain)
        clock.next_step_at = rung_after(case, clock, 0, at=at)
        clock.save(update_fields=["quiet", "started_at", "due_at", "next_step_at"])
    case.due_at = earliest(Clock.objects.filter(case=case, stopped_at__isnull=True))
    return {"due_at"}


def rung_after(case: Case, clock: Clock, step: int, *, at: datetime) -> datetime | None:
    """Return when rung number `step` of a running clock is taken."""
    return deadlines.next_rung_at(
        calendars.of(case.unit, at=at),
        in_force(rules.LADDER, at=at).params.rungs,
        step,
        due_at=clock.due_at,
        limit_minutes=clock.limit_minutes,
        plain=clock.plain,
    )


def _limit(case: Case, kind: ClockKind, move: Move, *, at: datetime) -> tuple[str, rules.Limit]:
    if kind is ClockKind.FINISH and move in _REWORKED:
        rework = in_force(rules.REWORK, at=at)
        return rework.label, rework.params.limit
    if kind is ClockKind.FINISH and case.route == lifecycle.Route.PETITION:
        petition = in_force(petition_rules.PETITION, at=at)
        return petition.label, petition.params.answer
    if kind is ClockKind.FINISH:
        finish = in_force(rules.FINISH_LIMIT, at=at)
        category = case.category.code if case.category else ""
        return finish.label, finish.params.limit_for(kind=case.kind, urgency=case.urgency, category=category)
    table = in_force(rules.ACCEPT_LIMIT if kind is ClockKind.ACCEPT else rules.CONTACT_LIMIT, at=at)
    return table.label, table.params.limit_for(case.urgency)


def stop(case: Case, clock: Clock, *, at: datetime, counts: bool) -> set[str]:
    """Stop a clock and keep its signed margin; if it counts, write what the measures need onto the case."""
    calendar = calendars.of(case.unit, at=at)
    end = clock.paused_at or at
    clock.stopped_at = at
    clock.paused_at = None
    clock.next_step_at = None
    clock.margin_minutes = deadlines.between(calendar, end, clock.due_at, plain=clock.plain)
    clock.save(update_fields=["stopped_at", "paused_at", "next_step_at", "margin_minutes"])
    in_time = clock.margin_minutes >= 0
    if not counts:
        return set()
    if clock.kind == ClockKind.CONTACT:
        case.contacted_at = at
        case.contact_on_time = in_time
        return {"contacted_at", "contact_on_time"}
    if clock.kind == ClockKind.FINISH:
        case.finish_minutes = (case.finish_minutes or 0) + max(0, clock.limit_minutes - clock.margin_minutes)
        case.finish_on_time = in_time and case.finish_on_time is not False
        return {"finish_minutes", "finish_on_time"}
    return set()


def pause(case: Case, *, at: datetime) -> bool:
    """Let the running clocks of the case stand still, but for those that are late; say whether any does."""
    running = Clock.objects.filter(case=case, stopped_at__isnull=True, paused_at__isnull=True)
    paused = running.filter(due_at__gt=at).update(paused_at=at, next_step_at=None)
    case.due_at = earliest(Clock.objects.filter(case=case, stopped_at__isnull=True))
    return bool(paused)


def resume(case: Case, *, at: datetime) -> None:
    """Let paused clocks run again; what was left of each when it was paused is left now."""
    calendar = calendars.of(case.unit, at=at)
    running = list(Clock.objects.filter(case=case, stopped_at__isnull=True))
    for clock in running:
        if clock.paused_at is None:
            continue
        clock.due_at = deadlines.shifted(
            calendar, due_at=clock.due_at, paused_at=clock.paused_at, resumed_at=at, plain=clock.plain
        )
        clock.paused_at = None
        clock.next_step_at = rung_after(case, clock, clock.step, at=at)
        clock.save(update_fields=["due_at", "paused_at", "next_step_at"])
    case.due_at = earliest(running)


def lengthen(case: Case, minutes: int, *, at: datetime) -> datetime:
    """Give the running finish clock of the case so many minutes more and return its new due moment.

    Reminders that lie ahead again are given again; none is given at once.
    """
    running = list(Clock.objects.filter(case=case, stopped_at__isnull=True))
    clock = next(clock for clock in running if clock.kind == ClockKind.FINISH)
    calendar = calendars.of(case.unit, at=at)
    clock.due_at = deadlines.add(calendar, clock.due_at, minutes, plain=clock.plain)
    clock.limit_minutes += minutes
    clock.step = 0
    clock.next_step_at = rung_after(case, clock, 0, at=at)
    while clock.next_step_at is not None and clock.next_step_at <= at:
        clock.step += 1
        clock.next_step_at = rung_after(case, clock, clock.step, at=at)
    if clock.paused_at is not None:
        clock.next_step_at = None
    clock.save(update_fields=["due_at", "limit_minutes", "step", "next_step_at"])
    case.due_at = earliest(running)
    return clock.due_at
