"""What staff write: an article, or a few words with a step. Limits come from the rules and are handed in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gongzhi.core.forms import CleanTextField, TokenForm
from gongzhi.knowledge import words
from gongzhi.knowledge.actions.writing import Words
from gongzhi.knowledge.lifecycle import Audience
from gongzhi.knowledge.rules import SubjectParams, WritingParams

_MISSING = {"required": _("Please write a few words here.")}


def _day(label: Any, *, hint: Any = "", **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget, input_formats=["%Y-%m-%d"], **more)


class ArticleForm(TokenForm):
    """The contents of a version."""

    unit = forms.ChoiceField(label=_("Unit that answers for it"))
    subject = forms.ChoiceField(label=words.FIELDS["subject"])
    audience = forms.ChoiceField(
        label=words.FIELDS["audience"],
        widget=forms.RadioSelect,
        choices=[(str(each), words.AUDIENCES[each]) for each in Audience],
        initial=Audience.PUBLIC.value,
    )
    valid_from = _day(words.FIELDS["valid_from"])
    last_day = _day(
        words.FIELDS["last_day"],
        required=False,
        hint=_("Leave it empty when no end is known. After this day residents are not shown it any more."),
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    field_order = ("token", "expected", "unit", "title", "summary", "body", "keywords", "subject", "audience")

    def __init__(
        self,
        *args: Any,
        limits: WritingParams,
        subjects: SubjectParams,
        units: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        zh = (get_language() or "zh").startswith("zh")
        if units:
            self._choices("unit", units)
        else:
            del self.fields["unit"]
        self._choices("subject", [(row.code, row.zh if zh else row.en) for row in subjects.rows])
        self._text("title", limits.title_signs, _("As people ask it: “How do I apply for …?”"))
        self._text("summary", limits.summary_signs, _("The answer in one or two sentences."), rows=3)
        self._text(
            "body",
            limits.body_signs,
            _(
                "“## ” begins a heading, “- ” a point of a list, “1. ” a step, ** around words makes them "
                "strong. An empty line parts."
            ),
            rows=16,
        )
        hint = _("How people call it, apart by spaces; also what they say wrongly.")
        self._text("keywords", limits.keywords_signs, hint, required=False)
        self._text("source", limits.source_signs, _("Law or paper with its number, or who decided it."))
        self._text("note", limits.note_signs, _("For the one who reviews it."), required=False)
        self.fields["note"].label = _("What is new")
        self.order_fields(self.field_order)

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = list(choices)

    def _text(self, name: str, most: int, hint: Any, *, rows: int = 1, required: bool = True) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        self.fields[name] = CleanTextField(
            max_length=most,
            required=required,
            label=words.FIELDS.get(name, ""),
            help_text=hint,
            widget=widget,
            error_messages=_MISSING,
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("valid_from"), said.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        return said

    def contents(self) -> Words:
        """Return what was written, once valid."""
        said = self.cleaned_data
        return Words(**{name: said[name] for name in words.FIELDS})


class StepForm(TokenForm):
    """A step with a few words; `needs_words` where the reason must be said."""

    def __init__(self, *args: Any, limits: WritingParams, needs_words: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = CleanTextField(
            max_length=limits.note_signs,
            required=needs_words,
            label=_("Why") if needs_words else _("A few words, if you like"),
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages=_MISSING,
        )
