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
    Move.REASSIGN: declare("cases.case.reassigned", _("A matter was given to a colleague")).code,
    Move.SUPERVISE: declare("cases.case.supervised", _("A matter was put under supervision")).code,
    Move.ANSWER_SUPERVISION: declare("cases.supervision.answered", _("A supervision was answered")).code,
    Move.COMMENT: declare("cases.case.commented", _("A comment was written")).code,
    Move.ATTACH: declare("cases.case.attached", _("Pictures were added")).code,
    Move.SIGN_STATEMENT: declare(
        "cases.statement.signed",
        _("Somebody signed a statement on the spot"),
        _("With what it is about and the digest of the drawing; neither name nor words."),
    ).code,
    Move.PUBLISH: declare("cases.case.published", _("A matter was released for publication")).code,
    Move.UNPUBLISH: declare("cases.case.unpublished", _("A matter was taken off the notice board")).code,
    Move.JUDGE_ANSWER: declare("cases.supervision.judged", _("An answer to a supervision was judged")).code,
    Move.CHECK: declare("cases.settlement.checked", _("What was settled on the spot was checked")).code,
    Move.REISSUE: declare("cases.receipt.reissued", _("A lost receipt was replaced")).code,
    Move.PANEL: declare("cases.panel.recorded", _("Who took part in a complex matter was recorded")).code,
    Move.DECISION: declare("cases.decision.recorded", _("The decision of a meeting was recorded")).code,
    Move.ASK_EXTENSION: declare("cases.extension.asked", _("A unit asked for more time")).code,
    Move.DECIDE_EXTENSION: declare("cases.extension.decided", _("More time was granted or refused")).code,
    Move.ASK_EXPERT: declare("cases.expert.asked", _("An expert was asked")).code,
    Move.ANSWER_EXPERT: declare("cases.expert.answered", _("An expert answered")).code,
    Move.RATE_EXPERT: declare("cases.expert.rated", _("The advice of an expert was rated")).code,
    Move.CALL_HELP: declare("cases.help.called", _("A unit was called to help")).code,
    Move.SIGN_HELP: declare("cases.help.signed", _("A unit reported to help")).code,
    Move.ANSWER_HELP: declare("cases.help.answered", _("A helping unit answered")).code,
    Move.RATE_HELP: declare("cases.help.rated", _("The caller rated the help")).code,
    Move.CALL_OFF: declare("cases.help.called_off", _("A call for help was taken back")).code,
    Move.MERGE: declare("cases.case.merged", _("A matter was merged into another")).code,
    Move.UNMERGE: declare("cases.case.unmerged", _("A merged matter was taken apart again")).code,
    Move.TAKE_AS_PETITION: declare("cases.petition.taken", _("A matter was taken as a petition")).code,
    Move.ASK_REVIEW: declare("cases.petition.review_asked", _("A review of a petition was asked for")).code,
    Move.DECIDE_REVIEW: declare(
        "cases.petition.review_decided", _("A review of a petition was decided")
    ).code,
    Move.ORDER_ANEW: declare(
        "cases.petition.ordered_anew", _("A review ordered a petition to be handled anew")
    ).code,
    Move.FOLLOW_UP: declare("cases.case.followed_up", _("Somebody called the reporter back")).code,
    Move.JUDGE_MERGED: declare(
        "cases.case.merged_judged", _("The reporter of a merged matter judged the answer")
    ).code,
}

CASE_FILE_MADE = declare("cases.file.made", _("A printed case file was made")).code
LIST_EXPORTED = declare("cases.list.exported", _("A list was taken out as a file")).code
RUNG_TAKEN = declare("cases.clock.rung_taken", _("A deadline took a rung of the ladder")).code
HELP_RUNG_TAKEN = declare("cases.help.rung_taken", _("A late helper took a rung of the ladder")).code
ORDER_RUNG_TAKEN = declare("cases.supervision.reminded", _("A supervision reminded somebody")).code
REVIEW_RUNG_TAKEN = declare(
    "cases.review.rung_taken", _("A review of a petition took a rung of the ladder")
).code
QUESTION_REMINDED = declare("cases.expert.reminded", _("A late answer of an expert was reminded of")).code
EXPERT_ADDED = declare("cases.roster.added", _("An expert was added to a roster")).code
EXPERT_ENDED = declare("cases.roster.ended", _("An expert left a roster")).code
POSTER_PRINTED = declare("cases.poster.printed", _("A poster with a QR code was made")).code
POSTER_TAKEN_BACK = declare(
    "cases.poster.taken_back", _("A poster was taken back: its code opens nothing any more")
).code
POSTER_PUT_BACK = declare("cases.poster.put_back", _("A poster that was taken back holds again")).code
CONTACT_READ = declare(
    "cases.reporter.read", _("Someone read how to reach a resident"), _("With the purpose that was given.")
).code
CATEGORIES_INSTALLED = declare("cases.categories.installed", _("The list of subjects was installed")).code
FLAG_RAISED = declare("cases.flag.raised", _("Something looks suspicious and waits for a person")).code
FLAG_RULED = declare("cases.flag.ruled", _("Somebody ruled on what looks suspicious")).code
PAIR_SAME = declare("cases.pair.said_same", _("A reporter said that two matters are the same")).code
PAIR_APART = declare("cases.pair.told_apart", _("Two matters were said not to be the same")).code
PAIR_APART_TAKEN_BACK = declare(
    "cases.pair.apart_taken_back", _("That two matters are not the same was taken back")
).code
MODEL_LEARNT = declare(
    "cases.model.learnt",
    _("A model was learnt from decided matters and compared"),
    _("With the comparison, and whether it replaced the one in use."),
).code
MODEL_ASKED = declare(
    "cases.model.asked", _("Learning a model was asked for"), _("By a person, or by the daily run.")
).code
MODEL_FAILED = declare(
    "cases.model.failed", _("Learning a model failed"), _("The model in use, or the key words, stayed.")
).code
MODEL_CHOSEN = declare("cases.model.chosen", _("A person put a former model into use")).code
