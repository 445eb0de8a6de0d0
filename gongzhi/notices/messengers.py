"""Work messengers (WeCom, DingTalk, Feishu) through apprise, which knows how each is spoken to.

Apprise takes any answer with status 200 for success; these services also refuse with status 200 and a code in
the body. So what they answer is listened to and judged here.
"""

import json
import logging
import threading
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

from gongzhi.notices.gateway import text_of
from gongzhi.notices.ports import Message, SendingFailed, SendingRefused
from gongzhi.notices.robots import Service

_CODES = {Service.WECOM: "errcode", Service.DINGTALK: "errcode", Service.FEISHU: "code"}
_NEVER = {
    Service.WECOM: {93000, 40008, 44004},
    Service.DINGTALK: {300001, 310000, 400101, 400102},
    Service.FEISHU: {19001, 19021, 19022, 19024},
}
"""Codes that mean the robot is gone or does not want this message: it will be the same next time."""
_heard = threading.local()


class _Listening:
    """Stands for the module `requests` inside a plugin: follows no redirect, and keeps what was answered."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *args: Any, **kwargs: Any) -> Any:
        _heard.answer = None
        _heard.answer = self._requests.post(*args, **{**kwargs, "allow_redirects": False})
        return _heard.answer


@cache
def _robots() -> Mapping[Service, Any]:
    """Load what speaks to each service when the first message is sent: no web process needs it."""
    with warnings.catch_warnings():
        # Apprise imports modules that later versions of Python no longer have, and does without them there.
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise.plugins import dingtalk, feishu, wecombot
    # At its lower levels it writes keys into the log.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    for plugin in (dingtalk, feishu, wecombot):
        vars(plugin)["requests"] = _Listening(vars(plugin)["requests"])
    return {
        Service.WECOM: wecombot.NotifyWeComBot,
        Service.DINGTALK: dingtalk.NotifyDingTalk,
        Service.FEISHU: feishu.NotifyFeishu,
    }


class MessengerPort:
    """Sends title and link to a robot; `address` is `service:key`. Others in its group may read along."""

    def send(self, message: Message) -> None:
        name, _colon, key = message.address.partition(":")
        service = Service(name)
        secret, _at, token = key.rpartition("@")
        given = {"key" if service is Service.WECOM else "token": token} | (
            {"secret": secret} if secret else {}
        )
        robot = _robots()[service](**given)
        _heard.answer = None
        robot.notify(body=text_of(message), title="")
        _judge(service, _heard.answer)


def _judge(service: Service, answer: Any) -> None:
    """Return when the service took the message. Raises SendingFailed, SendingRefused."""
    if answer is None:
        raise SendingFailed(f"{service}: no answer")
    try:
        code = json.loads(answer.content[:10_000])[_CODES[service]]
    except (ValueError, KeyError, TypeError, RecursionError):
        code = None
    if answer.status_code == 200 and code == 0:
        return
    kind = SendingRefused if code in _NEVER[service] else SendingFailed
    raise kind(f"{service}: HTTP {answer.status_code}, code {code}"[:200])
