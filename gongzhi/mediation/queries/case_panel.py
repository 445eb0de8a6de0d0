"""What the page of a case says of mediation: the disputes of the case, or the way to open one."""

from datetime import datetime

from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.cases.models import Case
from gongzhi.cases.panels import Panel
from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor
from gongzhi.mediation import lifecycle, words
from gongzhi.mediation.models import Dispute
from gongzhi.mediation.queries import access
from gongzhi.orgs.permissions import Permission, posts_granting

_COMMITTEE_KINDS = ("village", "town", "county")
_CAN_MEDIATE = frozenset({CaseState.REGISTERED, CaseState.ACCEPTED, CaseState.DISPATCHED, CaseState.HANDLING})


def panel(viewer: Actor, case: Case, at: datetime) -> Panel | None:
    """Return the panel about mediation, or None for who has nothing to do with it. One query."""
    posts = posts_granting(viewer, Permission.MEDIATION_MEDIATE)
    if not (posts or posts_granting(viewer, Permission.MEDIATION_VIEW)):
        return None
    found = list(access.visible_disputes(viewer).filter(case=case).order_by("-opened_at"))
    open_now = any(row.state in lifecycle.OPEN_STATES for row in found)
    own = any(post.unit_kind in _COMMITTEE_KINDS for post in posts)
    can_open = own and not open_now and case.status in _CAN_MEDIATE and case_access.reads_words(viewer)
    if not found and not can_open:
        return None
    rows = [
        {
            "number": row.number,
            "state": words.STATES[lifecycle.State(row.state)],
            "tone": words.TONES[lifecycle.State(row.state)],
        }
        for row in found
    ]
    return Panel("mediation/_case_panel.html", {"rows": rows, "can_open": can_open})


def open_for_case(viewer: Actor, case: Case) -> Dispute | None:
    """Return the dispute of this case that is open, if the viewer may know of it."""
    rows = access.visible_disputes(viewer).filter(case=case, state__in=lifecycle.OPEN_STATES)
    return rows.first()
