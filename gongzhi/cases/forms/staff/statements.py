"""The form somebody signs on the spot: who signs, for what, and the drawing or the photo of the paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.cases import evidence_words
from gongzhi.cases.actions.statements import NAME_SIGNS
from gongzhi.cases.forms.staff.moves import MoveForm
from gongzhi.core.forms import CleanTextField, SignatureFields

_PAPER = _("If it cannot be signed on the screen: have it signed on paper, and take a photo of it.")


def _one_of(label: Any, words: dict[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        choices=list(words.items()),
        error_messages={"required": _("Please choose one.")},
    )


class StatementForm(SignatureFields, MoveForm):
    def build(self) -> None:
        self.fields["about"] = _one_of(_("What is signed for"), evidence_words.ABOUT_CHOICES)
        self.fields["words"] = self.words_field(
            _("In which words"), rows=3, help_text=_("Short and exact: what, how much, where, when.")
        )
        self.fields["signer"] = _one_of(_("Who signs"), evidence_words.SIGNER_CHOICES)
        self.fields["name"] = CleanTextField(
            max_length=NAME_SIGNS,
            required=False,
            label=pgettext_lazy("statement", "Name of who signs"),
            help_text=_("May stay empty when the reporter signs: the name of the matter stands."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.add_signature(self.lists.attachments, hint=_PAPER)
