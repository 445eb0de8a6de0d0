"""Matters that are likely the same: near in words, place and time, and never past what one may read."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gongzhi.cases.actions import indexing, intake
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.queries.likeness import likely_duplicates, likely_public
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.orgs.models import Unit
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LAMP = "村口大槐树下的路灯坏了三天，晚上漆黑一片，老人出门摔跤。"
SAME = "大槐树那里路灯不亮，晚上看不见路。"
OTHER = "自来水一到傍晚就停，做饭都没有水。"


def raised(place: Unit, text: str, at: datetime) -> Case:
    matter = intake.Matter(text=text, place=place)
    who = intake.Reporter()
    return intake.register_case(matter=matter, reporter=who, channel=Channel.WEB, by=RESIDENT, at=at)


def test_a_report_of_the_same_thing_is_found_with_the_reason(cast: Cast, at: datetime) -> None:
    village = cast.units.village
    lamp = raised(village, LAMP, at - timedelta(days=3))
    raised(village, OTHER, at - timedelta(days=2))
    same = raised(village, SAME, at)
    indexing.index_new(at=at)
    found = likely_duplicates(viewer=cast.clerk.actor, case=same, at=at)
    assert [each.number for each in found] == [lamp.number]
    assert "3 天" in found[0].reason
    assert "大槐树" in found[0].reason
    assert "路灯" in found[0].words


def test_beside_one_that_is_very_alike_a_little_alike_is_not_shown(cast: Cast, at: datetime) -> None:
    village = cast.units.village
    far = raised(village, LAMP, at - timedelta(days=3))
    indexing.index_new(at=at)
    asked: dict[str, Any] = {"viewer": cast.clerk.actor, "text": SAME, "place": village, "at": at}
    assert [each.number for each in likely_duplicates(**asked)] == [far.number], "alone it is all there is"
    near = raised(village, f"{SAME}请来人修。", at)
    indexing.index_new(at=at)
    assert [each.number for each in likely_duplicates(**asked)] == [near.number]


def test_what_is_being_typed_is_compared_too(cast: Cast, at: datetime) -> None:
    lamp = raised(cast.units.village, LAMP, at - timedelta(days=3))
    indexing.index_new(at=at)
    found = likely_duplicates(viewer=cast.clerk.actor, text=SAME, place=cast.units.village, at=at)
    assert [each.number for each in found] == [lamp.number]


def test_another_village_counts_less_and_another_town_not_at_all(cast: Cast, at: datetime) -> None:
    here = raised(cast.units.village, LAMP, at)
    there = raised(cast.units.other_village, LAMP, at)
    indexing.index_new(at=at)
    found = likely_duplicates(viewer=cast.supervisor.actor, text=SAME, place=cast.units.village, at=at)
    assert [each.number for each in found][:1] == [here.number]
    assert there.number not in {each.number for each in found if each.score >= found[0].score}


def test_what_is_older_than_the_rule_says_is_not_looked_for(cast: Cast, at: datetime) -> None:
    raised(cast.units.village, LAMP, at - timedelta(days=90))
    indexing.index_new(at=at)
    assert likely_duplicates(viewer=cast.clerk.actor, text=SAME, place=cast.units.village, at=at) == []


def test_nobody_is_shown_what_is_out_of_sight(cast: Cast, at: datetime) -> None:
    raised(cast.units.village, LAMP, at)
    indexing.index_new(at=at)
    place = cast.units.village
    assert likely_duplicates(viewer=cast.peer_clerk.actor, text=SAME, place=place, at=at) == []
    assert likely_duplicates(viewer=cast.analyst.actor, text=SAME, place=place, at=at) == []
    assert likely_duplicates(viewer=RESIDENT, text=SAME, place=place, at=at) == []


def test_a_resident_is_shown_only_what_was_released_in_the_released_words(cast: Cast, at: datetime) -> None:
    stage = Stage(cast)
    private = stage.registered()
    public = stage.published()
    indexing.index_new(at=at)
    typed = "通组路塌方，路塌了一半，校车不敢过，请找王桂芳。"
    found = likely_public(text=typed, place=cast.units.village, at=at)
    assert [each.number for each in found] == [public.number]
    assert private.number not in str(found)
    assert "王桂芳" not in str(found)
    assert "校车" not in str(found)


def test_a_resident_is_shown_their_own_by_the_receipt(cast: Cast, at: datetime) -> None:
    lamp = raised(cast.units.village, LAMP, at)
    indexing.index_new(at=at)
    assert likely_public(text=SAME, place=cast.units.village, at=at) == []
    found = likely_public(text=SAME, place=cast.units.village, at=at, own=[lamp.pk])
    assert [each.number for each in found] == [lamp.number]
