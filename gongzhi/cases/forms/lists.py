"""What the address of a list may say. A word that no filter knows is left out and named, never an error."""

from typing import Any

from django import forms

from gongzhi.cases import words
from gongzhi.cases.lifecycle import Channel, Kind, Level, State, Urgency
from gongzhi.cases.queries.lists import Due, Queue, Sort
from gongzhi.core.forms import CleanTextField

EVERY_STATE = "any"
"""State of a list that also holds finished matters; left out, a list holds open ones."""
_LONGEST_SEARCH = 60


def _one_of(*values: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(str(value), str(value)) for value in values], required=False)


class ListForm(forms.Form):
    """The whole view of a list, as it stands in the address."""

    queue = _one_of(*Queue)
    state = _one_of(EVERY_STATE, *State)
    due = _one_of(*Due)
    kind = _one_of(*Kind)
    urgency = _one_of(*Urgency)
    level = _one_of(*Level)
    channel = _one_of(*Channel)
    category = forms.RegexField(r"^(\d\d){1,3}$", required=False)
    unit = forms.RegexField(r"^[0-9A-Za-z-]{1,32}$", required=False)
    sort = _one_of(*Sort)
    q = CleanTextField(required=False, max_length=_LONGEST_SEARCH)

    def chosen(self) -> dict[str, str]:
        """Return what was asked for and is usable; the rest is in `errors`."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


LABELS = {
    "kind": {str(key): label for key, label in words.KINDS.items()},
    "urgency": {str(key): label for key, label in words.URGENCIES.items()},
    "level": {str(key): label for key, label in words.LEVELS.items()},
    "channel": {str(key): label for key, label in words.CHANNELS.items()},
}
