"""What a call list may be narrowed to, and the form of a call: the questions stand in a rule."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gongzhi.core.forms import CleanTextField, ListDayField, TokenForm
from gongzhi.core.working_time import SHANGHAI
from gongzhi.followup import words
from gongzhi.followup.actions.calling import Told
from gongzhi.followup.lifecycle import Outcome, Reason
from gongzhi.followup.queries.lists import DONE, MEASURES, OPEN
from gongzhi.followup.rules import QuestionParams

_ROWS = 3
_YES, _NO, _NOT_ASKED = "yes", "no", ""


class ListForm(forms.Form):
    """The address of a list; what is not known is left out."""

    state = forms.ChoiceField(choices=[(OPEN, OPEN), (DONE, DONE)], required=False)
    reason = forms.ChoiceField(choices=[(str(r), str(r)) for r in Reason], required=False)
    measure = forms.ChoiceField(choices=[(name, name) for name in MEASURES], required=False)
    unit = forms.CharField(max_length=32, required=False)
    own = forms.BooleanField(required=False)
    first = ListDayField()
    last = ListDayField()

    def chosen(self) -> dict[str, Any]:
        """Return what was given and can be used. Both days or none."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if not ("first" in found and "last" in found and found["first"] <= found["last"]):
            found.pop("first", None)
            found.pop("last", None)
        return found


class CallForm(TokenForm):
    """What came of an attempt; the questions are read only where the resident was reached."""

    outcome = forms.ChoiceField(
        choices=list(words.OUTCOMES.items()),
        widget=forms.RadioSelect,
        label=_("What came of the call"),
        error_messages={"required": _("Please choose what came of the call.")},
    )
    again_at = forms.DateTimeField(
        label=_("Call again at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Only where the resident asked to be called later."),
    )

    def __init__(
        self, *args: Any, questions: QuestionParams, longest: int, can_send_back: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        zh = (get_language() or "zh").startswith("zh")
        for row in questions.rows:
            self.fields[f"q_{row.code}"] = forms.ChoiceField(
                label=row.zh if zh else row.en,
                choices=_choices(row.kind, is_required=row.required),
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields["words"] = CleanTextField(
            max_length=longest,
            required=False,
            label=_("What the resident says is missing"),
            widget=forms.Textarea(attrs={"rows": _ROWS}),
            help_text=_("Only where it is not solved. In the resident's words; it goes into the story."),
        )
        self.fields["send_back"] = forms.BooleanField(
            required=False, initial=True, label=_("The resident wants it taken up again")
        )
        if not can_send_back:
            del self.fields["send_back"]
        self.fields["note"] = CleanTextField(
            max_length=longest,
            required=False,
            label=_("Note"),
            widget=forms.Textarea(attrs={"rows": _ROWS}),
            help_text=_("Kept sealed, and read only by those who call back."),
        )

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[f"q_{row.code}"] for row in self.questions.rows]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        outcome = said.get("outcome")
        if outcome == Outcome.LATER and not said.get("again_at"):
            self.add_error("again_at", _("Please say when to call again."))
        if outcome == Outcome.REACHED:
            for row in self.questions.rows:
                if row.required and not said.get(f"q_{row.code}"):
                    self.add_error(f"q_{row.code}", _("Please ask this question."))
        return said

    @property
    def later(self) -> datetime | None:
        given: datetime | None = self.cleaned_data.get("again_at")
        return given.astimezone(SHANGHAI) if given else None

    @property
    def told(self) -> Told | None:
        """Return what was said; None where nobody was reached."""
        said = self.cleaned_data
        if said["outcome"] != Outcome.REACHED:
            return None
        answers: dict[str, bool | int] = {}
        for row in self.questions.rows:
            given = said.get(f"q_{row.code}", _NOT_ASKED)
            if given != _NOT_ASKED:
                answers[row.code] = int(given) if row.kind == "scale" else given == _YES
        return Told(
            answers=answers,
            words=said["words"],
            note=said["note"],
            send_back=bool(said.get("send_back", True)),
        )


def _choices(kind: str, *, is_required: bool) -> list[tuple[str, Any]]:
    if kind == "scale":
        rows: list[tuple[str, Any]] = [
            (str(score), words.SCORES[score]) for score in sorted(words.SCORES, reverse=True)
        ]
    else:
        rows = [(_YES, pgettext_lazy("answer", "Yes")), (_NO, pgettext_lazy("answer", "No"))]
    return rows if is_required else [*rows, (_NOT_ASKED, _("Not asked"))]
