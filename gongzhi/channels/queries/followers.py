"""Reads of the people who follow on WeChat."""

from datetime import datetime, timedelta

from gongzhi.cases.lifecycle import OPEN_STATES, State
from gongzhi.cases.models import Case
from gongzhi.cases.queries import tracking
from gongzhi.channels.models import FollowedCase, Follower, Media
from gongzhi.core import crypto

OPENID = "channels.openid"
_MOST = 200
"""Matters of one person that are looked through."""


def find_follower(openid: str) -> Follower | None:
    """Return the follower the account calls so, or None."""
    names = crypto.blind_index_candidates(openid, purpose=OPENID)
    return Follower.objects.filter(openid_index__in=names).first()


def own_case(follower: Follower, number: str) -> Case | None:
    """Return the follower's matter with this number, or None."""
    return next((case for case in _newest(follower) if case.number == number), None)


def _newest(follower: Follower) -> list[Case]:
    followed = FollowedCase.objects.filter(follower=follower).order_by("-pk").select_related("case__unit")
    return [row.case for row in followed[:_MOST]]


def newest_open(follower: Follower, *, at: datetime, within: timedelta) -> Case | None:
    """Return the matter raised last, if it is open and not older than `within`."""
    case = next(iter(_newest(follower)), None)
    fits = case is not None and case.status in OPEN_STATES and case.registered_at >= at - within
    return case if fits else None


def waits_for_judgement(follower: Follower) -> Case | None:
    """Return the matter answered last of those that wait for the follower's word."""
    waiting = [case for case in _newest(follower) if case.status == State.RESOLVED]
    return max(waiting, key=lambda case: (case.resolved_at or case.registered_at, case.pk), default=None)


def receipts(follower: Follower) -> list[tuple[str, str]]:
    """Return number and code of the follower's matters, newest first."""
    return [(case.number, tracking.code_of(case)) for case in _newest(follower)]


def media_due_for_job(*, at: datetime, most: int) -> list[Media]:
    """Return the photos to fetch now, the longest waiting first."""
    due = Media.objects.filter(next_try_at__lte=at).select_related("follower", "case")
    return list(due.order_by("next_try_at")[:most])
