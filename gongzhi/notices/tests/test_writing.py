"""A notice is written once, in the transaction of what it tells about."""

from datetime import datetime
from typing import Any

import pytest

from gongzhi.core.actor import SYSTEM
from gongzhi.notices.actions import Draft, Recipient, write_notice, write_notices
from gongzhi.notices.kinds import NoticeKind
from gongzhi.notices.models import Delivery, Notice

pytestmark = pytest.mark.django_db
NEIGHBOUR = Recipient(mail="wang@example.org", name="王大爷", language="en")


def _write(kind: NoticeKind, at: datetime, *, key: str = "one", number: str = "HY26-000001") -> int:
    return write_notice(
        kind=kind.code,
        to=NEIGHBOUR,
        subject_ref=f"case:{number}",
        values={"number": number},
        dedupe_key=key,
        by=SYSTEM,
        at=at,
    )


def test_the_same_key_tells_a_person_only_once(kind: NoticeKind, at: datetime) -> None:
    assert [_write(kind, at), _write(kind, at)] == [1, 0]
    assert Notice.objects.count() == Delivery.objects.count() == 1


def test_writing_takes_two_statements_however_many(
    kind: NoticeKind, at: datetime, django_assert_num_queries: Any
) -> None:
    drafts = [Draft(kind.code, NEIGHBOUR, "case:1", {"number": str(n)}, f"key-{n}") for n in range(40)]
    with django_assert_num_queries(4):  # the two INSERTs inside their savepoint
        assert write_notices(drafts, by=SYSTEM, at=at) == 40


def test_the_words_are_filled_in_and_the_address_lies_sealed(kind: NoticeKind, at: datetime) -> None:
    _write(kind, at)
    notice = Notice.objects.get()
    assert (notice.title, notice.link) == ("HY26-000001 was answered", "/cases/HY26-000001/")
    assert notice.mail == NEIGHBOUR.mail
    assert NEIGHBOUR.mail not in str(Notice.objects.extra(select={"raw": "mail"}).values_list("raw").get())


def test_a_value_cannot_add_a_mail_header(kind: NoticeKind, at: datetime) -> None:
    _write(kind, at, number="1\r\nBcc: everyone@example.org")
    assert Notice.objects.get().title == "1 Bcc: everyone@example.org was answered"


def test_a_link_never_leaves_this_site(kind: NoticeKind, at: datetime) -> None:
    for link in ("https://example.org/", "//example.org/", "/\\example.org"):
        with pytest.raises(ValueError, match="outside this site"):
            kind.link_for({"number": "1", "link": link})
