"""A press for many matters: held, taken back or carried out.

Asking writes rows and nothing else: no matter is touched and nobody is told before the window is over. Then
the worker takes each matter in a transaction of its own, through the same action as a press for one, and
keeps in that transaction that it was done: killed anywhere, the next run goes on, and nothing is done twice.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import Error, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases.actions import dispatching, handling, merging
from gongzhi.cases.actions.batches import one_by_one
from gongzhi.cases.actions.moves import fit, words_digest
from gongzhi.cases.models import Case
from gongzhi.cases.queries import access, categories, merged, picking, places
from gongzhi.cases.rules import INTAKE
from gongzhi.core import clock
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, DomainError, NotAllowed, NotFound
from gongzhi.notices.actions import Recipient, write_notice
from gongzhi.rulebook.queries import in_force
from gongzhi.workbench import audit_events, lifecycle, notice_kinds, rules, words
from gongzhi.workbench.actions import foreseeing
from gongzhi.workbench.actions.foreseeing import Asked
from gongzhi.workbench.lifecycle import BatchState, ItemState, Kind
from gongzhi.workbench.models import Batch, BatchItem
from gongzhi.workbench.queries import batches

log = logging.getLogger("gongzhi.worker")
_AT_ONCE = 20
"""Technical: batches of one run of the worker."""


class NothingLeft(Conflict):
    code = "nothing_left"
    message = _("None of the chosen matters can be done this way any more.")
    hint = _("Below it says why; go back to the list and choose again.")


class HasBegun(Conflict):
    code = "batch_has_begun"
    message = _("It has begun and cannot be taken back any more.")
    hint = _("What was done to a matter can be set right on its own page.")


class _Moved(Conflict):
    message = words.CHANGED


@transaction.atomic
def ask(*, asked: Asked, marks: Mapping[str, str], language: str, by: Actor, at: datetime) -> Batch:
    """Put a press for many matters on hold. `marks` says for each number what the preview showed.

    A matter that stands elsewhere by now is kept as refused, with the reason. Raises NothingChosen,
    TooManyChosen, NothingLeft, Invalid, NotAllowed.
    """
    if by.user_id is None:
        raise NotAllowed
    said = fit(asked.words, longest=in_force(INTAKE, at=at).params.words_signs, field="words")
    marks = {number.strip(): mark for number, mark in marks.items()}
    foreseen = foreseeing.foresee(viewer=by, asked=asked, numbers=list(marks), at=at)
    same = [will for will in foreseen.will if marks[will.case.number] == will.mark]
    if not same:
        raise NothingLeft
    batch = Batch.objects.create(
        owner_id=by.user_id,
        kind=asked.kind,
        asked=_packed(asked),
        words=said,
        language=language,
        asked_at=at,
        begins_at=at + in_force(rules.BATCHES, at=at).params.window,
    )
    waiting = [BatchItem(batch=batch, case=w.case, mark=w.mark, subject=w.subject) for w in same]
    refused = [(w.case, str(words.CHANGED)) for w in foreseen.will if w not in same]
    refused += [
        (each.case, each.reason)
        for each in foreseen.left
        if each.case is not None and each.number != asked.main
    ]
    BatchItem.objects.bulk_create(
        [
            *waiting,
            *(
                BatchItem(batch=batch, case=case, state=ItemState.REFUSED, reason=why, done_at=at)
                for case, why in refused
            ),
        ]
    )
    _record(audit_events.BATCH_ASKED, batch, by=by, at=at, matters=[w.case.number for w in same])
    return batch


def _packed(asked: Asked) -> dict[str, str]:
    return {
        "unit": asked.unit.code if asked.unit else "",
        "owner": asked.owner.username if asked.owner else "",
        "main": asked.main,
        "tier": asked.tier,
    }


def _record(code: str, batch: Batch, *, by: Actor, at: datetime, **more: Any) -> None:
    data = {"kind": batch.kind, **batch.asked, "words": words_digest(batch.words), **more}
    unit_code = next((post.unit_code for post in by.posts), "")
    record(code, by=by, at=at, subject=f"batch:{batch.pk}", unit_code=unit_code, data=data)


@transaction.atomic
def undo(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    """Take a press of one's own back: nothing has happened, and nothing will. Raises NotFound, HasBegun."""
    if batch.owner_id != by.user_id:
        raise NotFound
    undone = Batch.objects.filter(pk=batch.pk, state__in=lifecycle.sources(BatchState.UNDONE)).update(
        state=BatchState.UNDONE, finished_at=at
    )
    batch.refresh_from_db()
    if not undone:
        if batch.state == BatchState.UNDONE:
            return batch
        raise HasBegun
    items = BatchItem.objects.filter(batch=batch, state=ItemState.WAITING)
    with translation.override(batch.language):
        items.update(state=ItemState.REFUSED, reason=str(_("Taken back before it began.")), done_at=at)
    _record(audit_events.BATCH_UNDONE, batch, by=by, at=at)
    return batch


