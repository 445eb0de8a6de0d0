"""What core writes into the audit log. The log lies above core, so `audit.apps` declares these."""

from django.utils.translation import gettext_lazy as _

CALENDAR_DAY_SET = "core.calendar_day.set"
CALENDAR_DAY_CLEARED = "core.calendar_day.cleared"
KEYS_ROTATED = "core.keys.rotated"

EVENTS = (
    (CALENDAR_DAY_SET, _("A day was opened or closed by hand")),
    (CALENDAR_DAY_CLEARED, _("A day follows the national calendar again")),
    (KEYS_ROTATED, _("Personal fields were sealed anew")),
)
