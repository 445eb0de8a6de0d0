"""How signing in behaves: the adapters of allauth and what axes asks for.

Who limits what. axes counts wrong passwords for an account *from an address*, in the database: after
LOCKOUT_TRIES the pair is refused for LOCKOUT_MINUTES, even with the right password, and nobody else is.
allauth limits how often one address may try at all and how many wrong passwords or one-time codes an account
takes from everywhere together, in the shared cache of the database (docs/adr/0015-limits-in-the-database.md).
"""

import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from gongzhi.core import clock, crypto
from gongzhi.orgs import actions, queries
from gongzhi.orgs.network import client_address, network_mark

_SECRETS = "mfa_authenticator.data"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up from outside; sign-in and password changes go through audited actions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's own key holds the Host header, whose port anybody may vary: each port would be new tries.
        return lockout_name(request, credentials)

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        at = clock.now()
        by = queries.actor_for(user, at=at, network=network_mark(request))
        actions.record_sign_in(user=user, by=by, at=at)

    def set_password(self, user: Any, password: str) -> None:
        at = clock.now()
        by = queries.actor_for(user, at=at)
        actions.change_own_password(user=user, password=password, by=by, at=at)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are encrypted with the key of the installation."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": gettext_lazy("First set up a code app or a passkey."),
        "incorrect_code": gettext_lazy(
            "This code is not right, or it was used already. Wait for the next one."
        ),
    }

    def encrypt(self, text: str) -> str:
        return crypto.vault().seal(text, place=_SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.vault().open(encrypted_text, place=_SECRETS)

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return the name a new passkey is offered: two of one day are told apart by their owner."""
        today = queries.day_of(clock.now())
        return gettext("Passkey of %(day)s") % {"day": date_format(today)}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": gettext("Gongzhi")}


def record_factor_added(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    """Leave an audit row; connected to allauth's signal by the app."""
    _record_factor(user, authenticator, added=True)


def record_factor_removed(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    """Leave an audit row; connected to allauth's signal by the app."""
    _record_factor(user, authenticator, added=False)


def _record_factor(user: Any, authenticator: Any, *, added: bool) -> None:
    at = clock.now()
    by = queries.actor_for(user, at=at)
    actions.record_factor(user=user, kind=str(authenticator.type), added=added, by=by, at=at)


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the account name as axes counts it: one count for all spellings that open the same account."""
    given = (credentials or {}).get("username") or request.POST.get("login") or ""
    return unicodedata.normalize("NFKC", str(given)).strip().casefold()[:255]


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Return the page that says the account is closed for a while to this address, and for how long."""
    return render(request, "account/locked.html", {"minutes": settings.LOCKOUT_MINUTES}, status=429)
