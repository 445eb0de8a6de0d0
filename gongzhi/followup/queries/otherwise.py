"""Matters of which the resident told something else than is recorded, as a detector for what looks
suspicious."""

from collections.abc import Iterator
from datetime import date

from gongzhi.cases.flag_rules import FlagParams
from gongzhi.cases.models import Flag
from gongzhi.cases.queries import suspicion
from gongzhi.cases.queries.measures import month_bounds
from gongzhi.followup import rules
from gongzhi.followup.models import FollowUp
from gongzhi.rulebook.queries import in_force


def told_otherwise(month: date, _params: FlagParams) -> Iterator[suspicion.Found]:
    """Told otherwise when called back, by the unit that answered. One query of an index."""
    rows = FollowUp.objects.filter(suspicion.in_month("ended_at", month), otherwise=True)
    found = rows.order_by("ended_at", "pk").values_list("unit", "case", "ended_at")
    at_least = in_force(rules.CALLS, at=month_bounds(month)[0]).params.otherwise
    newest = {(unit, case): moment for unit, case, moment in found}
    told = [(unit, case, moment) for (unit, case), moment in newest.items()]
    yield from suspicion.by_unit(Flag.Kind.TOLD_OTHERWISE, month, told, at_least)
