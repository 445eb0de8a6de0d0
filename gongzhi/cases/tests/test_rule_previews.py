"""Before a changed limit is decided, its page says which open matters it would have made late."""

from datetime import datetime, timedelta

import pytest

from gongzhi.cases import rules
from gongzhi.cases.lifecycle import Urgency
from gongzhi.cases.tests.stage import Stage
from gongzhi.rulebook import previews
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def shorter(minutes: int) -> rules.FinishLimits:
    first = rules.FINISH_LIMIT.first
    rows = tuple(
        row.model_copy(update={"limit": rules.Limit(minutes=minutes)})
        if row.kind == "request" and row.urgency == Urgency.ORDINARY
        else row
        for row in first.limits
    )
    return first.model_copy(update={"limits": rows})


@pytest.mark.parametrize(("days_on", "late"), [(1, 0), (4, 2)])
def test_a_shorter_limit_counts_the_open_matters_it_would_have_made_late(
    days_on: int, late: int, cast: Cast, at: datetime
) -> None:
    stage = Stage(cast, began=at)
    cases = [stage.handling() for _ in range(2)]
    first = rules.FINISH_LIMIT.first
    moment = at + timedelta(days=days_on)
    new = shorter(2 * 480)
    told = previews.meanings(rules.FINISH_LIMIT, old=first, new=new, viewer=cast.supervisor.actor, at=moment)
    assert f"{late}件" in told[0].sentence
    assert [row.label.split()[0] for row in told[0].rows] == [case.number for case in cases][:late]
    blind = previews.meanings(rules.FINISH_LIMIT, old=first, new=new, viewer=cast.manager.actor, at=moment)
    assert blind[0].rows == [], "who keeps the rules sees no matter, only how many"


def test_a_longer_limit_says_what_would_be_in_time_again(cast: Cast, at: datetime) -> None:
    stage = Stage(cast, began=at)
    stage.handling()
    told = previews.meanings(
        rules.FINISH_LIMIT,
        old=rules.FINISH_LIMIT.first,
        new=shorter(30 * 480),
        viewer=cast.supervisor.actor,
        at=at + timedelta(days=20),
    )
    assert len(told) == 3
    assert "1件" in told[1].sentence


def test_a_rule_nobody_has_a_say_about_has_no_preview(cast: Cast, at: datetime) -> None:
    first = rules.RETURNS.first
    assert previews.meanings(rules.RETURNS, old=first, new=first, viewer=cast.manager.actor, at=at) == []
