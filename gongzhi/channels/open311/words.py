"""The steps of a matter in words for everybody: what happened, by which office, never what a person wrote."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.cases.lifecycle import Move

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STEPS: "dict[str, _StrPromise]" = {
    Move.REGISTER: _("The matter was raised."),
    Move.SETTLE: _("Settled on the spot."),
    Move.ACCEPT: _("Taken on by %(by)s."),
    Move.DECLINE: _("Not taken on by %(by)s."),
    Move.OBJECT: _("The resident objected; %(to)s looks at it again."),
    Move.DISPATCH: _("Passed on to %(to)s."),
    Move.SIGN: _("%(by)s has begun."),
    Move.RETURN: _("Given back to %(to)s to pass on anew."),
    Move.ESCALATE: _("Handed up to %(to)s."),
    Move.REFER_DOWN: _("Passed on to %(to)s."),
    Move.RESOLVE: _("Answered by %(by)s."),
    Move.CONFIRM: _("The resident has judged the answer."),
    Move.NOT_SOLVED: _("The resident says it is not solved; it is done again."),
    Move.CLOSE_UNRATED: pgettext_lazy("open311", "Filed without a judgement."),
    Move.REOPEN: pgettext_lazy("open311", "Reopened."),
    Move.WITHDRAW: _("Taken back by the resident."),
}
"""A step that is not named here is nobody else's business."""


def step_words(move: str, *, by: str, to: str) -> str:
    """Return what one step was."""
    return str(STEPS[move]) % {"by": by, "to": to}
