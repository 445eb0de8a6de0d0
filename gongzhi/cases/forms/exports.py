"""Which file somebody wants of a list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.export_words import FORMATS
from gongzhi.core.forms import TokenForm


class ExportForm(TokenForm):
    format = forms.ChoiceField(
        choices=list(FORMATS.items()), widget=forms.RadioSelect, label=_("Kind of file"), initial="xlsx"
    )
    with_words = forms.BooleanField(
        required=False,
        label=_("With what was said"),
        help_text=_("Title, text, place and answer hold personal data. Take them only if you need them."),
    )

    def __init__(self, *args: object, words: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        if not words:
            del self.fields["with_words"]


class ExportSourceForm(forms.Form):
    """Which figure's list, in the address; without a measure it is a list of matters."""

    measure = forms.SlugField(max_length=32, required=False)
    code = forms.RegexField(r"^[0-9A-Za-z-]{1,32}$", required=False)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("measure", "code")}
