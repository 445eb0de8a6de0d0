"""What the list of flags may be narrowed to, and the form of a ruling."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.flag_words import KINDS, RULING_HINTS, RULINGS
from gongzhi.cases.queries.flags import WAITING
from gongzhi.core.forms import CleanTextField, TokenForm


class FlagListForm(forms.Form):
    """Kind and state in the address; what is not known is left out."""

    kind = forms.ChoiceField(choices=[(code, code) for code in KINDS], required=False)
    state = forms.ChoiceField(choices=[(code, code) for code in (WAITING, *RULINGS)], required=False)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("kind", "state")}


class RulingForm(TokenForm):
    ruling = forms.ChoiceField(
        choices=list(RULING_HINTS.items()),
        widget=forms.RadioSelect,
        label=_("What you found"),
        error_messages={"required": _("Please choose what you found.")},
    )

    def __init__(self, *args: object, longest: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["words"] = CleanTextField(
            max_length=longest,
            label=_("How you found out"),
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Whom you asked, what you looked at. The unit's level above reads it too."),
        )
