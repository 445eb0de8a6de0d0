"""What is written into the audit log about the ways people are told. Never an address."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare

WAYS_CHOSEN = declare("notices.ways.chosen", _("somebody chose the ways of being told"))
MESSENGER_NAMED = declare("notices.messenger.named", _("work messenger of an account set or removed"))
