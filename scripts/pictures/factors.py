"""An account that asks for a second factor (code app, recovery codes, two passkeys), and signing in to it."""

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from playwright.sync_api import Page

from gongzhi.demo.county import DEMO_PASSWORD

ACCOUNT = "head"
_PASSKEYS = ("值班室的电脑", "我的手机")


@cache
def holder() -> str:
    """Give the account its factors, once; return its name."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from scripts.pictures.matters import user

    owner = user(ACCOUNT)
    Authenticator.objects.filter(user=owner).delete()
    TOTP.activate(owner, generate_totp_secret())
    RecoveryCodes.activate(owner)
    for name in _PASSKEYS:
        Authenticator.objects.create(
            user=owner,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": name, "credential": _credential()},
        )
    return ACCOUNT


def passkey() -> dict[str, int]:
    """The first passkey of the account, as the address of its page."""
    from allauth.mfa.models import Authenticator

    holder()
    return {"pk": Authenticator.objects.filter(user__username=ACCOUNT, type="webauthn").earliest("pk").pk}


def _credential() -> dict[str, Any]:
    """A new public key as a device would have registered it."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from fido2.cose import ES256
    from fido2.utils import sha256, websafe_encode
    from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

    name = secrets.token_bytes(16)
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = ES256.from_cryptography_key(public)  # type: ignore[no-untyped-call]
    attested = AttestedCredentialData.create(bytes(16), name, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    told = AuthenticatorData.create(sha256(b"localhost"), flags, 0, attested)
    return {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(
                b'{"type":"webauthn.create","challenge":"","origin":"http://localhost"}'
            ),
            "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def password_given(then: Callable[[Page], None] | None = None) -> Callable[[Page], None]:
    """Sign in with name and password up to the page that asks for the second factor; then do `then` there."""

    def act(page: Page) -> None:
        holder()
        page.locator("input[name=login]").fill(ACCOUNT)
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        if then is None:
            page.locator("main form button.button-primary").click()
            return
        with page.expect_navigation():
            page.locator("main form button.button-primary").click()
        then(page)

    return act


def wrong_code(page: Page) -> None:
    page.locator("main input[name=code]").fill("000000")
    page.locator("main form button.button-primary").first.click()
