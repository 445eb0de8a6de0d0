"""Writing the audit log: `record` appends an event, `seal` closes what was appended.

`record` is part of somebody else's transaction and of every hot path: one INSERT, no read, no lock. It never
looks at the chain. `seal` runs beside the writers and never makes one of them wait.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from gongzhi.audit import codes
from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import Actor

_canonical = DjangoJSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
SALT_BYTES = 16


def record(
    code: str, *, by: Actor, at: datetime, subject: str, unit_code: str = "", data: Mapping[str, Any] | None = None
) -> None:
    """Append one event in the caller's transaction; one INSERT.

    `code` is `app.thing.past_tense` and must be declared in the app's `audit_events.py`; `subject` is the
    public name of the thing (`case:HY26-000123`). `data` holds plain values, old and new, and no personal
    text: a row can never be erased. Raises ValueError for an undeclared code or a moment without time zone,
    TypeError for data that is not plain.
    """
    if at.tzinfo is None:
        raise ValueError("an audit moment needs a time zone")
    AuditEvent(
        at=at,
        code=codes.check(code),
        actor_key=by.key,
        actor_name=by.name,
        actor_posts=" ".join(f"{post.role}@{post.unit_code}" for post in by.posts),
        door=by.door,
        unit_code=unit_code,
        subject=subject,
        data=_canonical(dict(data or {})),
        salt=secrets.token_hex(SALT_BYTES),
    ).save(force_insert=True)
