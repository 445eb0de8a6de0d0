"""How proposals are said: values of fields, reasons, states of models."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from gongzhi.cases import words
from gongzhi.cases.queries.proposing import Guess

_WHOLE = 100
STATES = {
    "training": gettext_lazy("being learnt"),
    "in_use": gettext_lazy("in use"),
    "former": gettext_lazy("was in use"),
    "worse": gettext_lazy("not better, never used"),
    "failed": gettext_lazy("failed"),
    "lost": gettext_lazy("cannot be read"),
}
TONES = {
    "training": "info",
    "in_use": "good",
    "former": "quiet",
    "worse": "soon",
    "failed": "late",
    "lost": "late",
}
_VALUES = {
    **{str(key): label for key, label in words.KINDS.items()},
    **{str(key): label for key, label in words.TIERS.items()},
    **{str(key): label for key, label in words.URGENCIES.items()},
}


def say_value(value: str, subjects: dict[str, str]) -> str:
    """Return a value as people read it; a subject by its name, a code nobody knows as it is."""
    return str(_VALUES.get(value) or subjects.get(value, value))


def say_share(share: float | None) -> str:
    return "—" if share is None else f"{round(_WHOLE * share)}%"


def why(guess: Guess, value: str) -> str:
    """Return a proposal with its confidence and the words that led there."""
    said = {"value": value, "sure": say_share(guess.confidence)}
    if not guess.words:
        return _("Proposed: %(value)s, %(sure)s sure (the usual)") % said
    joined = pgettext("between words", ", ").join(guess.words)
    return _("Proposed: %(value)s, %(sure)s sure, because of: %(words)s") % {**said, "words": joined}


def why_subject(guess: Guess) -> str:
    """Return why a subject is proposed; the subject stands beside it."""
    said = {
        "sure": say_share(guess.confidence),
        "words": pgettext("between words", ", ").join(guess.words),
    }
    return _("%(sure)s sure, because of: %(words)s") % said if guess.words else _("%(sure)s sure") % said
