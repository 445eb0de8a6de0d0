"""Promises of days set by hand, and of what the check command finds."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import override_settings

from gongzhi.audit.actions import record
from gongzhi.audit.models import AuditEvent
from gongzhi.core import checks, queries
from gongzhi.core.actions import calendar
from gongzhi.core.actor import SYSTEM
from gongzhi.core.keys import DATA_FILE, make_data_keys
from gongzhi.core.models import CalendarOverride
from gongzhi.core.tests import sample_tasks
from gongzhi.core.working_time import OfficeHours

FLOOD = date(2026, 7, 15)
HOURS = OfficeHours()


def refuse_audit(code: str, *, data: Mapping[str, Any] | None = None, **_rest: object) -> None:
    raise RuntimeError("the log is full")


@pytest.mark.django_db(transaction=True)
def test_a_day_set_by_hand_counts_at_once_and_is_in_the_log(at: datetime) -> None:
    queries.forget_calendars()
    assert queries.office_calendar(HOURS).is_working_day(FLOOD)
    calendar.set_override(day=FLOOD, is_working=False, note="flood", by=SYSTEM, at=at, record=record)
    assert not queries.office_calendar(HOURS).is_working_day(FLOOD)
    calendar.set_override(day=FLOOD, is_working=False, note="flood, 2nd day", by=SYSTEM, at=at, record=record)
    calendar.remove_override(day=FLOOD, by=SYSTEM, at=at, record=record)
    assert queries.office_calendar(HOURS).is_working_day(FLOOD)
    codes = list(AuditEvent.objects.order_by("pk").values_list("code", "subject"))
    assert codes == [
        ("core.calendar_day.set", "day:2026-07-15"),
        ("core.calendar_day.set", "day:2026-07-15"),
        ("core.calendar_day.cleared", "day:2026-07-15"),
    ]


@pytest.mark.django_db
def test_when_the_log_fails_the_day_stays_as_it_was(at: datetime) -> None:
    with pytest.raises(RuntimeError, match="log is full"):
        calendar.set_override(day=FLOOD, is_working=False, by=SYSTEM, at=at, record=refuse_audit)
    assert not CalendarOverride.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_set_is_refused(at: datetime) -> None:
    with pytest.raises(calendar.NoteTooLong):
        calendar.set_override(day=FLOOD, is_working=False, note="x" * 201, by=SYSTEM, at=at, record=record)
    with pytest.raises(calendar.NoOverride):
        calendar.remove_override(day=FLOOD, by=SYSTEM, at=at, record=record)


@pytest.mark.django_db
def test_a_year_of_the_calendar_says_why_each_day_is_what_it_is(
    at: datetime, django_assert_num_queries: Any
) -> None:
    calendar.set_override(day=FLOOD, is_working=False, note="flood", by=SYSTEM, at=at, record=record)
    with django_assert_num_queries(1):
        days = {each.day: each for each in queries.calendar_year(2026)}
    assert len(days) == 365
    assert (days[FLOOD].is_working, days[FLOOD].override, days[FLOOD].note) == (False, True, "flood")
    assert days[date(2026, 10, 1)].holiday == "National Day"
    assert not days[date(2026, 12, 31)].is_assumed
    assert all(each.is_assumed for each in queries.calendar_year(2040))
    assert [row.day for row in queries.list_overrides()] == [FLOOD]


# The check command


@pytest.mark.parametrize(
    ("harm", "code"), [("expose", "core.E001"), ("damage", "core.E002"), ("folder", "core.E003")]
)
def test_the_check_command_names_a_key_file_that_cannot_be_used(tmp_path: Path, harm: str, code: str) -> None:
    make_data_keys(tmp_path)
    path = tmp_path / "keys" / DATA_FILE
    if harm == "expose":
        path.chmod(0o644)
    elif harm == "damage":
        path.write_text("{}")
    else:
        path.unlink()
        path.mkdir(mode=0o700)
    with override_settings(DATA_DIR=tmp_path):
        found = checks.check_keys()
    assert [message.id for message in found] == [code]
    assert found[0].hint


def test_the_check_command_is_silent_when_all_is_well(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path, CRYPTO_PROFILE="national"):
        assert checks.check_keys() == []


def test_an_unknown_profile_is_named(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path, CRYPTO_PROFILE="rot13"):
        assert [message.id for message in checks.check_keys()] == ["core.E004"]


@pytest.mark.parametrize(("day", "ids"), [("2026-11-10", []), ("2026-11-20", ["core.W001"])])
def test_an_ending_calendar_is_announced_in_time(
    day: str, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "known_until", lambda: date(2026, 12, 31))
    monkeypatch.setattr("gongzhi.core.clock.now", lambda: datetime.fromisoformat(day).replace(tzinfo=UTC))
    assert [message.id for message in checks.check_calendar()] == ids


def test_a_timed_job_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(TIMED_JOBS="gongzhi.core.tests.sample_tasks.JOBS"):
        assert checks.check_timed_jobs() == []
        monkeypatch.setattr(sample_tasks, "JOBS", sample_tasks.JOBS * 2)
        assert [message.id for message in checks.check_timed_jobs()] == ["core.E005"]
    with override_settings(TIMED_JOBS="config.nowhere.JOBS"):
        assert [message.id for message in checks.check_timed_jobs()] == ["core.E005"]


def test_every_timed_job_of_the_schedule_exists() -> None:
    assert checks.check_timed_jobs() == []
