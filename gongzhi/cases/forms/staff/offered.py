"""The part of a form in which a matter is typed that proposes: a subject, and what is proposed beside it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.forms.staff.moves import subject_field
from gongzhi.cases.queries import offering
from gongzhi.cases.queries.offering import Offered
from gongzhi.cases.queries.picking import Option

_CODE_SIGNS = 16
_TOKEN_SIGNS = 8_000
"""Longer than any we give out; a longer one is not ours."""
NOT_KNOWN_YET = _("Left empty, the desk chooses when it takes the matter on.")


class OfferedField(forms.CharField):
    """What the form proposed last, or None; one that is not ours or is old stands in nobody's way."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> Offered | None:
        token = str(value or "")
        return offering.opened(token) if 0 < len(token) <= _TOKEN_SIGNS else None


class AskForm(forms.Form):
    """What the page sends while somebody types; never refused, what is unusable is left out."""

    text = forms.CharField(required=False)
    category = forms.SlugField(required=False, max_length=_CODE_SIGNS)
    proposed = OfferedField()


class PartForm(forms.Form):
    """The subject drawn anew, with the one that is proposed or was chosen."""

    def __init__(self, *args: Any, subjects: Sequence[Option], required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = subject_field(subjects, required=required)
        if not required:
            self.fields["category"].help_text = NOT_KNOWN_YET
