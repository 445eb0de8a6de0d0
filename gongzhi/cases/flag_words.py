"""What a flag says: its name, the plain sentence why, and when it is harmless. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class KindWords:
    title: "_StrPromise"
    why: "_StrPromise"
    """With named places for `rows` and the facts of the flag."""
    harmless: "_StrPromise"
    """When this is found although nothing is wrong."""


KINDS: dict[str, KindWords] = {
    "same_reply": KindWords(
        _("The same answer on several matters"),
        _("%(rows)s matters of the month were answered with exactly the same words."),
        _("One answer for one event is legitimate: a power cut, a snowfall, a repaired main pipe."),
    ),
    "quick": KindWords(
        _("Answered within minutes, without contact"),
        _(
            "%(rows)s matters were answered less than %(minutes)s minutes after somebody signed for them, "
            "and no contact with the resident is recorded."
        ),
        _("Some questions are answered from the head, and work done first may be entered afterwards."),
    ),
    "own_network": KindWords(
        _("Judged from the unit's own connection"),
        _(
            "%(rows)s answers were called solved from a connection from which the unit itself wrote answers "
            "within %(days)s days."
        ),
        _("Residents use the network of the village office, and one address may serve a whole village."),
    ),
    "longer_limit": KindWords(
        _("Subject changed to one with a longer limit"),
        _("%(rows)s matters were accepted under another subject than they were raised with, and got longer."),
        _("People who raise a matter choose the wrong subject often; the text shows which one is right."),
    ),
    "late_asking": KindWords(
        _("More time asked for at the last moment"),
        _(
            "For %(rows)s matters more time was asked for within the last %(minutes)s working minutes in "
            "which one may ask."
        ),
        _("Weather or a contractor may fail on the last day."),
    ),
    "unrated": KindWords(
        _("More filed unrated than usual"),
        _(
            "%(share)s%% of the matters filed in the month were never rated; usual for the unit is "
            "%(usual)s%%."
        ),
        _("In harvest time and at the festival people do not answer; one event with many reporters too."),
    ),
    "told_otherwise": KindWords(
        _("Told otherwise when called back"),
        _(
            "For %(rows)s matters of the month the resident said something else on the telephone than is "
            "recorded: not solved, or nobody came."
        ),
        _("People forget, mean another matter, or somebody else of the household answers the telephone."),
    ),
}
RULINGS: dict[str, "_StrPromise"] = {
    "founded": pgettext_lazy("flag", "Founded"),
    "unfounded": pgettext_lazy("flag", "Unfounded"),
    "explained": pgettext_lazy("flag", "Explained"),
}
RULING_HINTS: dict[str, "_StrPromise"] = {
    "founded": _("Founded: it is as it looks, and somebody has to put it right."),
    "unfounded": _("Unfounded: the rows do not show what the flag says."),
    "explained": _("Explained: it is so, and there was a good reason."),
}
WAITING = pgettext_lazy("flag", "Waits for a ruling")
TONES = {"founded": "late", "unfounded": "quiet", "explained": "good"}


def why(kind: str, rows: int, facts: Mapping[str, Any]) -> str:
    """Return the plain sentence why a flag was raised."""
    shown = {
        name: round(value * _PERCENT) if isinstance(value, float) else value for name, value in facts.items()
    }
    return str(KINDS[kind].why) % {"rows": rows, **shown}
