"""Another version of a rule than the first, in force from the beginning; for tests only."""

from datetime import timedelta
from typing import Any

from gongzhi.rulebook.kinds import RuleKind
from gongzhi.rulebook.models import RuleVersion
from gongzhi.rulebook.queries import forget_copy


def decide(kind: RuleKind[Any], *, version: int = 2, **changed: Any) -> None:
    """Put other values of a rule in force. The database keeps versions from being changed, so one is added
    right behind the first."""
    first = RuleVersion.objects.select_related("rule").get(rule__code=kind.code, number=1)
    params = kind.first.model_copy(update=changed).model_dump(mode="json")
    RuleVersion.objects.create(
        rule=first.rule,
        number=version,
        params=params,
        source="test",
        confidence=first.confidence,
        decided_by="test",
        adopted_by="test",
        adopted_at=first.valid_from,
        valid_from=first.valid_from + timedelta(days=version),
    )
    forget_copy()
