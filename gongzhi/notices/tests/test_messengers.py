"""Robots of work messengers are told title and link, and believed only when their answer says so."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest

from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import resident
from gongzhi.core.errors import Invalid, NotAllowed
from gongzhi.notices import actions, queries
from gongzhi.notices.actions import Recipient, write_notice
from gongzhi.notices.jobs import send_due
from gongzhi.notices.kinds import Channel, NoticeKind
from gongzhi.notices.lifecycle import DeliveryState
from gongzhi.notices.models import ChatTarget, Delivery
from gongzhi.notices.robots import Robot, Service, read_robot
from gongzhi.notices.tests.conftest import Gateway

pytestmark = pytest.mark.django_db
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=" + "ab12" * 16
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/4ac7f7ee-2d01-4e0b-9d3b-aaaa4c5d7e8f"
ROBOTS = (
    (WECOM, "", "errcode", "text", "content"),
    (DINGTALK, "SEC" + "ab12" * 16, "errcode", "text", "content"),
    (FEISHU, "", "code", "content", "text"),
)


@pytest.fixture
def services(gateway: Gateway, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The three services, played by a server on the loopback address."""
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.wecombot import NotifyWeComBot

    monkeypatch.setattr(NotifyWeComBot, "notify_url", gateway.url + "?key={key}")
    monkeypatch.setattr(NotifyDingTalk, "notify_url", gateway.url + "?access_token={token}")
    monkeypatch.setattr(NotifyFeishu, "notify_url", gateway.url + "/{token}/")
    settings.NOTICE_PORTS = {"chat": "gongzhi.notices.messengers.MessengerPort"}
    return gateway


def told(person: Any, kind: NoticeKind, at: datetime, *, key: str = "1") -> Delivery | None:
    to = Recipient(user_id=person.user.pk, language="en")
    values = {"number": "HY26-000001"}
    write_notice(
        kind=kind.code, to=to, subject_ref="case:1", values=values, dedupe_key=key, by=resident(), at=at
    )
    return Delivery.objects.filter(notice__dedupe_key=key, channel="chat").first()


@pytest.mark.parametrize(("address", "secret", "code", "outer", "inner"), ROBOTS)
def test_each_service_is_told_title_and_link_and_its_code_is_read(
    cast: Any,
    services: Gateway,
    kind: NoticeKind,
    at: datetime,
    address: str,
    secret: str,
    code: str,
    outer: str,
    inner: str,
) -> None:
    actor = cast.clerk.actor
    actions.name_messenger(robot=read_robot(address, secret), by=actor, at=at)
    services.answers = [
        (200, json.dumps({code: 0}).encode(), {}),
        (200, json.dumps({code: 45009}).encode(), {}),
        (302, b"", {"Location": services.url}),
    ]
    deliveries = [told(cast.clerk, kind, at, key=key) for key in "123"]
    assert send_due(at=at) == 1
    said = json.loads(services.asked[0][2])[outer][inner]
    assert said.startswith("HY26-000001 was answered http")
    assert "look at" not in said, "the words stay behind the link"
    for delivery, state in zip(deliveries, ("sent", "failed", "failed"), strict=True):
        assert delivery is not None
        delivery.refresh_from_db()
        assert delivery.state == state
    assert len(services.asked) == 3, "a redirect is not followed"
    assert ("sign=" in services.asked[0][0]) is bool(secret)


def test_a_robot_that_was_removed_from_its_group_is_given_up(
    cast: Any, services: Gateway, kind: NoticeKind, at: datetime
) -> None:
    actions.name_messenger(robot=read_robot(WECOM), by=cast.clerk.actor, at=at)
    services.answers = [(200, b'{"errcode": 93000}', {})]
    delivery = told(cast.clerk, kind, at)
    send_due(at=at)
    assert delivery is not None
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.GAVE_UP
    assert "93000" in delivery.last_error


def test_who_named_no_robot_has_no_delivery_and_who_turned_it_off_is_left_alone(
    cast: Any, services: Gateway, kind: NoticeKind, at: datetime
) -> None:
    assert told(cast.clerk, kind, at) is None
    actor, chat = cast.clerk.actor, frozenset({Channel.CHAT})
    actions.name_messenger(robot=read_robot(WECOM), by=actor, at=at)
    who = queries.holder_of(actor.user_id, "")
    actions.choose_ways(who=who, offered=chat, wanted=frozenset(), by=actor, at=at)
    delivery = told(cast.clerk, kind, at, key="2")
    send_due(at=at + timedelta(minutes=1))
    assert delivery is not None
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.STOPPED
    assert services.asked == []


def test_the_key_of_a_robot_lies_sealed_and_never_in_the_log(cast: Any, at: datetime) -> None:
    actions.name_messenger(robot=read_robot(WECOM), by=cast.clerk.actor, at=at)
    key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    assert ChatTarget.objects.get().key == key
    assert key not in str(ChatTarget.objects.extra(select={"raw": "key"}).values_list("raw").get())
    assert key not in str(AuditEvent.objects.filter(code="notices.messenger.named").values_list("data").get())
    actions.name_messenger(robot=None, by=cast.clerk.actor, at=at)
    assert not ChatTarget.objects.exists()
    with pytest.raises(NotAllowed):
        actions.name_messenger(robot=None, by=resident(), at=at)


@pytest.mark.parametrize(
    "address",
    [
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=aaaaaaaaaaaa",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=aaaaaaaaaaaa",
        "https://127.0.0.1/cgi-bin/webhook/send?key=aaaaaaaaaaaa",
        "https://oapi.dingtalk.com/robot/send?access_token=" + "a" * 32 + "/13900002207?verify=no",
        "json://127.0.0.1/",
        "",
    ],
)
def test_no_other_address_is_ever_kept(address: str) -> None:
    with pytest.raises(Invalid):
        read_robot(address)


def test_a_secret_belongs_to_dingtalk() -> None:
    assert read_robot(DINGTALK, "SECabcd1234") == Robot(Service.DINGTALK, "SECabcd1234@" + "ab12" * 16)
    for address, secret in ((WECOM, "SECabcd1234"), (DINGTALK, "x@evil.example/")):
        with pytest.raises(Invalid):
            read_robot(address, secret)


def test_the_page_keeps_and_removes_the_robot_and_never_shows_its_key(
    cast: Any, sign_in: Any, settings: Any
) -> None:
    settings.NOTICE_PORTS = {"mail": "x", "chat": "gongzhi.notices.messengers.MessengerPort"}
    client = sign_in(cast.clerk)
    assert client.post("/notices/ways/messenger/", {"address": "https://127.0.0.1/"}).status_code == 422
    assert client.post("/notices/ways/messenger/", {"address": WECOM}).status_code == 302
    page = client.get("/notices/ways/").content.decode()
    assert "…5aaa" in page
    assert "693a91f6" not in page
    assert client.post("/notices/ways/", {"ways": ["chat"]}).status_code == 302
    assert queries.turned_off(f"user:{cast.clerk.user.pk}") == {Channel.MAIL}
    assert client.post("/notices/ways/messenger/", {"remove": "1"}).status_code == 302
    assert queries.target_of(viewer=cast.clerk.actor) is None


def test_a_web_process_never_loads_apprise() -> None:
    code = (
        "import sys, django; django.setup(); import config.urls, config.wsgi, gongzhi.notices.jobs;"
        "sys.exit('apprise' in sys.modules or 'weasyprint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
