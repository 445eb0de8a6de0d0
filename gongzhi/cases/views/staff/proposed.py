"""Proposals on the form of accepting: what stands there as chosen, and why. A person's own choice goes
before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gongzhi.cases import proposal_words
from gongzhi.cases.forms.staff.moves import Shown
from gongzhi.cases.lifecycle import Urgency
from gongzhi.cases.queries import picking, proposing


def shown(case: Any, options: Sequence[picking.Option], *, at: datetime) -> dict[str, Shown]:
    """Return the proposals for a case by field; what a person has already said is not filled over."""
    enough = proposing.chosen_from(at=at)
    names = {option.code: option.label for option in options}
    found = {}
    for name, guess in proposing.explained(proposing.of_case(case, at=at)).items():
        if name == "category":
            said, why = bool(case.category), proposal_words.why_subject(guess)
        else:
            said, why = (
                _has_said(case, name),
                proposal_words.why(guess, proposal_words.say_value(guess.value, names)),
            )
        found[name] = Shown(guess.value, said or guess.confidence >= enough, why)
        if said and name != "category":
            found[name] = Shown(str(getattr(case, name)), True, why)
        elif guess.by_subject:
            # The form says so already: "as the subject says" follows when another subject is chosen.
            found[name] = Shown("", True, "")
    return found


def _has_said(case: Any, name: str) -> bool:
    """Whether a person has said more than what every matter begins with."""
    value = getattr(case, name)
    return bool(value) and not (name == "urgency" and value == Urgency.ORDINARY) and name != "kind"


def subject(guesses: dict[str, Shown], options: Sequence[picking.Option]) -> picking.Option | None:
    """Return the proposed subject as a choice with its reason, or None."""
    guess = guesses.get("category")
    option = next((each for each in options if guess and each.code == guess.value), None)
    if option is None or guess is None:
        return None
    return picking.Option(
        option.code, option.label, f"{option.hint} · {guess.why}", option.words, option.group
    )
