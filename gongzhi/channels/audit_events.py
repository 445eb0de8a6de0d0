"""What the doors to the outside write to the audit log besides what cases writes."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare

FOLLOWER_BOUND = declare("channels.follower.bound", _("A WeChat account was bound by a receipt."))
FOLLOWER_FORGOTTEN = declare("channels.follower.forgotten", _("A WeChat account was unbound."))
