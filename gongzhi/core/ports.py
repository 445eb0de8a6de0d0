"""What core needs from the apps above it, named as types, because core may import none of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from gongzhi.core.actor import Actor


class AuditWriter(Protocol):
    """`audit.actions.record`, passed in by the door that calls an audited action of core."""

    def __call__(
        self,
        code: str,
        *,
        by: Actor,
        at: datetime,
        subject: str,
        unit_code: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> object: ...
