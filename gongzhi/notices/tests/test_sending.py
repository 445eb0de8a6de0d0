"""What is written is sent: after the transaction, at least once, by one worker at a time, and not for
ever."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from gongzhi.core.actor import SYSTEM
from gongzhi.core.keys import data_file
from gongzhi.notices import queries
from gongzhi.notices.actions import Recipient, send_delivery, write_notice
from gongzhi.notices.jobs import send_due
from gongzhi.notices.kinds import NoticeKind
from gongzhi.notices.lifecycle import LEASE, DeliveryState, next_try_at
from gongzhi.notices.models import Delivery
from gongzhi.notices.ports import FilePort
from gongzhi.notices.rules import RETRY
from gongzhi.notices.tests.conftest import Peer
from gongzhi.rulebook.queries import in_force

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def write(
    kind: NoticeKind, at: datetime, *, mail: str = "wang@example.org", name: str = "王大爷", key: str = "1"
) -> Delivery:
    to = Recipient(mail=mail, name=name)
    values = {"number": "HY26-000001"}
    write_notice(kind=kind.code, to=to, subject_ref="case:1", values=values, dedupe_key=key, by=SYSTEM, at=at)
    return Delivery.objects.get(notice__dedupe_key=key)


def tell(person: Any, kind: NoticeKind, at: datetime) -> None:
    to = Recipient(user_id=person.user.pk)
    values = {"number": "HY26-000001"}
    write_notice(kind=kind.code, to=to, subject_ref="case:1", values=values, dedupe_key="1", by=SYSTEM, at=at)


def test_the_mail_that_arrives_says_what_was_written(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    delivery = write(kind, at)
    assert send_due(at=at) == 1
    (mail,) = peer.mails
    assert mail["Subject"] == "HY26-000001 was answered"
    assert mail["To"].addresses[0].addr_spec == "wang@example.org"
    assert mail["To"].addresses[0].display_name == "王大爷"
    assert "/cases/HY26-000001/" in mail.get_content()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.next_try_at) == (DeliveryState.SENT, 1, None)
    assert send_due(at=at + timedelta(days=9)) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_out_for_a_transaction_that_is_rolled_back(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    with transaction.atomic():
        write(kind, at)
        transaction.set_rollback(True)
    assert send_due(at=at) == 0
    assert peer.mails == []


@pytest.mark.django_db(transaction=True)
def test_sending_inside_a_transaction_is_refused(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    write(kind, at)
    with pytest.raises(ExceptionGroup) as refused, transaction.atomic():
        send_due(at=at)
    assert "durable" in str(refused.value.exceptions[0])
    assert peer.mails == []


def test_a_passing_refusal_is_tried_again_when_the_rule_says(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    delivery = write(kind, at)
    peer.answers = ["451 try later"]
    assert send_due(at=at) == 0
    delivery.refresh_from_db()
    first_wait = timedelta(minutes=in_force(RETRY, at=at).params.waits[0])
    assert delivery.state == DeliveryState.FAILED
    assert "451" in delivery.last_error
    assert send_due(at=at + first_wait - MINUTE / 2) == 0
    assert send_due(at=at + first_wait + MINUTE / 2) == 1
    assert len(peer.mails) == 1


def test_a_refusal_for_good_is_not_tried_again(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    delivery = write(kind, at)
    peer.answers = ["550 wang@example.org does not live here"]
    send_due(at=at)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.GAVE_UP
    assert delivery.last_error == "550 … does not live here"


def test_after_the_last_try_of_the_rule_it_is_given_up(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    delivery = write(kind, at)
    tries = in_force(RETRY, at=at).params.tries
    peer.answers = ["451 try later"] * (tries + 3)
    for day in range(tries + 3):
        send_due(at=at + timedelta(days=day))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.GAVE_UP, tries)


def test_a_server_that_is_not_there_is_a_passing_failure(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime, settings: Any
) -> None:
    delivery = write(kind, at)
    settings.EMAIL_PORT = 1
    assert send_due(at=at) == 0
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert "Refused" in delivery.last_error


def test_an_address_that_is_none_is_given_up_at_once(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    delivery = write(kind, at, mail="nobody")
    send_due(at=at)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.GAVE_UP


@pytest.mark.parametrize(
    ("mail", "name"),
    [
        ("wang@example.org\r\nBcc: everyone@example.org", "王"),
        ("wang@example.org, everyone@example.org", "王"),
        ("wang@example.org", "王\r\nBcc: everyone@example.org"),
        ("wang@example.org", '王" <everyone@example.org>, "x'),
    ],
)
def test_neither_address_nor_name_can_add_a_recipient(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime, mail: str, name: str
) -> None:
    write(kind, at, mail=mail, name=name)
    send_due(at=at)
    told = [
        address.addr_spec
        for m in peer.mails
        for field in ("To", "Cc", "Bcc")
        if m[field]
        for address in m[field].addresses
    ]
    assert "everyone@example.org" not in told
    assert all(m["Bcc"] is None for m in peer.mails)


def test_a_message_whose_address_is_damaged_does_not_hold_up_the_others(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    damaged = write(kind, at, key="1")
    write(kind, at, mail="li@example.org", key="2")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET mail = 'damaged' WHERE id = %s", [damaged.notice_id])
    with pytest.raises(ExceptionGroup):
        send_due(at=at)
    assert [mail["To"].addresses[0].addr_spec for mail in peer.mails] == ["li@example.org"]


def test_a_worker_that_was_killed_while_sending_is_replaced_after_its_lease(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    delivery = write(kind, at)
    Delivery.objects.update(state=DeliveryState.SENDING, attempts=1, next_try_at=at + LEASE)
    assert send_due(at=at + LEASE - MINUTE) == 0
    assert send_due(at=at + LEASE) == 1
    delivery.refresh_from_db()
    assert delivery.attempts == 2


def test_two_workers_that_saw_the_same_delivery_send_it_once(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime
) -> None:
    write(kind, at)
    (seen_by_one,) = queries.list_due_for_job(at=at, limit=9)
    (seen_by_other,) = queries.list_due_for_job(at=at, limit=9)
    assert send_delivery(delivery=seen_by_one, by=SYSTEM, at=at) is DeliveryState.SENT
    assert send_delivery(delivery=seen_by_other, by=SYSTEM, at=at) is None
    assert len(peer.mails) == 1


def test_an_account_gets_its_mail_at_the_address_it_has_when_it_is_sent(
    kind: NoticeKind, cast: Any, peer: Peer, at: datetime
) -> None:
    tell(cast.clerk, kind, at)
    cast.clerk.user.email = "new@example.org"
    cast.clerk.user.save()
    send_due(at=at)
    assert peer.mails[0]["To"].addresses[0].addr_spec == "new@example.org"


def test_an_account_without_an_address_is_told_in_the_application_only(
    kind: NoticeKind, cast: Any, peer: Peer, at: datetime
) -> None:
    cast.clerk.user.email = ""
    cast.clerk.user.save()
    tell(cast.clerk, kind, at)
    send_due(at=at)
    assert Delivery.objects.get().state == DeliveryState.NO_ADDRESS
    assert queries.count_unread(cast.clerk.actor) == 1


def test_without_a_mail_server_messages_lie_in_a_file_only_we_can_read(
    kind: NoticeKind, rules: None, at: datetime, tmp_path: Any, settings: Any
) -> None:
    # A folder of its own, with the keys that the database was prepared with.
    data_file(tmp_path).parent.mkdir()
    shutil.copy(data_file(settings.DATA_DIR), data_file(tmp_path))
    settings.DATA_DIR = tmp_path
    settings.NOTICE_PORTS = {"mail": "gongzhi.notices.ports.FilePort"}
    write(kind, at)
    assert send_due(at=at) == 1
    path = FilePort().path
    assert "wang@example.org" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_waits_are_taken_in_order_and_then_it_is_over(at: datetime) -> None:
    assert [next_try_at(attempts=n, waits_minutes=(1, 5), at=at) for n in (1, 2, 3)] == [
        at + MINUTE,
        at + 5 * MINUTE,
        None,
    ]


_WORKER = """
import os, sys, django
django.setup()
from datetime import datetime
from gongzhi.notices import ports
from gongzhi.notices.jobs import send_due
from gongzhi.notices.kinds import KINDS
def hang(self, message):
    print("sending", flush=True)
    sys.stdin.read()
ports.FilePort.send = hang
send_due(at=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_process_killed_mid_way_loses_nothing(
    kind: NoticeKind, rules: None, peer: Peer, at: datetime, tmp_path: Any
) -> None:
    delivery = write(kind, at)
    name = connection.settings_dict["NAME"]
    address = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        s = connection.settings_dict
        address = f"postgres://{s['USER']}:{s['PASSWORD']}@{s['HOST'] or '127.0.0.1'}:{s['PORT']}/{name}"
    from django.conf import settings as now_set

    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address,
        "GONGZHI_DATA": str(now_set.DATA_DIR),
        "GONGZHI_MAIL_HOST": "",
    }
    command = [sys.executable, "-c", _WORKER, at.isoformat()]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "sending\n"
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING
    assert send_due(at=at + LEASE - MINUTE) == 0
    assert send_due(at=at + LEASE + MINUTE) == 1
    assert len(peer.mails) == 1
