"""Audit codes of cases: every move has exactly one; the words are for people who read the log."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare
from gongzhi.cases.lifecycle import Move

CODES: dict[Move, str] = {
    Move.REGISTER: declare("cases.case.registered", _("A matter was registered")).code,
    Move.SETTLE: declare("cases.case.settled_on_the_spot", _("A matter was settled on the spot")).code,
    Move.ACCEPT: declare("cases.case.accepted", _("A matter was accepted")).code,
    Move.DECLINE: declare("cases.case.declined", _("A matter was not accepted")).code,
    Move.OBJECT: declare("cases.case.objected", _("The resident objected to a refusal")).code,
    Move.DISPATCH: declare("cases.case.dispatched", _("A matter was dispatched")).code,
    Move.SIGN: declare("cases.case.signed", _("A unit signed for a matter")).code,
    Move.RETURN: declare("cases.case.returned", _("A unit returned a matter")).code,
    Move.ESCALATE: declare("cases.case.escalated", _("A matter was escalated")).code,
    Move.REFER_DOWN: declare("cases.case.referred_down", _("A matter was referred down")).code,
    Move.RESOLVE: declare("cases.case.resolved", _("A matter was resolved and answered")).code,
    Move.CONFIRM: declare("cases.case.confirmed", _("The resident judged the answer")).code,
    Move.RATE: declare("cases.case.rated", _("The resident said how satisfied they are")).code,
    Move.NOT_SOLVED: declare("cases.case.not_solved", _("The resident said it is not solved")).code,
    Move.CLOSE_UNRATED: declare("cases.case.closed_unrated", _("A matter was filed without a rating")).code,
    Move.REOPEN: declare("cases.case.reopened", _("A matter was reopened")).code,
    Move.WITHDRAW: declare("cases.case.withdrawn", _("The resident withdrew a matter")).code,
    Move.CONTACT: declare("cases.case.contacted", _("The resident was reached")).code,
    Move.PAUSE: declare("cases.case.paused", _("The clocks of a matter were paused")).code,
    Move.RESUME: declare("cases.case.resumed", _("The clocks of a matter run again")).code,
    Move.SUPERVISE: declare("cases.case.supervised", _("A matter was put under supervision")).code,
    Move.ANSWER_SUPERVISION: declare("cases.supervision.answered", _("A supervision was answered")).code,
    Move.COMMENT: declare("cases.case.commented", _("A comment was written")).code,
    Move.ATTACH: declare("cases.case.attached", _("Pictures were added")).code,
    Move.PUBLISH: declare("cases.case.published", _("A matter was released for publication")).code,
    Move.UNPUBLISH: declare("cases.case.unpublished", _("A matter was taken off the notice board")).code,
}

LIST_EXPORTED = declare("cases.list.exported", _("A list was taken out as a file")).code
RUNG_TAKEN = declare("cases.clock.rung_taken", _("A deadline took a rung of the ladder")).code
CONTACT_READ = declare(
    "cases.reporter.read", _("Someone read how to reach a resident"), _("With the purpose that was given.")
).code
CATEGORIES_INSTALLED = declare("cases.categories.installed", _("The list of subjects was installed")).code
