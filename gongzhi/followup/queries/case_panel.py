"""What the page of a case says of follow-up calls, to who sees the call list."""

from datetime import datetime

from gongzhi.cases.models import Case
from gongzhi.cases.panels import Panel
from gongzhi.core.actor import Actor
from gongzhi.followup import words
from gongzhi.followup.queries import access
from gongzhi.orgs.permissions import Permission, posts_granting


def panel(viewer: Actor, case: Case, at: datetime) -> Panel | None:
    """Return the panel about calls back; None for who has no part in them. One query."""
    if not posts_granting(viewer, Permission.FOLLOWUP_CALL):
        return None
    rows = [
        {
            "key": row.pk,
            "reason": words.REASONS[row.reason],
            "state": words.STATES[row.state],
            "tone": words.TONES.get(row.state, "quiet"),
            "otherwise": row.otherwise,
            "at": row.ended_at or row.due_at,
            "is_open": row.ended_at is None,
        }
        for row in access.visible_followups(viewer).filter(case=case).order_by("-pk")
    ]
    return Panel("followup/_case_panel.html", {"rows": rows}) if rows else None
