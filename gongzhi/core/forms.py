"""The base of all forms, and fields for what people type: text, telephone numbers, the token of a form.

A field says what is wrong in words and keeps what was typed. What cannot be seen is dropped in silence; what
a person meant is never changed.
"""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from gongzhi.core import clock, handwriting
from gongzhi.core.errors import DomainError, Invalid
from gongzhi.core.phones import normal_phone
from gongzhi.core.texts import tidy


class Form(forms.Form):
    """A form that can show a refusal of the domain beside the field it is about."""

    def refuse(self, error: DomainError) -> None:
        """Show `error` at its field, or above the form when it has none there."""
        words = f"{error.message} {error.hint}".strip()
        self.add_error(error.field if error.field in self.fields else None, words)


class CleanTextField(forms.CharField):
    """Text a person typed or pasted: trimmed, without invisible characters, one kind of line end.

    `max_length` counts characters as people do. The text is normalised (NFC) so that equal texts are equal.
    """

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.limit = max_length
        super().__init__(strip=True, **kwargs)
        # The browser is told the length only as a hint: cutting what is pasted would lose words in silence.
        self.max_length = max_length
        self.validators.append(self._check_length)

    def to_python(self, value: Any) -> str:
        text = str(value or "")
        if "\x00" in text:
            raise ValidationError(
                _("The text contains characters that cannot be stored. Please type it again.")
            )
        return tidy(text).strip()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def _check_length(self, text: str) -> None:
        over = len(text) - self.limit
        if over > 0:
            raise ValidationError(
                ngettext_lazy(
                    "This is %(count)d character too long: please keep it to %(limit)d.",
                    "This is %(count)d characters too long: please keep it to %(limit)d.",
                    "count",
                ),
                params={"count": over, "limit": self.limit},
                code="too_long",
            )


class MailField(forms.EmailField):
    """A mail address, without the invisible characters that come along when one is pasted."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})

    def to_python(self, value: Any) -> str:
        return tidy(str(super().to_python(value) or "")).strip()


class PhoneField(forms.CharField):
    """A telephone number of mainland China, given back as digits: `13800138000`, `09155212345`, `12345`.

    `area` is put before a local number that comes without its area code.
    """

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})

    def __init__(self, *, area: str = "", **kwargs: Any) -> None:
        self.area = area
        super().__init__(strip=True, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return normal_phone(text, area=self.area) if text else ""


class ListDayField(forms.DateField):
    """A day in the address of a list, as YYYY-MM-DD; one no office has is no day."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = [MinValueValidator(clock.FIRST_DAY), MaxValueValidator(clock.LAST_DAY)]
        super().__init__(input_formats=["%Y-%m-%d"], required=False, validators=bounds, **kwargs)


def new_token() -> str:
    """Return a fresh form token."""
    return str(uuid4())


class TokenField(forms.UUIDField):
    """The hidden name of one filled-in form, so that sending it twice does its work once.

    Give its value as `key` to `actions.idempotency.once`.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        kwargs.setdefault("initial", new_token)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = self.error_messages["required"] = _(
            "This form is out of date. Please open it again; what you typed can be copied from here."
        )

    def clean(self, value: Any) -> str:
        token = super().clean(value)
        return str(token) if isinstance(token, UUID) else ""


class TokenForm(Form):
    """A form that may be sent twice by a shaky hand or network, and is done once."""

    token = TokenField()

    def renew_token(self) -> None:
        """Give a form that comes back another token, so that the next press sends it as a new one."""
        self.data = {**dict(self.data.items()), "token": new_token()}


class SignatureFields(Form):
    """The part of a form that takes a signature.

    Valid, `cleaned_data` has its bytes as `content`, and DRAWN or PAPER as `way`. The bytes are not looked at
    here: whoever keeps them cleans them as any picture.
    """

    def add_signature(self, limits: handwriting.Limits, *, hint: Any) -> None:
        """Add the fields; `hint` says how the paper is come by."""
        self.limits = limits
        self.fields["drawn"] = forms.CharField(
            required=False,
            widget=forms.HiddenInput(attrs={"data-drawn": ""}),
            max_length=handwriting.DRAWN_SIGNS,
        )
        self.fields["photo"] = forms.FileField(
            required=False,
            label=_("Photo of the signed paper"),
            help_text=hint,
            widget=forms.FileInput(
                attrs={"accept": "image/jpeg,image/png,image/webp", "data-shrink": str(limits.longest_side)}
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        drawn, photo = cleaned.get("drawn") or "", cleaned.get("photo")
        if drawn:
            cleaned["content"], cleaned["way"] = _decoded(drawn), handwriting.DRAWN
        elif photo is not None:
            if (photo.size or 0) > self.limits.bytes_each:
                raise ValidationError(_("This picture is too large. Please choose a smaller one."))
            cleaned["content"], cleaned["way"] = photo.read(), handwriting.PAPER
        else:
            raise ValidationError(_("Please sign on the screen or send a photo of the signed paper."))
        return cleaned


def _decoded(drawn: str) -> bytes:
    try:
        if not drawn.startswith(handwriting.DRAWN_HEAD):
            raise ValueError
        return handwriting.decoded(drawn.removeprefix(handwriting.DRAWN_HEAD))
    except (ValueError, Invalid) as broken:
        raise ValidationError(_("The signature did not arrive whole. Please sign again.")) from broken
