"""Audit codes of follow-up calls; the words are for people who read the log."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare

DRAWN = declare(
    "followup.sample.drawn",
    _("Matters were drawn for follow-up calls"),
    _("With the seed, so that everybody can draw the same again."),
).code
PUT_ON_LIST = declare("followup.call.listed", _("A bad rating came onto the call list")).code
NUMBER_OPENED = declare(
    "followup.number.opened", _("Someone opened a resident's number to call them back")
).code
TRIED = declare("followup.call.tried", _("Someone tried to call a resident back")).code
REACHED = declare("followup.call.reached", _("A resident was called back and asked")).code
