"""Own working days of units: inherited down the tree, the lowest unit's word counting."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from gongzhi.audit.models import AuditEvent
from gongzhi.core.errors import NotAllowed
from gongzhi.orgs.actions.days import RunTooLong, clear_unit_day, set_unit_days
from gongzhi.orgs.queries.days import forget_unit_days, list_days, overrides_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MARKET, HARVEST = date(2026, 3, 7), date(2026, 3, 9)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Each test reads its own rows, and leaves no copy of them to others."""
    forget_unit_days()
    yield
    forget_unit_days()


def test_a_day_of_a_town_holds_below_it_and_the_village_has_the_last_word(cast: Cast, at: datetime) -> None:
    units, by = cast.units, cast.manager.actor
    set_unit_days(unit=units.town, first=HARVEST, last=HARVEST, is_working=False, note="收秋", by=by, at=at)
    set_unit_days(unit=units.village, first=MARKET, last=MARKET, is_working=True, note="赶集", by=by, at=at)
    forget_unit_days()
    assert overrides_of(units.village) == {MARKET: True, HARVEST: False}
    assert overrides_of(units.sister_village) == {HARVEST: False}
    assert overrides_of(units.other_village) == {}
    set_unit_days(unit=units.village, first=HARVEST, last=HARVEST, is_working=True, note="值班", by=by, at=at)
    forget_unit_days()
    assert overrides_of(units.village)[HARVEST] is True
    shown = [(day.day, day.is_working, day.is_own) for day in list_days(units.village, since=MARKET)]
    assert shown == [(MARKET, True, True), (HARVEST, True, True)]
    clear_unit_day(unit=units.village, day=HARVEST, by=by, at=at)
    forget_unit_days()
    assert overrides_of(units.village)[HARVEST] is False
    assert AuditEvent.objects.filter(code="orgs.unit.days_set").count() == 4


def test_only_who_keeps_the_calendar_sets_days_and_never_for_a_century(cast: Cast, at: datetime) -> None:
    village = cast.units.village
    with pytest.raises(NotAllowed):
        set_unit_days(
            unit=village, first=MARKET, last=MARKET, is_working=True, note="", by=cast.clerk.actor, at=at
        )
    with pytest.raises(RunTooLong):
        set_unit_days(
            unit=village,
            first=MARKET,
            last=date(2126, 3, 7),
            is_working=False,
            note="",
            by=cast.manager.actor,
            at=at,
        )
