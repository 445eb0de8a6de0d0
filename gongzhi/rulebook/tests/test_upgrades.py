"""A county that was installed by an earlier program goes on working, and its pages name true sources."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gongzhi.core.actor import SYSTEM
from gongzhi.hotline.rules import EVENTS, STANDARD
from gongzhi.rulebook import documents, queries
from gongzhi.rulebook.actions import as_stored, install_rules
from gongzhi.rulebook.kinds import KINDS, Confidence, RuleKind
from gongzhi.rulebook.models import Rule, RuleVersion

pytestmark = pytest.mark.django_db


def _as_an_earlier_program_left_it(
    kind: RuleKind[Any], at: datetime, *, lacks: str, has: dict[str, Any] | None = None
) -> RuleVersion:
    """Adopt a version that lacks a parameter, as in a county installed before the code knew it."""
    rule = Rule.objects.get(code=kind.code)
    first = rule.versions.get(number=1)
    stored = {name: value for name, value in first.params.items() if name != lacks} | (has or {})
    queries.forget_copy()
    return RuleVersion.objects.create(
        rule=rule, number=2, params=stored, source="会议纪要", confidence="own", decided_by="会议第3号",
        valid_from=at + timedelta(hours=1), adopted_at=at, adopted_by="x",
    )  # fmt: skip


def test_a_version_older_than_a_parameter_of_the_code_is_read_with_its_first_value(
    rules: None, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    _as_an_earlier_program_left_it(EVENTS, at, lacks="address_minutes")
    found = queries.in_force(EVENTS, at=at + timedelta(hours=2))
    assert (found.label, found.params) == ("hotline.events@2", EVENTS.first)
    assert not caplog.records


def test_an_upgrade_completes_such_a_version_once_by_a_new_one_and_keeps_what_was_decided(
    rules: None, at: datetime
) -> None:
    old = _as_an_earlier_program_left_it(EVENTS, at, lacks="address_minutes")
    later = at + timedelta(days=1)
    report = install_rules(by=SYSTEM, at=later)
    assert (report.completed, report.corrected, report.misfit) == ((EVENTS.code,), (), ())
    new = RuleVersion.objects.get(rule__code=EVENTS.code, number=3)
    assert new.params == {**old.params, "address_minutes": EVENTS.first.address_minutes}
    assert (new.source, new.confidence, new.decided_by) == (old.source, old.confidence, old.decided_by)
    assert new.valid_from > later
    assert "地址" in new.note
    assert queries.in_force(EVENTS, at=new.valid_from).label == "hotline.events@3"
    assert install_rules(by=SYSTEM, at=later).completed == ()


def test_a_parameter_that_no_code_reads_any_more_is_left_out_and_named(rules: None, at: datetime) -> None:
    old = _as_an_earlier_program_left_it(EVENTS, at, lacks="", has={"rings": 7})
    assert queries.in_force(EVENTS, at=old.valid_from).params == EVENTS.first
    assert install_rules(by=SYSTEM, at=at).completed == (EVENTS.code,)
    new = RuleVersion.objects.get(rule__code=EVENTS.code, number=3)
    assert (new.params, "rings" in new.note) == (as_stored(EVENTS.first), True)


def test_an_upgrade_waits_for_a_version_that_is_decided_but_does_not_hold_yet(
    rules: None, at: datetime
) -> None:
    old = _as_an_earlier_program_left_it(STANDARD, at, lacks="connected_share")
    assert install_rules(by=SYSTEM, at=at).completed == (STANDARD.code,)
    assert RuleVersion.objects.get(rule__code=STANDARD.code, number=3).valid_from > old.valid_from


def test_an_upgrade_names_a_better_source_only_where_the_county_decided_nothing(
    rules: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as_an_earlier_program_left_it(STANDARD, at, lacks="")
    for kind in (EVENTS, STANDARD):
        changed = replace(kind, source="另一部法第一条", confidence=Confidence.SURE)
        monkeypatch.setitem(KINDS, kind.code, changed)
    assert install_rules(by=SYSTEM, at=at).corrected == (EVENTS.code,)
    new = RuleVersion.objects.get(rule__code=EVENTS.code, number=2)
    assert (new.source, new.confidence, new.params) == ("另一部法第一条", "sure", as_stored(EVENTS.first))


def test_values_that_fit_no_more_are_named_by_the_upgrade_and_logged_once(
    rules: None, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    version = _as_an_earlier_program_left_it(EVENTS, at, lacks="")
    RuleVersion.objects.create(
        rule=version.rule, number=3, source="x", confidence="own",
        params={**as_stored(EVENTS.first), "kept_days": 0},
        valid_from=at + timedelta(hours=2), adopted_at=at, adopted_by="x",
    )  # fmt: skip
    assert install_rules(by=SYSTEM, at=at).misfit == (EVENTS.code,)
    for _again in range(3):
        queries.forget_copy()
        with pytest.raises(queries.RuleMissing):
            queries.in_force(EVENTS, at=at + timedelta(hours=3))
    assert len(caplog.records) == 1


@pytest.mark.once
@pytest.mark.parametrize("code", sorted(KINDS))
def test_a_source_says_in_one_wording_how_far_it_was_verified(code: str) -> None:
    kind = KINDS[code]
    assert len(kind.source) <= 300
    assert not re.search(r"check|待核|示例|docs/|\bADR\b", kind.source)
    assert kind.source.startswith(documents.OWN) == (kind.confidence is Confidence.OWN)
    if kind.confidence is Confidence.SURE:
        assert documents.UNREAD not in kind.source
        assert re.search(r"第.{1,6}条|GET |受理要求|三（一）", kind.source), "names no place in the document"
    if kind.confidence is Confidence.CHECK:
        assert documents.UNREAD in kind.source
