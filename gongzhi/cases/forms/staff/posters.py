"""The words of the spot where a poster hangs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import posters
from gongzhi.core.forms import CleanTextField, Form


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
