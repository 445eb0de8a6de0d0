"""What the tests of the doors share: one stage for a module, and the secrets of the doors."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.core import clock
from tests.cast import Cast
from tests.stage import Stage, lasting_stage, undone


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
def rules(stage: Stage) -> None:
    """The rules of the stage are in force."""


@pytest.fixture
def now(stage: Stage) -> datetime:
    return clock.now()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def doors(settings: Any) -> Any:
    """Every door open, WeChat in plain mode."""
    settings.MAIL_IN_SECRET = "mail-secret"
    settings.SMS_IN_SECRET = "sms-secret"
    settings.WECHAT_TOKEN = "token"
    settings.WECHAT_APP_ID = "wx0123456789abcdef"
    settings.WECHAT_SECRET = "secret"
    settings.WECHAT_AES_KEY = ""
    settings.DEFAULT_FROM_EMAIL = "汉阴 <post@gongzhi.example>"
    return settings
