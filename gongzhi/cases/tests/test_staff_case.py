"""The page of a case as staff see it: what it shows, to whom, and in how many queries."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cases.actions import dispatching, handling, intake, story
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.tests.stage import Stage
from gongzhi.core.actor import resident
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def test_a_clerk_reads_words_story_clocks_and_who_sees_it(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.handling()
    page = sign_in(cast.clerk).get(f"/cases/{case.number}/")
    text = page.content.decode()
    assert page.status_code == 200
    for words in (case.number, case.title, "塌了一半", "办结", "签收", "三元村委会", "城关镇"):
        assert words in text, words
