"""The forms in which a browser sends what a passkey said: refused in words, whatever was sent.

The sign-in library answers every wrong passkey with "Incorrect code", and what no browser would send with a
fault. Here both are one refusal that says what to do next.
"""

from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.utils.translation import gettext_lazy as _

REFUSED = _(
    "This passkey was not accepted. Perhaps it was removed from the account, or the page stood open too "
    "long. Try once more, or sign in with the password."
)
NOT_ADDED = _("This passkey could not be added. Perhaps the page stood open too long: try once more.")


def _read(reader: Any, words: Any) -> Any:
    try:
        return reader()
    except DatabaseError:
        raise
    except ValidationError as error:
        if error.code != "incorrect_code":
            raise
        raise ValidationError(words, code="passkey_refused") from error
    except Exception as error:
        # What a browser sends is decoded by several libraries, each with faults of its own for what is no
        # passkey at all: a number that is too large, a text that is no CBOR, a list where an object belongs.
        raise ValidationError(words, code="passkey_refused") from error


class _Checked:
    """Turns whatever goes wrong while reading a passkey into one refusal."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential, REFUSED)  # type: ignore[misc]


class SignInForm(_Checked, LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class SecondFactorForm(_Checked, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class AgainForm(_Checked, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Showing once more who one is."""


class RenameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name, asked for in the words of the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name, so that you know it again")


class AddForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey. Signing in with it alone is offered first: that is what people want one for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "The device then asks for your finger, your face or its PIN."
        )

    def clean(self) -> Any:
        return _read(super().clean, NOT_ADDED)
