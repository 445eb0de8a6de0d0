"""One form for each move. Limits and lists come from the rules and are handed in; forms never save."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.lifecycle import Level
from gongzhi.cases.rules import AttachmentParams
from gongzhi.core.forms import CleanTextField, ListDayField, MailField, PhoneField, SignatureFields, TokenForm
from gongzhi.mediation import rules, words
from gongzhi.mediation.actions.agreeing import Promise, Text
from gongzhi.mediation.actions.opening import NewParty
from gongzhi.mediation.lifecycle import DECISIONS, Move, Origin, Performance, Risk, State
from gongzhi.mediation.queries.lists import MEASURES

_OCCUPATION_SIGNS = 60
_ETHNICITY_SIGNS = 20
_FIRST_BIRTH, _LAST_BIRTH = 1900, 2100
_ROWS = 4
_PRINTED = _("Print the agreement, sign it by hand, and take a photo of the signature.")


@dataclass(frozen=True, slots=True)
class Lists:
    """What forms need of rules and rows; the view hands it in."""

    intake: rules.IntakeParams
    attachments: AttachmentParams
    kinds: rules.Choices
    signs: rules.SignParams
    endings: rules.EndingParams
    ways: rules.WayParams
    agreement: rules.AgreementParams
    parties: Sequence[tuple[int, str]] = ()
    mediators: Sequence[tuple[int, str]] = ()
    """Who mediates now, by account."""
    candidates: Sequence[tuple[int, str]] = ()
    duties: Sequence[tuple[int, str]] = ()
    own_committees: Sequence[tuple[str, str]] = ()
    may_sign_self: bool = False


def _zh() -> bool:
    return (get_language() or "zh").startswith("zh")


def _choices(rows: Sequence[Any]) -> list[tuple[str, str]]:
    return [(row.code, row.zh if _zh() else row.en) for row in rows]


class MoveForm(TokenForm):
    """A form of a move: done once however often it is pressed. `said` gives the arguments of its action."""

    def __init__(self, *args: Any, lists: Lists, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = lists
        self.build()

    def build(self) -> None:
        """Add the fields."""

    def said(self) -> dict[str, Any]:
        """Return the arguments of the action, once valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}

    def text(self, label: Any, *, required: bool = True, rows: int = _ROWS, hint: Any = "") -> CleanTextField:
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        return CleanTextField(
            max_length=self.lists.intake.words_signs,
            required=required,
            label=label,
            help_text=hint,
            widget=widget,
            error_messages={"required": _("Please write a few words here.")},
        )

    def pick(self, label: Any, choices: Sequence[tuple[Any, Any]], **more: Any) -> forms.TypedChoiceField:
        more.setdefault("error_messages", {"required": _("Please choose one.")})
        return forms.TypedChoiceField(
            label=label, choices=list(choices), widget=more.pop("widget", forms.RadioSelect()), **more
        )

    def party(self, label: Any) -> forms.TypedChoiceField:
        return self.pick(label, self.lists.parties, coerce=int)

    @property
    def typed_words(self) -> list[tuple[str, str]]:
        """What was typed, so that nothing is lost when the move has become impossible."""
        names = [n for n, f in self.fields.items() if isinstance(f, CleanTextField)]
        return [(str(self.fields[n].label), str(self[n].value())) for n in names if self[n].value()]


def _moment(label: Any, *, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Please say when.")},
    )


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Please say which day.")},
    )


class OpenForm(MoveForm):
    """Taking a dispute up; the parties follow on the next page."""

    def build(self) -> None:
        self.fields["committee"] = self.pick(
            pgettext_lazy("mediation", "Committee"), self.lists.own_committees, widget=forms.Select()
        )
        self.fields["kind"] = self.pick(
            _("Kind of dispute"), _choices(self.lists.kinds.rows), widget=forms.Select()
        )
        self.fields["title"] = CleanTextField(
            max_length=self.lists.intake.title_signs,
            label=_("In a few words"),
            help_text=_("Such as “boundary of two homesteads”. Without names."),
            widget=forms.TextInput(),
            error_messages={"required": _("Please write a few words here.")},
        )
        self.fields["account"] = self.text(_("What it is about"), required=False, rows=5)
        self.fields["origin"] = self.pick(
            _("How it came to you"), [(str(o), words.ORIGINS[o]) for o in Origin], initial=Origin.APPLIED
        )
        self.fields["in_public"] = forms.BooleanField(
            required=False, label=_("The parties ask for open sessions")
        )


