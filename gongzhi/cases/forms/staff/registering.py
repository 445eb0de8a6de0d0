"""What staff type for a resident: a matter, a matter settled on the spot, and what a look is for."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.cases import words
from gongzhi.cases.forms.resident import PicturesField
from gongzhi.cases.forms.staff.moves import subject_field
from gongzhi.cases.forms.staff.offered import NOT_KNOWN_YET, OfferedField
from gongzhi.cases.lifecycle import Channel, Urgency
from gongzhi.cases.queries.picking import Option
from gongzhi.cases.rules import AttachmentParams, IntakeParams
from gongzhi.cases.speaking import FOR_RESIDENTS, Speaker
from gongzhi.core.forms import CleanTextField, Form, PhoneField, TokenForm

_PLACE_DETAIL_SIGNS = 120
"""Length of the column."""
_NAME_SIGNS = 40
CHANNELS = (
    Channel.COUNTER,
    Channel.HOTLINE,
    Channel.VISIT,
    Channel.RECEPTION,
    Channel.GRID,
    Channel.WECHAT,
)
"""The ways on which a resident speaks to a member of staff."""


class _EntryForm(TokenForm):
    """A matter typed for somebody else: where, what, who, with photos."""

    place = forms.ChoiceField(label=_("Which village or town"))
    place_detail = CleanTextField(
        max_length=_PLACE_DETAIL_SIGNS,
        required=False,
        label=_("Where exactly"),
        help_text=_("A group, a household, a landmark."),
    )
    name = CleanTextField(max_length=_NAME_SIGNS, required=False, label=_("Name of the resident"))
    phone = PhoneField(required=False, label=_("Telephone of the resident"))
    spoke = forms.ChoiceField(
        label=_("Who spoke"),
        required=False,
        initial=Speaker.SELF,
        choices=[(str(s), words.SPEAKERS[s]) for s in (*FOR_RESIDENTS, Speaker.STAFF)],
    )

    proposed = OfferedField()

    field_order: Sequence[str] = ()
    needs_subject = False

    def __init__(
        self,
        *args: Any,
        intake: IntakeParams,
        attachments: AttachmentParams,
        places: Sequence[Option],
        subjects: Sequence[Option],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        self.fields["category"] = subject_field(subjects, required=self.needs_subject)
        self.fields["text"] = CleanTextField(
            max_length=intake.text_signs,
            label=_("What was said"),
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages={"required": _("Please write down what the resident said.")},
        )
        self.fields["pictures"] = PicturesField(limits=attachments, label=_("Photos"))
        self._offer(places)
        self.build(intake)
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.order_fields(self.field_order)

    def build(self, intake: IntakeParams) -> None:
        """Add the fields of this form."""

    @property
    def only_place(self) -> str:
        """The name of the place when there is no other to choose; "" otherwise."""
        return self._only_place

    def _offer(self, places: Sequence[Option]) -> None:
        """One place is chosen already; several come in groups by town."""
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        groups: list[Any] = [
            (group, [(option.code, option.label) for option in options])
            for group, options in groupby(places, key=lambda option: option.group)
        ]
        self._only_place = places[0].label if len(places) == 1 else ""
        if len(places) == 1:
            field.widget = forms.HiddenInput()
            field.initial = places[0].code
            field.choices = [(places[0].code, places[0].label)]
        else:
            field.choices = [("", _("Please choose")), *groups]
        field.error_messages["required"] = field.error_messages["invalid_choice"] = _(
            "Please choose a village or a town from the list."
        )


class RegisterForm(_EntryForm):
    field_order = (
        "token",
        "channel",
        "text",
        "category",
        "place",
        "place_detail",
        "spoke",
        "name",
        "phone",
        "mail",
        "urgent",
        "title",
        "pictures",
    )

    mail = forms.EmailField(
        required=False,
        label=_("Mail address of the resident"),
        error_messages={"invalid": _("This is not a mail address. Leave it empty if there is none.")},
    )
    channel = forms.ChoiceField(
        label=_("How it came"),
        initial=Channel.COUNTER,
        choices=[(str(c), words.CHANNELS[c]) for c in CHANNELS],
    )
    urgent = forms.BooleanField(
        required=False,
        label=_("It is urgent"),
        help_text=_("The desk has less time to take it on. People in danger: call 110, 119 or 120 first."),
    )

    def build(self, intake: IntakeParams) -> None:
        self.fields["category"].help_text = NOT_KNOWN_YET
        self.fields["title"] = CleanTextField(
            max_length=intake.title_signs,
            required=False,
            label=_("Title"),
            help_text=_("Left empty, it is taken from the first sentence."),
        )

    @property
    def urgency(self) -> Urgency:
        return Urgency.URGENT if self.cleaned_data["urgent"] else Urgency.ORDINARY


class SettleNewForm(_EntryForm):
    """The quickest form there is: what it was, what was done, done."""

    field_order = (
        "token",
        "text",
        "category",
        "result",
        "pictures",
        "place",
        "place_detail",
        "spoke",
        "name",
        "phone",
    )

    needs_subject = True

    def build(self, intake: IntakeParams) -> None:
        self.fields["text"].widget.attrs["rows"] = 2
        self.fields["text"].label = _("What it was")
        self.fields["result"] = CleanTextField(
            max_length=intake.words_signs,
            label=pgettext_lazy("case", "What was done"),
            help_text=_("The resident reads this."),
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"required": _("Please write what was done.")},
        )


class PurposeForm(Form):
    """What a look at the reporter's name and telephone is for."""

    why = forms.ChoiceField(
        label=_("What for"),
        widget=forms.RadioSelect,
        choices=[
            ("ask", _("To ask about the matter")),
            ("tell", _("To tell how it stands or what came of it")),
            ("visit", _("To visit the place with the resident")),
            ("other", _("Something else, written below")),
        ],
        error_messages={"required": _("Please say what for.")},
    )

    def __init__(self, *args: Any, intake: IntakeParams, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"] = CleanTextField(
            max_length=intake.words_signs, required=False, label=_("In your own words")
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("why") == "other" and not cleaned.get("purpose"):
            self.add_error("purpose", _("Please write a few words here."))
        return cleaned

    @property
    def purpose(self) -> str:
        """What is recorded: the choice by its code, and the words that were added."""
        said = self.cleaned_data
        return f"{said['why']}: {said['purpose']}" if said["purpose"] else str(said["why"])
