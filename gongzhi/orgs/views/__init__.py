"""Staff pages of units, posts, the calendar, accounts, and one's own account."""

from gongzhi.orgs.views import account, accounts, calendar, units

__all__ = ["account", "accounts", "calendar", "units"]
