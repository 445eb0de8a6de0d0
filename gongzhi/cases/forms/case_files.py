"""What a member of staff says before a case file is made: with or without the reporter's contact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.rules import IntakeParams
from gongzhi.core.forms import CleanTextField, Form


class CaseFileForm(Form):
    """Open parties need a purpose; covered ones need nothing."""

    def __init__(self, *args: Any, intake: IntakeParams, may_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_open:
            self.fields["contact"] = forms.BooleanField(
                required=False, label=_("With the reporter's full name, telephone and mail address")
            )
            self.fields["purpose"] = CleanTextField(
                max_length=intake.words_signs,
                required=False,
                label=_("What for"),
                help_text=_("Only with the full name. It is recorded with your name."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("contact") and not cleaned.get("purpose"):
            self.add_error("purpose", _("Please say what for."))
        return cleaned
