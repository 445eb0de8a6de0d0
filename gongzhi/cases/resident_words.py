"""What residents read about a matter, as one neighbour tells another. Pure: values in, words out.

A state is said as who has the matter and what comes next; a person of the office by unit and role, never by
name.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from gongzhi.cases.lifecycle import Move, Outcome, State
from gongzhi.orgs.permissions import role_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_COMMITTEES = (("社区居民委员会", "社区"), ("社区居委会", "社区"), ("村民委员会", "村"), ("村委会", "村"))
"""Official names of committees, and what people call the place."""


def place_name(name: str) -> str:
    """Return what people call a place: 三元村 for 三元村委会."""
    for official, spoken in _COMMITTEES:
        if name.endswith(official):
            return name.removesuffix(official) + spoken
    return name


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a matter stands: a short word with its tone, and a sentence."""

    word: str
    tone: str
    sentence: str


def standing(
    *, state: State, desk: str, unit: str, solved: bool | None, late: bool, waiting_for: str
) -> Standing:
    """Return where the matter stands, in words for the one who raised it."""
    if waiting_for and state is State.HANDLING:
        return Standing(
            pgettext("resident", "waiting"),
            "soon",
            _("We are waiting for: %(what)s. Then it goes on.") % {"what": waiting_for},
        )
    tone = "late" if late else "info"
    match state:
        case State.REGISTERED:
            said = _("%(unit)s has it and is looking at it.") % {"unit": desk}
            return Standing(pgettext("resident", "received"), tone, said)
        case State.ACCEPTED:
            return Standing(
                pgettext("resident", "accepted"),
                tone,
                _("%(unit)s is finding the right people.") % {"unit": desk},
            )
        case State.DISPATCHED:
            said = _("It is with %(unit)s and waits to be signed for.") % {"unit": unit}
            return Standing(pgettext("resident", "passed on"), tone, said)
        case State.HANDLING:
            return Standing(
                pgettext("resident", "in work"), tone, _("%(unit)s is working on it.") % {"unit": unit}
            )
        case State.RESOLVED:
            return Standing(
                pgettext("resident", "answered: your word, please"),
                "good",
                _("Is it solved? Press one button."),
            )
        case State.DECLINED:
            return Standing(
                pgettext("resident", "not taken on"), "soon", _("Below you read why, and who is responsible.")
            )
        case State.WITHDRAWN:
            return Standing(pgettext("resident", "taken back"), "quiet", _("You took this matter back."))
    return _closed(solved)


def standing_merged(*, state: State, unit: str, desk: str, solved: bool | None, late: bool) -> Standing:
    """Return where a matter stands that rests with another one, in the state that one is in."""
    word = pgettext("resident", "handled together")
    if state in (State.RESOLVED, State.CLOSED):
        if solved is not None:
            return _closed(solved)
        said = _("%(unit)s has answered. Is it solved for you?") % {"unit": unit}
        return Standing(word, "good", said)
    here = unit if state in (State.DISPATCHED, State.HANDLING) else desk
    said = _("Somebody else has raised the same; %(unit)s handles both together.") % {"unit": here}
    return Standing(word, "late" if late else "info", said)


def _closed(solved: bool | None) -> Standing:
    if solved is None:
        return Standing(
            pgettext("resident", "filed"),
            "quiet",
            _("It was answered and filed; you have not said if it is solved."),
        )
    if solved:
        return Standing(pgettext("resident", "solved"), "good", _("You said: solved. Thank you."))
    return Standing(
        pgettext("resident", "filed, not solved"),
        "soon",
        _("You said it is not solved, and let it be filed."),
    )


