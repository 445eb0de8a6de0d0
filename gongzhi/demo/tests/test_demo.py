"""Playing a plan through the real actions: nothing refused, same rows again, all or nothing, guarded."""

import json
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, Flag, Transition
from gongzhi.core.working_time import SHANGHAI
from gongzhi.demo import actions
from gongzhi.demo.behaviour import Behaviour
from gongzhi.demo.report import Report
from gongzhi.orgs.models import Post, Unit, User

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 8, 23, 17, 0, tzinfo=SHANGHAI)
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def installed() -> None:
    call_command("install", verbosity=0, stdout=StringIO())


@pytest.fixture(autouse=True)
def quick_hashing() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=FAST):
        yield


def build(
    cases: int = 40, seed: int = 3, until: datetime = UNTIL, behaviour: Behaviour | None = None
) -> Report:
    return actions.build_demo(seed=seed, cases=cases, days=30, until=until, behaviour=behaviour)


def test_a_plan_is_played_whole_no_action_refuses_a_step_and_a_quiet_county_raises_no_flag() -> None:
    report = build(60, behaviour=Behaviour(polished=False))
    assert report.refused == []
    assert not Flag.objects.exists(), list(Flag.objects.values_list("kind", "unit__name"))
    assert (report.cases, Case.objects.count()) == (60, 60 + report.doubles)
    assert Unit.objects.filter(kind="village").count() == 160
    assert Unit.objects.filter(kind="town").count() == 10
    assert User.objects.count() == Post.objects.count() == report.people
    assert Transition.objects.count() >= report.moves


def test_a_failure_in_the_middle_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_values: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr("gongzhi.cases.jobs.refresh_figures", fails)
    with pytest.raises(RuntimeError):
        build(3)
    assert not Case.objects.exists()
    assert not User.objects.exists()
    assert not Unit.objects.exists()


def rows() -> list[tuple[object, ...]]:
    fields = ("case__title", "case__reporter_name", "move", "at", "by_name", "by_role", "words", "level")
    return list(Transition.objects.order_by("case__registered_at", "case__title", "seq").values_list(*fields))


def begin_numbers_anew() -> None:
    from django.core.management.color import no_style
    from django.db import connection

    table = {"table": Case._meta.db_table, "column": "id"}
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), [table]):
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_and_moment_give_the_same_rows() -> None:
    from django.db import transaction

    played = []
    for _round in range(2):
        with transaction.atomic():
            # Whom a lot draws hangs on the numbers of matters, which an empty database begins anew.
            begin_numbers_anew()
            build(40)
            played.append(rows())
            transaction.set_rollback(True)
    assert played[0] == played[1]
    assert any(row[2] == Move.FOLLOW_UP for row in played[0])


def test_the_command_refuses_a_database_with_contents_unless_forced() -> None:
    User.objects.create(username="somebody")
    with pytest.raises(CommandError, match="already has"):
        call_command("demo", cases=1)
    call_command("demo", if_empty=True, stdout=StringIO())
    assert User.objects.count() == 1
    out = StringIO()
    call_command("demo", cases=2, force_add=True, json=True, until=UNTIL, stdout=out)
    assert json.loads(out.getvalue())["cases"] == 2


def test_no_accounts_are_printed_where_there_are_none() -> None:
    out = StringIO()
    call_command("demo", accounts=True, stdout=out)
    assert out.getvalue() == ""
