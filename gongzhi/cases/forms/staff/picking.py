"""Choosing one of very many: what is likely as choices, everything else by typing a part of its name.

Works without script: a text that fits several things comes back with them as choices.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.queries.picking import Option, find
from gongzhi.core.forms import CleanTextField

_TYPED_SIGNS = 80
_MOST_SHOWN = 20


def pairs(options: Iterable[Option]) -> list[tuple[str, str]]:
    """Return the options as choices of a field, each with its hint."""
    return [(o.code, f"{o.label} · {o.hint}" if o.hint else o.label) for o in options]


class _ChosenField(forms.ChoiceField):
    """Radio buttons that accept everything that may be chosen, not only what happens to be shown."""

    widget = forms.RadioSelect
    allowed: frozenset[str] = frozenset()

    def validate(self, value: Any) -> None:
        # Nothing chosen is no mistake here: something may have been typed instead.
        if value and str(value) not in self.allowed:
            raise ValidationError(self.error_messages["invalid_choice"], params={"value": value})


class PickForm(forms.Form):
    """A form with a field `pick_name` whose value is the code of one option, chosen or found by typing."""

    pick_name = ""
    typed_name = ""
    none_fits = _("Nothing on the list fits these words. Try fewer signs.")
    several_fit = _("Several fit these words: please choose one of them.")
    nothing_chosen = _("Please choose one, or type a part of its name.")

    def add_pick(
        self,
        options: Sequence[Option],
        proposed: Sequence[Option],
        *,
        label: Any,
        typed_label: Any,
        required: bool = True,
        chosen_already: bool = True,
    ) -> None:
        """Add the two fields. The first proposal is chosen already, so that one press confirms it, unless
        `chosen_already` says it is not sure enough."""
        self.options, self.pick_required = options, required
        chosen = _ChosenField(label=label, required=required, choices=pairs(proposed))
        chosen.allowed = frozenset(option.code for option in options)
        if proposed and required and chosen_already:
            chosen.initial = proposed[0].code
        self.fields[self.pick_name] = chosen
        if not proposed:
            self._draw(forms.HiddenInput())
        attrs = {"list": f"{self.typed_name}-options", "autocomplete": "off"}
        self.fields[self.typed_name] = CleanTextField(
            max_length=_TYPED_SIGNS, required=False, label=typed_label, widget=forms.TextInput(attrs=attrs)
        )

    def _draw(self, widget: forms.Widget) -> None:
        self.fields[self.pick_name].widget = widget

    @property
    def typed_list(self) -> str:
        """The id of the list of suggestions the browser offers while typing."""
        return f"{self.typed_name}-options"

    def clean_pick(self, cleaned: dict[str, Any]) -> None:
        """Set the code of the one thing meant; what was typed goes before what was chosen already."""
        typed = str(cleaned.get(self.typed_name) or "")
        if typed:
            cleaned[self.pick_name] = self._found(typed)
        elif self.pick_required and not cleaned.get(self.pick_name) and self.pick_name not in self.errors:
            where = self.typed_name if self.fields[self.pick_name].widget.is_hidden else self.pick_name
            self.add_error(where, ValidationError(self.nothing_chosen))

    def _found(self, typed: str) -> str:
        fitting = find(self.options, typed)
        if len(fitting) == 1:
            return fitting[0].code
        if not fitting:
            self.add_error(self.typed_name, ValidationError(self.none_fits))
            return ""
        self._offer(fitting[:_MOST_SHOWN])
        return ""

    def _offer(self, fitting: Sequence[Option]) -> None:
        """Show what fits as choices, with none chosen and the text taken out, so that a press decides."""
        self._draw(forms.RadioSelect())
        field = cast(_ChosenField, self.fields[self.pick_name])
        field.choices = pairs(fitting)
        self.data = {**dict(self.data.items()), self.typed_name: "", self.pick_name: ""}
        self.add_error(self.pick_name, ValidationError(self.several_fit))
