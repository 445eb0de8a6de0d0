"""What the page of a case says of the hotline: the calls that were about it."""

from datetime import datetime

from gongzhi.cases.models import Case
from gongzhi.cases.panels import Panel
from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor
from gongzhi.hotline import words
from gongzhi.hotline.queries import access
from gongzhi.orgs.permissions import Permission, posts_granting

_MOST = 5
"""Technical: newest calls that the page of a case shows."""


def panel(viewer: Actor, case: Case, at: datetime) -> Panel | None:
    """Return the panel with the calls of a case, or None. One query for who views the hotline."""
    if not posts_granting(viewer, Permission.HOTLINE_VIEW):
        return None
    found = access.visible_calls(viewer).filter(case=case).select_related("typed_by")
    calls = list(found.order_by("-started_at")[:_MOST])
    if not calls:
        return None
    reads = case_access.reads_words(viewer)
    rows = [
        {
            "call": call,
            "outcome": words.OUTCOMES[call.outcome],
            "typed_by": call.typed_by.full_name if call.typed_by and reads else "",
        }
        for call in calls
    ]
    return Panel("hotline/_case_panel.html", {"rows": rows, "at": at})
