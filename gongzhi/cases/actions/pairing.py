"""What people say of two matters that look alike: a reporter that they are the same, a desk that they are
not.

Neither changes a matter. A reporter who says so still gets a number of their own, so that they hear the
answer whatever becomes of the other one; the desk sees it and merges the two with one press.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events
from gongzhi.cases.actions import merging, moves
from gongzhi.cases.models import Case, CasePair
from gongzhi.cases.queries import merged, pairs
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid


class NoSuchOther(Invalid):
    """The other matter is absent, out of sight, or this one: the same on purpose."""

    code = "no_such_other"
    message = _("There is no matter with this number in your sight.")


@transaction.atomic
def say_same(*, case: Case, other: Case, by: Actor, at: datetime) -> CasePair:
    """Keep that the reporter of `case`, just raised, said it is the same as `other`. Once for a pair."""
    pair, is_new = _locked(case, other)
    if is_new or pair.same_at is None:
        pair.same_at = at
        pair.save(update_fields=["same_at"])
        _record(audit_events.PAIR_SAME, case, other, by=by, at=at)
    return pair


@transaction.atomic
def keep_apart(*, case: Case, number: str, by: Actor, at: datetime) -> CasePair:
    """Keep that the desk of `case` says it is not the same as the matter with this number: the two are never
    shown to anybody as likely the same again. Doing it twice changes nothing.

    Raises NotYourMove, NoSuchOther.
    """
    other = _judged(case, number, by=by)
    pair, _is_new = _locked(case, other)
    if pair.apart_at is None and by.user_id is not None:
        pair.apart_at, pair.apart_by_id = at, by.user_id
        pair.save(update_fields=["apart_at", "apart_by"])
        _record(audit_events.PAIR_APART, case, other, by=by, at=at)
    return pair


@transaction.atomic
def take_back_apart(*, case: Case, number: str, by: Actor, at: datetime) -> None:
    """Undo `keep_apart`. Doing it twice changes nothing. Raises NotYourMove, NoSuchOther."""
    other = _judged(case, number, by=by)
    pair, _is_new = _locked(case, other)
    if pair.apart_at is not None:
        pair.apart_at = pair.apart_by = None
        pair.save(update_fields=["apart_at", "apart_by"])
        _record(audit_events.PAIR_APART_TAKEN_BACK, case, other, by=by, at=at)


@transaction.atomic
def merge_with(*, case: Case, number: str, lead: str, by: Actor, at: datetime) -> tuple[Case, Case]:
    """Merge a case with the one of this number; `lead` is the number of the one that is handled for both, as
    it was shown to who pressed. Return the one that rests and the one that leads.

    Raises NoSuchOther, and what `merging.merge_case` raises.
    """
    other = merged.find_main(by, number)
    if other is None or other.pk == case.pk or lead not in (case.number, other.number):
        raise NoSuchOther(field="other")
    rests, leads = (other, case) if lead == case.number else (case, other)
    done = merged.merge_of(rests)
    if done is not None and done.main_id == leads.pk:
        return rests, leads  # the same press again
    return merging.merge_case(case=rests, main=leads, by=by, at=at), leads


def _judged(case: Case, number: str, *, by: Actor) -> Case:
    """Return the other case, when `by` works at the desk of this one and sees both."""
    if not pairs.may_judge(by, case):
        raise moves.NotYourMove
    other = merged.find_main(by, number)
    if other is None or other.pk == case.pk:
        raise NoSuchOther(field="other")
    return other


def _locked(case: Case, other: Case) -> tuple[CasePair, bool]:
    first, second = sorted((case.pk, other.pk))
    rows = CasePair.objects.select_for_update(of=("self",), no_key=True)
    return rows.get_or_create(first_id=first, second_id=second)


def _record(code: str, case: Case, other: Case, *, by: Actor, at: datetime) -> None:
    data = {"other": other.number}
    record(code, by=by, at=at, subject=f"case:{case.number}", unit_code=case.desk.code, data=data)
