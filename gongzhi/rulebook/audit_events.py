"""What the rulebook writes into the audit log."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare

RULE_INSTALLED = declare("rulebook.rule.installed", _("rule installed with its first version"))
VERSION_ADOPTED = declare("rulebook.version.adopted", _("new version of a rule adopted"))
VERSION_RENEWED = declare("rulebook.version.renewed", _("rule completed or source corrected on upgrade"))
VERSION_WITHDRAWN = declare("rulebook.version.withdrawn", _("version of a rule withdrawn before it held"))
