"""The form of a review of a petition."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import petition_words
from gongzhi.cases.forms.staff.moves import MoveForm


class DecideReviewForm(MoveForm):
    def build(self) -> None:
        self.fields["result"] = forms.ChoiceField(
            label=_("What the review found"),
            widget=forms.RadioSelect,
            choices=list(petition_words.CHOICES.items()),
            error_messages={"required": _("Please choose what the review found.")},
        )
        self.fields["decision"] = self.words_field(
            _("The decision and its reasons"), rows=7, help_text=_("The resident reads exactly this.")
        )
