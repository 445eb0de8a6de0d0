"""Audit codes of knowledge; every move has exactly one."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare
from gongzhi.knowledge.lifecycle import Move

CODES: dict[Move, str] = {
    Move.SAVE: declare("knowledge.version.written", _("A version of an article was written")).code,
    Move.SUBMIT: declare("knowledge.article.submitted", _("An article was handed in for review")).code,
    Move.RETURN: declare("knowledge.article.returned", _("An article was given back to its author")).code,
    Move.PUBLISH: declare("knowledge.article.published", _("An article was published")).code,
    Move.CONFIRM: declare("knowledge.article.confirmed", _("An article was found to hold still")).code,
    Move.WITHDRAW: declare("knowledge.article.withdrawn", _("An article was withdrawn")).code,
}
OWNED = declare("knowledge.article.owned", _("An article got another owner")).code
REMINDED = declare("knowledge.review.reminded", _("The owner of an article was reminded to look at it")).code
USED = declare("knowledge.article.used", _("Somebody said whether an article answered the question")).code
MISSED = declare("knowledge.search.missed", _("Somebody looked in vain and told us")).code
