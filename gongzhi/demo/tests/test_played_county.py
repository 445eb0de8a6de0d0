"""The county of the demonstration as people meet it: built once, looked at from all sides."""

from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case, CaseMerge, Flag, FlagRuling, Transition
from gongzhi.core.working_time import SHANGHAI
from gongzhi.demo import actions, checks
from gongzhi.demo.county import DEMO_ACCOUNTS, DEMO_PASSWORD, SHOWN_VILLAGE
from gongzhi.demo.report import Report
from gongzhi.followup.models import Draw, FollowUp
from gongzhi.hotline.models import Call
from gongzhi.orgs.models import User
from tests.stage import undone

pytestmark = pytest.mark.django_db
# At the end of a month its stories are in this one, at the beginning in the last.
MONTHS = {
    "at its end": (7, datetime(2026, 8, 23, 17, 0, tzinfo=SHANGHAI)),
    "at its beginning": (3, datetime(2026, 9, 4, 11, 0, tzinfo=SHANGHAI)),
}


@pytest.fixture(
    scope="module", params=["at its end", pytest.param("at its beginning", marks=pytest.mark.once)]
)
def played(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Report, datetime]]:
    """A month with its moment; each test takes back what it wrote."""
    seed, until = MONTHS[request.param]
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), undone(), quick:
        call_command("install", verbosity=0, stdout=StringIO())
        yield actions.build_demo(seed=seed, cases=110, days=30, until=until), until


@pytest.fixture
def _django_db_helper(played: tuple[Report, datetime]) -> Iterator[None]:
    """Stand in for pytest-django's, whose end of a test would close the connection that holds the county."""
    with undone():
        yield


@pytest.fixture
def report(_django_db_helper: None, played: tuple[Report, datetime]) -> Report:
    return played[0]


@pytest.fixture
def until(played: tuple[Report, datetime]) -> datetime:
    return played[1]


def test_a_month_has_merges_follow_up_calls_and_every_kind_of_flag_one_of_them_ruled_on(
    report: Report, until: datetime
) -> None:
    assert report.refused == []
    assert report.cases == 110
    assert set(Flag.objects.values_list("kind", flat=True)) == set(Flag.Kind.values)
    merges = CaseMerge.objects.order_by("pk")
    assert [row.undone_at is None for row in merges] == [True, True, True, False]
    assert Draw.objects.filter(drawn__gt=0).exists()
    assert {"open", "reached"} <= set(FollowUp.objects.values_list("state", flat=True))
    town = SHOWN_VILLAGE[:9]
    assert FollowUp.objects.filter(state="open", caller__code=town, attempts=0).exists(), (
        "as pictures need it"
    )
    assert FlagRuling.objects.count() == 1
    assert Flag.objects.filter(waits=False).count() == 1


def test_every_transition_stands_at_a_moment_of_the_story_and_not_of_the_clock(
    report: Report, until: datetime
) -> None:
    assert Transition.objects.filter(seq=1).count() == Case.objects.count() > 0
    assert Transition.objects.filter(at__gt=until).count() == 0
    assert not any(case.registered_at > until for case in Case.objects.all())


def test_every_matter_that_came_by_telephone_has_its_call_and_none_lies_in_the_future(
    report: Report, until: datetime
) -> None:
    matters = set(Case.objects.filter(channel=Channel.HOTLINE).values_list("pk", flat=True))
    assert matters
    assert set(Call.objects.filter(outcome="matter").values_list("case", flat=True)) == matters
    assert report.calls == Call.objects.count() > len(matters)
    assert not Call.objects.filter(started_at__gt=until).exists()
    assert not Call.objects.filter(offered_at__isnull=True).exists()


def test_building_it_twice_is_refused_with_words_and_adds_nothing(report: Report, until: datetime) -> None:
    before = Case.objects.count()
    with pytest.raises(CommandError, match=r"Nothing was added\."):
        call_command("demo", cases=2, force_add=True, until=until)
    assert Case.objects.count() == before


def test_the_accounts_can_sign_in_with_the_printed_password_and_no_other_can(report: Report) -> None:
    out = StringIO()
    call_command("demo", accounts=True, stdout=out)
    for name in DEMO_ACCOUNTS:
        assert f"  {name} " in out.getvalue()
    assert DEMO_PASSWORD in out.getvalue()
    assert {u.username for u in User.objects.all() if u.has_usable_password()} == set(DEMO_ACCOUNTS)


def test_a_public_address_with_the_published_password_is_warned_about(report: Report) -> None:
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["gongzhi.example.cn"]):
        (warning,) = checks.demo_accounts_are_not_public()
    assert warning.id == "demo.W001"
    assert "clerk" in warning.msg
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["localhost", "127.0.0.1"]):
        assert list(checks.demo_accounts_are_not_public()) == []
    with override_settings(DEBUG=True, ALLOWED_HOSTS=["gongzhi.example.cn"]):
        assert list(checks.demo_accounts_are_not_public()) == []


def test_changed_passwords_are_not_warned_about(report: Report) -> None:
    for user in User.objects.filter(username__in=list(DEMO_ACCOUNTS)):
        user.set_password("something else entirely")
        user.save(update_fields=["password"])
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["gongzhi.example.cn"]):
        assert list(checks.demo_accounts_are_not_public()) == []
