"""The form that changes a rule, made from the type of its parameters.

Each number, word or choice is one field; a length of time is a number and its unit; a table is rows of
fields, with empty rows to fill and a mark to remove one. The fields check nothing: the typed parameters do,
and their refusals are put in place by `show_errors`.
"""

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongzhi.rulebook import presentation
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, Shown

EMPTY_ROWS = 2
MOST_ROWS = 300
"""Technical: what one form takes; keeps a forged row count from costing memory."""
_LENGTHS = {
    "working_minutes": (
        (presentation.WORKING_DAY_MINUTES, gettext_lazy("working days")),
        (60, gettext_lazy("working hours")),
        (1, gettext_lazy("working minutes")),
    ),
    "hours": ((60, gettext_lazy("hours")), (1, gettext_lazy("minutes"))),
    "minutes": (
        (1440, gettext_lazy("calendar days")),
        (60, gettext_lazy("hours")),
        (1, gettext_lazy("minutes")),
    ),
    "seconds": ((3600, gettext_lazy("hours")), (60, gettext_lazy("minutes")), (1, gettext_lazy("seconds"))),
}
_PERCENT = 100


@dataclass(slots=True)
class Node:
    """One part of the form, as the template draws it: a field, a group of nodes, or rows of nodes."""

    label: str
    name: str
    """Name of the form field; for rows, the name of the field that counts them."""
    place: tuple[str | int, ...]
    """Where the value stands in the parameters."""
    kind: str
    unit_name: str = ""
    nodes: "list[Node]" = field(default_factory=list)
    rows: "list[Row]" = field(default_factory=list)


@dataclass(slots=True)
class Row:
    nodes: list[Node]
    remove_name: str


