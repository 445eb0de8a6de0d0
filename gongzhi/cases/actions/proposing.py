"""Keeping what is proposed for matters, and what the person at the desk chose.

The worker proposes, seconds after a matter was registered, so that no page loads a model. What was not
proposed by then is proposed by key words on the form, and kept when the person has decided. Each is written
once: later changes of a matter are not what was decided on that form.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gongzhi.cases import learnt_files
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, FigureCursor, LearntModel, Proposal, Transition
from gongzhi.cases.queries import access, categories, proposing, stale
from gongzhi.core.actor import Actor
from gongzhi.core.inserts import insert_together

_CURSOR = "proposals"
_TRANSITIONS = 200
"""Technical: read in one transaction; on SQLite others cannot write meanwhile."""


def propose_new(*, at: datetime) -> int:
    """Write proposals for matters registered since the last run; return how many matters."""
    newest = Transition.objects.aggregate(newest=Max("id"))["newest"] or 0
    cursor, is_new = FigureCursor.objects.get_or_create(
        name=_CURSOR, defaults={"moved_at": at, "transition_id": newest}
    )
    if is_new or (newest <= cursor.transition_id and not cursor.gaps):
        learnt_files.release()
        return 0
    return _propose_piece(at=at)


@transaction.atomic
def _propose_piece(*, at: datetime) -> int:
    cursor = FigureCursor.objects.select_for_update().get(name=_CURSOR)
    reading = stale.read_for_job(cursor, most=_TRANSITIONS, at=at)
    waiting = Case.objects.filter(pk__in=reading.cases, status=State.REGISTERED)
    done = set(Proposal.objects.filter(case__in=reading.cases).values_list("case", flat=True))
    new = [case for case in waiting if case.pk not in done]
    if new:
        model = proposing.model_in_use()
        subjects = list(categories.list_categories())
        rows = []
        for case in new:
            found = proposing.guess(proposing.text_of(case), subjects=subjects, model=model, at=at)
            rows += _rows(case, found, model, at=at)
        insert_together([rows])
    cursor.transition_id, cursor.gaps, cursor.moved_at = reading.position, reading.gaps, at
    cursor.save(update_fields=["transition_id", "gaps", "moved_at"])
    return len(new)


def _rows(case: Case, found: proposing.Guesses, model: LearntModel | None, *, at: datetime) -> list[Proposal]:
    enough = proposing.chosen_from(at=at)
    return [
        Proposal(
            case=case,
            field=field,
            value=each.value,
            confidence=each.confidence,
            chosen_already=each.confidence >= enough,
            by_subject=each.by_subject,
            words=" ".join(each.words),
            model=model if each.learnt else None,
            at=at,
        )
        for field, each in proposing.explained(found).items()
    ]


def keep_decision(case: Case, *, by: Actor, at: datetime) -> None:
    """Write down what a person chose beside what was proposed, once; inside the transaction of the move."""
    if by.door == access.IMPORT_DOOR:
        return
    rows = list(Proposal.objects.filter(case=case))
    if any(row.chosen for row in rows):
        return
    is_new = not rows
    if is_new:
        subjects = list(categories.list_categories())
        found = proposing.by_words(proposing.text_of(case), subjects=subjects, at=at)
        rows = _rows(case, found, None, at=at)
    month = timezone.localtime(at).date().replace(day=1)
    for row in rows:
        row.chosen = case.category.code if row.field == "category" and case.category else ""
        row.chosen = row.chosen or str(getattr(case, row.field))
        row.month, row.unit = month, case.desk
    if is_new:
        insert_together([rows])
    else:
        Proposal.objects.bulk_update(rows, ["chosen", "month", "unit"])
