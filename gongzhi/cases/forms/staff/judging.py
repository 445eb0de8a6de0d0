"""Forms by which staff pass on how a resident judges an answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.forms.staff.moves import MoveForm


def reached_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        label=_("Did anybody reach the resident?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )


def score_field(*, required: bool) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=required,
        choices=[(str(n), str(n)) for n in range(5, 0, -1)],
        label=_("How satisfied the resident is"),
        error_messages={"required": _("Please choose one of the five levels.")},
    )


class ConfirmForm(MoveForm):
    def build(self) -> None:
        self.fields["solved"] = forms.TypedChoiceField(
            coerce=lambda value: value == "yes",
            label=_("What the resident says"),
            widget=forms.RadioSelect,
            choices=[("yes", _("Solved")), ("no", _("Not solved, but it shall be left"))],
            error_messages={"required": _("Please choose what the resident said.")},
        )
        self.fields["score"] = score_field(required=False)
        self.fields["reached"] = reached_field()
        self.fields["words"] = self.words_field(_("In the resident's words"), required=False)


class RateForm(MoveForm):
    def build(self) -> None:
        self.fields["score"] = score_field(required=True)
        self.fields["reached"] = reached_field()
        self.fields["words"] = self.words_field(_("In the resident's words"), required=False)


class NotSolvedForm(MoveForm):
    def build(self) -> None:
        self.fields["words"] = self.words_field(_("What is still missing, in the resident's words"))
        self.fields["reached"] = reached_field()