class PartyForm(MoveForm):
    def build(self) -> None:
        kinds = [("person", _("a person")), ("organisation", _("an organisation"))]
        self.fields["kind"] = self.pick(pgettext_lazy("party", "Kind"), kinds, initial="person")
        self.fields["name"] = self.text(pgettext_lazy("party", "Name"), rows=1)
        sexes = [
            ("", _("not said")),
            ("男", pgettext_lazy("sex", "male")),
            ("女", pgettext_lazy("sex", "female")),
        ]
        self.fields["sex"] = self.pick(_("Sex"), sexes, required=False, widget=forms.Select())
        self.fields["born"] = forms.IntegerField(
            required=False, label=_("Year of birth"), min_value=_FIRST_BIRTH, max_value=_LAST_BIRTH
        )
        self.fields["ethnicity"] = CleanTextField(
            max_length=_ETHNICITY_SIGNS, required=False, label=_("Ethnicity"), widget=forms.TextInput()
        )
        self.fields["occupation"] = CleanTextField(
            max_length=_OCCUPATION_SIGNS,
            required=False,
            label=_("Occupation; of an organisation its legal representative and office"),
            widget=forms.TextInput(),
        )
        self.fields["address"] = self.text(
            _("Address"), required=False, rows=1, hint=_("A written agreement needs it.")
        )
        self.fields["phone"] = PhoneField(required=False, label=_("Telephone"))
        self.fields["mail"] = MailField(required=False, label=_("Mail"))
        self.fields["representative"] = self.text(
            _("Represented by"), required=False, rows=1, hint=_("Only if somebody speaks for the party.")
        )
        self.fields["representative_phone"] = PhoneField(
            required=False, label=_("Telephone of the representative")
        )
        authorities = [("", _("no representative")), *((str(a), w) for a, w in words.AUTHORITIES.items())]
        self.fields["authority"] = self.pick(
            _("What the representative may do"), authorities, required=False, widget=forms.Select()
        )
        self.fields["authority_words"] = self.text(_("What the authority covers"), required=False, rows=2)

    def said(self) -> dict[str, Any]:
        return {"party": NewParty(**super().said())}


class MediatorsForm(MoveForm):
    def build(self) -> None:
        self.fields["leader"] = self.pick(
            _("Who leads"), self.lists.candidates, coerce=int, widget=forms.Select()
        )
        self.fields["others"] = forms.TypedMultipleChoiceField(
            coerce=int,
            required=False,
            label=_("Who takes part"),
            choices=self.lists.candidates,
            widget=forms.CheckboxSelectMultiple(),
        )


class ObjectForm(MoveForm):
    def build(self) -> None:
        self.fields["party"] = self.party(_("Which party objects"))
        self.fields["mediator"] = self.pick(_("To which mediator"), self.lists.mediators, coerce=int)
        self.fields["words"] = self.text(_("Why, if they say"), required=False, rows=2)


class AssessForm(MoveForm):
    def build(self) -> None:
        self.fields["signs"] = forms.MultipleChoiceField(
            required=False,
            label=_("Signs seen"),
            choices=_choices(self.lists.signs.signs),
            widget=forms.CheckboxSelectMultiple(),
        )
        self.fields["reported"] = forms.BooleanField(
            required=False, label=_("It was reported to the police or who else is responsible")
        )
        self.fields["words"] = self.text(_("What is done so that it stays calm"), required=False, rows=3)


class StartForm(MoveForm):
    def build(self) -> None:
        self.fields["consents"] = forms.TypedMultipleChoiceField(
            coerce=int,
            required=False,
            label=_("Who agrees to mediation"),
            choices=self.lists.parties,
            widget=forms.CheckboxSelectMultiple(),
        )


class ScheduleForm(MoveForm):
    def build(self) -> None:
        self.fields["held_at"] = _moment(_("When"))
        self.fields["place"] = self.text(pgettext_lazy("session", "Where"), rows=1)


class SessionForm(MoveForm):
    def build(self) -> None:
        self.fields["held_at"] = _moment(_("When it was held"))
        self.fields["place"] = self.text(pgettext_lazy("session", "Where"), rows=1)
        self.fields["present"] = self.text(_("Who was there"), rows=2)
        self.fields["minutes"] = self.text(
            _("Minutes"), rows=8, hint=_("What each party said, what was explained, what was proposed.")
        )
        self.fields["outcome"] = self.text(_("What came of it"), required=False, rows=2)
        self.fields["next_at"] = _moment(_("Next session"), required=False)
        self.fields["next_place"] = self.text(_("Where the next one is"), required=False, rows=1)


class StatementForm(MoveForm):
    def build(self) -> None:
        self.fields["party"] = self.party(_("Who says it"))
        self.fields["words"] = self.text(_("In their own words"), rows=5)


class WordsForm(MoveForm):
    """Only words: what stands above them is given by the move."""

    labels = {
        Move.REFER_UP: _("What was tried, and why it cannot be settled here"),
        Move.TALK_AGAIN: _("Why the parties talk again"),
        Move.FINISH: _("Closing words; if a promise was not kept, what the parties were told"),
    }
    move: Move | None = None

    def build(self) -> None:
        assert self.move is not None  # noqa: S101 - set by the table of presses
        self.fields["words"] = self.text(self.labels[self.move], required=self.move is not Move.FINISH)


