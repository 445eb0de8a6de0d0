"""Promises of working time, by property and by real days of the national calendar."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.working_time import (
    SHANGHAI,
    Limit,
    LimitUnit,
    OfficeCalendar,
    OfficeHours,
    Pause,
    known_until,
)

CALENDAR = OfficeCalendar()
DAY = CALENDAR.hours.minutes_per_day
moments = st.integers(0, 11 * 366 * 86_400).map(
    lambda n: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=n)
)
minutes = st.integers(min_value=1, max_value=400 * DAY)
limits = st.builds(Limit, st.integers(1, 30 * DAY), st.just(LimitUnit.WORKING_MINUTES)) | st.builds(
    Limit, st.integers(1, 200), st.just(LimitUnit.PLAIN_HOURS)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@st.composite
def pause_lists(draw: st.DrawFn) -> list[Pause]:
    begins = draw(st.lists(moments, max_size=5))
    return [Pause(begin, begin + timedelta(minutes=draw(st.integers(0, 60_000)))) for begin in begins]


# Adding and counting


@given(moments, minutes)
def test_adding_minutes_and_counting_them_gives_the_same_number(start: datetime, count: int) -> None:
    assert CALENDAR.minutes_between(start, CALENDAR.add(start, count)) == count
    assert CALENDAR.minutes_between(start, CALENDAR.add(start, -count)) == -count


@given(moments, minutes)
def test_adding_forward_ends_later_and_adding_back_ends_earlier(start: datetime, count: int) -> None:
    assert CALENDAR.add(start, -count) < CALENDAR.add(start, 0) == start < CALENDAR.add(start, count)


@given(moments, moments, minutes)
def test_who_starts_later_is_never_due_earlier(one: datetime, other: datetime, count: int) -> None:
    earlier, later = sorted([one, other])
    assert CALENDAR.add(earlier, count) <= CALENDAR.add(later, count)


@given(moments, minutes, minutes)
def test_adding_in_two_steps_reaches_the_same_working_minute(
    start: datetime, first: int, second: int
) -> None:
    in_steps = CALENDAR.add(CALENDAR.add(start, first), second)
    assert in_steps == CALENDAR.add(start, first + second)


@given(moments, moments, moments)
def test_parts_of_an_interval_add_up_to_the_whole(a: datetime, b: datetime, c: datetime) -> None:
    assert CALENDAR.minutes_between(a, b) + CALENDAR.minutes_between(b, c) == CALENDAR.minutes_between(a, c)


@given(moments, moments)
def test_counting_backwards_gives_the_opposite(a: datetime, b: datetime) -> None:
    assert CALENDAR.minutes_between(a, b) == -CALENDAR.minutes_between(b, a)


@given(st.dates(date(2019, 1, 1), date(2029, 12, 31)))
def test_a_day_counts_all_its_office_minutes_or_none(day: date) -> None:
    midnight = datetime.combine(day, time(), SHANGHAI)
    expected = DAY if CALENDAR.is_working_day(day) else 0
    assert CALENDAR.minutes_between(midnight, midnight + timedelta(days=1)) == expected


@given(moments)
def test_counting_minute_by_minute_agrees_with_the_tables(start: datetime) -> None:
    steps = [start + timedelta(minutes=n) for n in range(0, 4000, 7)]
    by_table = CALENDAR.minutes_between(steps[0], steps[-1])
    one_by_one = sum(
        CALENDAR.is_working_moment(start + timedelta(minutes=n)) for n in range((len(steps) - 1) * 7)
    )
    assert by_table == one_by_one


@given(moments)
def test_nothing_counts_before_the_next_working_moment(moment: datetime) -> None:
    opening = CALENDAR.next_working_moment(moment)
    assert opening >= moment
    assert CALENDAR.is_working_moment(opening)
    assert CALENDAR.minutes_between(moment, opening) == 0


@given(st.dates(date(2020, 1, 1), date(2029, 1, 1)), st.integers(-300, 300))
def test_working_days_are_counted_one_by_one(day: date, count: int) -> None:
    reached = CALENDAR.add_working_days(day, count)
    low, high = sorted([day, reached])
    between = [low + timedelta(days=n) for n in range((high - low).days + 1)]
    counted = [d for d in between if CALENDAR.is_working_day(d) and d != day]
    assert CALENDAR.is_working_day(reached)
    assert count == 0 or len(counted) == abs(count)


# Limits and pauses


@given(moments, limits, pause_lists())
def test_a_limit_is_used_up_exactly_at_its_due_moment(
    start: datetime, limit: Limit, pauses: list[Pause]
) -> None:
    due = CALENDAR.due(start, limit, pauses)
    assert due is not None
    assert CALENDAR.used(start, due, limit.unit, pauses) == limit.minutes


@given(moments, limits, pause_lists(), moments)
def test_a_pause_never_brings_the_due_moment_forward(
    start: datetime, limit: Limit, pauses: list[Pause], since: datetime
) -> None:
    without = CALENDAR.due(start, limit, pauses)
    with_pause = CALENDAR.due(start, limit, [*pauses, Pause(since, since + timedelta(hours=30))])
    assert without is not None
    assert with_pause is not None
    assert with_pause >= without


@given(moments, limits)
def test_an_open_pause_leaves_no_due_moment_unless_the_limit_ran_out_before(
    start: datetime, limit: Limit
) -> None:
    due = CALENDAR.due(start, limit)
    assert due is not None
    assert CALENDAR.due(start, limit, [Pause(start)]) is None
    assert CALENDAR.due(start, limit, [Pause(due + timedelta(minutes=1))]) == due


@given(moments, limits, st.integers(1, 100))
def test_the_warning_never_comes_after_the_due_moment(start: datetime, limit: Limit, percent: int) -> None:
    warning = CALENDAR.due_at_share(start, limit, percent=percent)
    due = CALENDAR.due(start, limit)
    assert warning is not None
    assert due is not None
    assert start < warning + timedelta(minutes=1)
    assert warning <= due


def test_overlapping_pauses_count_once() -> None:
    start = local("2026-03-02 09:00")
    limit = Limit(120, LimitUnit.WORKING_MINUTES)
    pauses = [
        Pause(local("2026-03-02 10:00"), local("2026-03-02 11:00")),
        Pause(local("2026-03-02 10:30"), local("2026-03-02 11:30")),
        Pause(local("2026-03-01 10:30"), local("2026-03-01 11:30")),
    ]
    assert CALENDAR.due(start, limit, pauses) == local("2026-03-02 14:30")


def test_an_emergency_runs_through_the_night() -> None:
    limit = Limit(2, LimitUnit.PLAIN_HOURS)
    assert CALENDAR.due(local("2026-02-17 23:30"), limit) == local("2026-02-18 01:30")


# Real days


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2025-01-01", False),  # New Year's Day
        ("2025-01-26", True),  # Sunday made up for the Spring Festival
        ("2025-01-28", False),  # the eve of the Spring Festival, a holiday since 2025
        ("2025-02-08", True),  # Saturday made up for the Spring Festival
        ("2025-04-04", False),  # Qingming
        ("2025-04-27", True),  # Sunday made up for Labour Day
        ("2025-05-05", False),
        ("2025-09-28", True),  # Sunday made up for National Day
        ("2025-10-08", False),
        ("2025-10-11", True),  # Saturday made up for National Day
        ("2026-01-04", True),  # Sunday made up for New Year
        ("2026-02-14", True),  # Saturday made up for the Spring Festival
        ("2026-02-17", False),  # the first day of the year of the horse
        ("2026-02-23", False),
        ("2026-02-28", True),  # Saturday made up for the Spring Festival
        ("2026-09-25", False),  # Mid-Autumn
        ("2026-10-01", False),
        ("2026-10-10", True),  # Saturday made up for National Day
        ("2026-10-11", False),  # an ordinary Sunday
    ],
)
def test_the_national_calendar_of_2025_and_2026_is_followed(day: str, is_working: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is is_working


def test_five_working_days_from_the_eve_of_national_day_2026_end_after_the_holiday() -> None:
    # 30 September counts from nine; 1 to 7 October are holidays; Saturday 10 October is made up.
    due = CALENDAR.due(local("2026-09-30 09:00"), Limit(5 * DAY, LimitUnit.WORKING_MINUTES))
    assert due == local("2026-10-13 09:00")


def test_a_limit_that_ends_with_the_morning_is_due_at_noon_not_after_lunch() -> None:
    assert CALENDAR.add(local("2026-03-02 08:30"), 210) == local("2026-03-02 12:00")
    assert CALENDAR.add(local("2026-03-02 14:10"), -10) == local("2026-03-02 14:00")


def test_a_limit_that_ends_with_the_day_is_due_that_evening_not_the_next_morning() -> None:
    friday = local("2026-03-06 08:30")
    assert CALENDAR.add(friday, DAY) == local("2026-03-06 17:30")
    assert CALENDAR.add(local("2026-03-09 08:40"), -10) == local("2026-03-09 08:30")
    new_years_eve = local("2026-12-31 08:30")
    assert CALENDAR.add(new_years_eve, DAY) == local("2026-12-31 17:30")


def test_five_whole_working_days_after_the_last_day_before_the_spring_festival() -> None:
    assert CALENDAR.add_working_days(date(2026, 2, 14), 5) == date(2026, 2, 28)


def test_a_day_set_by_hand_beats_the_national_calendar() -> None:
    flood = date(2026, 7, 15)
    closed = OfficeCalendar(overrides={flood: False})
    assert CALENDAR.is_working_day(flood)
    assert not closed.is_working_day(flood)
    before = local("2026-07-14 17:00")
    assert closed.add(before, 60) == local("2026-07-16 09:00")


def test_beyond_the_known_years_monday_to_friday_count_and_a_warning_says_so() -> None:
    labour_day = date(known_until().year + 1, 5, 1)
    weekday = labour_day.weekday() < 5
    assert CALENDAR.is_working_day(labour_day) is weekday
    assert str(labour_day.year) in str(CALENDAR.warning_for(labour_day))
    assert CALENDAR.warning_for(known_until()) is None
    assert OfficeCalendar(overrides={labour_day: False}).warning_for(labour_day) is None


def test_other_office_hours_are_a_parameter() -> None:
    summer = OfficeCalendar(OfficeHours(((time(8), time(12)), (time(15), time(18)))))
    assert summer.add(local("2026-07-01 11:30"), 60) == local("2026-07-01 15:30")


@pytest.mark.parametrize("periods", [(), ((time(9), time(9)),), ((time(9), time(12)), (time(11), time(13)))])
def test_office_hours_that_overlap_or_stand_still_are_refused(periods: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="run forward"):
        OfficeHours(periods)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add(datetime(2026, 3, 2, 9), 5)  # noqa: DTZ001 - this is what must be refused


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Limit(0, LimitUnit.PLAIN_HOURS)
