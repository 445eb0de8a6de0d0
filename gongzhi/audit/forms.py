"""What can be asked of the audit log, and of its list of roots."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.audit import codes
from gongzhi.core.forms import CleanTextField, Form, ListDayField

HIGHEST_NUMBER = 2**63 - 1


class LogFilterForm(Form):
    """The filters of the staff page; every one may be empty."""

    subject = CleanTextField(
        label=_("Concerns"), required=False, max_length=200, help_text=_("For example case:HY26-000123.")
    )
    actor = CleanTextField(
        label=_("Account"),
        required=False,
        max_length=100,
        help_text=_("For example staff:12, resident or system."),
    )
    code = forms.ChoiceField(label=_("What was done"), required=False)
    day = ListDayField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    before = forms.IntegerField(
        required=False, min_value=1, max_value=HIGHEST_NUMBER, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(event.code, event.name) for event in codes.in_order()]
        self.fields["code"].choices = [("", _("Everything")), *choices]  # type: ignore[attr-defined]


class RootPageForm(Form):
    """Which page of the published roots."""

    page = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_NUMBER)