class ReferUpForm(WordsForm):
    move = Move.REFER_UP


class TalkAgainForm(WordsForm):
    move = Move.TALK_AGAIN


class FinishForm(WordsForm):
    move = Move.FINISH


class _WaysForm(MoveForm):
    def ways(self) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            required=False,
            label=_("What the parties are told"),
            choices=_choices(self.lists.ways.ways),
            widget=forms.CheckboxSelectMultiple(),
        )


class ToLawForm(_WaysForm):
    def build(self) -> None:
        self.fields["ways"] = self.ways()
        self.fields["words"] = self.text(_("Why mediation is not the way"))


class EndForm(_WaysForm):
    def build(self) -> None:
        self.fields["reason"] = self.pick(_("Reason"), _choices(self.lists.endings.endings))
        self.fields["ways"] = self.ways()
        self.fields["words"] = self.text(_("More words"), required=False, rows=3)


class _AgreementForm(MoveForm):
    """Promises are rows of the same four fields; an empty row is left out."""

    def add_duties(self) -> None:
        parties = [("", "—"), *self.lists.parties]
        for n in range(1, self.lists.agreement.duties + 1):
            self.fields[f"who_{n}"] = self.pick(
                _("Who promises"), parties, required=False, widget=forms.Select()
            )
            self.fields[f"what_{n}"] = self.text(_("What is promised"), required=False, rows=2)
            self.fields[f"way_{n}"] = self.text(_("How"), required=False, rows=1)
            self.fields[f"due_{n}"] = _day(_("By which day"), required=False)

    @property
    def duty_rows(self) -> list[dict[str, Any]]:
        """The bound fields of each promise, for the page; rows after the first empty ones are folded in."""
        rows = []
        for n in range(1, self.lists.agreement.duties + 1):
            fields = [self[f"{name}_{n}"] for name in ("who", "what", "way", "due")]
            rows.append({"fields": fields, "number": n, "is_open": n <= 2 or any(f.value() for f in fields)})
        return rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        duties = []
        for n in range(1, self.lists.agreement.duties + 1):
            who, what = cleaned.get(f"who_{n}"), cleaned.get(f"what_{n}") or ""
            way, due = cleaned.get(f"way_{n}") or "", cleaned.get(f"due_{n}")
            if not (who or what or way or due):
                continue
            if not who or not what:
                self.add_error(f"who_{n}", _("A promise needs who promises and what."))
                continue
            duties.append(Promise(int(who), what, way, due))
        cleaned["duties"] = tuple(duties)
        return cleaned

    def said(self) -> dict[str, Any]:
        names = ("facts", "matter", "responsibility", "terms", "duties")
        return {"text": Text(**{name: self.cleaned_data.get(name) or "" for name in names[:-1]},
                             duties=self.cleaned_data["duties"])}  # fmt: skip


class DraftForm(_AgreementForm):
    # What the law requires is checked by the action, whose refusal says which article asks for it.
    def build(self) -> None:
        self.fields["facts"] = self.text(_("Main facts of the dispute"), required=False, rows=4)
        self.fields["matter"] = self.text(_("Matter in dispute"), required=False, rows=3)
        self.fields["responsibility"] = self.text(_("Responsibility of each party"), required=False, rows=3)
        self.fields["terms"] = self.text(_("What the parties agree"), required=False, rows=5)
        self.add_duties()


class OralForm(_AgreementForm):
    def build(self) -> None:
        self.fields["terms"] = self.text(_("What the parties agree"), required=False, rows=5)
        self.fields["facts"] = self.text(_("Main facts of the dispute"), required=False, rows=3)
        self.add_duties()


class SignForm(SignatureFields, MoveForm):
    def build(self) -> None:
        signers: list[tuple[Any, Any]] = list(self.lists.parties)
        if self.lists.may_sign_self:
            signers.append((0, _("I, as mediator")))
        self.fields["signer"] = self.pick(_("Who signs"), signers, coerce=int)
        self.fields["by_proxy"] = forms.BooleanField(
            required=False, label=_("The representative signs for the party")
        )
        self.add_signature(self.lists.attachments, hint=_PRINTED)

    def said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "party": cleaned["signer"] or None,
            "content": cleaned["content"],
            "way": cleaned["way"],
            "by_proxy": cleaned["by_proxy"],
        }


class SealForm(MoveForm):
    """Nothing to fill in: one press."""


