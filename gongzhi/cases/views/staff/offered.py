"""Proposals on the forms in which staff type a matter: the part that is drawn anew while they type, and its
words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from gongzhi.cases import learning_rules, proposal_words, rules
from gongzhi.cases.actions import intake
from gongzhi.cases.forms.staff.offered import AskForm, PartForm
from gongzhi.cases.queries import offering, picking
from gongzhi.cases.queries.offering import Offered
from gongzhi.cases.queries.picking import Option
from gongzhi.cases.queries.proposing import Guess
from gongzhi.core import clock
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force

SPOT = "spot"
"""What the address says for the form of settling on the spot."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is proposed, as the form says it."""

    token: str
    subject: str
    """Why the subject is proposed, under the choice of it."""
    others: Sequence[tuple[str, str]]
    """Further fields: their name, and what is proposed with its reason."""


@require_POST
@staff_page(Permission.CASE_REGISTER)
def part(request: StaffRequest) -> HttpResponse:
    """The subject and what is proposed for the words typed so far. Nothing is kept of them."""
    at = clock.now()
    form = AskForm(request.POST)
    form.is_valid()
    is_spot = SPOT in request.GET
    subjects = picking.spot_subjects(at=at) if is_spot else picking.short_subjects()
    chosen = form.cleaned_data.get("category") or ""
    found = _offer(
        form.cleaned_data.get("text") or "",
        subjects,
        chosen=chosen,
        before=form.cleaned_data.get("proposed"),
        at=at,
    )
    stands = chosen if found is None or found.is_own else found.stood
    values = {
        "form": PartForm(subjects=subjects, required=is_spot, initial={"category": stands}),
        "proposed": _say(found, subjects) if found else None,
    }
    return render(request, "cases/staff/_proposed.html", values)


def on_form(
    text: str, subjects: Sequence[Option], *, chosen: str, before: Offered | None, at: datetime
) -> Said | None:
    """Return what is said on a form that comes back filled in; None while nothing is written."""
    found = _offer(text, subjects, chosen=chosen, before=before, at=at)
    if found is None:
        return None
    # The form shows what was sent, not what would have been filled in.
    return _say(replace(found, stood=found.stood if found.stood == chosen else ""), subjects)


def _offer(
    text: str, subjects: Sequence[Option], *, chosen: str, before: Offered | None, at: datetime
) -> Offered | None:
    limits = in_force(rules.INTAKE, at=at).params
    text = text.strip()[: limits.text_signs]
    if not text:
        return None
    # As it will be kept: the first sentence is the title.
    whole = f"{intake.title_of(text, limits.title_signs)}\n{text}"
    codes = {option.code for option in subjects}
    return offering.offer(whole, subjects=codes, chosen=chosen, before=before, at=at)


def _say(found: Offered, subjects: Sequence[Option]) -> Said:
    names = {option.code: option.label for option in subjects}
    said = {
        field: proposal_words.why(guess, proposal_words.say_value(guess.value, names))
        for field, guess in found.guesses.items()
        if field != "category" or guess.value in names
    }
    others = [
        (str(label), said[field])
        for field, label in learning_rules.FIELDS.items()
        if field in said and field != "category" and _tells(found.guesses[field])
    ]
    return Said(offering.seal(found), said.get("category", ""), others)


def _tells(guess: Guess) -> bool:
    """Whether it says more than the subject and the usual do."""
    return guess.learnt or bool(guess.words and not guess.by_subject)
