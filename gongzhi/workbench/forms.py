"""What is chosen once for many matters, and the name of a view."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import words as case_words
from gongzhi.cases.forms.staff.picking import PickForm
from gongzhi.cases.lifecycle import Tier
from gongzhi.cases.queries.picking import Option
from gongzhi.core.forms import CleanTextField, Form, TokenField, TokenForm
from gongzhi.workbench.lifecycle import Kind

_WORDS_SIGNS = 2_000
"""Technical: bounds what is read at all; the exact limit is a rule."""
_NAME_SIGNS = 30
"""Width of the column."""


class ChoiceForm(PickForm, Form):
    """What is chosen for all of them. Read from the address, so that a preview can be opened again."""

    is_complete_unasked = False
    """Whether there is something to show before anything was chosen."""

    def __init__(
        self,
        *args: Any,
        options: Sequence[Option] = (),
        proposed: Sequence[Option] = (),
        longest: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.all_options, self.proposed, self.longest = options, proposed, longest
        self.build()

    def build(self) -> None:
        """Add the fields."""

    def add_words(self, label: Any) -> None:
        self.fields["words"] = CleanTextField(
            max_length=self.longest,
            required=False,
            label=label,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.pick_name:
            self.clean_pick(cleaned)
        return cleaned

    def chosen(self) -> dict[str, str]:
        """Return what was chosen, to be sent along with the press."""
        return {name: value for name, value in self.cleaned_data.items() if value and name != self.typed_name}


class AcceptForm(ChoiceForm):
    pick_name, typed_name = "subject", "typed"
    is_complete_unasked = True

    def build(self) -> None:
        self.fields["tier"] = forms.ChoiceField(
            label=_("Tier"),
            widget=forms.RadioSelect,
            choices=[(str(t), case_words.TIER_HINTS[t]) for t in Tier],
        )
        self.add_pick(
            self.all_options, (), label=_("Subject"), typed_label=_("Subject for the rest"), required=False
        )
        self.fields["typed"].help_text = _(
            "Each keeps its own subject, or gets the first that its words speak of. This one is for those "
            "without any."
        )


class DispatchForm(ChoiceForm):
    pick_name, typed_name = "unit", "other"
    none_fits = _("No unit within reach has these words in its name. Try fewer signs.")

    def build(self) -> None:
        self.add_pick(
            self.all_options, self.proposed, label=_("To which unit"), typed_label=_("Another unit")
        )
        self.fields["other"].help_text = _("Type a part of its name. Only units within reach are listed.")
        self.add_words(_("Words for the unit"))


class ReassignForm(ChoiceForm):
    def build(self) -> None:
        self.fields["owner"] = forms.ChoiceField(
            label=_("To which colleague"),
            widget=forms.RadioSelect,
            choices=[(option.code, option.label) for option in self.all_options],
            error_messages={"required": _("Please choose one of your colleagues.")},
        )
        self.add_words(_("Words for your colleague"))


class MergeForm(ChoiceForm):
    is_complete_unasked = True

    def build(self) -> None:
        self.fields["main"] = forms.ChoiceField(
            label=_("Which matter leads"),
            widget=forms.RadioSelect,
            choices=[(option.code, f"{option.code} · {option.label}") for option in self.all_options],
        )
        self.add_words(_("Why they are about the same thing"))


FORMS: dict[Kind, type[ChoiceForm]] = {
    Kind.ACCEPT: AcceptForm,
    Kind.DISPATCH: DispatchForm,
    Kind.REASSIGN: ReassignForm,
    Kind.MERGE: MergeForm,
}


class KindForm(forms.Form):
    """Which move, of which matters; what is unusable is left out."""

    do = forms.ChoiceField(choices=[(str(kind), str(kind)) for kind in Kind])

    def kind(self) -> Kind | None:
        return Kind(self.cleaned_data["do"]) if self.is_valid() else None


class PressForm(TokenForm):
    """The press itself: which form it is, so that it is done once."""


class ViewForm(Form):
    """A view of a list under a name."""

    token = TokenField()
    name = CleanTextField(
        max_length=_NAME_SIGNS,
        label=_("Name of the view"),
        error_messages={"required": _("Please give the view a name.")},
    )


class ViewChangeForm(Form):
    """Name, sharing and being the first."""

    name = CleanTextField(
        max_length=_NAME_SIGNS,
        label=_("Name of the view"),
        error_messages={"required": _("Please give the view a name.")},
    )
    is_first = forms.BooleanField(required=False, label=_("Open the list with this view"))

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("nobody else")), *units]
        self.fields["unit"] = forms.ChoiceField(required=False, label=_("Shared with"), choices=choices)
