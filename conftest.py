"""What every test shares: the closed network, a fixed moment, the rules, the named cast, and signing in."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.plugin import DjangoDbBlocker

    from tests.cast import Cast, Person
    from tests.seeds import Seeds

pytest_plugins = ["tests.browser"]

_LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::", ""}


SHARED_DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parent.parent / "shared" / "data"))
"""Real files that lie beside a checkout on some machines; tests that need them are skipped elsewhere."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this run cannot prove, each with the reason."""
    from django.conf import settings

    on_postgres = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    for item in items:
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: make test ONLY=postgres"))
        if item.get_closest_marker("shared_data") and not SHARED_DATA.is_dir():
            item.add_marker(pytest.mark.skip(reason="the shared data folder is not on this machine"))


class NetworkIsClosed(RuntimeError):
    """A test tried to reach another machine. Tests talk to the loopback address only."""


def _refuse_far(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name not in _LOOPBACK and not name.startswith("127."):
        raise NetworkIsClosed(f"a test tried to reach {name!r}; the network is closed in tests")


@pytest.fixture(scope="session", autouse=True)
def _closed_network() -> Iterator[None]:
    """Refuse every connection and name look-up beyond this machine, for this Python process."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _refuse_far(address[0])
            return real(self, address)

        return call

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_far(host)
        return look_up(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _audit_tables_can_be_emptied() -> Iterator[None]:
    """The audit log refuses to be emptied, which the runner must do after a test that really commits."""
    from gongzhi.audit.tests.emptying import let_test_runner_empty

    patch = pytest.MonkeyPatch()
    let_test_runner_empty(patch)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _rule_versions_can_be_emptied() -> Iterator[None]:
    """Versions of rules refuse to be deleted, which the runner must do after a test that really commits."""
    from gongzhi.rulebook.tests.emptying import let_test_runner_empty

    patch = pytest.MonkeyPatch()
    let_test_runner_empty(patch)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _rulebook_read_afresh() -> None:
    """Start each test without the copy of the rulebook that the process keeps: its rows are gone."""
    from gongzhi.rulebook.queries import forget_copy

    forget_copy()


@pytest.fixture(autouse=True)
def _language_of_the_settings() -> None:
    """Start each test in the usual language: a request leaves its own behind in the thread."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def at() -> datetime:
    """Wednesday 2026-03-04, 10:00 in Shanghai, as an aware UTC moment: an ordinary working day."""
    from tests.cast import AT

    return AT


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest, django_db_keepdb: bool, django_db_modify_db_settings: None
) -> bool:
    """Whether there is a database already: on SQLite one that an earlier run migrated from the same code."""
    folder = _kept_databases(request.config)
    if django_db_keepdb or folder is None:
        return django_db_keepdb
    from tests.ready_database import take

    return take(folder)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_keepdb: bool,
    django_db_setup: None,
    django_db_blocker: "DjangoDbBlocker",
    _audit_tables_can_be_emptied: None,
    _rule_versions_can_be_emptied: None,
) -> "Seeds":
    """The empty test database of pytest-django, with what `rules` and `cast` write kept aside in it."""
    from tests.ready_database import keep
    from tests.seeds import keep_seeds

    folder = _kept_databases(request.config)
    with django_db_blocker.unblock():
        if folder is not None and not django_db_keepdb:
            keep(folder)
        return keep_seeds()


def _kept_databases(config: pytest.Config) -> Path | None:
    """Return the folder of ready databases; None where there are none: on PostgreSQL, and without a cache."""
    from django.conf import settings

    if "sqlite3" not in settings.DATABASES["default"]["ENGINE"] or not hasattr(config, "cache"):
        return None
    assert config.cache is not None
    return config.cache.mkdir("databases")


@pytest.fixture
def rules(django_db_setup: "Seeds", db: None) -> None:
    """The first version of every rule and the category list, as `gongzhi install` writes them."""
    django_db_setup.put_rules()


@pytest.fixture
def cast(django_db_setup: "Seeds", rules: None, at: datetime) -> "Cast":
    """The twelve people of `tests/cast.py` with their units and posts, and the rules in force."""
    return django_db_setup.put_cast(at=at)


@pytest.fixture
def sign_in() -> "Callable[[Person], Client]":
    """Return a function that gives a test client signed in as one of the cast."""
    from django.test import Client

    def signed_in(person: "Person") -> Client:
        client = Client()
        client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
