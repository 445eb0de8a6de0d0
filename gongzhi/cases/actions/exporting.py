"""A list that left the house as a file: who took it, which list, how many rows."""

from datetime import date, datetime

from django.db import transaction

from gongzhi.audit.actions import record
from gongzhi.cases.audit_events import LIST_EXPORTED
from gongzhi.core.actor import Actor
from gongzhi.orgs.models import Unit


@transaction.atomic
def record_export(
    *,
    unit: Unit,
    measure: str,
    month: date,
    chosen: dict[str, str],
    rows: int,
    whole: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Leave the one audit row of an export; `whole` is False when it was broken off after `rows`."""
    narrowed = {name: value for name, value in chosen.items() if value}
    data = {"measure": measure, "month": f"{month:%Y-%m}", "filter": narrowed, "rows": rows, "whole": whole}
    record(LIST_EXPORTED, by=by, at=at, subject=f"unit:{unit.code}", unit_code=unit.code, data=data)
