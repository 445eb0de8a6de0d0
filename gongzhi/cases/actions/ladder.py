"""What time does by itself: rungs of the ladder at due moments, and filing matters nobody rated.

The worker asks for clocks whose next rung is due and claims each with a conditional update. Running twice,
late
or in two processes changes nothing: exactly one claim changes the row, and a rung already taken is past.
"""

from datetime import datetime

from django.db import transaction

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, deadlines, lifecycle, notice_kinds, rules
from gongzhi.cases.actions import batches, moves, supervising, telling
from gongzhi.cases.lifecycle import Level, Move
from gongzhi.cases.models import Case, Clock
from gongzhi.cases.queries import access, calendars, due, places
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import InForce, in_force


@transaction.atomic
def take_rung(*, clock: Clock, by: Actor, at: datetime) -> bool:
    """Take the next rung of a clock whose moment has come; say whether this call did it."""
    case = access.lock_case(clock.case)
    ladder = in_force(rules.LADDER, at=at)
    rungs = ladder.params.rungs
    claimed = Clock.objects.filter(
        pk=clock.pk, step=clock.step, next_step_at__lte=at, stopped_at__isnull=True, paused_at__isnull=True
    ).update(
        step=clock.step + 1,
        next_step_at=deadlines.next_rung_at(
            calendars.of(case.unit, at=at),
            rungs,
            clock.step + 1,
            due_at=clock.due_at,
            limit_minutes=clock.limit_minutes,
            plain=clock.plain,
        ),
    )
    if not claimed:
        return False
    if clock.step >= len(rungs):  # the rule was changed to a shorter ladder meanwhile
        return False
    rung = rungs[clock.step]
    _act(case, clock, rung, ladder, by=by, at=at)
    record(
        audit_events.RUNG_TAKEN,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=case.unit.code,
        data={
            "clock": clock.kind,
            "rung": rung.action,
            "rule": ladder.label,
            "due": clock.due_at.isoformat(),
        },
    )
    return True


def _act(
    case: Case,
    clock: Clock,
    rung: rules.LadderRung,
    ladder: InForce[rules.LadderParams],
    *,
    by: Actor,
    at: datetime,
) -> None:
    due_words, mark = telling.moment(clock.due_at), f"clock-{clock.pk}-{clock.step}"
    if rung.action == "warn_owner":
        telling.owner_or_unit(case, notice_kinds.DUE_SOON, "", by=by, at=at, due=due_words, rung=mark)
        return
    telling.owner_or_unit(case, notice_kinds.OVERDUE, "", by=by, at=at, due=due_words, rung=mark)
    telling.heads(case, case.unit, notice_kinds.OVERDUE, "", by=by, at=at, due=due_words, rung=mark)
    if rung.action == "supervise":
        _supervise(case, clock, ladder.label, by=by, at=at)
    if rung.action in ("supervise", "county_list"):
        above = lifecycle.level_above(Level(case.level)) if rung.action == "supervise" else Level.COUNTY
        if above is not None:
            centre = places.centre_at(case.unit, above)
            telling.heads(case, centre, notice_kinds.OVERDUE, "", by=by, at=at, due=due_words, rung=mark)


def _supervise(case: Case, clock: Clock, rule: str, *, by: Actor, at: datetime) -> None:
    if case.status not in lifecycle.WORKING_STATES:
        return
    at = max(at, case.moved_at)
    words = telling.overdue_words(clock)
    limit = in_force(rules.SUPERVISION, at=at).params.limit
    supervising.open_supervision(case, cause="ladder", words=words, limit=limit, by=by, at=at)
    moves.finish(
        case,
        Move.SUPERVISE,
        by=by,
        at=at,
        words=words,
        rule=rule,
        public=False,
        data={"cause": "ladder", "clock": clock.kind},
    )


def run(*, by: Actor, at: datetime, most: int) -> int:
    """Take every rung that is due at `at`, at most `most` of them; return how many. Raises ExceptionGroup."""
    return batches.one_by_one(
        due.rungs_for_job(at=at, most=most),
        lambda clock: take_rung(clock=clock, by=by, at=at),
        what="rungs of the ladder",
    )
