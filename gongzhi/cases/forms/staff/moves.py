"""One form for each move of staff. Limits and lists come from the rules in force and are handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import rules, words
from gongzhi.cases.forms.resident import PicturesField
from gongzhi.cases.forms.staff.picking import PickForm
from gongzhi.cases.lifecycle import Kind, Outcome, Tier, Urgency
from gongzhi.cases.queries.evidence import Piece
from gongzhi.cases.queries.picking import Option
from gongzhi.core.forms import CleanTextField, TokenForm

_WAITING_SIGNS = 80
"""Length of the column."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What a form needs of rules and tables; the view reads only what the form at hand asks for."""

    intake: rules.IntakeParams
    reasons: rules.ReasonLists
    attachments: rules.AttachmentParams
    options: Sequence[Option] = ()
    proposed: Sequence[Option] = ()
    waiting: Sequence[Option] = ()
    after: str = ""
    """Whether a photo of how it is now is "advised" or "demanded" with an answer."""
    shots: Sequence[Piece] = ()
    """Pictures of before and after, to be released with a publication."""
    guesses: Mapping[str, "Shown"] = field(default_factory=dict)
    """What is proposed for fields that are no long list."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal on a form: its value, whether it stands there as chosen, and its reason in words."""

    value: str
    chosen_already: bool
    why: str


