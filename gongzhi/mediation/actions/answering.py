"""Answering a matter with the agreement, and the recorded look at how to reach the parties."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from gongzhi.audit.actions import record
from gongzhi.cases.actions import handling
from gongzhi.cases.lifecycle import Outcome
from gongzhi.cases.models import Case
from gongzhi.core.actor import Actor
from gongzhi.mediation import audit_events
from gongzhi.mediation.actions import agreeing, frame
from gongzhi.mediation.lifecycle import Move
from gongzhi.mediation.models import Dispute
from gongzhi.mediation.queries import access
from gongzhi.orgs import queries as orgs


@transaction.atomic
def resolve_with_agreement(*, dispute: Dispute, answer: str, by: Actor, at: datetime) -> Case:
    """Answer the dispute's matter as solved by the agreement, through the matter's own action.

    Raises MoveNotPossible when no agreement binds, and what `handling.resolve_case` raises.
    """
    locked = access.lock_dispute(dispute)
    if locked.case_id is None or agreeing.standing(locked).effective_at is None:
        raise frame.MoveNotPossible
    case = Case.objects.get(pk=locked.case_id)
    return handling.resolve_case(case=case, outcome=Outcome.SOLVED, answer=answer, by=by, at=at)


def draft_answer(dispute: Dispute) -> str:
    """Return words to begin the answer with: that the parties agreed, without who and what."""
    language = dispute.case.language if dispute.case else "zh-hans"
    with translation.override(language):
        day = orgs.day_of(dispute.agreed_at) if dispute.agreed_at else None
        return _("%(unit)s mediated, and the parties agreed on %(day)s. The agreement binds both.") % {
            "unit": dispute.committee.name,
            "day": day.isoformat() if day else "",
        }


@transaction.atomic
def read_contacts(*, dispute: Dispute, purpose: str, by: Actor, at: datetime) -> None:
    """Record that somebody looks at how to reach the parties. Raises NotYourMove, Invalid."""
    purpose = frame.need(purpose, at=at, field="purpose")
    if not access.may(by, dispute, Move.ASSESS):
        raise frame.NotYourMove
    record(
        audit_events.CONTACT_READ,
        by=by,
        at=at,
        subject=f"dispute:{dispute.number}",
        unit_code=dispute.committee.code,
        data={"purpose": purpose},
    )
