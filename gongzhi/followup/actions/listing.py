"""Filling the call lists: lots for the days that are over, bad ratings at once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from gongzhi.audit import queries as audit
from gongzhi.audit.actions import record
from gongzhi.cases import deadlines
from gongzhi.cases import rules as case_rules
from gongzhi.cases.models import Case, Rating
from gongzhi.cases.queries import access as case_access
from gongzhi.cases.queries import calendars
from gongzhi.core.actor import SYSTEM, Actor
from gongzhi.followup import audit_events, lots, notice_kinds, rules
from gongzhi.followup.lifecycle import Reason, State
from gongzhi.followup.lots import Lot
from gongzhi.followup.models import Draw, FollowUp
from gongzhi.followup.queries import pools
from gongzhi.notices.actions import Draft, Recipient, write_notices
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force

_BATCH = 500
"""Technical: bad ratings taken in one run; the next run takes the rest."""


def fill(*, by: Actor, at: datetime) -> int:
    """Put onto the lists what belongs there; return how many calls that were.

    Running it twice, late or in two processes changes nothing. A day waits until the first seal after its end
    is published, because that seal fixes the lots.
    """
    added = 0
    today = timezone.localdate(at)
    for back in range(in_force(rules.SAMPLE, at=at).params.days_back, 0, -1):
        day = today - timedelta(days=back)
        root = audit.first_root_since(pools.bounds(day)[1])
        if root is not None and root.sealed_at <= at:
            added += draw_day(day_of=pools.bounds(day)[0], lot=Lot(root.number, root.chain), by=by, at=at)
    return added + list_bad_ratings(by=by, at=at)


def draw_day(*, day_of: datetime, lot: Lot, by: Actor, at: datetime) -> int:
    """Draw the lots of every unit for the local day of `day_of`; return how many calls that made."""
    params = in_force(rules.SAMPLE, at=at).params
    found = pools.pools_for_job(timezone.localdate(day_of), bad_score=params.bad_score)
    callers = pools.calling_units([pool.unit for pool in found])
    return sum(_draw_unit(pool, callers[pool.unit.pk], lot, by=by, at=at) for pool in found)


@transaction.atomic
def _draw_unit(pool: pools.Pool, caller: Unit, lot: Lot, *, by: Actor, at: datetime) -> int:
    """Draw for one unit and day. The unique key decides between two workers."""
    rule = in_force(rules.SAMPLE, at=at)
    heaps, params = pool.heaps, rule.params
    drawn = lots.draw(
        lot,
        unit=pool.unit.code,
        day=pool.day,
        heaps=heaps,
        shares={name: params.share(name) for name in heaps},
        least=params.least,
        least_from=params.least_from,
    )
    made = Draw(
        unit=pool.unit,
        day=pool.day,
        batch=lot.batch,
        digest=lot.digest,
        rule=rule.label,
        heaps=heaps,
        stood=sum(map(len, heaps.values())),
        without_number=pool.without_number,
        drawn=len(drawn),
        at=at,
    )
    Draw.objects.bulk_create([made], ignore_conflicts=True)
    kept = Draw.objects.select_for_update(no_key=True).get(unit=pool.unit, day=pool.day)
    if FollowUp.objects.filter(draw=kept).exists() or kept.at != at or kept.digest != lot.digest:
        return 0  # Another worker was faster.
    for cases in pool.cases.values():
        for case in cases:
            if case.number in drawn:
                _put_on_list(
                    case, None, unit=pool.unit, caller=caller, draw=kept, stratum=drawn[case.number],
                    solved=case.solved, score=case.score, round_=case.reworks, at=at,
                )  # fmt: skip
    record(
        audit_events.DRAWN,
        by=by,
        at=at,
        subject=f"draw:{kept.pk}",
        unit_code=pool.unit.code,
        data={
            "day": pool.day.isoformat(),
            "batch": lot.batch,
            "digest": lot.digest,
            "rule": rule.label,
            "stood": {name: len(numbers) for name, numbers in heaps.items()},
            "without_number": pool.without_number,
            "drawn": sorted(drawn),
        },
    )
    return len(drawn)


def list_bad_ratings(*, by: Actor, at: datetime) -> int:
    """Put every bad rating onto a list, bring forward what was drawn and is one now, and pass calls on that
    the calling unit must not make any more; return how many came onto a list."""
    params = in_force(rules.SAMPLE, at=at).params
    since = _scored_since(at, days_back=params.days_back)
    found = list(pools.bad_ratings_for_job(since=since, bad_score=params.bad_score, most=_BATCH))
    for rating in found:
        _list_bad(rating, by=by, at=at)
    for followup in pools.turned_bad_for_job(bad_score=params.bad_score):
        _bring_forward(followup, at=at)
    for followup in pools.handled_by_caller_for_job():
        _pass_on(followup)
    return len(found)


def _scored_since(at: datetime, *, days_back: int) -> datetime:
    """Return since when a judgement may have got a bad score that no run has seen: as long as residents may
    rate, and as many days more as lots are drawn late, for a worker that stood still and for units' own days
    off."""
    limit = in_force(case_rules.WINDOWS, at=at).params.rating
    opened = deadlines.add(calendars.at(at), at, -limit.minutes, plain=limit.plain)
    return opened - timedelta(days=days_back)


@transaction.atomic
def _list_bad(rating: Rating, *, by: Actor, at: datetime) -> None:
    answered: Case = rating.main or rating.case
    unit = pools.answering_unit(answered)
    # Called by who is above both whose answer it was and who has the matter now.
    now = answered.unit if answered.unit.depth <= unit.depth else unit
    case = case_access.lock_case(rating.case)
    same = FollowUp.objects.filter(case=case, main=rating.main, round=rating.round)
    if same.exists():
        return
    followup = _put_on_list(
        case, rating.main, unit=unit, caller=pools.calling_units([now])[now.pk], draw=None, stratum="",
        solved=rating.solved, score=rating.score, round_=rating.round, at=at,
    )  # fmt: skip
    record(
        audit_events.PUT_ON_LIST,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=unit.code,
        data={"followup": followup.pk, "solved": rating.solved, "score": rating.score, "rule": followup.rule},
    )
    if followup.state == State.OPEN:
        _tell(followup, at=at)


def _put_on_list(
    case: Case,
    main: Case | None,
    *,
    unit: Unit,
    caller: Unit,
    draw: Draw | None,
    stratum: str,
    solved: bool | None,
    score: int | None,
    round_: int,
    at: datetime,
) -> FollowUp:
    calls = in_force(rules.CALLS, at=at).params
    limit = calls.drawn if draw else calls.bad
    callable_ = not case.anonymous and bool(case.reporter_phone_index)
    return FollowUp.objects.create(
        case=case,
        main=main,
        round=round_,
        unit=unit,
        caller=caller,
        reason=Reason.DRAWN if draw else Reason.BAD_RATING,
        stratum=stratum,
        draw=draw,
        rule=in_force(rules.SAMPLE, at=at).label,
        recorded_solved=solved,
        recorded_score=score,
        listed_at=at,
        due_at=deadlines.add(calendars.of(caller, at=at), at, limit.minutes, plain=limit.plain),
        next_at=at,
        state=State.OPEN if callable_ else State.NO_NUMBER,
        ended_at=None if callable_ else at,
    )


def _bring_forward(followup: FollowUp, *, at: datetime) -> None:
    """What was drawn and is rated badly now is due as a bad rating."""
    limit = in_force(rules.CALLS, at=at).params.bad
    due_at = deadlines.add(calendars.of(followup.caller, at=at), at, limit.minutes, plain=limit.plain)
    case = followup.case
    FollowUp.objects.filter(pk=followup.pk, state=State.OPEN, reason=Reason.DRAWN).update(
        reason=Reason.BAD_RATING,
        due_at=min(due_at, followup.due_at),
        recorded_solved=case.solved,
        recorded_score=case.score,
    )


def _pass_on(followup: FollowUp) -> None:
    above = pools.calling_units([followup.caller])[followup.caller_id]
    FollowUp.objects.filter(pk=followup.pk, state=State.OPEN, caller=followup.caller_id).update(caller=above)


def _tell(followup: FollowUp, *, at: datetime) -> None:
    values = {
        "number": followup.case.number,
        "unit": followup.unit.name,
        "key": str(followup.pk),
        "due": date_format(timezone.localtime(followup.due_at), "Y-m-d H:i"),
    }
    drafts = [
        Draft(
            kind=notice_kinds.BAD_RATING.code,
            to=Recipient(user_id=user),
            subject_ref=f"case:{followup.case.number}",
            values=values,
            dedupe_key=f"{notice_kinds.BAD_RATING.code}:{followup.pk}:{user}",
        )
        for user in orgs.holders_for_job(
            unit_id=followup.caller_id, permission=Permission.FOLLOWUP_CALL, at=at
        )
    ]
    write_notices(drafts, by=SYSTEM, at=at)