class MoveForm(TokenForm):
    """A form of a move: done once however often it is pressed."""

    def __init__(self, *args: Any, lists: Lists, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = lists
        self.build()

    def build(self) -> None:
        """Add the fields that depend on rules and lists."""

    def words_field(
        self, label: Any, *, required: bool = True, rows: int = 4, help_text: Any = ""
    ) -> CleanTextField:
        return CleanTextField(
            max_length=self.lists.intake.words_signs,
            required=required,
            label=label,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": _("Please write a few words here.")},
        )

    def reason_field(self, name: rules.ReasonList) -> forms.ChoiceField:
        rows: tuple[rules.Choice, ...] = getattr(self.lists.reasons, name)
        zh = (get_language() or "").startswith("zh")
        return forms.ChoiceField(
            label=_("Reason"),
            widget=forms.RadioSelect,
            choices=[(row.code, row.zh if zh else row.en) for row in rows],
            error_messages={"required": _("Please choose a reason from the list.")},
        )

    @property
    def typed_words(self) -> list[tuple[str, str]]:
        """What was typed, field by field, so that nothing is lost when the move has become impossible."""
        names = [n for n, f in self.fields.items() if isinstance(f, CleanTextField)]
        return [(str(self.fields[n].label), str(self[n].value())) for n in names if self[n].value()]


class SignForm(MoveForm):
    """Nothing to fill in: one press."""


class AcceptForm(PickForm, MoveForm):
    """Subject, kind, tier, urgency. Kind and urgency are the subject's own unless one says otherwise."""

    pick_name, typed_name = "category", "subject"
    none_fits = _("No subject fits these words. Try fewer signs.")

    def build(self) -> None:
        self.add_pick(
            self.lists.options,
            self.lists.proposed,
            label=_("Subject, proposed by what was said"),
            typed_label=_("Another subject"),
            chosen_already=self._sure("category", otherwise=True),
        )
        self.fields["subject"].help_text = _("Type a word of it, such as “bus” or “road”, or its code.")
        self.fields["tier"] = forms.ChoiceField(
            label=_("Tier"),
            widget=forms.RadioSelect,
            initial=self._value("tier"),
            help_text=self._why("tier"),
            choices=[(str(t), words.TIER_HINTS[t]) for t in Tier],
        )
        as_subject = ("", _("as the subject says"))
        self.fields["kind"] = forms.ChoiceField(
            label=pgettext_lazy("case", "Kind"),
            required=False,
            initial=self._value("kind"),
            help_text=self._why("kind"),
            choices=[as_subject, *((str(k), words.KINDS[k]) for k in Kind)],
        )
        self.fields["urgency"] = forms.ChoiceField(
            label=_("Urgency"),
            required=False,
            initial=self._value("urgency"),
            help_text=self._why("urgency"),
            choices=[as_subject, *((str(u), words.URGENCIES[u]) for u in Urgency)],
        )

    def _sure(self, name: str, *, otherwise: bool = False) -> bool:
        shown = self.lists.guesses.get(name)
        return shown.chosen_already if shown else otherwise

    def _value(self, name: str) -> str | None:
        return self.lists.guesses[name].value if self._sure(name) else None

    def _why(self, name: str) -> str:
        shown = self.lists.guesses.get(name)
        return shown.why if shown else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.clean_pick(cleaned)
        return cleaned


class _UnitForm(PickForm, MoveForm):
    pick_name, typed_name = "unit", "other"
    none_fits = _("No unit within reach has these words in its name. Try fewer signs.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.clean_pick(cleaned)
        return cleaned

    def add_units(self, label: Any) -> None:
        self.add_pick(self.lists.options, self.lists.proposed, label=label, typed_label=_("Another unit"))
        self.fields["other"].help_text = _("Type a part of its name. Only units within reach are listed.")


class DispatchForm(_UnitForm):
    def build(self) -> None:
        self.add_units(_("To which unit"))
        self.fields["words"] = self.words_field(_("Words for the unit"), required=False, rows=3)


class ReassignForm(MoveForm):
    """A colleague of the unit."""

    def build(self) -> None:
        self.fields["owner"] = forms.ChoiceField(
            label=_("To which colleague"),
            widget=forms.RadioSelect,
            choices=[(option.code, option.label) for option in self.lists.options],
            error_messages={"required": _("Please choose one of your colleagues.")},
        )
        self.fields["words"] = self.words_field(_("Words for your colleague"), required=False, rows=3)


class ReferDownForm(_UnitForm):
    def build(self) -> None:
        self.add_units(_("To which unit below"))
        self.fields["reason"] = self.words_field(_("Why it can be settled there"))


class DeclineForm(MoveForm):
    def build(self) -> None:
        self.fields["reason"] = self.reason_field("decline")
        attrs = {"list": "responsible-options", "autocomplete": "off"}
        self.fields["responsible"] = CleanTextField(
            max_length=self.lists.intake.words_signs,
            label=_("Who is responsible, and how to reach them"),
            help_text=_("Name and telephone: the resident must be able to go on from here."),
            widget=forms.TextInput(attrs=attrs),
            error_messages={"required": _("Please say who is responsible and how to reach them.")},
        )
        self.fields["words"] = self.words_field(_("More for the resident"), required=False)


class ReturnForm(PickForm, MoveForm):
    pick_name, typed_name = "suggested", "other"
    none_fits = _("No unit has these words in its name. Try fewer signs, or leave it empty.")

    def build(self) -> None:
        self.fields["reason"] = self.reason_field("returning")
        self.fields["words"] = self.words_field(_("Why it is not ours"))
        self.add_pick(
            self.lists.options,
            (),
            label=_("Which unit it belongs to"),
            typed_label=_("Which unit it belongs to"),
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.clean_pick(cleaned)
        return cleaned


class EscalateForm(MoveForm):
    def build(self) -> None:
        self.fields["tried"] = self.words_field(_("What was tried"))
        self.fields["why_not"] = self.words_field(_("Why it cannot be settled here"))


def subject_field(options: Sequence[Option], *, required: bool = True) -> forms.ChoiceField:
    """A drop-down of subjects of the second level, grouped by the first."""
    groups = [
        (group, [(o.code, o.label.split(" › ")[-1]) for o in rows])
        for group, rows in groupby(options, key=lambda o: o.group)
    ]
    return forms.ChoiceField(
        label=_("What it was about"),
        required=required,
        choices=[("", _("Please choose")), *groups],
        help_text=_("Subjects that are not here are never settled on the spot: register them instead."),
        error_messages={"required": _("Please choose what it was about.")},
    )


class SettleForm(MoveForm):
    def build(self) -> None:
        self.fields["category"] = subject_field(self.lists.options, required=False)
        self.fields["result"] = self.words_field(
            pgettext_lazy("case", "What was done"), help_text=_("The resident reads this.")
        )


_AFTER_HELP = {
    "advised": _("A photo from the same spot says more than words. It is not demanded."),
    "demanded": _("For this subject a photo belongs to the answer, or words why there is none."),
}


class ResolveForm(MoveForm):
    def build(self) -> None:
        self.fields["outcome"] = forms.ChoiceField(
            label=_("What came of it"),
            widget=forms.RadioSelect,
            choices=[(str(o), words.OUTCOME_HINTS[o]) for o in Outcome],
            error_messages={"required": _("Please choose what came of it.")},
        )
        self.fields["answer"] = self.words_field(
            _("Answer to the resident"),
            rows=7,
            help_text=_("What was done, what comes next, and whom to ask. The resident reads exactly this."),
        )
        self.fields["pictures"] = PicturesField(
            limits=self.lists.attachments,
            label=_("Photos of how it is now"),
            help_text=_AFTER_HELP.get(self.lists.after, ""),
        )
        self.fields["public"] = readers_field(_("Who sees them"), required=False)
        if self.lists.after == "demanded":
            self.fields["no_after"] = self.words_field(
                _("Why there is no photo"), required=False, rows=2, help_text=_("Only without a photo.")
            )
        if self.lists.waiting:
            names = pgettext("between words", ", ").join(option.label for option in self.lists.waiting)
            self.fields["despite"] = self.words_field(
                _("Why the answer does not wait for the helpers"),
                rows=2,
                help_text=_("Called and not answered yet: %(units)s. Their calls end with your answer.")
                % {"units": names},
            )


class WordsForm(MoveForm):
    """Only words: the label and whether they are needed are given by the press."""

    def __init__(
        self, *args: Any, label: Any, name: str = "words", required: bool = True, **kwargs: Any
    ) -> None:
        self.label, self.name, self.required = label, name, required
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        self.fields[self.name] = self.words_field(self.label, required=self.required)


class PauseForm(MoveForm):
    def build(self) -> None:
        self.fields["reason"] = self.reason_field("pause")
        self.fields["waiting_for"] = CleanTextField(
            max_length=_WAITING_SIGNS,
            label=_("Whom or what we wait for"),
            help_text=_("The resident reads this: “the land certificate”, “dry weather”."),
            error_messages={"required": _("Please write a few words here.")},
        )
        self.fields["until"] = forms.DateField(
            label=_("Until which morning"),
            required=False,
            help_text=_("The clocks run again by themselves then. Left empty: as long as the rule allows."),
            widget=forms.DateInput(attrs={"type": "date"}),
            error_messages={"invalid": _("Please write the day like 2026-11-30.")},
        )


_READERS = [("no", _("Only colleagues")), ("yes", _("Also the resident"))]


def readers_field(label: Any, *, required: bool = True) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        required=required,
        coerce=lambda value: value == "yes",
        initial="no",
        label=label,
        widget=forms.RadioSelect,
        choices=_READERS,
    )
