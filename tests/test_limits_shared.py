"""Two real server processes on one database lock out together: a wrong password counts in both, a restart
forgets nothing, and tries at the same moment are not lost."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.db.models import F, Sum

from gongzhi.core.models import SharedEntry
from tests.cast import PASSWORD, Cast
from tests.installation import Answer, Installation, free_port

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 2
EVERYWHERE = 4 * TRIES
"""Wrong passwords an account takes from all addresses together, see ACCOUNT_RATE_LIMITS."""


def database_of_the_test() -> str:
    """Return the address of the database this process tests on, which the servers share with it."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    login = ":".join(quote(part, safe="") for part in (told["USER"], told["PASSWORD"]) if part)
    return f"postgres://{login}@{told['HOST'] or 'localhost'}:{told['PORT'] or 5432}/{told['NAME']}"


@dataclass
class House(Installation):
    """A server behind a proxy that says where a visitor comes from; it locks after two tries."""

    form: tuple[str, str] = ("", "")

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "DJANGO_SETTINGS_MODULE": "tests.settings_of_servers",
            "GONGZHI_DATA": str(settings.DATA_DIR),
            "GONGZHI_PROXIES": "1",
            "GONGZHI_LOCKOUT_TRIES": str(TRIES),
        }

    def opened(self) -> None:
        """Fetch the sign-in page once: its cookie and its token serve for all tries."""
        page = self.get("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
        assert token, page.body
        self.form = page.headers["set-cookie"].partition(";")[0], token.group(1)

    def sign_in(self, name: str, password: str, *, address: str, host: str = "") -> Answer:
        cookie, token = self.form
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "X-Forwarded-For": address,
        } | ({"Host": host} if host else {})
        entered = {"login": name, "password": password, "csrfmiddlewaretoken": token}
        return self.call("POST", "/account/login/", urlencode(entered).encode(), headers=headers)


def together(*calls: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(calls)) as pool:
        for each in [pool.submit(call) for call in calls]:
            each.result()


@pytest.fixture(scope="module")
def houses(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, House]]:
    database = database_of_the_test()
    one, other = (House(tmp_path_factory.mktemp("house"), database, free_port()) for _each in range(2))
    try:
        together(one.start, other.start)
        together(one.opened, other.opened)
        yield one, other
    finally:
        one.kill()
        other.kill()


def restart(*houses: House) -> None:
    for house in houses:
        house.kill()
    together(*(house.start for house in houses))


def counted(name: str) -> int:
    """How many wrong passwords axes wrote down for the account, from everywhere."""
    found = AccessAttempt.objects.filter(username=name).aggregate(all=Sum("failures_since_start"))
    return int(found["all"] or 0)


def let_time_pass() -> None:
    """Move every count as far back as a lock-out lasts; the servers' clocks go on as they do."""
    past = timedelta(minutes=settings.LOCKOUT_MINUTES, seconds=1)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - past)
    for entry in SharedEntry.objects.all():
        times = json.loads(entry.value)
        if isinstance(times, list):
            entry.value = json.dumps([moment - past.total_seconds() for moment in times])
            entry.save()


def test_wrong_passwords_at_two_servers_lock_both_out_until_the_cool_off_has_passed(
    houses: tuple[House, House], cast: Cast
) -> None:
    one, other = houses
    here, elsewhere = "192.0.2.1", "203.0.113.9"
    assert one.sign_in("clerk", "wrong", address=here).status == 200
    assert other.sign_in("clerk", "wrong", address=here).status == 429, "the second try locks"
    restart(one, other)
    for house in houses:
        assert house.sign_in("clerk", PASSWORD, address=here).status == 429, "one address is locked out"
    assert other.sign_in("clerk", PASSWORD, address=elsewhere).status == 302, "another goes on"

    together(  # as many tries as lock, at the same moment, at both servers: none may be lost
        *(lambda house=house: house.sign_in("supervisor", "wrong", address=here) for house in (one, other))
    )
    assert counted("supervisor") == TRIES
    for house in houses:
        assert house.sign_in("supervisor", PASSWORD, address=here).status == 429

    let_time_pass()
    for name, house in (("clerk", one), ("supervisor", other)):
        assert house.sign_in(name, PASSWORD, address=here).status == 302, "the lock-out has ended"


def test_an_account_takes_so_many_wrong_passwords_from_everywhere_however_they_come(
    houses: tuple[House, House], cast: Cast
) -> None:
    tries = [
        # Another address and another Host header each time, all at the same moment at both servers.
        (houses[n % 2], f"198.51.100.{n}", f"localhost:{n + 1}")
        for n in range(EVERYWHERE + 4)
    ]
    together(
        *(
            lambda house=house, address=address, host=host: house.sign_in(
                "clerk", "wrong", address=address, host=host
            )
            for house, address, host in tries
        )
    )
    assert 1 <= counted("clerk") <= EVERYWHERE, "one lost count would be one more guess"
    for n in range(EVERYWHERE):  # what was refused in the crowd without being counted is tried again
        houses[n % 2].sign_in("ＣＬＥＲＫ", "wrong", address=f"198.51.100.{100 + n}")
    assert counted("clerk") == EVERYWHERE
    restart(houses[0])
    for house in houses:
        assert house.sign_in("clerk", PASSWORD, address="203.0.113.9").status == 200, "refused in words"

    let_time_pass()
    assert houses[0].sign_in("clerk", PASSWORD, address="203.0.113.9").status == 302
