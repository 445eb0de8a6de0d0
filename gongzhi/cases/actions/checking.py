"""A sampled check of what was settled on the spot: drawn when it is settled, asked about by the village."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import governance_rules, rules
from gongzhi.cases.actions import moves
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, SpotCheck
from gongzhi.core import crypto
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict
from gongzhi.core.inserts import insert
from gongzhi.rulebook.queries import in_force

_WHOLE = 16**8


class NothingToCheck(Conflict):
    code = "nothing_to_check"
    message = _("This matter was not drawn for a check, or was checked already.")


class OwnSettlement(moves.NotYourMove):
    code = "own_settlement"
    message = _("You settled this yourself, so somebody else checks it.")
    hint = _("A colleague at the village desk, or the town, asks the resident.")


def draw(case: Case, *, at: datetime) -> None:
    """Draw the case for a check with the chance of the rule.

    By a keyed hash of the number: nobody can tell beforehand, and a second look gives the same answer.
    """
    share = in_force(governance_rules.SETTLEMENT, at=at).params.checked_share
    lot = int(crypto.keyed_hash(case.number, purpose="cases.spot_check")[:8], 16) / _WHOLE
    if lot < share:
        insert(SpotCheck(case=case, desk=case.desk, drawn_at=at))


@transaction.atomic
def check_settlement(*, case: Case, as_written: bool, words: str, by: Actor, at: datetime) -> Case:
    """Record what the resident said about a settlement that was drawn.

    Raises NothingToCheck, OwnSettlement, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.CHECK, by=by, at=at)
    if by.user_id == case.owner_id:
        raise OwnSettlement
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    drawn = SpotCheck.objects.filter(case=case, checked_at__isnull=True).first()
    if drawn is None:
        raise NothingToCheck
    drawn.checked_at, drawn.as_written, drawn.words = at, as_written, words
    drawn.save(update_fields=["checked_at", "as_written", "words"])
    moves.finish(
        case,
        Move.CHECK,
        by=by,
        at=at,
        words=words,
        public=False,
        rule=in_force(governance_rules.SETTLEMENT, at=at).label,
        data={"as_written": as_written},
    )
    return case
