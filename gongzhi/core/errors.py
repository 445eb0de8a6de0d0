"""Domain errors: expected refusals, each with a stable code, a status and words for people.

An action or query raises them; one place (`core.middleware` for pages, `core.api` for the API, the log for
jobs) turns them into an answer. A message says what happened; a hint says what to do next. Both are marked
for translation, end with a full stop and never show an internal id.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class DomainError(Exception):
    """An expected refusal. Subclass it beside the action that raises it and name it for the failure."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    message: Words = _("This cannot be done.")
    hint: Words = ""

    def __init__(
        self, message: Words | None = None, *, hint: Words | None = None, field: str = "", **details: Any
    ) -> None:
        if message is not None:
            self.message = message
        if hint is not None:
            self.hint = hint
        self.field = field
        """Name of the input the refusal is about, so that a form can show it there; empty for the whole."""
        self.details: Mapping[str, Any] = details
        super().__init__(str(self.message))


class NotFound(DomainError):
    """Absent and out of scope look the same on purpose."""

    code = "not_found"
    status = 404
    message = _("There is nothing here, or it is outside what your posts let you see.")
    hint = _("Check the number. If someone sent you the link, ask them which unit the matter belongs to.")


class NotAllowed(DomainError):
    """The object is visible, but no post of the actor allows this."""

    code = "not_allowed"
    status = 403
    message = _("You can see this, but none of your posts allows you to do that.")
    hint = _("Ask the person in charge of the unit, or your system manager.")


class SignInRequired(DomainError):
    code = "sign_in_required"
    status = 401
    message = _("Please sign in first.")


class Invalid(DomainError):
    """Input that cannot be used; says which field and what would be right."""

    code = "invalid"
    status = 422
    message = _("Something in what was entered cannot be used.")


class Conflict(DomainError):
    """Somebody or something else changed the state first."""

    code = "conflict"
    status = 409
    message = _("Someone else changed this a moment ago.")
    hint = _("Look at the newest state and decide again.")


class TooMany(DomainError):
    code = "too_many_requests"
    status = 429
    message = _("That was too many tries in a short time.")
    hint = _("Please wait a little and try again.")
    wait: timedelta | None = None
    """How long to wait, where that is known."""


class Unavailable(DomainError):
    code = "unavailable"
    status = 503
    message = _("The system cannot answer right now.")
    hint = _("Nothing that was confirmed is lost. Please try again in a few minutes.")
