"""Forms of working together: whom to call, what was answered, how good it was."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.forms.staff.moves import MoveForm, _UnitForm


class CallHelpForm(_UnitForm):
    def build(self) -> None:
        self.add_units(_("Which unit shall come"))
        self.fields["words"] = self.words_field(
            _("What it is needed for"),
            help_text=_("So that the unit knows whom to send and with what."),
        )


class AnswerHelpForm(MoveForm):
    def build(self) -> None:
        self.fields["answer"] = self.words_field(_("What your unit did or found"), rows=5)


class _CalledUnitForm(MoveForm):
    """A choice among the units that are called: with one, it is chosen already."""

    def add_called(self, label: Any) -> None:
        choices = [(option.code, option.label) for option in self.lists.options]
        self.fields["unit"] = forms.ChoiceField(
            label=label,
            widget=forms.RadioSelect,
            choices=choices,
            initial=choices[0][0] if len(choices) == 1 else None,
            error_messages={"required": _("Please choose one of the units.")},
        )


class RateHelpForm(_CalledUnitForm):
    def build(self) -> None:
        self.add_called(_("Whose help"))
        self.fields["score"] = forms.TypedChoiceField(
            coerce=int,
            choices=[(str(n), str(n)) for n in range(5, 0, -1)],
            label=_("How good the help was"),
            error_messages={"required": _("Please choose one of the five levels.")},
        )
        self.fields["words"] = self.words_field(_("A few words to the unit"), required=False)


class CallOffForm(_CalledUnitForm):
    def build(self) -> None:
        self.add_called(_("Which unit is not needed any more"))
        self.fields["words"] = self.words_field(_("Why it is not needed any more"))
