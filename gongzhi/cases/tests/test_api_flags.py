"""Flags as a program sees them: the rights, rows and words of the pages."""

from datetime import datetime
from typing import Any

import pytest

from gongzhi.cases.models import Flag, FlagRow, FlagRuling
from tests.cast import Cast
from tests.stage import Program, Stage
from tests.sweep.world import planted_flag

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag(cast: Cast, at: datetime) -> Flag:
    stage = Stage(cast, at)
    return planted_flag(stage, stage.register())


def test_a_program_lists_reads_and_rules_and_the_matters_behind_a_flag_are_there(
    flag: Flag, cast: Cast
) -> None:
    head = Program(cast.town_head)
    listed = head.get("/flags", kind="quick", state="waiting").json()
    assert [row["number"] for row in listed["items"]] == [str(flag.pk)]
    assert head.get("/flags", kind="unrated").json()["items"] == []
    detail = head.get(f"/flags/{flag.pk}").json()
    assert detail["may_rule"] is True
    assert [row["number"] for row in detail["matters"]["items"]] == [
        row.case.number for row in FlagRow.objects.select_related("case")
    ]
    said = {"ruling": "explained", "words": "先做后录。"}
    answers = [
        head.post(f"/flags/{flag.pk}/rulings", said, **{"idempotency-key": "ruling-1"}) for _press in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].json()["ruling"], answers[0].json()["waits"]) == ("explained", False)
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert FlagRuling.objects.count() == 1, "one ruling for one key"
    assert head.get("/flags", state="waiting").json()["items"] == []


def test_a_flag_of_another_town_is_absent_and_one_of_the_own_unit_is_ruled_on_by_nobody_here(
    flag: Flag, cast: Cast
) -> None:
    head, said = Program(cast.town_head), {"ruling": "unfounded", "words": "没事。"}
    Flag.objects.filter(pk=flag.pk).update(unit=cast.units.other_village)
    assert head.get("/flags").json()["items"] == []
    assert head.get(f"/flags/{flag.pk}").status_code == 404
    assert head.post(f"/flags/{flag.pk}/rulings", said).status_code == 404
    Flag.objects.filter(pk=flag.pk).update(unit=cast.units.town)
    assert head.get(f"/flags/{flag.pk}").json()["may_rule"] is False
    refused = head.post(f"/flags/{flag.pk}/rulings", said)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "own_unit")
    assert not FlagRuling.objects.exists()


def test_reading_flags_takes_a_fixed_number_of_queries(
    flag: Flag, cast: Cast, at: datetime, django_assert_num_queries: Any
) -> None:
    head, stage = Program(cast.town_head), Stage(cast, at)
    for _more in range(3):
        FlagRow.objects.create(flag=flag, case=stage.register(), at=at)
    head.get("/flags")
    with django_assert_num_queries(3):
        assert len(head.get("/flags").json()["items"]) == 1
    with django_assert_num_queries(6):
        assert len(head.get(f"/flags/{flag.pk}").json()["matters"]["items"]) == 4
