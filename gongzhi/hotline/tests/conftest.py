"""What the tests of the hotline share: one stage for a module, the secret, and a telephone system."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.core import clock
from gongzhi.hotline.models import Call
from tests.cast import Cast, Person
from tests.stage import Stage, lasting_stage, undone

SECRET = "hotline-secret"


@pytest.fixture(scope="module")
def _lasting(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The stage is made once for all tests of a module; each takes back what it wrote."""
    with django_db_blocker.unblock(), lasting_stage() as stage:
        yield stage


@pytest.fixture
def _django_db_helper(_lasting: Stage) -> Iterator[None]:
    """Stand in for pytest-django's, whose end of a test would close the connection that holds the stage."""
    with undone():
        yield


@pytest.fixture
def stage(_django_db_helper: None, _lasting: Stage) -> Stage:
    return _lasting


@pytest.fixture
def cast(stage: Stage) -> Cast:
    return stage.cast


@pytest.fixture
def now(stage: Stage) -> datetime:
    return clock.now()


class Switchboard:
    """A telephone system: it signs by itself, from the words of docs/hotline.md, with nothing of ours."""

    def __init__(self, secret: str = SECRET) -> None:
        self.secret, self.numbers, self.client = secret, count(1), Client(raise_request_exception=False)

    def send(
        self, body: bytes, *, moment: int | None = None, nonce: str = "", kind: str = "application/json"
    ) -> Any:
        stamp = str(int(clock.now().timestamp()) if moment is None else moment)
        nonce = nonce or f"switchboard-{next(self.numbers):08d}"
        signed = b".".join([stamp.encode(), nonce.encode(), body])
        given = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        headers = {
            "x-gongzhi-timestamp": stamp,
            "x-gongzhi-nonce": nonce,
            "x-gongzhi-signature": f"sha256={given}",
        }
        return self.client.post("/hotline/events/", body, content_type=kind, headers=headers)

    def tell(self, event: str, call: str, seconds: int = 0, **more: Any) -> Any:
        """Tell an event of a call, so many seconds after a minute ago; return what was answered."""
        at = clock.now() - timedelta(minutes=1) + timedelta(seconds=seconds)
        said = {"event": event, "call": call, "at": at.isoformat(), "to": "12345", **more}
        answer = self.send(json.dumps({name: v for name, v in said.items() if v is not None}).encode())
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def ring(
        self, call: str, *, wait: int = 8, talk: int = 40, caller: str = "13900002207", agent: str = ""
    ) -> Call:
        """Tell of a whole call that was answered and ended; return it."""
        self.tell("offered", call, 0, **{"from": caller})
        self.tell("answered", call, wait, agent=agent or None)
        self.tell("ended", call, wait + talk)
        return Call.objects.get(system_ref=call)


@pytest.fixture
def switchboard(stage: Stage, settings: Any) -> Switchboard:
    settings.HOTLINE_SECRET = SECRET
    return Switchboard()


def signed_in(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