_WHAT: dict[Move, "_StrPromise"] = {
    Move.REGISTER: gettext_lazy("raised the matter"),
    Move.SETTLE: gettext_lazy("settled it on the spot"),
    Move.ACCEPT: gettext_lazy("took it on"),
    Move.DECLINE: gettext_lazy("did not take it on"),
    Move.OBJECT: gettext_lazy("objected: %(unit)s looks at it again"),
    Move.DISPATCH: gettext_lazy("passed it to %(unit)s"),
    Move.SIGN: gettext_lazy("signed for it and begins"),
    Move.RETURN: gettext_lazy("gave it back to %(unit)s to pass on anew"),
    Move.ESCALATE: gettext_lazy("handed it up to %(unit)s"),
    Move.REFER_DOWN: gettext_lazy("passed it to %(unit)s"),
    Move.RESOLVE: pgettext_lazy("resident", "gave the answer"),
    Move.CONFIRM: gettext_lazy("judged the answer"),
    Move.RATE: gettext_lazy("said how satisfied you are"),
    Move.NOT_SOLVED: gettext_lazy("said “not solved”: it is done again"),
    Move.CLOSE_UNRATED: gettext_lazy("filed it, since the time to judge had passed"),
    Move.REOPEN: pgettext_lazy("resident", "reopened it"),
    Move.WITHDRAW: pgettext_lazy("resident", "took it back"),
    Move.CONTACT: gettext_lazy("got in touch with you"),
    Move.PAUSE: gettext_lazy("paused: something is missing"),
    Move.RESUME: pgettext_lazy("resident", "goes on"),
    Move.REASSIGN: gettext_lazy("has another colleague look after it"),
    Move.SUPERVISE: gettext_lazy("is pressing for it from above"),
    Move.ANSWER_SUPERVISION: gettext_lazy("answered to the level above"),
    Move.COMMENT: pgettext_lazy("resident", "wrote"),
    Move.ATTACH: pgettext_lazy("resident", "added pictures"),
    Move.SIGN_STATEMENT: gettext_lazy("had it signed on the spot"),
    Move.PUBLISH: gettext_lazy("put it on the notice board, without names"),
    Move.UNPUBLISH: gettext_lazy("took it off the notice board"),
    Move.JUDGE_ANSWER: gettext_lazy("looked at what was answered to the level above"),
    Move.CHECK: gettext_lazy("asked whether it was really settled"),
    Move.REISSUE: gettext_lazy("printed a new receipt; the old code no longer works"),
    Move.PANEL: gettext_lazy("sat down over it with neighbours and delegates"),
    Move.DECISION: gettext_lazy("a meeting decided on it"),
    Move.ASK_EXTENSION: gettext_lazy("asked for more time"),
    Move.DECIDE_EXTENSION: gettext_lazy("decided on more time"),
    Move.ASK_EXPERT: gettext_lazy("asked somebody who knows such things"),
    Move.ANSWER_EXPERT: gettext_lazy("got the advice"),
    Move.RATE_EXPERT: gettext_lazy("said how useful the advice was"),
    Move.CALL_HELP: gettext_lazy("asked %(unit)s to come and help"),
    Move.SIGN_HELP: pgettext_lazy("resident", "came to help"),
    Move.ANSWER_HELP: pgettext_lazy("resident", "has done its part"),
    Move.RATE_HELP: pgettext_lazy("resident", "said how good the help was"),
    Move.CALL_OFF: gettext_lazy("no longer needs %(unit)s"),
    Move.MERGE: gettext_lazy("put it together with another matter about the same thing"),
    Move.UNMERGE: gettext_lazy("handles it by itself again"),
    Move.TAKE_AS_PETITION: gettext_lazy("handles it as a petition"),
    Move.ASK_REVIEW: gettext_lazy("asked %(unit)s to look at the answer again"),
    Move.DECIDE_REVIEW: gettext_lazy("decided on the review"),
    Move.ORDER_ANEW: gettext_lazy("ordered that it is handled anew"),
    Move.FOLLOW_UP: gettext_lazy("called you back and asked how it was"),
    Move.JUDGE_MERGED: gettext_lazy("judged the answer"),
}


def what(move: str, *, unit: str, solved: object = None) -> str:
    """Return what one step of the story was. `unit` is where the matter went; `solved` the judgement
    given."""
    if move == Move.CONFIRM and solved is not None:
        return _("said: solved") if solved else _("said: not solved, but let it be filed")
    return str(_WHAT[Move(move)]) % {"unit": unit}


def who(
    *, is_system: bool, is_staff: bool, unit: str, role: str, acting_for: bool, is_neighbour: bool = False
) -> str:
    """Return who made a step: you, a neighbour who raised the same, the system, or a unit with a role."""
    if is_neighbour:
        return _("a neighbour who raised the same")
    if is_system:
        return pgettext("resident", "the system")
    if not is_staff:
        return pgettext("resident", "you")
    named = f"{unit} · {role_of(role).name}" if role else unit
    return _("%(who)s for you") % {"who": named} if acting_for else named


_OUTCOMES: dict[Outcome, "_StrPromise"] = {
    Outcome.SOLVED: pgettext_lazy("resident", "done"),
    Outcome.PARTLY: pgettext_lazy("resident", "done in part"),
    Outcome.EXPLAINED: pgettext_lazy("resident", "explained"),
    Outcome.CANNOT: pgettext_lazy("resident", "cannot be done, with the reason"),
}


def outcome_name(outcome: str) -> str:
    """Return what the office says came of it; "" for none."""
    return str(_OUTCOMES[Outcome(outcome)]) if outcome else ""


def judgement(*, state: str, solved: bool | None, rated: bool) -> Standing:
    """Return what the notice board says of the resident's judgement. Only a resident says solved."""
    if state not in (State.RESOLVED, State.CLOSED):
        return Standing(_("being done again"), "soon", "")
    if not rated or solved is None:
        return Standing(_("the resident has not judged yet"), "quiet", "")
    if solved:
        return Standing(pgettext("on the notice board", "the resident says: solved"), "good", "")
    return Standing(_("the resident says: not solved"), "late", "")


def outcome_codes() -> tuple[str, ...]:
    return tuple(str(code) for code in _OUTCOMES)
