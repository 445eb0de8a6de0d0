"""What the address of the pages about proposals may say, and the presses about models."""

from django import forms

from gongzhi.cases.learning_rules import FIELDS
from gongzhi.core.forms import TokenForm

_CODE_SIGNS = 32
"""No code of a unit or a value is longer."""


class ProposalsForm(forms.Form):
    """Which field, unit, proposed and chosen value; what is not known is left out."""

    field = forms.ChoiceField(choices=[(code, code) for code in FIELDS], required=False)
    unit = forms.CharField(max_length=_CODE_SIGNS, required=False)
    value = forms.SlugField(max_length=_CODE_SIGNS, required=False)
    chosen = forms.SlugField(max_length=_CODE_SIGNS, required=False)
    only = forms.ChoiceField(choices=[("right", "right"), ("wrong", "wrong")], required=False)

    def asked(self) -> dict[str, str]:
        self.is_valid()
        found = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return {**found, "field": found["field"] or next(iter(FIELDS))}


class PressForm(TokenForm):
    """One press and nothing to fill in."""
