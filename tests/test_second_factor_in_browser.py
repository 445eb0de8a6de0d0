"""Passkeys and code apps in a real browser, the device played by the browser's own virtual one.

A passkey belongs to a host name, and an address of numbers is none: so these pages are opened at `localhost`.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse
from playwright.sync_api import CDPSession, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from gongzhi.audit.models import AuditEvent
from tests.browser import DESK, PHONE, assert_accessible, follow
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECURITY = "mfa_index"


class Device:
    """What holds passkeys beside the browser: a telephone or a key, always touched in time."""

    def __init__(self, page: Page) -> None:
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("WebAuthn.enable")
        made = self.line.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        self.name = {"authenticatorId": made["authenticatorId"]}

    @property
    def keys(self) -> list[Any]:
        return list(self.line.send("WebAuthn.getCredentials", self.name)["credentials"])

    def forget_all(self) -> None:
        self.line.send("WebAuthn.clearCredentials", self.name)

    def refuse_the_finger(self) -> None:
        self.line.send("WebAuthn.setUserVerified", {**self.name, "isUserVerified": False})


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    settings.ALLOWED_HOSTS = ["localhost"]
    return str(live_server.url).replace("127.0.0.1", "localhost")


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page(**DESK)


def looked_at(page: Page) -> None:
    """Nothing for axe to find; on a phone nothing to push sideways."""
    assert_accessible(page)
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
    page.set_viewport_size(size)


def sign_in(page: Page, site: str) -> None:
    page.goto(site + reverse("account_login"))
    page.get_by_label("账号名").fill("clerk")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("button", name="登录", exact=True))


def sign_out(page: Page, site: str) -> None:
    page.goto(site + reverse("account_logout"))
    follow(page, page.get_by_role("main").get_by_role("button", name="退出"))
    page.goto(site + reverse("account_login"))


def prove(page: Page) -> None:
    """Show once more who one is, when the page asks."""
    expect(page.get_by_role("heading", name="还是您本人吗？")).to_be_visible()
    looked_at(page)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("button", name="确认"))


def add_passkey(page: Page, site: str, name: str) -> None:
    page.goto(site + reverse(SECURITY))
    follow(page, page.get_by_role("link", name="添加通行密钥"))
    if "again" in page.url:
        prove(page)
    looked_at(page)
    page.get_by_label("起个名字").fill(name)
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_text("通行密钥已添加。")).to_be_visible()


def is_signed_in(page: Page, site: str) -> bool:
    page.goto(site + reverse("orgs:account"))
    return urlsplit(page.url).path == reverse("orgs:account")


def test_a_passkey_is_added_named_anew_opens_the_account_alone_and_is_refused_once_removed(
    page: Page, site: str, cast: Cast
) -> None:
    sign_in(page, site)
    device = Device(page)
    add_passkey(page, site, "村里的电脑")
    expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
    page.goto(site + reverse("mfa_list_webauthn"))
    looked_at(page)
    follow(page, page.get_by_role("link", name="改名"))
    looked_at(page)
    page.get_by_label("起个名字").fill("值班室的电脑")
    follow(page, page.get_by_role("button", name="保存"))
    expect(page.get_by_role("cell", name="值班室的电脑")).to_be_visible()

    sign_out(page, site)
    looked_at(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(re.compile("/desk/"))
    assert AuditEvent.objects.filter(code="orgs.account.signed_in").count() == 2

    page.goto(site + reverse("mfa_list_webauthn"))
    follow(page, page.get_by_role("link", name="移除"))
    prove(page)
    looked_at(page)
    page.get_by_role("button", name="移除").click()
    expect(page.get_by_text("通行密钥已移除。")).to_be_visible()
    looked_at(page)
    assert AuditEvent.objects.filter(code="orgs.factor.removed").exists()
    assert not Authenticator.objects.filter(user=cast.clerk.user).exists(), "no codes without a factor"

    assert len(device.keys) == 1, "the device does not know that the account forgot it"
    sign_out(page, site)
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("这把通行密钥没有通过")).to_be_visible()
    looked_at(page)
    assert not is_signed_in(page, site)


def test_a_device_without_a_passkey_or_with_the_wrong_finger_is_answered_in_words(
    page: Page, site: str, cast: Cast
) -> None:
    sign_in(page, site)
    device = Device(page)
    add_passkey(page, site, "手机")
    sign_out(page, site)

    device.refuse_the_finger()
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("alert").get_by_text("没有用上通行密钥")).to_be_visible()
    looked_at(page)

    device.forget_all()
    page.reload()
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("alert").get_by_text("没有用上通行密钥")).to_be_visible()
    assert not is_signed_in(page, site)


def test_after_the_password_a_passkey_is_the_second_factor(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site)
    Device(page)
    add_passkey(page, site, "手机")
    sign_out(page, site)
    sign_in(page, site)
    expect(page.get_by_role("heading", name="第二重验证")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url(re.compile("/desk/"))


def code_of(secret: str, *, later: int = 0) -> str:
    """Return what the app shows now, or `later` periods of 30 s from now."""
    counter = list(totp.yield_hotp_counters_from_time())[1] + later
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_the_code_app_from_switching_on_to_switching_off(
    open_page: Callable[..., Page], site: str, cast: Cast, tmp_path: Path
) -> None:
    phone = open_page(**PHONE)
    sign_in(phone, site)
    phone.goto(site + reverse(SECURITY))
    looked_at(phone)
    phone.get_by_role("link", name="设置", exact=True).click()
    prove(phone)
    looked_at(phone)
    secret = phone.locator("main code").inner_text().strip()
    phone.get_by_label("验证码").fill("000000")
    phone.get_by_role("button", name="启用").click()
    expect(phone.get_by_text("验证码不对")).not_to_have_count(0)
    assert phone.locator("main code").inner_text().strip() == secret, "a slip must not need a new scan"
    phone.get_by_label("验证码").fill(code_of(secret))
    phone.get_by_role("button", name="启用").click()

    expect(phone.get_by_role("heading", name="恢复码")).to_be_visible()
    looked_at(phone)
    shown = [each.strip() for each in phone.locator("main ol code").all_inner_texts()]
    assert len(shown) == len(set(shown)) == 10
    with phone.expect_download() as loading:
        phone.get_by_role("link", name="存成文件").click()
    saved = loading.value.path().read_text()
    assert [line for line in saved.splitlines() if line.isdigit()] == shown
    phone.emulate_media(media="print")
    expect(phone.get_by_text(shown[0])).to_be_visible()
    phone.emulate_media(media="screen")

    sign_out(phone, site)
    sign_in(phone, site)
    looked_at(phone)
    # The code that switched it on is used up. The next one is taken up to a period early.
    phone.get_by_label("验证码").fill(code_of(secret, later=1))
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.wait_for_url(re.compile("/desk/"))

    for accepted in (True, False):
        sign_out(phone, site)
        sign_in(phone, site)
        phone.get_by_label("验证码").fill(shown[3])
        phone.get_by_role("button", name="登录", exact=True).click()
        if accepted:
            phone.wait_for_url(re.compile("/desk/"))
        else:
            expect(phone.get_by_text("验证码不对")).not_to_have_count(0)
            looked_at(phone)
    assert not is_signed_in(phone, site)

    phone.context.clear_cookies()
    sign_in(phone, site)
    phone.get_by_label("验证码").fill(shown[4])
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.wait_for_url(re.compile("/desk/"))
    phone.goto(site + reverse(SECURITY))
    phone.get_by_role("link", name="停用").click()
    prove(phone)
    looked_at(phone)
    phone.get_by_role("button", name="停用").click()
    expect(phone.get_by_text("验证器已停用。")).to_be_visible()
    assert not Authenticator.objects.filter(user=cast.clerk.user).exists()
    sign_out(phone, site)
    sign_in(phone, site)
    phone.wait_for_url(re.compile("/desk/"))