class ParamsForm(forms.Form):
    """The parameters of one kind. `stored` are the values to start from, as they lie in the database."""

    use_required_attribute = False

    def __init__(
        self, kind: RuleKind[Any], stored: Mapping[str, Any], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data)
        self._names: dict[tuple[str | int, ...], str] = {}
        self.nodes = self._group(kind.params, stored, ("p",), ())

    def full_clean(self) -> None:
        """Let the fields pass what is empty: only the typed parameters know what may be."""
        for one in self.fields.values():
            one.required = False
        super().full_clean()
        for one in self.fields.values():
            one.required = True

    def values(self) -> dict[str, Any]:
        """Return what was typed, shaped like the parameters; call after `is_valid`."""
        return self._collected(self.nodes, ())

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put the refusals of the typed parameters at their fields."""
        for place, words in errors.items():
            parts = tuple(int(part) if part.isdigit() else part for part in place.split("."))
            names = (self._names.get(parts[:length]) for length in range(len(parts), 0, -1))
            self.add_error(next((name for name in names if name in self.fields), None), words)

    # --- building -------------------------------------------------------------------------------------------

    def _group(
        self,
        model: type[Params],
        stored: Mapping[str, Any],
        names: tuple[str, ...],
        place: tuple[str | int, ...],
    ) -> list[Node]:
        return [
            self._node(model, name, stored, (*names, name), (*place, name)) for name in model.model_fields
        ]

    def _node(
        self,
        model: type[Params],
        name: str,
        beside: Mapping[str, Any],
        names: tuple[str, ...],
        place: tuple[str | int, ...],
    ) -> Node:
        stored = beside.get(name)
        inner, _optional, many = presentation.parts_of(model.model_fields[name].annotation)
        label, field_name = presentation.label_of(model, name), "-".join(names)
        if isinstance(inner, type) and issubclass(inner, Params):
            if many:
                return self._rows(inner, stored or [], label, names, place)
            return Node(
                label, field_name, place, "group", nodes=self._group(inner, stored or {}, names, place)
            )
        shown = presentation.shown_of(model, name)
        unit = shown.unit if shown is not None else ""
        if unit in _LENGTHS and not many:
            plain = shown is not None and bool(beside.get(shown.plain_when))
            sizes = _LENGTHS["hours" if plain else unit]
            return self._length(label, field_name, place, sizes, stored)
        self.fields[field_name] = _leaf(inner, many, label, shown, stored)
        return Node(label, field_name, place, "share" if unit == "share" else "list" if many else "field")

    def _length(
        self,
        label: str,
        name: str,
        place: tuple[str | int, ...],
        sizes: Sequence[tuple[int, Any]],
        stored: Any,
    ) -> Node:
        size = next((s for s, _words in sizes if stored and stored % s == 0), 1)
        self.fields[name] = forms.IntegerField(
            label=label, initial=stored // size if stored is not None else None
        )
        unit_name = f"{name}-unit"
        self.fields[unit_name] = forms.TypedChoiceField(
            label=_("%(label)s: unit") % {"label": label}, choices=sizes, coerce=int, initial=size
        )
        return Node(label, name, place, "length", unit_name=unit_name)

    def _rows(
        self,
        model: type[Params],
        stored: Sequence[Any],
        label: str,
        names: tuple[str, ...],
        place: tuple[str | int, ...],
    ) -> Node:
        count_name = "-".join((*names, "rows"))
        self.fields[count_name] = forms.IntegerField(
            widget=forms.HiddenInput, initial=len(stored) + EMPTY_ROWS
        )
        rows = []
        for index in range(self._row_count(count_name, len(stored) + EMPTY_ROWS)):
            value = stored[index] if index < len(stored) else {}
            remove_name = "-".join((*names, str(index), "remove"))
            nodes = self._group(model, value, (*names, str(index)), (*place, index))
            self.fields[remove_name] = forms.BooleanField(label=_("remove this row"))
            rows.append(Row(nodes, remove_name))
        return Node(label, count_name, place, "rows", rows=rows)

    def _row_count(self, name: str, usual: int) -> int:
        said = str(self.data.get(name, "")) if self.is_bound else ""
        return min(int(said), MOST_ROWS) if said.isdecimal() else usual

    # --- reading --------------------------------------------------------------------------------------------

    def _collected(self, nodes: Sequence[Node], place: tuple[str | int, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for node in nodes:
            key = str(node.place[-1])
            self._names[(*place, key)] = node.name
            value = self._value(node, (*place, key))
            if value not in (None, ""):
                values[key] = value
        return values

    def _value(self, node: Node, place: tuple[str | int, ...]) -> Any:
        typed = self.cleaned_data.get(node.name)
        match node.kind:
            case "group":
                return self._collected(node.nodes, place)
            case "rows":
                return self._collected_rows(node.rows, place)
            case "length":
                return typed * (self.cleaned_data.get(node.unit_name) or 1) if typed is not None else None
            case "share":
                return typed / _PERCENT if typed is not None else None
            case "list" if isinstance(typed, str):
                return [
                    part.strip()
                    for part in typed.replace("，", ",").replace("、", ",").split(",")
                    if part.strip()
                ]
            case _:
                return typed

    def _collected_rows(self, rows: Sequence[Row], place: tuple[str | int, ...]) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        for row in rows:
            if self.cleaned_data.get(row.remove_name):
                continue
            value = self._collected(row.nodes, (*place, len(kept)))
            if _says_something(value):
                kept.append(value)
        return kept


def _says_something(value: Any) -> bool:
    """Whether a row was filled in at all; an unticked box alone says nothing."""
    if isinstance(value, dict):
        return any(_says_something(part) for part in value.values())
    return value is not None and value is not False and value not in ("", [])


def _leaf(inner: Any, many: bool, label: str, shown: Shown | None, stored: Any) -> forms.Field:
    choices = _choices(inner, shown)
    hint = str(shown.hint) if shown is not None else ""
    if choices and many:
        return forms.MultipleChoiceField(
            label=label, choices=choices, widget=forms.CheckboxSelectMultiple, initial=stored, help_text=hint
        )
    if choices:
        return forms.ChoiceField(label=label, choices=[("", "—"), *choices], initial=stored, help_text=hint)
    if many:
        said = ", ".join(str(part) for part in stored or ())
        return forms.CharField(
            label=label, initial=said, help_text=hint or _("Several values, with commas between.")
        )
    if inner is bool:
        return forms.BooleanField(label=label, initial=stored, help_text=hint)
    if inner is int:
        return forms.IntegerField(label=label, initial=stored, help_text=hint)
    if inner is float:
        share = shown is not None and shown.unit == "share"
        label = _("%(label)s (percent)") % {"label": label} if share else label
        initial = stored * _PERCENT if share and stored is not None else stored
        return forms.FloatField(label=label, initial=initial, help_text=hint)
    return forms.CharField(label=label, initial=stored, help_text=hint)


def _choices(inner: Any, shown: Shown | None) -> list[tuple[str, str]]:
    if typing.get_origin(inner) is typing.Literal:
        codes = [str(code) for code in typing.get_args(inner)]
    elif isinstance(inner, type) and issubclass(inner, Enum):
        codes = [str(member.value) for member in inner]
    else:
        return []
    return [(code, presentation.say(code, shown)) for code in codes]


class DecisionForm(forms.Form):
    """What goes with a change: from when, why, on what ground, by whose decision."""

    valid_from = forms.DateTimeField(
        label=gettext_lazy("Holds from"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Everyone can read the change on the public page until then."),
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences that every resident can read."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("The law, standard or document it rests on."),
    )
    confidence = forms.ChoiceField(
        label=gettext_lazy("Is the source verified?"),
        choices=[
            (Confidence.CHECK.value, gettext_lazy("not verified")),
            (Confidence.SURE.value, gettext_lazy("verified: the article says this")),
            (Confidence.OWN.value, gettext_lazy("our own proposal: no law or standard sets it")),
        ],
        widget=forms.RadioSelect,
        initial=Confidence.CHECK.value,
    )
    decided_by = forms.CharField(
        label=gettext_lazy("Decided by"),
        max_length=300,
        help_text=gettext_lazy("The meeting or body, the date and the number of the decision."),
    )

    def __init__(
        self, kind: RuleKind[Any], data: Mapping[str, Any] | None = None, *, earliest: datetime | None = None
    ) -> None:
        super().__init__(data)
        if kind.level is Level.OPERATIONAL:
            self.fields["decided_by"].required = False
        if earliest is not None:
            self.initial["valid_from"] = timezone.localtime(earliest)


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why it is withdrawn"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class DayForm(forms.Form):
    """The day whose rules are asked for."""

    at = forms.DateField(
        label=gettext_lazy("Rules of the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
