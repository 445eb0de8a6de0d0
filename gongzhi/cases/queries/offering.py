"""What is proposed while a member of staff types a matter, and how it is carried on the form.

It goes with the form, signed: what is kept beside the person's choice is what the page showed, and nothing
is kept of what was typed and never sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from gongzhi.cases.queries import categories, proposing
from gongzhi.cases.queries.proposing import Guess

_SALT = "gongzhi.cases.offered"
_HOLDS = timedelta(days=7)
"""Technical: as long as a form half filled in is kept on a device."""
_SUBJECT = "category"


@dataclass(frozen=True, slots=True)
class Offered:
    """What a form showed as proposed."""

    guesses: Mapping[str, Guess]
    model: int | None = None
    """Key of the model that was in use."""
    stood: str = ""
    """The subject that stood there as chosen."""
    is_own: bool = False
    """The person has chosen a subject, or taken the proposed one away: none is filled in any more."""


def offer(
    text: str, *, subjects: Collection[str], chosen: str = "", before: Offered | None = None, at: datetime
) -> Offered:
    """Return what is proposed for words being typed, the subject out of `subjects` where one of them fits.

    `chosen` is the subject that stands on the form now, `before` what was proposed there last. Loads the
    model in use when this process has not read it. Three queries.
    """
    model = proposing.model_in_use()
    rows = list(categories.list_categories())
    found = proposing.explained(proposing.guess(text, subjects=rows, model=model, at=at))
    if _SUBJECT in found:
        found[_SUBJECT] = replace(found[_SUBJECT], value=_nearest(found[_SUBJECT].value, subjects))
    is_own = (before.is_own or chosen != before.stood) if before else bool(chosen)
    guess = found.get(_SUBJECT)
    sure = guess is not None and guess.value in subjects and guess.confidence >= proposing.chosen_from(at=at)
    stood = guess.value if guess and sure and not is_own else ""
    return Offered(found, model.pk if model else None, stood, is_own)


def _nearest(code: str, subjects: Collection[str]) -> str:
    """Return the code, or the one above it that can be chosen; itself where none can."""
    return next((code[:length] for length in range(len(code), 0, -2) if code[:length] in subjects), code)


def seal(offered: Offered) -> str:
    """Return what a form carries."""
    said = {
        "guesses": {field: asdict(guess) for field, guess in offered.guesses.items()},
        "model": offered.model,
        "stood": offered.stood,
        "is_own": offered.is_own,
    }
    return signing.dumps(said, salt=_SALT, compress=True)


def opened(token: str) -> Offered | None:
    """Return what a form carried; None where it carried nothing, or something that is not ours or is old."""
    try:
        said: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=_HOLDS)
    except signing.BadSignature:
        return None
    guesses = {
        field: Guess(**{**row, "words": tuple(row["words"])}) for field, row in said["guesses"].items()
    }
    return Offered(guesses, said["model"], said["stood"], said["is_own"])
