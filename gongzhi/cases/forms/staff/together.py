"""Forms of working together: whom to call, what was answered, how good it was."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.forms.staff.judging import reached_field, score_field
from gongzhi.cases.forms.staff.moves import MoveForm, _UnitForm
from gongzhi.cases.forms.staff.picking import pairs
from gongzhi.core.forms import CleanTextField

_NUMBER_SIGNS = 24
"""No public number is longer."""


class CallHelpForm(_UnitForm):
    def build(self) -> None:
        self.add_units(_("Which unit shall come"))
        self.fields["other"].help_text = _(
            "Type a part of its name. Only units that may be called are listed."
        )
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


class MergeForm(MoveForm):
    """The number of the main matter, typed or chosen from what was raised nearby about the same subject."""

    def build(self) -> None:
        if self.lists.proposed:
            choices = pairs(self.lists.proposed)
            self.fields["near"] = forms.ChoiceField(
                label=_("Raised here lately, about the same subject"),
                widget=forms.RadioSelect,
                required=False,
                choices=choices,
            )
        self.fields["main"] = CleanTextField(
            max_length=_NUMBER_SIGNS,
            required=False,
            label=_("Number of the main matter"),
            help_text=_("The one that is handled for both, such as HY26-004817."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields["words"] = self.words_field(
            _("Why they are about the same thing"), required=False, rows=2
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["main"] = cleaned.get("main") or cleaned.get("near") or ""
        if not cleaned["main"] and "main" not in self.errors:
            self.add_error("main", _("Please choose a matter, or write its number."))
        return cleaned


class JudgeMergedForm(MoveForm):
    def build(self) -> None:
        self.fields["solved"] = forms.ChoiceField(
            label=_("What the resident says"),
            widget=forms.RadioSelect,
            choices=[
                ("yes", _("Solved")),
                ("no", _("Not solved, but it shall be left")),
                ("again", _("Not solved: back to work")),
            ],
            error_messages={"required": _("Please choose what the resident said.")},
        )
        self.fields["score"] = score_field(required=False)
        self.fields["reached"] = reached_field()
        self.fields["words"] = self.words_field(_("In the resident's words"), required=False)
