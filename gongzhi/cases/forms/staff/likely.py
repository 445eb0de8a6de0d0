"""One press about two matters that look alike. Sent twice it does no more than once: it needs no token."""

from django import forms

from gongzhi.core.forms import CleanTextField, Form

_NUMBER_SIGNS = 40
"""A number and what people add to it."""


class PairForm(Form):
    other = CleanTextField(max_length=_NUMBER_SIGNS)
    lead = CleanTextField(max_length=_NUMBER_SIGNS, required=False)
    back = forms.BooleanField(required=False)
    """Take back that they are not the same."""