class PerformForm(MoveForm):
    def build(self) -> None:
        self.fields["duty"] = self.pick(_("Which promise"), self.lists.duties, coerce=int)
        outcomes = [(str(p), words.PERFORMANCES[p]) for p in Performance]
        self.fields["outcome"] = self.pick(_("What came of it"), outcomes)
        self.fields["on"] = _day(_("On which day"), required=False)
        self.fields["note"] = self.text(_("More words"), required=False, rows=2)


class ApplyForm(MoveForm):
    def build(self) -> None:
        self.fields["together"] = forms.BooleanField(required=False, label=_("Both parties asked together"))
        self.fields["court"] = self.text(_("Which court"), rows=1)
        self.fields["on"] = _day(_("On which day"))


class DecideForm(MoveForm):
    def build(self) -> None:
        outcomes = [(str(c), words.CONFIRMATIONS[c]) for c in DECISIONS]
        self.fields["outcome"] = self.pick(_("What came of it"), outcomes)
        self.fields["on"] = _day(_("On which day"))
        self.fields["number"] = self.text(_("Number of the ruling"), required=False, rows=1)


class VisitForm(MoveForm):
    def build(self) -> None:
        self.fields["kept"] = self.pick(
            _("Is the agreement kept?"),
            [("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
        )
        self.fields["words"] = self.text(_("What you saw and heard"))


FORMS: dict[Move, type[MoveForm]] = {
    Move.START: StartForm,
    Move.HOLD: SessionForm,
    Move.SCHEDULE: ScheduleForm,
    Move.STATEMENT: StatementForm,
    Move.REFER_UP: ReferUpForm,
    Move.TO_LAW: ToLawForm,
    Move.END: EndForm,
    Move.AGREE_ORALLY: OralForm,
    Move.DRAFT: DraftForm,
    Move.SIGN: SignForm,
    Move.SEAL: SealForm,
    Move.TALK_AGAIN: TalkAgainForm,
    Move.PERFORM: PerformForm,
    Move.APPLY: ApplyForm,
    Move.DECIDE: DecideForm,
    Move.VISIT: VisitForm,
    Move.FINISH: FinishForm,
    Move.ADD_PARTY: PartyForm,
    Move.ASSIGN: MediatorsForm,
    Move.OBJECT: ObjectForm,
    Move.ASSESS: AssessForm,
}


class PurposeForm(MoveForm):
    def build(self) -> None:
        self.fields["purpose"] = self.text(_("What do you need it for?"), rows=2)


class ResolveCaseForm(MoveForm):
    def build(self) -> None:
        self.fields["answer"] = self.text(
            _("Answer to the resident"), rows=7, hint=_("The one who raised the matter reads exactly this.")
        )


# Pages of the parties


class PartyStatementForm(MoveForm):
    def build(self) -> None:
        self.fields["words"] = self.text(_("What you want to say"), rows=5)


class PartyObjectForm(MoveForm):
    def build(self) -> None:
        self.fields["mediator"] = self.pick(_("Whom you do not want"), self.lists.mediators, coerce=int)
        self.fields["words"] = self.text(_("Why, if you like to say"), required=False, rows=2)


class PartyEndForm(MoveForm):
    def build(self) -> None:
        rows = [row for row in self.lists.endings.endings if row.by_party]
        self.fields["reason"] = self.pick(_("How it is"), _choices(rows))
        self.fields["words"] = self.text(_("More, if you like to say"), required=False, rows=2)


class PartySignForm(SignatureFields, MoveForm):
    def build(self) -> None:
        self.add_signature(self.lists.attachments, hint=_PRINTED)

    def said(self) -> dict[str, Any]:
        return {"content": self.cleaned_data["content"], "way": self.cleaned_data["way"]}


PARTY_FORMS: dict[Move, type[MoveForm]] = {
    Move.STATEMENT: PartyStatementForm,
    Move.OBJECT: PartyObjectForm,
    Move.END: PartyEndForm,
    Move.SIGN: PartySignForm,
}


# Lists


class ListForm(forms.Form):
    """The whole view of a list, as it stands in the address; what no filter knows is left out and named."""

    state = forms.ChoiceField(choices=[(s, s) for s in ("open", *map(str, State))], required=False)
    kind = forms.RegexField(r"^[a-z_]{1,32}$", required=False)
    level = forms.ChoiceField(choices=[(str(x), str(x)) for x in Level], required=False)
    risk = forms.ChoiceField(choices=[(str(x), str(x)) for x in Risk], required=False)
    measure = forms.ChoiceField(choices=[(m, m) for m in MEASURES], required=False)
    unit = forms.RegexField(r"^[0-9A-Za-z-]{1,32}$", required=False)
    mine = forms.ChoiceField(choices=[("1", "1")], required=False)
    first = ListDayField()
    last = ListDayField()

    def chosen(self) -> dict[str, Any]:
        """Return what was asked for and is usable."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
