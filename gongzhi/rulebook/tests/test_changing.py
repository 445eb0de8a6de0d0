"""A change is a later version, decided by who may, known before it holds, and never for the past."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gongzhi.audit.models import AuditEvent
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Invalid, NotAllowed, NotFound
from gongzhi.notices.rules import RETRY
from gongzhi.rulebook import actions, queries
from gongzhi.rulebook.kinds import SHORTEST_NOTICE_SECONDS
from gongzhi.rulebook.models import Rule, RuleVersion
from gongzhi.rulebook.rules import NOTICE_PERIOD

pytestmark = pytest.mark.django_db
PERIOD = timedelta(seconds=SHORTEST_NOTICE_SECONDS)
MOMENT = timedelta(microseconds=1)


def adopt(cast: Any, at: datetime, **changes: Any) -> int:
    values = {
        "code": RETRY.code,
        "params": {"waits": [2, 4]},
        "source": "县政办〔2026〕3号",
        "note": "重试太久",
        "valid_from": at + PERIOD,
        "by": cast.manager.actor,
        "at": at,
    }
    return actions.adopt_version(**(values | changes))


def test_a_new_version_holds_from_its_beginning_and_the_past_keeps_its_rule(cast: Any, at: datetime) -> None:
    assert adopt(cast, at) == 2
    before, after = (queries.in_force(RETRY, at=m) for m in (at + PERIOD - MOMENT, at + PERIOD))
    assert (before.label, after.label) == ("notices.retry@1", "notices.retry@2")
    assert after.params.waits == (2, 4)


def test_old_and_new_values_stand_in_the_audit_log(cast: Any, at: datetime) -> None:
    adopt(cast, at)
    event = AuditEvent.objects.get(code="rulebook.version.adopted")
    assert event.subject == "rule:notices.retry@2"
    assert '"waits":[2,4]' in event.data
    assert '"waits":[1,5,30,120,720]' in event.data


@pytest.mark.parametrize("who", ["clerk", "town_head", "supervisor", "analyst", "county_dispatcher"])
def test_nobody_but_the_keeper_of_rules_changes_one(cast: Any, at: datetime, who: str) -> None:
    with pytest.raises(NotAllowed):
        adopt(cast, at, by=getattr(cast, who).actor)


def test_a_rule_nobody_declared_does_not_exist(cast: Any, at: datetime) -> None:
    with pytest.raises(NotFound):
        adopt(cast, at, code="notices.nonsense")


def test_every_wrong_value_is_named_in_its_place(cast: Any, at: datetime) -> None:
    with pytest.raises(actions.ParamsInvalid) as refused:
        adopt(cast, at, params={"waits": [5, 0, "soon"], "extra": 1})
    assert set(refused.value.errors) == {"waits.1", "waits.2", "extra"}


def test_a_change_cannot_hold_before_people_could_read_it(cast: Any, at: datetime) -> None:
    with pytest.raises(actions.TooSoon):
        adopt(cast, at, valid_from=at + PERIOD - MOMENT)


@pytest.mark.parametrize("field", ["source", "note"])
def test_a_change_without_source_or_reason_is_refused(cast: Any, at: datetime, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        adopt(cast, at, **{field: "  "})
    assert refused.value.field == field


def test_a_rule_above_the_operational_level_needs_the_decision_it_rests_on(cast: Any, at: datetime) -> None:
    change = {"code": NOTICE_PERIOD.code, "params": {"seconds": 3600}}
    with pytest.raises(actions.NoDecision):
        adopt(cast, at, **change)
    assert adopt(cast, at, **change, decided_by="县委常委会 2026-03-01") == 2


def test_a_longer_notice_period_binds_the_next_change(cast: Any, at: datetime) -> None:
    adopt(cast, at, code=NOTICE_PERIOD.code, params={"seconds": 3600}, decided_by="县委常委会 2026-03-01")
    later = at + PERIOD
    with pytest.raises(actions.TooSoon):
        adopt(cast, later, valid_from=later + PERIOD)
    assert adopt(cast, later, valid_from=later + timedelta(hours=1)) == 2


def test_the_notice_period_never_falls_below_what_every_process_trusts(cast: Any, at: datetime) -> None:
    with pytest.raises(actions.ParamsInvalid):
        adopt(
            cast, at, code=NOTICE_PERIOD.code, params={"seconds": SHORTEST_NOTICE_SECONDS - 1}, decided_by="x"
        )


def test_versions_follow_one_another(cast: Any, at: datetime) -> None:
    adopt(cast, at, valid_from=at + timedelta(days=2))
    with pytest.raises(actions.LaterVersionStands):
        adopt(cast, at, params={"waits": [9]}, valid_from=at + timedelta(days=1))


def test_a_change_that_changes_nothing_is_refused(cast: Any, at: datetime) -> None:
    adopt(cast, at)
    with pytest.raises(actions.NothingChanged):
        adopt(cast, at, valid_from=at + timedelta(days=1))


def test_a_version_can_be_withdrawn_in_time_and_its_number_is_not_used_again(cast: Any, at: datetime) -> None:
    begins = at + timedelta(days=1)
    adopt(cast, at, valid_from=begins)
    actions.withdraw_version(code=RETRY.code, number=2, note="写错了", by=cast.manager.actor, at=at)
    assert queries.in_force(RETRY, at=begins).version == 1
    assert adopt(cast, at, valid_from=begins) == 3


def test_a_version_cannot_be_withdrawn_once_processes_may_trust_it(cast: Any, at: datetime) -> None:
    adopt(cast, at)
    for moment in (at + MOMENT, at + PERIOD, at + timedelta(days=9)):
        with pytest.raises(actions.AlreadyHolds):
            actions.withdraw_version(code=RETRY.code, number=2, note="x", by=cast.manager.actor, at=moment)


def test_the_first_version_cannot_be_withdrawn(cast: Any, at: datetime) -> None:
    with pytest.raises(actions.AlreadyHolds):
        actions.withdraw_version(code=RETRY.code, number=1, note="x", by=cast.manager.actor, at=at)


def test_installing_again_reports_a_differing_first_version_and_touches_nothing(
    rules: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from gongzhi.rulebook.kinds import KINDS

    monkeypatch.setitem(KINDS, RETRY.code, replace(RETRY, first=RETRY.params(waits=(7,))))
    before = list(RuleVersion.objects.values())
    assert actions.install_rules(by=SYSTEM, at=at).differing == (RETRY.code,)
    assert list(RuleVersion.objects.values()) == before


def _refused_by_the_database(statement: str, *values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_itself_refuses_to_change_or_delete_a_version(cast: Any, at: datetime) -> None:
    adopt(cast, at)
    for change in ("params = '{}'", "number = 9", "valid_from = '1999-01-01 00:00:00+00'", "source = 'x'"):
        _refused_by_the_database(f"UPDATE rulebook_ruleversion SET {change} WHERE number = 2")
    _refused_by_the_database("DELETE FROM rulebook_ruleversion")
    _refused_by_the_database(
        "UPDATE rulebook_ruleversion SET withdrawn_at = valid_from, withdrawn_by = 'x' WHERE number = 2"
    )


def test_the_database_itself_refuses_a_version_that_begins_before_the_last(cast: Any, at: datetime) -> None:
    adopt(cast, at, valid_from=at + timedelta(days=2))
    rule = Rule.objects.get(code=RETRY.code)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVersion.objects.create(
            rule=rule,
            number=3,
            params={},
            source="x",
            confidence="sure",
            valid_from=at + timedelta(days=1),
            adopted_at=at,
            adopted_by="x",
        )


class TestTheCopyOfAProcess:
    """A process answers from a copy. What another process decides meanwhile must never be missed."""

    def decide_elsewhere(self, cast: Any, at: datetime, **changes: Any) -> None:
        """Adopt a version as another process would: this one's copy hears nothing of it."""
        copy = queries._copy
        adopt(cast, at, **changes)
        connection.run_on_commit.clear()
        queries._copy = copy

    def test_it_is_right_at_every_moment_it_answers_for(
        self, cast: Any, django_assert_num_queries: Any
    ) -> None:
        now = clock.now()
        queries.in_force(RETRY, at=now)
        decided = clock.now()
        self.decide_elsewhere(cast, decided, valid_from=decided + PERIOD)
        with django_assert_num_queries(0):
            assert queries.in_force(RETRY, at=decided + PERIOD / 2).version == 1
        with django_assert_num_queries(1):
            assert queries.in_force(RETRY, at=decided + PERIOD).version == 2

    def test_it_is_read_again_when_half_the_notice_period_has_gone(
        self, cast: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        past = datetime(2020, 1, 1, tzinfo=UTC)
        queries.in_force(RETRY, at=past)
        from time import monotonic

        later = monotonic() + SHORTEST_NOTICE_SECONDS / 2
        monkeypatch.setattr("gongzhi.rulebook.queries.time.monotonic", lambda: later)
        with django_assert_num_queries(1):
            queries.in_force(RETRY, at=past)

    def test_a_version_that_may_yet_be_rolled_back_is_not_kept(self, cast: Any) -> None:
        now = clock.now()
        queries.in_force(RETRY, at=now)
        with transaction.atomic():
            adopt(cast, now)
            assert queries.in_force(RETRY, at=now + PERIOD).version == 2
            transaction.set_rollback(True)
        assert queries.in_force(RETRY, at=now + PERIOD / 2).version == 1
        assert queries.in_force(RETRY, at=now + PERIOD).version == 1

    def test_values_that_no_longer_fit_the_code_make_the_rule_missing(
        self, cast: Any, at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        from gongzhi.rulebook.kinds import KINDS

        adopt(cast, at)
        connection.run_on_commit.clear()
        queries.forget_copy()
        monkeypatch.setitem(KINDS, RETRY.code, NOTICE_PERIOD)
        with pytest.raises(queries.RuleMissing):
            queries.in_force(RETRY, at=at)
        assert "notices.retry@2" in caplog.text
