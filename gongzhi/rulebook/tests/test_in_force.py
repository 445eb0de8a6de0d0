"""The rulebook answers quickly and is never wrong for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from gongzhi.core.actor import SYSTEM
from gongzhi.rulebook import queries
from gongzhi.rulebook.actions import install_rules
from gongzhi.rulebook.kinds import KINDS
from gongzhi.rulebook.rules import NOTICE_PERIOD

pytestmark = pytest.mark.django_db


def test_installing_twice_adds_every_rule_once_and_changes_nothing(at: datetime) -> None:
    first = install_rules(by=SYSTEM, at=at)
    assert set(first.added) == set(KINDS)
    assert install_rules(by=SYSTEM, at=at).added == ()


def test_a_rule_before_its_first_version_is_missing(rules: None) -> None:
    with pytest.raises(queries.RuleMissing):
        queries.in_force(NOTICE_PERIOD, at=datetime(1999, 12, 30, tzinfo=UTC))


def test_the_install_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("install")
    assert f"rules: {len(KINDS)} added" in capsys.readouterr().out


def test_asking_again_costs_no_query(rules: None, at: datetime, django_assert_num_queries: Any) -> None:
    queries.in_force(NOTICE_PERIOD, at=at)
    with django_assert_num_queries(0):
        assert queries.in_force(NOTICE_PERIOD, at=at + timedelta(days=1)).label == "rulebook.notice_period@1"
