"""Who holds the receipt of a matter chooses how they are told of it, and of no other."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongzhi.cases import numbers
from gongzhi.cases.actions import intake
from gongzhi.cases.lifecycle import Channel as Mouth
from gongzhi.cases.models import Case
from gongzhi.core.actor import resident
from gongzhi.notices.models import Delivery, OptOut

pytestmark = pytest.mark.django_db
MOBILE, LANDLINE = "13900002207", "09155212345"


@pytest.fixture(autouse=True)
def _gateway(settings: Any) -> None:
    settings.NOTICE_PORTS = {
        "mail": "gongzhi.notices.ports.FilePort",
        "sms": "gongzhi.notices.ports.FilePort",
    }


def raised(cast: Any, at: Any, *, phone: str = MOBILE, mail: str = "") -> Case:
    return intake.register_case(
        matter=intake.Matter(text="路灯不亮了", place=cast.units.village),
        reporter=intake.Reporter(name="王大爷", phone=phone, mail=mail),
        channel=Mouth.WEB,
        by=resident(),
        at=at,
    )


def told(case: Case) -> list[str]:
    subject = f"case:{case.number}"
    return sorted(Delivery.objects.filter(notice__subject_ref=subject).values_list("channel", flat=True))


def test_who_left_only_a_mobile_number_gets_the_receipt_as_a_text_message(cast: Any, at: Any) -> None:
    assert told(raised(cast, at)) == ["sms"]
    assert told(raised(cast, at, mail="wang@example.org")) == ["mail"]
    assert told(raised(cast, at, phone=LANDLINE)) == []
    assert told(raised(cast, at, phone="")) == []


def test_the_tick_is_taken_away_and_put_back_for_this_matter_only(cast: Any, at: Any, client: Client) -> None:
    case, other = raised(cast, at), raised(cast, at + timedelta(minutes=1))
    address = f"/t/{case.number}/{numbers.receipt_code(case.number)}/ways/"
    assert client.post(address, {}).status_code == 302
    assert list(OptOut.objects.values_list("who", "channel")) == [(f"case:{case.number}", "sms")]
    assert client.post(address, {"ways": ["sms"]}).status_code == 302
    assert not OptOut.objects.exists()
    assert client.post(address, {"ways": ["chat"]}).status_code == 200, "what is not offered is refused"
    wrong = f"/t/{other.number}/{numbers.receipt_code(case.number)}/ways/"
    assert client.post(wrong, {}).status_code == 404
    assert not OptOut.objects.exists()


def test_who_left_nothing_is_offered_nothing(cast: Any, at: Any, client: Client) -> None:
    case = raised(cast, at, phone="")
    address = f"/t/{case.number}/{numbers.receipt_code(case.number)}/ways/"
    assert client.get(address).context["offered"] == ()
    assert client.post(address, {}).status_code == 200
    assert not OptOut.objects.exists()
