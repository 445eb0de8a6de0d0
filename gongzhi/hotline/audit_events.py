"""What the hotline writes to the audit log besides what cases writes."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare
from gongzhi.hotline.lifecycle import Outcome

CODES: dict[Outcome, str] = {
    Outcome.MATTER: declare("hotline.call.registered", _("A call became a matter")).code,
    Outcome.CONSULT: declare("hotline.call.answered", _("A question was answered in a call")).code,
    Outcome.ADDED: declare("hotline.call.added", _("A call was added to a matter")).code,
    Outcome.EMERGENCY: declare(
        "hotline.call.passed_on", _("A caller was passed on to an emergency number")
    ).code,
    Outcome.WRONG: declare("hotline.call.was_wrong", _("A call was a wrong number")).code,
    Outcome.NUISANCE: declare("hotline.call.was_nuisance", _("A call was a nuisance")).code,
}
CORRECTED = declare("hotline.call.corrected", _("What was written down of a call was corrected")).code
NUMBER_READ = declare("hotline.number.read", _("The number of a caller was read")).code
CALLER_RECOGNISED = declare(
    "hotline.caller.recognised", _("A caller was recognised by the telephone number")
).code
