"""Signing in for real, through the page, with every limit in place."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from gongzhi.audit.models import AuditEvent
from gongzhi.core import clock
from gongzhi.orgs import actions
from gongzhi.orgs.models import User
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def try_to_sign_in(
    name: str = "clerk",
    password: str = PASSWORD,
    *,
    address: str = "192.0.2.1",
    client: Client | None = None,
    **more: str,
) -> HttpResponse:
    entered = {"login": name, "password": password, **more}
    response = (client or Client()).post(reverse("account_login"), entered, REMOTE_ADDR=address)
    assert isinstance(response, HttpResponse)
    return response


def lock(name: str = "clerk", *, address: str = "192.0.2.1") -> HttpResponse:
    for _ in range(settings.LOCKOUT_TRIES):
        response = try_to_sign_in(name, "wrong", address=address)
    return response


def is_in(response: HttpResponse) -> bool:
    return response.status_code == 302


def test_the_right_password_opens_the_desk_and_leaves_an_audit_row(cast: Cast) -> None:
    response = try_to_sign_in()
    assert response.headers["Location"] == settings.LOGIN_REDIRECT_URL
    assert AuditEvent.objects.get(code="orgs.account.signed_in").actor_key == f"staff:{cast.clerk.user.pk}"


def test_after_too_many_wrong_tries_even_the_right_password_is_refused(cast: Cast) -> None:
    assert lock().status_code == 429
    response = try_to_sign_in()
    assert response.status_code == 429
    assert str(settings.LOCKOUT_MINUTES) in response.content.decode()


def test_one_try_less_locks_nobody_out(cast: Cast) -> None:
    for _ in range(settings.LOCKOUT_TRIES - 1):
        assert try_to_sign_in(password="wrong").status_code == 200
    assert is_in(try_to_sign_in())
    for _ in range(settings.LOCKOUT_TRIES - 1):
        assert try_to_sign_in(password="wrong").status_code == 200


def test_another_account_at_the_same_address_is_not_locked_out(cast: Cast) -> None:
    lock()
    assert is_in(try_to_sign_in("town_head"))


def test_the_owner_at_another_address_is_not_locked_out(cast: Cast) -> None:
    lock()
    assert is_in(try_to_sign_in(address="192.0.2.99"))


def test_after_the_cool_off_the_account_opens_again(cast: Cast) -> None:
    lock()
    past = timedelta(minutes=settings.LOCKOUT_MINUTES, seconds=1)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - past)
    assert is_in(try_to_sign_in())


def test_trying_on_while_locked_out_does_not_lengthen_the_lock(cast: Cast) -> None:
    lock()
    before = AccessAttempt.objects.get().attempt_time
    try_to_sign_in()
    assert AccessAttempt.objects.get().attempt_time == before


@pytest.mark.parametrize("spelling", ["CLERK", " clerk ", "Clerk", "ｃｌｅｒｋ"])
def test_other_spellings_of_the_name_share_one_count(cast: Cast, spelling: str) -> None:
    for _ in range(settings.LOCKOUT_TRIES - 1):
        try_to_sign_in(spelling, "wrong")
    assert try_to_sign_in(password="wrong").status_code == 429


def test_a_forged_forwarding_header_does_not_escape_the_lock(cast: Cast) -> None:
    for n in range(settings.LOCKOUT_TRIES):
        Client().post(
            reverse("account_login"),
            {"login": "clerk", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        )
    assert try_to_sign_in(address="127.0.0.1").status_code == 429


def test_guessing_from_many_addresses_is_braked_too(cast: Cast) -> None:
    for n in range(4 * settings.LOCKOUT_TRIES):
        try_to_sign_in(password="wrong", address=f"198.51.100.{n}")
    assert not is_in(try_to_sign_in(address="203.0.113.5"))


def test_neither_another_spelling_nor_another_port_in_the_host_header_brings_new_tries(cast: Cast) -> None:
    spellings = ["clerk", "CLERK", "ｃｌｅｒｋ"]
    for n in range(4 * settings.LOCKOUT_TRIES):
        Client(headers={"Host": f"testserver:{n + 1}"}).post(
            reverse("account_login"),
            {"login": spellings[n % 3], "password": "wrong"},
            REMOTE_ADDR=f"198.51.100.{n}",
        )
    assert not is_in(try_to_sign_in(address="203.0.113.5"))


def test_no_password_is_kept_of_a_failed_try(cast: Cast) -> None:
    try_to_sign_in(password="my-other-secret-1")
    assert "my-other-secret-1" not in str(AccessAttempt.objects.values().get())


def test_unknown_names_and_wrong_passwords_read_the_same(cast: Cast) -> None:
    def words(response: HttpResponse) -> str:
        return re.sub(r'value="[^"]*"', "", response.content.decode())

    assert words(try_to_sign_in("nobody", "wrong")) == words(try_to_sign_in("clerk", "wrong"))


def test_a_closed_account_does_not_open(cast: Cast) -> None:
    actions.close_account(user=cast.clerk.user, by=cast.manager.actor, at=clock.now())
    client = Client()
    try_to_sign_in(client=client)
    assert client.get(reverse("orgs:account")).status_code == 302


def test_closing_an_account_ends_its_open_sessions(cast: Cast) -> None:
    client = Client()
    try_to_sign_in(client=client)
    assert client.get(reverse("orgs:account")).status_code == 200
    actions.close_account(user=cast.clerk.user, by=cast.manager.actor, at=clock.now())
    assert client.get(reverse("orgs:account")).status_code == 302


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(cast: Cast, evil: str) -> None:
    assert "evil" not in try_to_sign_in(next=evil).headers.get("Location", "")
    assert "alert" not in try_to_sign_in(next=evil).headers.get("Location", "")


def test_signing_in_leads_back_to_where_one_wanted_to_go(cast: Cast) -> None:
    asked = Client().get(reverse("orgs:units"), {"q": "村"})
    assert asked.headers["Location"].startswith(reverse("account_login") + "?next=/units/")
    assert try_to_sign_in(next="/units/?q=1").headers["Location"] == "/units/?q=1"


def test_without_remembering_the_session_ends_with_the_browser(cast: Cast) -> None:
    client = Client()
    try_to_sign_in(client=client)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    try_to_sign_in(client=(other := Client()), remember="on")
    cookie = other.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_signing_out_needs_a_post(cast: Cast) -> None:
    client = Client()
    try_to_sign_in(client=client)
    client.get(reverse("account_logout"))
    assert client.get(reverse("orgs:account")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("orgs:account")).status_code == 302


def test_signing_in_without_a_token_of_the_form_is_refused(cast: Cast) -> None:
    assert try_to_sign_in(client=Client(enforce_csrf_checks=True)).status_code == 403


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "account_set_password"]
)
def test_pages_of_the_library_that_are_not_offered_answer_404(cast: Cast, name: str) -> None:
    client = Client()
    for method in (client.get, client.post):
        assert method(reverse(name)).status_code == 404


def test_a_first_password_must_be_replaced_before_any_staff_page_opens(cast: Cast) -> None:
    first = actions.reset_password(user=cast.clerk.user, by=cast.manager.actor, at=clock.now())
    client = Client()
    assert is_in(try_to_sign_in(password=first, client=client))
    assert client.get(reverse("orgs:units")).headers["Location"] == reverse("account_change_password")
    own = "ein-eigenes-wort-9"
    client.post(
        reverse("account_change_password"), {"oldpassword": first, "password1": own, "password2": own}
    )
    assert client.get(reverse("orgs:units")).status_code == 200
    assert AuditEvent.objects.filter(code="orgs.password.changed").count() == 1


def test_a_weak_password_is_refused_with_reasons_in_place(cast: Cast) -> None:
    client = Client()
    try_to_sign_in(client=client)
    weak = {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    response = client.post(reverse("account_change_password"), weak)
    assert response.status_code == 200
    assert User.objects.get(username="clerk").check_password(PASSWORD)


def test_the_code_app_is_asked_for_and_its_secret_is_sealed(
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The clock of the codes stands still: on a slow machine half a minute may pass within this test.
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    client = Client()
    try_to_sign_in(client=client)
    assert (
        client.get(reverse("mfa_activate_totp"))
        .headers["Location"]
        .startswith(reverse("account_reauthenticate"))
    )
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})
    kept = Authenticator.objects.get(user=cast.clerk.user, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert AuditEvent.objects.filter(code="orgs.factor.added").exists()

    cache.clear()
    later = Client()
    assert try_to_sign_in(client=later).headers["Location"].startswith(reverse("mfa_authenticate"))
    assert later.get(reverse("orgs:account")).status_code == 302
    wrong = later.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    cache.clear()
    assert later.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert later.get(reverse("orgs:account")).status_code == 200


def test_codes_cannot_be_guessed_without_end(cast: Cast) -> None:
    Authenticator.objects.create(
        user=cast.clerk.user, type="totp", data={"secret": _sealed("JBSWY3DPEHPK3PXP")}
    )
    client = Client()
    try_to_sign_in(client=client)
    for _ in range(4 * settings.LOCKOUT_TRIES):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    code = totp.format_hotp_value(
        totp.hotp_value("JBSWY3DPEHPK3PXP", next(iter(totp.yield_hotp_counters_from_time())))
    )
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("orgs:account")).status_code == 302


def _sealed(secret: str) -> str:
    from gongzhi.orgs.sign_in import MFAAdapter

    return MFAAdapter().encrypt(secret)


def test_passkeys_and_recovery_codes_have_their_pages(cast: Cast) -> None:
    client = Client()
    try_to_sign_in(client=client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    Authenticator.objects.create(
        user=cast.clerk.user, type="totp", data={"secret": _sealed("JBSWY3DPEHPK3PXP")}
    )
    for name in (
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
    ):
        assert client.get(reverse(name)).status_code == 200, name
    client.post(reverse("mfa_generate_recovery_codes"))
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    asked = Client().get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    assert "challenge" in asked.content.decode()
