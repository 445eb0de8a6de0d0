"""The words of the spot where a poster hangs, and why one is taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import posters
from gongzhi.cases.rules import IntakeParams
from gongzhi.core.forms import CleanTextField, Form


class TakeBackForm(Form):
    def __init__(self, *args: Any, intake: IntakeParams, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = CleanTextField(
            max_length=intake.words_signs,
            label=_("Why it is taken back"),
            help_text=_("Lost, damaged, stuck over, hung in another place."),
            error_messages={"required": _("Please write a few words here.")},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )


class PosterForm(Form):
    spot = CleanTextField(
        label=_("Where it will hang, in words"),
        max_length=posters.SPOT_SIGNS,
        required=False,
        help_text=_(
            "“group 3, by the old locust tree”. It stands on the poster and is filled in for who scans it."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
