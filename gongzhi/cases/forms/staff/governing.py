"""Forms of governing: answers to supervisions judged, checks, receipts, panels, decisions, time, experts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.cases.actions.gates import Member
from gongzhi.cases.forms.resident import PicturesField
from gongzhi.cases.forms.staff.moves import MoveForm
from gongzhi.core.forms import CleanTextField, TokenForm

_NAME_SIGNS = 40
_OFFICE_SIGNS = 80
_SKILL_SIGNS = 200
"""Widths of the columns."""
_NAMES_SIGNS = 400
"""Longest list of names worth reading."""


def _yes(value: str) -> bool:
    return value == "yes"


def _two_ways(label: Any, yes: Any, no: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        coerce=_yes,
        label=label,
        widget=forms.RadioSelect,
        choices=[("yes", yes), ("no", no)],
        error_messages={"required": _("Please choose one of the two.")},
    )


def _day(label: Any, help_text: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Please choose a day."),
            "invalid": _("Please write the day like 2026-11-30."),
        },
    )


class JudgeAnswerForm(MoveForm):
    def build(self) -> None:
        self.fields["sufficient"] = _two_ways(
            _("Is the answer enough?"), _("Enough"), _("Not enough: send it back")
        )
        self.fields["words"] = self.words_field(_("What is missing"), required=False)


class CheckForm(MoveForm):
    def build(self) -> None:
        self.fields["as_written"] = _two_ways(
            _("What the resident says"), _("It was as written"), _("It was not as written")
        )
        self.fields["words"] = self.words_field(_("In the resident's words"))


class _ChoiceForm(MoveForm):
    """A choice among what the press offers: with one, it is chosen already."""

    def add_choice(self, name: str, label: Any, required: Any) -> None:
        choices = [
            (option.code, f"{option.label} · {option.hint}" if option.hint else option.label)
            for option in self.lists.options
        ]
        self.fields[name] = forms.ChoiceField(
            label=label,
            widget=forms.RadioSelect,
            choices=choices,
            initial=choices[0][0] if len(choices) == 1 else None,
            error_messages={"required": required, "invalid_choice": required},
        )


class ReissueForm(_ChoiceForm):
    def build(self) -> None:
        self.add_choice(
            "identity", _("How the person was checked"), _("Please choose how the person was checked.")
        )
        self.fields["purpose"] = self.words_field(
            _("Why a new receipt is printed"), rows=2, help_text=_("This is recorded with your name.")
        )


class PanelForm(MoveForm):
    """One line of names for each role of the rule."""

    def build(self) -> None:
        for option in self.lists.options:
            self.fields[f"role_{option.code}"] = CleanTextField(
                max_length=_NAMES_SIGNS,
                required=False,
                label=option.label,
                help_text=option.hint or _("Several names: put a comma between them."),
            )
        self.fields["words"] = self.words_field(_("What they agreed on"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["members"] = [
            Member(option.code, name)
            for option in self.lists.options
            for name in _names(cleaned.get(f"role_{option.code}") or "")
        ]
        if not cleaned["members"]:
            self.add_error(None, _("Please name at least one person."))
        return cleaned


def _names(text: str) -> list[str]:
    for sign in "，、；;\n":
        text = text.replace(sign, ",")
    return [name.strip() for name in text.split(",") if name.strip()]


class DecisionForm(MoveForm):
    def build(self) -> None:
        self.fields["meeting"] = CleanTextField(
            max_length=_OFFICE_SIGNS,
            label=_("Which meeting"),
            help_text=_("Such as “villagers' delegates' assembly of Sanyuan”."),
            error_messages={"required": _("Please write a few words here.")},
        )
        self.fields["held_on"] = _day(_("Day of the meeting"), "")
        self.fields["number"] = CleanTextField(
            max_length=_NAME_SIGNS,
            label=_("Number of the decision"),
            error_messages={"required": _("Please write a few words here.")},
        )
        self.fields["words"] = self.words_field(
            _("What was decided"), help_text=_("The resident reads this.")
        )
        self.fields["pictures"] = PicturesField(
            limits=self.lists.attachments, label=_("Photos of the minutes")
        )


class AskExtensionForm(MoveForm):
    def build(self) -> None:
        self.fields["until"] = _day(_("Until when"), _("The answer is then due at the end of that day."))
        self.fields["reason"] = self.words_field(
            pgettext_lazy("case", "Why it takes longer"), help_text=_("The resident reads this.")
        )


class DecideExtensionForm(MoveForm):
    def build(self) -> None:
        self.fields["granted"] = _two_ways(_("More time?"), _("Grant it"), _("Refuse it"))
        self.fields["words"] = self.words_field(
            pgettext_lazy("extension", "Why"), rows=3, help_text=_("The resident reads this.")
        )


class AskExpertForm(_ChoiceForm):
    def build(self) -> None:
        self.add_choice("expert", _("Whom to ask"), _("Please choose somebody from the roster."))
        self.fields["question"] = self.words_field(
            _("The question"), help_text=_("Leave out names and telephone numbers of residents.")
        )


class AnswerExpertForm(_ChoiceForm):
    def build(self) -> None:
        self.add_choice("position", _("Which question"), _("Please choose one of the questions."))
        self.fields["answer"] = self.words_field(_("What the expert answered"), rows=6)


class RateExpertForm(_ChoiceForm):
    def build(self) -> None:
        self.add_choice("position", _("Whose answer"), _("Please choose one of the questions."))
        self.fields["score"] = forms.TypedChoiceField(
            coerce=int,
            choices=[(str(n), str(n)) for n in range(5, 0, -1)],
            label=_("How useful it was"),
            error_messages={"required": _("Please choose one of the five levels.")},
        )


class ExpertForm(TokenForm):
    """Somebody new for the roster."""

    name = CleanTextField(max_length=_NAME_SIGNS, label=pgettext_lazy("person", "Name"))
    office = CleanTextField(max_length=_OFFICE_SIGNS, label=_("Office or profession"))
    reach = CleanTextField(
        max_length=_OFFICE_SIGNS,
        label=_("How to reach the office"),
        help_text=_("An office telephone, never a private one."),
    )
    skills = CleanTextField(max_length=_SKILL_SIGNS, label=_("What they know"))
    subjects = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Proposed for these subjects")
    )

    def __init__(self, *args: Any, units: Any, subjects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subjects"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = subjects
        self.fields["unit"] = forms.ChoiceField(label=_("Whose roster"), choices=units)
