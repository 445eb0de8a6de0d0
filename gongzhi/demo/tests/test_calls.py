"""Calls of the demonstration: told of and written down like real ones, and the same for the same seed."""

from datetime import datetime
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.test import override_settings

from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.core.working_time import SHANGHAI
from gongzhi.demo import actions, calls
from gongzhi.hotline.models import Call

UNTIL = datetime(2026, 8, 23, 17, 0, tzinfo=SHANGHAI)


@pytest.mark.django_db
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def test_every_matter_that_came_by_telephone_has_its_call_and_none_lies_in_the_future() -> None:
    call_command("install", verbosity=0, stdout=StringIO())
    report = actions.build_demo(seed=3, cases=40, days=30, until=UNTIL)
    assert report.refused == []
    matters = set(Case.objects.filter(channel=Channel.HOTLINE).values_list("pk", flat=True))
    assert matters
    assert set(Call.objects.filter(outcome="matter").values_list("case", flat=True)) == matters
    assert report.calls == Call.objects.count() > len(matters)
    assert not Call.objects.filter(started_at__gt=UNTIL).exists()
    assert not Call.objects.filter(offered_at__isnull=True).exists()


@pytest.mark.once
def test_the_same_seed_rings_the_same_and_most_calls_are_questions() -> None:
    rings = [calls.run_ring(Random(f"1/ring/{n}")) for n in range(2000)]
    assert rings == [calls.run_ring(Random(f"1/ring/{n}")) for n in range(2000)]
    consults = sum(ring.outcome == "consult" for ring in rings)
    assert 0.6 < consults / len(rings) < 0.72
