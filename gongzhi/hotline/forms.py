"""What is typed while somebody speaks on the telephone, and what lists of calls are narrowed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.forms.staff.moves import subject_field
from gongzhi.cases.forms.staff.offered import NOT_KNOWN_YET, OfferedField
from gongzhi.cases.queries.picking import Option
from gongzhi.cases.rules import IntakeParams
from gongzhi.cases.speaking import FOR_RESIDENTS, Speaker
from gongzhi.core.forms import CleanTextField, Form, ListDayField, PhoneField, TokenForm
from gongzhi.hotline import words
from gongzhi.hotline.lifecycle import WRITTEN, Direction, Outcome
from gongzhi.hotline.queries.lists import CONDITIONS, GROUPS
from gongzhi.hotline.rules import EmergencyParams
from gongzhi.hotline.telephone import REF_SIGNS, number_of

_PLACE_DETAIL_SIGNS = 120
"""Length of the column of a matter."""
_NAME_SIGNS = 40
_NUMBER_SIGNS = 24
_ARTICLE_SIGNS = 40
_TOKEN_SIGNS = 400
_REASON_SIGNS = 200

LOOK = "look"
"""The press that only looks for answers."""
_ASKED = {"text": (Outcome.MATTER, Outcome.CONSULT, Outcome.ADDED), "place": (Outcome.MATTER,)}
"""Fields that are asked for, and by which presses: a nuisance has no place."""


class PopForm(forms.Form):
    """What stands in the address of the screen. What is unusable is left out."""

    call = forms.RegexField(r"^[^\s\x00-\x1f]{1,80}$", required=False, max_length=REF_SIGNS)
    who = forms.CharField(required=False, max_length=_TOKEN_SIGNS)

    def popped(self) -> "Popped":
        self.is_valid()
        given = str(self.data.get("from", ""))[:REF_SIGNS]
        return Popped(
            self.cleaned_data.get("call") or "", number_of(given), self.cleaned_data.get("who") or ""
        )


@dataclass(frozen=True, slots=True)
class Popped:
    """The telephone system's name of the call; the caller's number as it is kept, or what stands for it."""

    ref: str
    number: str
    token: str


class CallForm(TokenForm):
    """The one screen: what was said, where, who; and the press that says what becomes of it."""

    do = forms.ChoiceField(choices=[(str(o), str(o)) for o in (*WRITTEN, LOOK)])
    opened = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("Which village or town"))
    place_detail = CleanTextField(
        max_length=_PLACE_DETAIL_SIGNS,
        required=False,
        label=_("Where exactly"),
        help_text=_("A group, a household, a landmark."),
    )
    name = CleanTextField(max_length=_NAME_SIGNS, required=False, label=_("Name of the caller"))
    phone = PhoneField(required=False, label=_("Telephone to call back"))
    spoke = forms.ChoiceField(
        label=_("Whose matter is it"),
        required=False,
        initial=Speaker.SELF,
        choices=[(str(speaker), words.SPEAKERS[speaker]) for speaker in FOR_RESIDENTS],
    )
    urgent = forms.BooleanField(
        required=False,
        label=_("It is urgent"),
        help_text=_("The desk has less time to take it on. People in danger: pass them on first."),
    )
    article = CleanTextField(max_length=_ARTICLE_SIGNS, required=False)
    number = CleanTextField(
        max_length=_NUMBER_SIGNS,
        required=False,
        label=_("Number of another matter"),
        help_text=_("As it stands on the receipt."),
    )
    matter = forms.CharField(required=False, max_length=_NUMBER_SIGNS)
    proposed = OfferedField()

    def __init__(
        self,
        *args: Any,
        intake: IntakeParams,
        emergency: EmergencyParams,
        places: Sequence[Option],
        subjects: Sequence[Option],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = CleanTextField(
            max_length=intake.text_signs,
            label=_("What the caller says"),
            error_messages={"required": _("Please write down what the caller said.")},
            widget=forms.Textarea(attrs={"rows": 5}),
        )
        self.fields["answer"] = CleanTextField(
            max_length=intake.text_signs,
            required=False,
            label=_("What you answered"),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["category"] = subject_field(subjects, required=False)
        self.fields["category"].help_text = NOT_KNOWN_YET
        self.subjects = subjects
        self.fields["service"] = _service_field(emergency)
        self._offer(places)
        for name in ("name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def _offer(self, places: Sequence[Option]) -> None:
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        groups: list[Any] = [
            (group, [(option.code, option.label) for option in options])
            for group, options in groupby(places, key=lambda option: option.group)
        ]
        field.choices = [("", _("Please choose")), *groups]
        field.error_messages["required"] = field.error_messages["invalid_choice"] = _(
            "Please choose a village or a town from the list."
        )

    @property
    def wish(self) -> str:
        """The press: an outcome, or `LOOK`."""
        return str(self.cleaned_data.get("do") or "")

    def clean_opened(self) -> datetime | None:
        try:
            found = parse_datetime(self.cleaned_data["opened"])
        except ValueError:
            return None
        return found if found is not None and timezone.is_aware(found) else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        do = cleaned.get("do")
        for name, asking in _ASKED.items():
            if do and do not in asking and self.has_error(name, "required"):
                del self.errors[name]
                cleaned[name] = ""
        if cleaned.get("do") == Outcome.EMERGENCY:
            self._need("service", _("Please choose whom you passed the caller on to."))
        return cleaned

    def _need(self, name: str, message: Any) -> None:
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, ValidationError(message, code="required"))


def _service_field(emergency: EmergencyParams) -> forms.ChoiceField:
    zh = (get_language() or "").startswith("zh")
    advice = [(s.number, f"{s.number}：{s.zh}" if zh else f"{s.number}: {s.en}") for s in emergency.services]
    return forms.ChoiceField(
        label=_("Passed on to"), required=False, widget=forms.RadioSelect, choices=advice
    )


class CorrectForm(TokenForm):
    """What shall stand written down of a call, and why."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What became of it"),
        widget=forms.RadioSelect,
        choices=[(str(outcome), words.OUTCOMES[outcome]) for outcome in WRITTEN],
    )
    number = CleanTextField(
        max_length=_NUMBER_SIGNS,
        required=False,
        label=_("Number of the matter it is about"),
        help_text=_(
            "When it became a matter, or was about one. Nothing is registered here, nor added to it."
        ),
    )
    spoke = forms.ChoiceField(
        label=_("Whose matter is it"),
        choices=[(str(speaker), words.SPEAKERS[speaker]) for speaker in FOR_RESIDENTS],
    )
    reason = CleanTextField(
        max_length=_REASON_SIGNS,
        label=_("Why it is corrected"),
        help_text=_("What stood there stays to be seen, with your name beside it."),
    )

    def __init__(
        self, *args: Any, intake: IntakeParams, emergency: EmergencyParams, article: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = CleanTextField(
            max_length=intake.text_signs,
            required=False,
            label=_("What the caller says"),
            help_text=_("Words of a call that became a matter stand in the matter alone."),
            widget=forms.Textarea(attrs={"rows": 4}),
        )
        self.fields["answer"] = CleanTextField(
            max_length=intake.text_signs,
            required=False,
            label=_("What you answered"),
            help_text=_("It stays answered from the article %(article)s.") % {"article": article}
            if article
            else "",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["service"] = _service_field(emergency)
        self.order_fields(["outcome", "number", "text", "answer", "service", "spoke", "reason"])


class ListForm(forms.Form):
    """The whole view of a list of calls, as it stands in the address; what no filter knows is left out."""

    outcome = forms.ChoiceField(choices=[(str(o), str(o)) for o in Outcome], required=False)
    direction = forms.ChoiceField(choices=[(str(d), str(d)) for d in Direction], required=False)
    line = forms.RegexField(r"^[0-9]{1,20}$", required=False)
    agent = forms.RegexField(r"^[\w.@+-]{1,150}$", required=False)
    measure = forms.ChoiceField(choices=[(m, m) for m in CONDITIONS], required=False)
    mine = forms.ChoiceField(choices=[("1", "1")], required=False)
    open = forms.ChoiceField(choices=[("1", "1")], required=False)
    first = ListDayField()
    last = ListDayField()
    by = forms.ChoiceField(choices=[(g, g) for g in GROUPS], required=False)

    def chosen(self) -> dict[str, Any]:
        """Return what was asked for and is usable."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PurposeForm(Form):
    """What a look at a caller's number is for."""

    purpose = CleanTextField(max_length=200, label=_("What for"))
