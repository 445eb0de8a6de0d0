"""Input of the pages of units, posts, accounts and the calendar. Validation only; actions decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.core.forms import CleanTextField, Form


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UnitForm(Form):
    name = CleanTextField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=())
    code = CleanTextField(
        label=_("Code"),
        max_length=32,
        help_text=_("Stays for ever. Official divisions keep their official code."),
    )
    phone = CleanTextField(
        label=_("Office telephone"), max_length=40, required=False, help_text=_("Shown to residents.")
    )
    valid_from = DayField(label=_("Exists from"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class RenameForm(Form):
    name = CleanTextField(label=_("Name"), max_length=80)
    phone = CleanTextField(
        label=_("Office telephone"), max_length=40, required=False, help_text=_("Shown to residents.")
    )


class MoveForm(Form):
    parent = CleanTextField(label=_("Code of the unit above"), max_length=32)


class EndForm(Form):
    on = DayField(label=_("From this day on it no longer holds"))


class AppointForm(Form):
    user = CleanTextField(
        label=_("Account name of the person"),
        max_length=40,
        help_text=_("The name the person signs in with."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=(), widget=forms.RadioSelect)
    valid_from = DayField(label=_("From"))
    valid_until = DayField(
        label=_("Until"), required=False, help_text=_("The first day on which it no longer holds.")
    )

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class AccountForm(Form):
    full_name = CleanTextField(label=_("Name of the person"), max_length=60)
    username = CleanTextField(
        label=_("Account name"), max_length=40, help_text=_("Letters, digits and . @ + - _")
    )
    email = CleanTextField(label=_("Mail address"), max_length=254, required=False)


class CalendarDayForm(Form):
    is_working = forms.TypedChoiceField(
        label=_("On this day the office is"),
        choices=[("yes", pgettext_lazy("office", "open")), ("no", pgettext_lazy("office", "closed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = CleanTextField(label=_("Reason of the day"), max_length=200, required=False)


class UnitDaysForm(Form):
    """A run of days on which a unit opens or closes."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    is_working = forms.TypedChoiceField(
        label=_("On these days the office is"),
        choices=[("no", pgettext_lazy("office", "closed")), ("yes", pgettext_lazy("office", "open"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = CleanTextField(
        label=_("Reason of the days"), max_length=200, help_text=_("Such as “market day” or “harvest”.")
    )
