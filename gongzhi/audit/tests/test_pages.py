"""The log is for those who may read it; roots and proofs are for everyone and tell nothing about anyone."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongzhi.audit import queries
from gongzhi.audit.actions import record, seal
from gongzhi.audit.queries import events, proofs
from gongzhi.audit.tests.conftest import TRIAL
from gongzhi.core.actor import SYSTEM, resident
from gongzhi.core.errors import NotAllowed, SignInRequired
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
Write = Callable[..., list[int]]


@pytest.fixture
def told(cast: Cast, trial_code: str, wall: datetime) -> None:
    """One event by the clerk about a matter, sealed."""
    record(
        TRIAL,
        by=cast.clerk.actor,
        at=datetime(2026, 3, 4, 17, tzinfo=UTC),
        subject="case:HY26-000123",
        unit_code="610921001001",
        data={"old": "<b>registered</b>"},
    )
    seal(at=wall)


def test_a_supervisor_reads_who_did_what_in_plain_words(told: None, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.supervisor).get(reverse("audit:log"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Trial row written" in page
    assert cast.clerk.name in page
    assert "&lt;b&gt;registered&lt;/b&gt;" in page


def test_who_has_no_name_is_named_in_the_words_of_the_reader(
    trial_code: str, cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    for by in (resident(), SYSTEM):
        record(TRIAL, by=by, at=at, subject="case:HY26-000009")
    page = sign_in(cast.supervisor).get("/audit/?subject=case:HY26-000009").content.decode()
    names = re.findall(r'<a href="\?actor=[^"]*">([^<]*)</a>', page)
    assert names == ["系统", "某群众"]


@pytest.mark.parametrize("reader", ["clerk", "town_head", "analyst", "officer"])
def test_who_holds_no_post_for_it_is_told_so(cast: Cast, sign_in: SignIn, reader: str) -> None:
    person: Person = getattr(cast, reader)
    assert sign_in(person).get(reverse("audit:log")).status_code == 403
    with pytest.raises(NotAllowed):
        queries.list_events(viewer=person.actor)


def test_a_resident_is_sent_to_sign_in(client: Client) -> None:
    response = client.get(reverse("audit:log"))
    assert response.status_code == 302
    assert "next=/audit/" in response.headers["Location"]


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ({"subject": "case:HY26-000123"}, True),
        ({"subject": "case:HY26-000124"}, False),
        ({"code": TRIAL}, True),
        ({"actor": "system"}, False),
        ({"day": "2026-03-05"}, True),  # 01:00 in the county, still the day before in UTC
        ({"day": "2026-03-04"}, False),
        ({"before": "1"}, False),
    ],
)
def test_filters_show_what_was_asked_for(
    told: None, cast: Cast, sign_in: SignIn, query: dict[str, str], is_there: bool
) -> None:
    page = sign_in(cast.manager).get(reverse("audit:log"), query).content.decode()
    assert (">case:HY26-000123</a>" in page) is is_there


@pytest.mark.parametrize(
    "query",
    [{"day": "2026-13-01"}, {"day": "x"}, {"before": "-1"}, {"before": str(2**63)}, {"code": "no.such.code"}],
)
def test_a_filter_that_cannot_be_used_is_answered_in_words(
    cast: Cast, sign_in: SignIn, query: dict[str, str]
) -> None:
    assert sign_in(cast.manager).get(reverse("audit:log"), query).status_code == 422


def test_the_log_is_read_page_by_page_at_the_same_cost(
    cast: Cast, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PAGE_ROWS", 3)
    rows, viewer, seen, before = write(8), cast.supervisor.actor, [], None
    while True:
        with CaptureQueriesContext(connection) as captured:
            page = queries.list_events(
                viewer=viewer, shown=queries.EventFilter(subject="case:HY26-000001", before=before)
            )
        assert len(captured) == 1
        seen += [row.number for row in page.rows]
        before = page.older_before
        if before is None:
            break
    assert seen == rows[::-1]


def test_nobody_reads_the_log_before_somebody_said_who_may(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongzhi.audit.access._rules", [])
    with pytest.raises(SignInRequired):
        queries.list_events(viewer=resident())
    with pytest.raises(RuntimeError, match="who may read"):
        queries.list_events(viewer=cast.supervisor.actor)


def test_everyone_sees_the_roots_and_nothing_about_anyone(told: None, cast: Cast, client: Client) -> None:
    page = client.get(reverse("audit:roots")).content.decode()
    body = client.get(reverse("audit:roots_json")).content.decode()
    root = json.loads(body)["roots"][0]
    proof = client.get(reverse("audit:proof_json", args=[root["first_id"]])).content.decode()
    assert root["chain"] in page
    for text in (page, body, proof):
        for secret in ("HY26-000123", cast.clerk.name, TRIAL, "registered", "610921001001"):
            assert secret not in text
    assert set(re.findall(r'"([a-z_]+)":', proof)) == {
        "format", "row", "leaf", "index", "path", "batch", "number", "sealed_at", "algorithm", "late",
        "first_id", "last_id", "size", "root", "leaves_hash", "gaps", "previous_chain", "chain", "signature",
    }  # fmt: skip


def test_the_list_of_roots_is_read_page_by_page(
    write: Write, wall: datetime, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "ROOTS_PER_PAGE", 2)
    for _ in range(5):
        write(1)
        seal(at=wall)
    seen: list[int] = []
    for page in (1, 2, 3):
        body = client.get(reverse("audit:roots_json"), {"page": page}).json()
        seen += [root["number"] for root in body["roots"]]
        assert body["has_next"] is (page < 3)
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("page", ["4", "0", "-1", "x", "9" * 30])
@pytest.mark.parametrize("name", ["audit:roots", "audit:roots_json"])
def test_a_page_of_roots_that_is_not_there_is_not_found(client: Client, name: str, page: str) -> None:
    assert client.get(reverse(name), {"page": page}).status_code == 404


@pytest.mark.parametrize("row", [0, 10**9, 2**63, 10**40])
def test_a_proof_for_no_row_is_not_found(client: Client, row: int) -> None:
    assert client.get(reverse("audit:proof_json", args=[row])).status_code == 404


def test_the_page_of_roots_says_so_before_the_first_seal(client: Client) -> None:
    assert client.get(reverse("audit:roots")).status_code == 200


def test_the_log_and_the_roots_are_read_only(client: Client) -> None:
    for name in ("audit:log", "audit:roots", "audit:roots_json"):
        assert client.post(reverse(name)).status_code == 405
