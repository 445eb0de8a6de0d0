"""What the organisation writes into the audit log. Accounts stand there as a number, never by name."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare

UNIT_CREATED = declare("orgs.unit.created", _("unit created"))
UNIT_RENAMED = declare("orgs.unit.renamed", _("name or telephone of a unit changed"))
UNIT_MOVED = declare("orgs.unit.moved", _("unit moved to another place in the tree"))
UNIT_ENDED = declare("orgs.unit.ended", _("unit ended"))
UNIT_DAYS_SET = declare("orgs.unit.days_set", _("own working days of a unit changed"))
DIVISIONS_IMPORTED = declare("orgs.divisions.imported", _("list of divisions imported"))
POST_APPOINTED = declare("orgs.post.appointed", _("person appointed to a post"))
POST_ENDED = declare("orgs.post.ended", _("post ended"))
ACCOUNT_CREATED = declare("orgs.account.created", _("account created"))
ACCOUNT_CLOSED = declare("orgs.account.closed", _("account closed"))
ACCOUNT_REOPENED = declare("orgs.account.reopened", _("account opened again"))
PASSWORD_RESET = declare("orgs.password.reset", _("password set anew by a system manager"))
PASSWORD_CHANGED = declare("orgs.password.changed", _("password changed by its owner"))
SIGNED_IN = declare("orgs.account.signed_in", _("signed in"))
FACTOR_ADDED = declare("orgs.factor.added", _("second factor of an account added"))
FACTOR_REMOVED = declare("orgs.factor.removed", _("second factor of an account removed"))
TOKEN_ISSUED = declare("orgs.token.issued", _("access token issued"))
TOKEN_REVOKED = declare("orgs.token.revoked", _("access token revoked"))
