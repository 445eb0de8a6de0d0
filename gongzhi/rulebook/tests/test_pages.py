"""Everyone can read the rules; the keeper of rules can change them by a form that fits the rule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongzhi.core import clock
from gongzhi.notices.rules import RETRY
from gongzhi.rulebook import actions, queries
from gongzhi.rulebook.kinds import KINDS

pytestmark = pytest.mark.django_db
CHANGE = f"/desk/rules/{RETRY.code}/change/"


@pytest.fixture
def manager(cast: Any, sign_in: Callable[[Any], Client]) -> Client:
    return sign_in(cast.manager)


def typed(**changes: str) -> dict[str, str]:
    begins = timezone.localtime(clock.now() + timedelta(days=3))
    return {
        "p-waits": "2, 4，8",
        "valid_from": begins.strftime("%Y-%m-%dT%H:%M"),
        "note": "重试太久",
        "source": "县政办〔2026〕3号",
        "confidence": "check",
        "decided_by": "",
        "step": "preview",
    } | changes


def test_anybody_reads_every_rule_in_words(client: Client, rules: None) -> None:
    page = client.get("/rules/").content.decode()
    for kind in KINDS.values():
        assert str(kind.title) in page
    assert "{" not in page.partition("<main")[2]


def test_the_list_takes_one_query_for_all_rules(
    client: Client, rules: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        client.get("/rules/")


@pytest.mark.parametrize("code", sorted(KINDS))
def test_each_rule_has_a_page_a_twin_and_a_form_that_gives_back_what_it_shows(
    code: str, client: Client, manager: Client
) -> None:
    assert client.get(f"/rules/{code}/").status_code == 200
    assert client.get(f"/rules/{code}.json").json()["in_force"]["version"] == 1
    page = manager.get(f"/desk/rules/{code}/change/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value is not None and value is not False}
    decision = {name: value for name, value in typed(decided_by="会议").items() if name != "p-waits"}
    answer = manager.post(f"/desk/rules/{code}/change/", decision | sent)
    assert answer.status_code == 200, answer.context["form"].errors
    assert answer.context["changes"] == []


def test_the_rules_of_an_earlier_day_are_those_that_held_then(client: Client, cast: Any) -> None:
    now = clock.now()
    actions.adopt_version(
        code=RETRY.code, params={"waits": [2]}, source="x", note="x", valid_from=now + timedelta(days=1),
        by=cast.manager.actor, at=now,
    )  # fmt: skip
    day = (timezone.localdate(now) + timedelta(days=3)).isoformat()
    versions = [
        client.get("/rules/notices.retry.json", {"at": d}).json()["in_force"]["version"]
        for d in ("2020-01-01", day)
    ]
    assert versions == [1, 2]


def test_a_day_before_every_rule_says_so(client: Client, rules: None) -> None:
    assert client.get("/rules/", {"at": "1990-01-01"}).status_code == 200
    assert client.get("/rules.json", {"at": "1990-01-01"}).json()["rules"][0]["in_force"] is None


@pytest.mark.parametrize("day", ["", "yesterday", "2026-99-99", "99999-01-01"])
def test_a_day_that_is_none_is_no_error(client: Client, rules: None, day: str) -> None:
    assert client.get("/rules/", {"at": day}).status_code == 200


def test_a_change_is_previewed_then_adopted_and_public_at_once(
    client: Client, manager: Client, cast: Any
) -> None:
    preview = manager.post(CHANGE, typed())
    assert preview.status_code == 200
    (change,) = preview.context["changes"]
    assert "4" in change.new
    assert queries.get_rule(viewer=cast.manager.actor, code=RETRY.code, at=clock.now()).coming == []
    again = dict(preview.context["typed"]) | {"step": "adopt"}
    assert manager.post(CHANGE, again).status_code == 302
    (coming,) = queries.get_rule(viewer=cast.manager.actor, code=RETRY.code, at=clock.now()).coming
    assert coming.stored == {"waits": [2, 4, 8]}
    assert "重试太久" in client.get(f"/rules/{RETRY.code}/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"p-waits": "2, 0"}, "p-waits"),
        ({"p-waits": "often"}, "p-waits"),
        ({"note": ""}, "note"),
        ({"source": ""}, "source"),
        ({"valid_from": "1999-01-01T00:00"}, "valid_from"),
        ({"valid_from": "soon"}, "valid_from"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_the_rest_is_kept(
    manager: Client, wrong: dict[str, str], place: str
) -> None:
    page = manager.post(CHANGE, typed(step="adopt") | wrong)
    assert page.status_code == 422
    errors = page.context["form"].errors | page.context["decision"].errors
    assert list(errors) == [place]
    kept = typed() | wrong
    assert page.context["form"]["p-waits"].value() == kept["p-waits"]
    assert page.context["decision"]["note"].value() == kept["note"]


def test_a_forged_count_of_rows_stays_small(manager: Client) -> None:
    page = manager.post("/desk/rules/cases.office_hours/change/", typed() | {"p-periods-rows": "9" * 30})
    assert page.status_code == 422
    assert len(page.context["form"].fields) < 2000


@pytest.mark.parametrize("who", ["clerk", "supervisor", "county_dispatcher"])
def test_who_may_not_change_a_rule_sees_it_and_no_way_to_change_it(
    cast: Any, sign_in: Callable[[Any], Client], who: str
) -> None:
    client = sign_in(getattr(cast, who))
    page = client.get(reverse("rulebook:rule", args=[RETRY.code]))
    assert page.status_code == 200
    assert CHANGE not in page.content.decode()
    assert client.get(CHANGE).status_code == 403
    assert client.post(CHANGE, typed(step="adopt")).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client: Client, rules: None) -> None:
    assert client.get(CHANGE).status_code == 302


def test_words_of_a_change_are_shown_as_words_never_as_markup(client: Client, manager: Client) -> None:
    script = "<script>alert(1)</script>"
    data = typed(note=script, source=script, decided_by=script)
    preview = manager.post(CHANGE, data)
    manager.post(CHANGE, data | {"step": "adopt"})
    for page in (preview, client.get(f"/rules/{RETRY.code}/"), client.get("/rules/")):
        assert script not in page.content.decode()


def test_a_decided_version_is_withdrawn_with_its_reason_in_public(client: Client, manager: Client) -> None:
    manager.post(CHANGE, typed(step="adopt"))
    address = reverse("rulebook:withdraw", args=[RETRY.code, 2])
    assert manager.post(address, {"note": ""}).status_code == 422
    assert manager.post(address, {"note": "写错了"}).status_code == 302
    assert "写错了" in client.get(f"/rules/{RETRY.code}/").content.decode()
    assert manager.post(address, {"note": "写错了"}).status_code == 404


def test_an_unknown_rule_is_not_found(client: Client, manager: Client) -> None:
    for address in ("/rules/none.such/", "/rules/none.such.json", "/rules/%F0%9F%98%80/"):
        assert client.get(address).status_code == 404
    assert manager.get("/desk/rules/none.such/").status_code == 404
