"""Timed jobs of the doors to the outside: fetching photos, forgetting old rows. Thin."""

from datetime import datetime

from gongzhi.cases import rules as case_rules
from gongzhi.channels.actions import media, receiving
from gongzhi.channels.queries import followers
from gongzhi.channels.wechat.port import HttpPort, PortFailed, PortRefused, WeChatPort
from gongzhi.rulebook.queries import in_force

_BATCH = 20
"""Photos of one run: each may take seconds."""


def fetch_media(*, at: datetime, port: WeChatPort | None = None) -> int:
    """Fetch the photos followers sent and add them to their matters; return how many were tried."""
    rows = followers.media_due_for_job(at=at, most=_BATCH)
    if not rows:
        return 0
    port = port or HttpPort()
    most = in_force(case_rules.ATTACHMENTS, at=at).params.bytes_each
    for row in rows:
        try:
            content = port.media(row.media_id, most=most)
        except (PortFailed, PortRefused) as trouble:
            media.put_off(row=row, for_ever=isinstance(trouble, PortRefused), at=at)
            continue
        media.keep(row=row, content=content, at=at)
    return len(rows)


def sweep(*, at: datetime) -> int:
    return receiving.forget_old(at=at)
