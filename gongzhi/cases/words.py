"""What staff read of states, moves and kinds: the exact official terms.

Residents' words are in `resident_words`.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.cases.lifecycle import Channel, ClockKind, Kind, Level, Move, Outcome, State, Tier, Urgency

STATES = {
    State.REGISTERED: pgettext_lazy("state", "registered"),
    State.ACCEPTED: pgettext_lazy("state", "accepted"),
    State.DISPATCHED: pgettext_lazy("state", "dispatched"),
    State.HANDLING: pgettext_lazy("state", "being handled"),
    State.RESOLVED: pgettext_lazy("state", "resolved, waits for the resident"),
    State.CLOSED: pgettext_lazy("state", "filed"),
    State.DECLINED: pgettext_lazy("state", "not accepted"),
    State.WITHDRAWN: pgettext_lazy("state", "withdrawn"),
}
STATE_TONES = {
    State.REGISTERED: "soon",
    State.ACCEPTED: "soon",
    State.DISPATCHED: "info",
    State.HANDLING: "info",
    State.RESOLVED: "good",
}

MOVED = {
    Move.REGISTER: pgettext_lazy("move", "registered"),
    Move.SETTLE: pgettext_lazy("move", "settled on the spot"),
    Move.ACCEPT: pgettext_lazy("move", "accepted"),
    Move.DECLINE: pgettext_lazy("move", "did not accept"),
    Move.OBJECT: pgettext_lazy("move", "objected to the refusal"),
    Move.DISPATCH: pgettext_lazy("move", "dispatched"),
    Move.SIGN: pgettext_lazy("move", "signed for"),
    Move.RETURN: pgettext_lazy("move", "returned"),
    Move.ESCALATE: pgettext_lazy("move", "escalated"),
    Move.REFER_DOWN: pgettext_lazy("move", "referred down"),
    Move.RESOLVE: pgettext_lazy("move", "resolved and answered"),
    Move.CONFIRM: pgettext_lazy("move", "judged the answer"),
    Move.RATE: pgettext_lazy("move", "rated"),
    Move.NOT_SOLVED: pgettext_lazy("move", "said: not solved"),
    Move.CLOSE_UNRATED: pgettext_lazy("move", "filed unrated"),
    Move.REOPEN: pgettext_lazy("move", "reopened"),
    Move.WITHDRAW: pgettext_lazy("move", "withdrew"),
    Move.CONTACT: pgettext_lazy("move", "reached the resident"),
    Move.PAUSE: pgettext_lazy("move", "paused the clocks"),
    Move.RESUME: pgettext_lazy("move", "let the clocks run again"),
    Move.SUPERVISE: pgettext_lazy("move", "supervised"),
    Move.ANSWER_SUPERVISION: pgettext_lazy("move", "answered the supervision"),
    Move.COMMENT: pgettext_lazy("move", "commented"),
    Move.ATTACH: pgettext_lazy("move", "added pictures"),
    Move.PUBLISH: pgettext_lazy("move", "released for publication"),
    Move.UNPUBLISH: pgettext_lazy("move", "took off the notice board"),
}

BUTTONS = {
    Move.SETTLE: _("Settle on the spot"),
    Move.ACCEPT: _("Accept"),
    Move.DECLINE: _("Do not accept"),
    Move.OBJECT: _("Pass on an objection"),
    Move.DISPATCH: _("Dispatch"),
    Move.SIGN: _("Sign for it"),
    Move.RETURN: _("Return"),
    Move.ESCALATE: _("Escalate"),
    Move.REFER_DOWN: _("Refer down"),
    Move.RESOLVE: _("Resolve and answer"),
    Move.CONFIRM: _("Pass on: solved"),
    Move.RATE: _("Pass on a rating"),
    Move.NOT_SOLVED: _("Pass on: not solved"),
    Move.REOPEN: _("Reopen"),
    Move.WITHDRAW: _("Withdraw for the resident"),
    Move.CONTACT: _("Record a contact"),
    Move.PAUSE: _("Pause the clocks"),
    Move.RESUME: _("Let the clocks run"),
    Move.SUPERVISE: _("Supervise"),
    Move.ANSWER_SUPERVISION: _("Answer the supervision"),
    Move.COMMENT: _("Comment"),
    Move.ATTACH: _("Add pictures"),
    Move.PUBLISH: _("Release for publication"),
    Move.UNPUBLISH: _("Take off the notice board"),
}

CONSEQUENCES = {
    Move.ACCEPT: _("The finish clock starts. The matter stays at your desk until you dispatch it."),
    Move.DECLINE: _(
        "The resident reads the reason and who is responsible, and may object to the level above."
    ),
    Move.DISPATCH: _("Everyone who handles matters at that unit is told. The contact clock starts."),
    Move.SIGN: _("You become the owner of the matter."),
    Move.RETURN: _("The desk gets it back. Returned once more, the level above decides, and that is final."),
    Move.ESCALATE: _(
        "The centre above gets it with your words. You keep sight of it; the resident reads it too."
    ),
    Move.REFER_DOWN: _("The unit below gets it, unless its level already said it cannot settle it."),
    Move.RESOLVE: _("The resident gets your answer and is asked whether it is solved. All clocks stop."),
    Move.CONTACT: _("The first contact stops the contact clock. The resident does not read your note."),
    Move.PAUSE: _("The clocks stand still. The resident reads what you are waiting for."),
    Move.SUPERVISE: _("The owner and the heads of the unit are told and must answer in time."),
    Move.PUBLISH: _("Everybody can read it. Take out names, telephones and house numbers first."),
    Move.UNPUBLISH: _("Nobody outside reads it any more. The reason stays in the story."),
    Move.CONFIRM: _("Only what the resident told you. Your name is recorded beside it."),
    Move.NOT_SOLVED: _("It is handled again under supervision; the second time it goes one level up."),
    Move.REOPEN: _("It is handled again under supervision."),
    Move.WITHDRAW: _("Only when the resident asked for it. It is filed as withdrawn."),
    Move.SETTLE: _("The resident is asked whether it is solved, as with any answer."),
}

LEVELS = {
    Level.VILLAGE: pgettext_lazy("level", "village"),
    Level.TOWN: pgettext_lazy("level", "town"),
    Level.COUNTY: pgettext_lazy("level", "county"),
}
SETTLED = {"spot": _("on the spot")} | {str(level): name for level, name in LEVELS.items()}
TIERS = {
    Tier.SMALL: pgettext_lazy("tier", "small"),
    Tier.COMPLEX: pgettext_lazy("tier", "complex"),
    Tier.MAJOR: pgettext_lazy("tier", "major"),
}
KINDS = {
    Kind.REQUEST: pgettext_lazy("kind", "request"),
    Kind.SUGGESTION: pgettext_lazy("kind", "suggestion"),
    Kind.DISPUTE: pgettext_lazy("kind", "dispute"),
    Kind.HAZARD: pgettext_lazy("kind", "hazard"),
    Kind.CONSULTATION: pgettext_lazy("kind", "consultation"),
}
URGENCIES = {
    Urgency.ORDINARY: pgettext_lazy("urgency", "ordinary"),
    Urgency.URGENT: pgettext_lazy("urgency", "urgent"),
    Urgency.EMERGENCY: pgettext_lazy("urgency", "emergency"),
}
CHANNELS = {
    Channel.WEB: pgettext_lazy("channel", "web page"),
    Channel.HOTLINE: pgettext_lazy("channel", "hotline"),
    Channel.WECHAT: pgettext_lazy("channel", "WeChat"),
    Channel.VISIT: pgettext_lazy("channel", "household visit"),
    Channel.RECEPTION: pgettext_lazy("channel", "reception day"),
    Channel.COUNTER: pgettext_lazy("channel", "village office"),
    Channel.GRID: pgettext_lazy("channel", "grid worker"),
    Channel.MAIL: pgettext_lazy("channel", "mail"),
    Channel.SMS: pgettext_lazy("channel", "text message"),
    Channel.API: pgettext_lazy("channel", "other system"),
    Channel.IMPORT: pgettext_lazy("channel", "imported"),
}
OUTCOMES = {
    Outcome.SOLVED: pgettext_lazy("outcome", "solved"),
    Outcome.PARTLY: pgettext_lazy("outcome", "partly solved"),
    Outcome.EXPLAINED: pgettext_lazy("outcome", "explained"),
    Outcome.CANNOT: pgettext_lazy("outcome", "cannot be solved"),
}
CLOCKS = {
    ClockKind.ACCEPT: pgettext_lazy("clock", "Accept"),
    ClockKind.CONTACT: pgettext_lazy("clock", "First contact"),
    ClockKind.FINISH: pgettext_lazy("clock", "Finish"),
}
SIGHTS = {
    "place": pgettext_lazy("sight", "its place"),
    "handling": pgettext_lazy("sight", "handles or handled it"),
    "desk": pgettext_lazy("sight", "its desk"),
}
CAUSES = {
    "order": pgettext_lazy("supervision", "ordered from above"),
    "ladder": pgettext_lazy("supervision", "opened by itself: the time ran out"),
    "not_solved": pgettext_lazy("supervision", "the resident says: not solved"),
}
UNIT_GROUPS = {
    "county": pgettext_lazy("unit group", "county centre"),
    "department": pgettext_lazy("unit group", "county bureau"),
    "town": pgettext_lazy("unit group", "town centre"),
    "station": pgettext_lazy("unit group", "town station"),
    "village": pgettext_lazy("unit group", "village"),
    "grid": pgettext_lazy("unit group", "grid"),
}
TIER_HINTS = {
    Tier.SMALL: _("Small: settled on the spot or within the village"),
    Tier.COMPLEX: _("Complex: the village or a department leads, others join"),
    Tier.MAJOR: _("Major: a meeting decides"),
}
OUTCOME_HINTS = {
    Outcome.SOLVED: _("Solved: it is done"),
    Outcome.PARTLY: _("Partly: something is done, the rest has a date"),
    Outcome.EXPLAINED: _("Explained: nothing to do, and the resident was told why"),
    Outcome.CANNOT: _("Cannot be solved: the answer says why"),
}


def name_in(table: Mapping[Any, Any], value: str) -> str:
    """Return the word of a stored value; "" for none. Members of a StrEnum are found by their plain text."""
    return str(table[value]) if value else ""