def run_due(*, at: datetime) -> int:
    """Carry out the batches whose window is over; return how many. For the worker.

    Raises ExceptionGroup with what failed, after the others had their turn; the next run goes on.
    """
    return one_by_one(batches.due_for_job(at=at, most=_AT_ONCE), run, what="batches")


def run(key: int, *, most: int | None = None) -> bool:
    """Carry out one batch from wherever it stands, `most` matters at most; say whether it is over then."""
    at = clock.now()
    Batch.objects.filter(pk=key, state__in=lifecycle.sources(BatchState.RUNNING), begins_at__lte=at).update(
        state=BatchState.RUNNING
    )
    batch = Batch.objects.get(pk=key)
    if batch.state != BatchState.RUNNING:
        return False
    by = batches.owner_of(batch, at=at)
    with translation.override(batch.language):
        for item in batches.waiting_for_job(batch)[:most]:
            _do(batch, item, by=by)
        return _finish(batch, by=by, at=clock.now())


@transaction.atomic
def _do(batch: Batch, key: int, *, by: Actor) -> None:
    """Move one matter and keep that it was moved, or why not, in one transaction."""
    item = batches.lock_item(key)
    if item.state != ItemState.WAITING:
        return
    at = clock.now()
    try:
        with transaction.atomic():
            _act(batch, item, by=by, at=at)
        item.state = ItemState.DONE
    except DomainError as refusal:
        item.state, item.reason = ItemState.REFUSED, str(refusal.message)
    except Error:
        raise
    except Exception:
        # A fault of ours with one matter must not hold up the others, nor be tried for ever.
        log.exception("A matter of a batch failed.", extra={"batch": batch.pk})
        item.state, item.reason = ItemState.REFUSED, str(words.FAILED)
    item.done_at = at
    item.save(update_fields=["state", "reason", "done_at"])


def _act(batch: Batch, item: BatchItem, *, by: Actor, at: datetime) -> None:
    """Call the action of the batch for one matter. Raises what the action raises, and where it stands
    elsewhere than when it was chosen, that."""
    case = batches.find_case_for_job(by, item.case_id)
    if case is None:
        raise NotFound(words.GONE)
    if foreseeing.mark_of(access.lock_case(case)) != item.mark:
        raise _Moved
    _ACTS[Kind(batch.kind)](batch, item, case, by, at)


def _accept(batch: Batch, item: BatchItem, case: Case, by: Actor, at: datetime) -> None:
    assessed = foreseeing.assessment(case, categories.get_category(item.subject), batch.asked["tier"])
    dispatching.accept_case(case=case, assessment=assessed, by=by, at=at)


def _dispatch(batch: Batch, item: BatchItem, case: Case, by: Actor, at: datetime) -> None:
    unit = places.get_place(batch.asked["unit"], at=at, field="unit")
    dispatching.dispatch_case(case=case, unit=unit, words=batch.words, by=by, at=at)


def _reassign(batch: Batch, item: BatchItem, case: Case, by: Actor, at: datetime) -> None:
    owner = picking.get_colleague(batch.asked["owner"])
    handling.reassign_case(case=case, owner=owner, words=batch.words, by=by, at=at)


def _merge(batch: Batch, item: BatchItem, case: Case, by: Actor, at: datetime) -> None:
    main = merged.find_main(by, batch.asked["main"])
    if main is None:
        raise merging.MainNotPossible
    merging.merge_case(case=case, main=main, words=batch.words, by=by, at=at)


_ACTS = {Kind.ACCEPT: _accept, Kind.DISPATCH: _dispatch, Kind.REASSIGN: _reassign, Kind.MERGE: _merge}


@transaction.atomic
def _finish(batch: Batch, *, by: Actor, at: datetime) -> bool:
    """Close a batch with nothing waiting, and tell its owner when some were refused; once."""
    if batches.waiting_for_job(batch):
        return False
    closed = Batch.objects.filter(pk=batch.pk, state__in=lifecycle.sources(BatchState.DONE)).update(
        state=BatchState.DONE, finished_at=at
    )
    if not closed:
        return False
    counts = batches.counts_of(batch)
    done, refused = counts[ItemState.DONE], counts[ItemState.REFUSED]
    _record(audit_events.BATCH_DONE, batch, by=by, at=at, done=done, refused=refused)
    if refused:
        write_notice(
            kind=notice_kinds.SOME_REFUSED.code,
            to=Recipient(user_id=batch.owner_id, language=batch.language),
            subject_ref=f"batch:{batch.pk}",
            values={
                "key": str(batch.pk),
                "refused": str(refused),
                "total": str(done + refused),
                "done": str(done),
            },
            dedupe_key=f"{notice_kinds.SOME_REFUSED.code}:{batch.pk}",
            by=by,
            at=at,
        )
    return True
