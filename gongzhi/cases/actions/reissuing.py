"""A new receipt for one that was lost, after the person was checked.

The old code is void from then on: whoever found the paper could judge the answer in the resident's name.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from gongzhi.cases import governance_rules, rules
from gongzhi.cases.actions import moves, telling
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case
from gongzhi.cases.queries import access
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.rulebook.queries import in_force


class InYourHands(moves.NotYourMove):
    code = "in_your_hands"
    message = _("Your unit handles this matter, so you may not see its receipt code: it judges the answer.")
    hint = _("A three-line person of the village or the town centre can print the new receipt.")


@transaction.atomic
def reissue_receipt(*, case: Case, identity: str, purpose: str, by: Actor, at: datetime) -> Case:
    """Replace a lost receipt: say how the person was checked and why; the old code opens nothing any more.

    Raises InYourHands, Invalid, NotYourMove.
    """
    case, at = moves.begin(case, Move.REISSUE, by=by, at=at)
    if access.has_in_hand(by, case):
        raise InYourHands
    rule = in_force(governance_rules.RECEIPTS, at=at)
    if not rule.params.has(identity):
        raise Invalid(_("Please choose how the person was checked."), field="identity")
    purpose = moves.need_words(
        purpose, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="purpose"
    )
    case.receipt_serial += 1
    moves.finish(
        case,
        Move.REISSUE,
        by=by,
        at=at,
        words=purpose,
        public=False,
        rule=rule.label,
        data={"identity": identity, "serial": case.receipt_serial},
        changed=["receipt_serial"],
    )
    telling.news(
        case,
        telling.in_language_of(case, gettext_noop("A new receipt was printed; use the link in this mail.")),
        by=by,
        at=at,
    )
    return case
