"""What core writes into the audit log. The log itself belongs to `audit`, which is above core."""

CALENDAR_DAY_SET = "core.calendar_day.set"
CALENDAR_DAY_CLEARED = "core.calendar_day.cleared"
