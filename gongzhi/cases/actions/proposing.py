"""Keeping what is proposed for matters, and what people chose.

The worker proposes, seconds after a matter was registered, so that the desk waits for no model. What was not
proposed by then is proposed by key words on the form, and kept when the person has decided. What a member of
staff was shown while typing a matter is kept with it, beside the subject chosen there. Each is decided once:
later changes of a matter are not what was decided on that form.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, FigureCursor, Proposal, Transition
from gongzhi.cases.queries import access, categories, proposing, stale
from gongzhi.cases.queries.offering import Offered
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
            rows += _rows(case, found, model.pk if model else None, at=at)
        insert_together([rows])
    cursor.transition_id, cursor.gaps, cursor.moved_at = reading.position, reading.gaps, at
    cursor.save(update_fields=["transition_id", "gaps", "moved_at"])
    return len(new)


def _rows(case: Case, found: proposing.Guesses, model: int | None, *, at: datetime) -> list[Proposal]:
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
            model_id=model if each.learnt else None,
            at=at,
        )
        for field, each in proposing.explained(found).items()
    ]


def keep_decision(case: Case, *, by: Actor, at: datetime) -> None:
    """Write down what a person chose beside what was proposed, once; inside the transaction of the move."""
    if by.door == access.IMPORT_DOOR:
        return
    rows = list(Proposal.objects.filter(case=case))
    if not rows:
        subjects = list(categories.list_categories())
        found = proposing.by_words(proposing.text_of(case), subjects=subjects, at=at)
        insert_together([_chosen(_rows(case, found, None, at=at), case, at=at)])
        return
    waiting = _chosen([row for row in rows if not row.chosen], case, at=at)
    Proposal.objects.bulk_update(waiting, ["chosen", "month", "unit"])


@transaction.atomic
def keep_shown(case: Case, shown: Offered | None, *, at: datetime) -> None:
    """Write down what was proposed to who typed a new case, and the subject they chose.

    Kind, tier and urgency wait for the desk that accepts it. Without a subject chosen, so does that.
    """
    if shown is None:
        return
    rows = _rows(case, shown.guesses, shown.model, at=at)
    subject = [row for row in rows if row.field == Proposal.Field.CATEGORY]
    for row in subject:
        row.chosen_already = row.value == shown.stood
    if case.category:
        _chosen(subject, case, at=at)
    insert_together([rows])


def _chosen(rows: list[Proposal], case: Case, *, at: datetime) -> list[Proposal]:
    """Set on the rows what the case has, and when and where that was decided; return them."""
    month = timezone.localtime(at).date().replace(day=1)
    for row in rows:
        row.chosen = case.category.code if row.field == "category" and case.category else ""
        row.chosen = row.chosen or str(getattr(case, row.field))
        row.month, row.unit = month, case.desk
    return rows
