"""Names of states, reasons, strata and outcomes, as people read them. Pure."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.followup.lifecycle import Outcome, Reason, State, Stratum

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATES: "dict[str, _StrPromise]" = {
    State.OPEN: pgettext_lazy("follow-up", "To be called"),
    State.REACHED: pgettext_lazy("follow-up", "Asked"),
    State.REFUSED: pgettext_lazy("follow-up", "Did not want to be asked"),
    State.WRONG_NUMBER: pgettext_lazy("follow-up", "Wrong number"),
    State.NOT_REACHED: pgettext_lazy("follow-up", "Not reached"),
    State.NO_NUMBER: pgettext_lazy("follow-up", "Left no number"),
}
TONES: dict[str, str] = {
    State.OPEN: "info",
    State.REACHED: "good",
    State.NOT_REACHED: "soon",
    State.WRONG_NUMBER: "soon",
}
REASONS: "dict[str, _StrPromise]" = {
    Reason.DRAWN: pgettext_lazy("follow-up", "Drawn by lot"),
    Reason.BAD_RATING: pgettext_lazy("follow-up", "Bad rating"),
}
STRATA: "dict[str, _StrPromise]" = {
    Stratum.UNRATED: pgettext_lazy("follow-up", "filed without a rating"),
    Stratum.SOLVED: pgettext_lazy("follow-up", "called solved"),
    Stratum.SPOT: pgettext_lazy("follow-up", "settled on the spot"),
    Stratum.WAITING: pgettext_lazy("follow-up", "answered, not judged yet"),
}
OUTCOMES: "dict[str, _StrPromise]" = {
    Outcome.REACHED: pgettext_lazy("follow-up", "Reached and asked"),
    Outcome.NO_ANSWER: pgettext_lazy("follow-up", "Nobody answered"),
    Outcome.LATER: pgettext_lazy("follow-up", "Please call later"),
    Outcome.WRONG_NUMBER: pgettext_lazy("follow-up", "Wrong number"),
    Outcome.REFUSED: pgettext_lazy("follow-up", "Did not want to be asked"),
}
SCORES: "dict[int, _StrPromise]" = {
    5: pgettext_lazy("score", "very satisfied"),
    4: pgettext_lazy("score", "satisfied"),
    3: pgettext_lazy("score", "so-so"),
    2: pgettext_lazy("score", "not satisfied"),
    1: pgettext_lazy("score", "not satisfied at all"),
}
MEASURES: "dict[str, tuple[_StrPromise, _StrPromise]]" = {
    "listed": (_("On the list"), _("came onto the call list in the period: drawn by lot, or rated badly")),
    "drawn": (_("Drawn by lot"), _("of those that stood for the draw")),
    "bad": (_("Bad ratings"), _("rated badly or called not solved; all of them are called back")),
    "called": (_("Called"), _("somebody tried at least once")),
    "reached": (_("Reached"), _("the resident answered the questions")),
    "late": (_("Called late"), _("not finished by the due time")),
    "compared": (_("Compared"), _("reached, and there was a judgement on record")),
    "agree": (_("Same as recorded"), _("the resident says the same as is recorded: solved, or not")),
    "otherwise": (_("Told otherwise"), _("recorded solved and told not solved, or nobody came")),
    "sent_back": (_("Back to work"), _("the call brought the matter back to work")),
}
"""Name and definition of each figure, in the order in which they are shown."""
