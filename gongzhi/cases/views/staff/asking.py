"""What the page of a move shows beside its form: the way back, and the text to publish."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongzhi.cases import anonymous, evidence_rules, levels, rules
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.queries import evidence, gates, governed
from gongzhi.cases.resident_words import place_name
from gongzhi.rulebook.queries import in_force

Crumbs = list[tuple[str, str]]


def crumbs(case: Any, here: Any) -> Crumbs:
    """Return the way down to the page of a move. The number stands for the matter, whose title follows."""
    return [
        (_("All matters"), reverse("cases:list")),
        (case.number, reverse("cases:case", args=[case.number])),
        (str(here), ""),
    ]


def _person(case: Any) -> anonymous.Person:
    return anonymous.Person(case.reporter_name, case.reporter_phone, case.reporter_mail)


def public_draft(case: Any) -> dict[str, str]:
    """Return the texts to begin a publication with: what was published before, else without the reporter."""
    if case.public_title:
        return {"title": case.public_title, "text": case.public_text, "answer": case.public_answer}
    someone = _("a resident")
    person = _person(case)
    return {
        name: anonymous.without_person(text, person, stands_for_name=someone)
        for name, text in (("title", case.title), ("text", case.text), ("answer", case.answer))
    }


def evidence_of(case: Any, wanted: Move, *, at: datetime) -> dict[str, Any]:
    """Return what only the forms of answering and publishing need: is a photo asked for, which could be
    shown."""
    if wanted is Move.RESOLVE:
        rule = in_force(evidence_rules.AFTER, at=at).params
        code = case.category.code if case.category else ""
        demanded = bool(rule.demanded) and code.startswith(rule.demanded)
        return {"after": "demanded" if demanded else "advised" if rule.advises(code) else ""}
    if wanted is Move.PUBLISH:
        pair = evidence.pair_of(evidence.pieces(case, words_too=True))
        return {"shots": (*pair.before, *pair.after)}
    return {}


def beside(case: Any, wanted: Move, *, at: datetime) -> dict[str, Any]:
    """Return what only this move's page shows."""
    if wanted is Move.DISPATCH:
        limit = in_force(rules.RETURNS, at=at).params.before_arbitration
        return {"is_final": levels.needs_arbitration(case.returns, returns_before_arbitration=limit)}
    if wanted is Move.RESOLVE:
        return {"gate": gates.gate_of(case, at=at)}
    if wanted is not Move.PUBLISH:
        return {"before": governed.before_deciding(case, wanted), "at": at}
    person = _person(case)
    return {
        "original_title": anonymous.marked(case.title, person),
        "original_text": anonymous.marked(case.text, person),
        "original_answer": anonymous.marked(case.answer, person),
    }


def place_crumbs(case: Any) -> Crumbs:
    """Return the way down to the case by its place: the list, narrowed to the place."""
    lists = reverse("cases:list")
    return [
        (_("All matters"), lists),
        (place_name(case.place.name), f"{lists}?unit={case.place.code}"),
        (case.number, ""),
    ]
