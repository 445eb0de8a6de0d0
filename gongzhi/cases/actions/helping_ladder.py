"""Late helpers climb the ladder of deadlines by themselves.

As with clocks: the worker asks for calls whose next rung is due and claims each with a conditional update, so
running twice, late or in two processes changes nothing. The rungs are those of the rule `cases.ladder`, said
to the unit that was called: warned, its heads told, the level above it, the county.
"""

from datetime import datetime

from django.db import transaction

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, lifecycle, notice_kinds, rules
from gongzhi.cases.actions import batches, telling, together
from gongzhi.cases.lifecycle import Level
from gongzhi.cases.models import Case, HelpCall
from gongzhi.cases.queries import access, due, places
from gongzhi.core.actor import Actor
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force


@transaction.atomic
def take_rung(*, call: HelpCall, by: Actor, at: datetime) -> bool:
    """Take the next rung of a call whose moment has come; say whether this call of the function did it."""
    case = access.lock_case(call.case)
    ladder = in_force(rules.LADDER, at=at)
    rungs = ladder.params.rungs
    claimed = HelpCall.objects.filter(
        pk=call.pk, step=call.step, next_step_at__lte=at, answered_at__isnull=True, ended_at__isnull=True
    ).update(step=call.step + 1, next_step_at=together.next_rung(call, at=at, step=call.step + 1))
    if not claimed or call.step >= len(rungs):
        return False
    _act(case, call, rungs[call.step].action, by=by, at=at)
    record(
        audit_events.HELP_RUNG_TAKEN,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=call.unit.code,
        data={"rung": rungs[call.step].action, "rule": ladder.label, "due": call.due_at.isoformat()},
    )
    return True


def _act(case: Case, call: HelpCall, action: str, *, by: Actor, at: datetime) -> None:
    due_words, mark = telling.moment(call.due_at), f"help-{call.pk}-{call.step}"
    if action == "warn_owner":
        kind, words = notice_kinds.HELP_DUE, ""
    else:
        kind, words = notice_kinds.HELP_LATE, call.unit.name
    users = (
        [call.signed_by_id]
        if call.signed_by_id
        else orgs.holders_for_job(unit_id=call.unit_id, permission=Permission.CASE_HANDLE, at=at)
    )
    telling.users_told(case, users, kind, words, by=by, at=at, due=due_words, rung=mark)
    if action == "warn_owner":
        return
    telling.heads(case, call.unit, kind, words, by=by, at=at, due=due_words, rung=mark)
    telling.owner_or_unit(case, kind, words, by=by, at=at, due=due_words, rung=mark)
    above = Level.COUNTY
    if action == "supervise":
        above = lifecycle.level_above(places.level_of(call.unit)) or Level.COUNTY
    if action in ("supervise", "county_list"):
        centre = places.centre_at(call.unit, above)
        telling.heads(case, centre, kind, words, by=by, at=at, due=due_words, rung=mark)


def run(*, by: Actor, at: datetime, most: int) -> int:
    """Take every rung of late helpers that is due at `at`, at most `most`; return how many. Raises
    ExceptionGroup."""
    return batches.one_by_one(
        due.help_rungs_for_job(at=at, most=most),
        lambda call: take_rung(call=call, by=by, at=at),
        what="rungs of late helpers",
    )
