"""Audit codes of mediation: every move has exactly one; the words are for people who read the log."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare
from gongzhi.mediation.lifecycle import Move

CODES: dict[Move, str] = {
    Move.OPEN: declare("mediation.dispute.opened", _("A dispute was opened")).code,
    Move.START: declare("mediation.dispute.started", _("Mediation began with the parties' consent")).code,
    Move.HOLD: declare("mediation.session.held", _("A session of mediation was recorded")).code,
    Move.AGREE_ORALLY: declare(
        "mediation.agreement.agreed_orally", _("An oral agreement was registered")
    ).code,
    Move.DRAFT: declare("mediation.agreement.drafted", _("A written agreement was drafted")).code,
    Move.SIGN: declare("mediation.agreement.signed", _("An agreement was signed")).code,
    Move.SEAL: declare("mediation.agreement.sealed", _("The committee sealed an agreement")).code,
    Move.TALK_AGAIN: declare("mediation.dispute.talked_again", _("The parties talk again")).code,
    Move.FINISH: declare("mediation.dispute.finished", _("A mediated dispute was filed")).code,
    Move.REFER_UP: declare("mediation.dispute.referred_up", _("A dispute went one level up")).code,
    Move.TO_LAW: declare(
        "mediation.dispute.sent_to_law", _("The parties were shown the way to the law")
    ).code,
    Move.END: declare("mediation.dispute.ended", _("Mediation ended without an agreement")).code,
    Move.SCHEDULE: declare("mediation.session.scheduled", _("A session of mediation was arranged")).code,
    Move.STATEMENT: declare("mediation.statement.taken", _("A party made a statement")).code,
    Move.ADD_PARTY: declare("mediation.party.added", _("A party was added to a dispute")).code,
    Move.ASSIGN: declare("mediation.mediators.named", _("The mediators of a dispute were named")).code,
    Move.OBJECT: declare("mediation.mediator.objected", _("A party objected to a mediator")).code,
    Move.ASSESS: declare("mediation.risk.assessed", _("The risk of a dispute was assessed")).code,
    Move.PERFORM: declare("mediation.duty.recorded", _("The performance of a promise was recorded")).code,
    Move.APPLY: declare("mediation.confirmation.applied", _("Both parties asked the court to confirm")).code,
    Move.DECIDE: declare("mediation.confirmation.decided", _("The outcome at the court was recorded")).code,
    Move.VISIT: declare("mediation.visit.made", _("A follow-up visit was recorded")).code,
}

REMINDED = declare("mediation.reminder.sent", _("People were reminded of a date of mediation")).code
CONTACT_READ = declare(
    "mediation.party.read", _("Someone read how to reach a party"), _("With the purpose that was given.")
).code
