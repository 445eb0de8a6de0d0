"""What residents type: a matter, a number to look up, a few words with a press. Forms validate; they never
save.

Every limit comes from the rule in force and is handed in; nothing but the text of a matter is required.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import numbers
from gongzhi.cases.queries.choosing import Place, Town
from gongzhi.cases.rules import AttachmentParams, IntakeParams
from gongzhi.cases.speaking import Speaker
from gongzhi.core.forms import CleanTextField, Form, MailField, PhoneField, TokenField, new_token
from gongzhi.core.phones import normal_phone

_PLACE_DETAIL_SIGNS = 120
"""Length of the column; a place in words needs a tenth of it."""
_NAME_SIGNS = 40
_CODE_SIGNS = 40
_POSTER_SIGNS = 300
"""Place, words and signature of a link."""
_ACCEPTED_FILES = ".jpg,.jpeg,.png,.webp,image/jpeg,image/png,image/webp"


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures at once, given back as a list of uploads. What is inside is looked at later."""

    def __init__(self, *, limits: AttachmentParams, documents: bool = False, **kwargs: Any) -> None:
        self.limits = limits
        # No `capture`: on a phone the browser then offers the camera and the pictures already taken.
        accepted = f"{_ACCEPTED_FILES},.pdf,application/pdf" if documents else _ACCEPTED_FILES
        attrs = {"accept": accepted, "data-shrink": str(limits.longest_side)}
        super().__init__(widget=_ManyFiles(attrs=attrs), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploads = [upload for upload in (data or []) if isinstance(upload, UploadedFile)]
        if len(uploads) > self.limits.per_message:
            raise ValidationError(
                _("At most %(count)d pictures at a time. Please choose again."),
                params={"count": self.limits.per_message},
            )
        for upload in uploads:
            if (upload.size or 0) > self.limits.bytes_each:
                raise ValidationError(_("This picture is too large. Please choose a smaller one."))
        return uploads


class _FormWithToken(Form):
    """A form that may be sent twice by a shaky hand or network, and is done once."""

    def renew_token(self) -> None:
        """Give a form that comes back another token, so that the next press sends it as a new one."""
        self.data = {**dict(self.data.items()), "token": new_token()}


class RaiseForm(_FormWithToken):
    """One page: what, where, and if they like, how to reach them."""

    token = TokenField()
    place = forms.ChoiceField(label=_("Which village or town"))
    place_detail = CleanTextField(
        max_length=_PLACE_DETAIL_SIGNS,
        required=False,
        label=_("Where exactly"),
        help_text=_("A group, a household, a landmark: “group 3, by the old locust tree”."),
    )
    spoke = forms.ChoiceField(
        label=_("For whom are you speaking"),
        required=False,
        widget=forms.RadioSelect,
        initial=Speaker.SELF,
        choices=[
            (str(Speaker.SELF), _("For myself or for all of us")),
            (str(Speaker.FAMILY), _("For somebody of my family")),
            (str(Speaker.NEIGHBOUR), _("For a neighbour or a friend")),
            (str(Speaker.OTHER), _("For somebody else")),
        ],
    )
    name = CleanTextField(max_length=_NAME_SIGNS, required=False, label=_("Your name"))
    phone = PhoneField(required=False, label=_("Your telephone"))
    mail = MailField(
        required=False,
        label=_("Your mail address"),
        error_messages={"invalid": _("This is not a mail address. Leave it empty if you have none.")},
    )
    remember = forms.BooleanField(
        required=False, initial=True, label=_("Keep this matter on this phone, so I find it again")
    )

    poster = forms.CharField(required=False, max_length=_POSTER_SIGNS, widget=forms.HiddenInput)
    """The link of the poster that opened this page."""
    same = CleanTextField(max_length=_CODE_SIGNS, required=False)
    """The number of a published matter that they say is the same."""
    asked = forms.BooleanField(required=False)
    """They have been asked whether it is one of those that look the same."""

    field_order = ("token", "text", "pictures", "place", "place_detail", "spoke", "name", "phone", "mail")

    def __init__(
        self,
        *args: Any,
        intake: IntakeParams,
        attachments: AttachmentParams,
        county: Place | None,
        towns: Sequence[Town],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = CleanTextField(
            max_length=intake.text_signs,
            label=_("What is the matter"),
            widget=forms.Textarea(attrs={"rows": 6}),
            error_messages={"required": _("Please say in a few words what it is about.")},
        )
        self.fields["pictures"] = PicturesField(limits=attachments, label=_("Photos"))
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 - declared above
        place.choices = _grouped(county, towns)
        place.error_messages["required"] = place.error_messages["invalid_choice"] = _(
            "Please choose a village or a town from the list."
        )
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.order_fields(self.field_order)


def _grouped(county: Place | None, towns: Sequence[Town]) -> list[Any]:
    """Return the choices of the place, one group for each town; the county last, for who is not sure."""
    groups: list[Any] = [("", _("Please choose"))]
    for town in towns:
        whole = (town.code, _("%(town)s, the town itself") % {"town": town.name})
        groups.append((town.name, [*((v.code, v.name) for v in town.villages), whole]))
    if county:
        groups.append((county.code, _("I am not sure: somewhere in %(county)s") % {"county": county.name}))
    return groups


class TrackForm(Form):
    """Number, and the receipt code or the telephone that was left. Small slips of typing do not matter."""

    number = CleanTextField(
        max_length=_CODE_SIGNS,
        label=_("Number of the matter"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Please type the number; it stands on your receipt.")},
    )
    secret = CleanTextField(
        max_length=_CODE_SIGNS,
        label=_("Receipt code, or the telephone you left"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please type the receipt code or the telephone you left.")},
    )

    def clean_number(self) -> str:
        """The number in the form it is printed in, or as typed when it cannot be one."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["number"])
        return numbers.canonical(re.sub(r"\s", "", typed)) or typed

    def clean_secret(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["secret"])

    @property
    def phone(self) -> str:
        """The secret as a telephone number, or "" when it is none."""
        try:
            return normal_phone(self.cleaned_data["secret"])
        except ValidationError:
            return ""


class AddForm(_FormWithToken):
    """More words or pictures for a matter; at least one of the two."""

    token = TokenField()

    def __init__(
        self, *args: Any, intake: IntakeParams, attachments: AttachmentParams | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = CleanTextField(
            max_length=intake.words_signs,
            required=False,
            label=_("What you want to add"),
            widget=forms.Textarea(attrs={"rows": 5}),
        )
        if attachments is not None:
            self.fields["pictures"] = PicturesField(
                limits=attachments, documents=True, label=_("Photos or PDF documents")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("words") and not cleaned.get("pictures"):
            self.add_error("words", _("Please write a few words or choose a photo."))
        return cleaned


class WordsForm(Form):
    """The words that go with a press; required or not."""

    def __init__(self, *args: Any, intake: IntakeParams, label: str, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = CleanTextField(
            max_length=intake.words_signs,
            required=required,
            label=label,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": _("Please write a few words here.")},
        )


class RatingForm(Form):
    """How satisfied, whether somebody got in touch, and words for who likes."""

    score = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(n), str(n)) for n in range(5, 0, -1)],
        label=_("How satisfied are you?"),
        error_messages={"required": _("Please choose one of the five faces.")},
    )
    reached = forms.TypedChoiceField(
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        label=_("Did somebody get in touch with you?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )

    def __init__(self, *args: Any, intake: IntakeParams, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = CleanTextField(
            max_length=intake.words_signs,
            required=False,
            label=_("A few words"),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
