"""My notices are mine alone; the delivery log says why, and never what or to whom."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from gongzhi.core.actor import SYSTEM, resident
from gongzhi.notices import queries
from gongzhi.notices.actions import Draft, Recipient, write_notices
from gongzhi.notices.kinds import NoticeKind
from gongzhi.notices.models import Delivery, Notice

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def told(cast: Any, kind: NoticeKind, at: datetime) -> Any:
    """Three notices to the clerk, one to the peer in another town, and one to a resident."""
    drafts = [
        Draft(
            kind.code,
            Recipient(user_id=cast.clerk.user.pk),
            "case:1",
            {"number": f"HY26-00000{n}"},
            f"clerk-{n}",
        )
        for n in (1, 2, 3)
    ]
    drafts.append(
        Draft(kind.code, Recipient(user_id=cast.peer_clerk.user.pk), "case:9", {"number": "HY26-000009"}, "p")
    )
    drafts.append(
        Draft(kind.code, Recipient(mail="wang@example.org"), "case:9", {"number": "HY26-000009"}, "r")
    )
    write_notices(drafts, by=SYSTEM, at=at)
    return cast


def test_i_see_my_notices_and_nobody_elses(told: Any, sign_in: SignIn) -> None:
    page = sign_in(told.clerk).get("/notices/").content.decode()
    assert "HY26-000001" in page
    assert "HY26-000009" not in page


def test_the_count_of_unread_is_mine_and_takes_one_query(told: Any, django_assert_num_queries: Any) -> None:
    clerk = told.clerk.actor
    with django_assert_num_queries(1):
        assert queries.count_unread(clerk) == 3
    with django_assert_num_queries(0):
        assert queries.count_unread(resident()) == 0


def test_opening_a_notice_marks_it_read_and_leads_to_its_subject(told: Any, sign_in: SignIn) -> None:
    notice = Notice.objects.get(dedupe_key="clerk-1")
    answer = sign_in(told.clerk).post(f"/notices/{notice.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/cases/HY26-000001/")
    assert queries.count_unread(told.clerk.actor) == 2


def test_the_first_moment_of_reading_stays(told: Any, sign_in: SignIn) -> None:
    notice = Notice.objects.get(dedupe_key="clerk-1")
    client = sign_in(told.clerk)
    client.post(f"/notices/{notice.pk}/read/")
    first = Notice.objects.get(pk=notice.pk).read_at
    client.post(f"/notices/{notice.pk}/read/")
    assert first is not None
    assert Notice.objects.get(pk=notice.pk).read_at == first


@pytest.mark.parametrize("action", ["open", "read"])
def test_the_notice_of_somebody_else_is_not_there_for_me(told: Any, sign_in: SignIn, action: str) -> None:
    theirs = Notice.objects.get(dedupe_key="p")
    for person in (told.clerk, told.supervisor, told.manager):
        assert sign_in(person).post(f"/notices/{theirs.pk}/{action}/").status_code == 404
    assert Notice.objects.get(pk=theirs.pk).read_at is None


def test_marking_all_read_touches_only_mine(told: Any, sign_in: SignIn) -> None:
    sign_in(told.clerk).post("/notices/read/")
    assert queries.count_unread(told.clerk.actor) == 0
    assert queries.count_unread(told.peer_clerk.actor) == 1


def test_looking_changes_nothing(told: Any, sign_in: SignIn) -> None:
    notice = Notice.objects.get(dedupe_key="clerk-1")
    client = sign_in(told.clerk)
    client.get("/notices/")
    assert client.get(f"/notices/{notice.pk}/open/").status_code == 405
    assert queries.count_unread(told.clerk.actor) == 3


def test_an_empty_list_says_what_would_stand_there(cast: Any, sign_in: SignIn) -> None:
    assert "nothing-title" in sign_in(cast.clerk).get("/notices/").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "9999999", "x", "１", "9" * 5000])
def test_a_page_that_is_none_is_no_error(told: Any, sign_in: SignIn, page: str) -> None:
    assert sign_in(told.clerk).get("/notices/", {"page": page}).status_code == 200


def test_the_list_is_turned_page_by_page(cast: Any, kind: NoticeKind, at: datetime, sign_in: SignIn) -> None:
    to = Recipient(user_id=cast.clerk.user.pk)
    drafts = [
        Draft(kind.code, to, "case:1", {"number": str(n)}, f"k{n}") for n in range(queries.PAGE_ROWS + 1)
    ]
    write_notices(drafts, by=SYSTEM, at=at)
    client = sign_in(cast.clerk)
    assert "page=2" in client.get("/notices/").content.decode()
    assert len(client.get("/notices/", {"page": 2}).context["page"].rows) == 1


def test_the_delivery_log_says_why_and_never_what_or_to_whom(told: Any, sign_in: SignIn) -> None:
    Delivery.objects.filter(notice__dedupe_key="r").update(last_error="451 try later")
    page = sign_in(told.manager).get("/notices/deliveries/").content.decode()
    assert "451 try later" in page
    rows = [row.rpartition("·")[2] for row in re.findall(r">9 · [^<]*", page)]
    assert rows
    assert not any("." in row.strip(" .") for row in rows), "words, no code such as app.kind"
    for secret in ("wang@example.org", "was answered", "Please look"):
        assert secret not in page


@pytest.mark.parametrize("who", ["clerk", "town_head", "county_dispatcher", "analyst", "officer"])
def test_the_delivery_log_is_for_those_who_keep_the_system(told: Any, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(told, who)).get("/notices/deliveries/").status_code == 403


def test_the_delivery_log_is_filtered_by_links(told: Any, sign_in: SignIn) -> None:
    client = sign_in(told.manager)
    assert len(client.get("/notices/deliveries/", {"state": "queued"}).context["rows"]) == 5
    assert client.get("/notices/deliveries/", {"state": "gave_up"}).context["rows"] == []
    assert len(client.get("/notices/deliveries/", {"state": "x'--"}).context["rows"]) == 5
