"""What staff read of states, moves and kinds: the exact official terms.

Residents' words are in `resident_words`.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.cases.lifecycle import Channel, ClockKind, Kind, Level, Move, Outcome, State, Tier, Urgency
from gongzhi.cases.speaking import Speaker, Typist

STATES = {
    State.REGISTERED: pgettext_lazy("state", "registered"),
    State.ACCEPTED: pgettext_lazy("state", "accepted"),
    State.DISPATCHED: pgettext_lazy("state", "dispatched"),
    State.HANDLING: pgettext_lazy("state", "being handled"),
    State.RESOLVED: pgettext_lazy("state", "resolved, waits for the resident"),
    State.CLOSED: pgettext_lazy("state", "filed"),
    State.DECLINED: pgettext_lazy("state", "not accepted"),
    State.WITHDRAWN: pgettext_lazy("state", "withdrawn"),
    State.MERGED: pgettext_lazy("state", "merged"),
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
    Move.REASSIGN: pgettext_lazy("move", "gave it to a colleague"),
    Move.SUPERVISE: pgettext_lazy("move", "supervised"),
    Move.ANSWER_SUPERVISION: pgettext_lazy("move", "answered the supervision"),
    Move.COMMENT: pgettext_lazy("move", "commented"),
    Move.ATTACH: pgettext_lazy("move", "added pictures"),
    Move.SIGN_STATEMENT: pgettext_lazy("move", "had a statement signed"),
    Move.PUBLISH: pgettext_lazy("move", "released for publication"),
    Move.UNPUBLISH: pgettext_lazy("move", "took off the notice board"),
    Move.JUDGE_ANSWER: pgettext_lazy("move", "judged the answer to the supervision"),
    Move.CHECK: pgettext_lazy("move", "checked the settlement"),
    Move.REISSUE: pgettext_lazy("move", "replaced the receipt"),
    Move.PANEL: pgettext_lazy("move", "recorded who took part"),
    Move.DECISION: pgettext_lazy("move", "recorded the decision of a meeting"),
    Move.ASK_EXTENSION: pgettext_lazy("move", "asked for more time"),
    Move.DECIDE_EXTENSION: pgettext_lazy("move", "decided on more time"),
    Move.ASK_EXPERT: pgettext_lazy("move", "asked an expert"),
    Move.ANSWER_EXPERT: pgettext_lazy("move", "wrote down the expert's answer"),
    Move.RATE_EXPERT: pgettext_lazy("move", "rated the expert's advice"),
    Move.CALL_HELP: pgettext_lazy("move", "called for help"),
    Move.SIGN_HELP: pgettext_lazy("move", "reported to help"),
    Move.ANSWER_HELP: pgettext_lazy("move", "answered as a helper"),
    Move.RATE_HELP: pgettext_lazy("move", "rated the help"),
    Move.CALL_OFF: pgettext_lazy("move", "called the help off"),
    Move.MERGE: pgettext_lazy("move", "merged"),
    Move.UNMERGE: pgettext_lazy("move", "took apart again"),
    Move.TAKE_AS_PETITION: pgettext_lazy("move", "takes it as a petition"),
    Move.ASK_REVIEW: pgettext_lazy("move", "asked for a review"),
    Move.DECIDE_REVIEW: pgettext_lazy("move", "decided the review"),
    Move.ORDER_ANEW: pgettext_lazy("move", "ordered it to be handled anew"),
    Move.FOLLOW_UP: pgettext_lazy("move", "called the resident back"),
    Move.JUDGE_MERGED: pgettext_lazy("move", "judged the answer for themselves"),
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
    Move.REASSIGN: _("Give to a colleague"),
    Move.SUPERVISE: _("Supervise"),
    Move.ANSWER_SUPERVISION: _("Answer the supervision"),
    Move.COMMENT: _("Comment"),
    Move.ATTACH: _("Add pictures"),
    Move.SIGN_STATEMENT: _("Have it signed on the spot"),
    Move.PUBLISH: _("Release for publication"),
    Move.UNPUBLISH: _("Take off the notice board"),
    Move.JUDGE_ANSWER: _("Judge the answer"),
    Move.CHECK: _("Check the settlement"),
    Move.REISSUE: _("Replace a lost receipt"),
    Move.PANEL: _("Record who took part"),
    Move.DECISION: _("Record a meeting's decision"),
    Move.ASK_EXTENSION: _("Ask for more time"),
    Move.DECIDE_EXTENSION: _("Decide on more time"),
    Move.ASK_EXPERT: _("Ask an expert"),
    Move.ANSWER_EXPERT: _("Write down an expert's answer"),
    Move.RATE_EXPERT: _("Rate an expert's advice"),
    Move.CALL_HELP: _("Whistle: call a unit to help"),
    Move.SIGN_HELP: _("Report to help"),
    Move.ANSWER_HELP: _("Answer as a helper"),
    Move.RATE_HELP: _("Rate the help"),
    Move.CALL_OFF: _("Call the help off"),
    Move.MERGE: _("Merge into another matter"),
    Move.UNMERGE: _("Take apart again"),
    Move.TAKE_AS_PETITION: _("Handle it as a petition"),
    Move.ASK_REVIEW: _("Pass on: asks for a review"),
    Move.DECIDE_REVIEW: _("Decide the review"),
    Move.JUDGE_MERGED: _("Pass on how the resident judges"),
}

KEYS = {
    Move.ACCEPT: "a",
    Move.DECLINE: "n",
    Move.DISPATCH: "d",
    Move.SIGN: "s",
    Move.CONTACT: "t",
    Move.RESOLVE: "r",
    Move.RETURN: "b",
    Move.ESCALATE: "e",
    Move.REASSIGN: "o",
    Move.CALL_HELP: "h",
    Move.PAUSE: "p",
    Move.SUPERVISE: "v",
    Move.MERGE: "m",
}
"""Keys that lead to a move on the page of a matter; c is for the comment. None is one of those of lists."""

CONSEQUENCES = {
    Move.ACCEPT: _("The finish clock starts. The matter stays at your desk until you dispatch it."),
    Move.DECLINE: _(
        "The resident reads the reason and who is responsible, and may object to the level above."
    ),
    Move.DISPATCH: _("Everyone who handles matters at that unit is told. The contact clock starts."),
    Move.SIGN: _("You become the owner of the matter."),
    Move.REASSIGN: _("Your colleague becomes the owner and is told. The deadline stays."),
    Move.RETURN: _("The desk gets it back. Returned once more, the level above decides, and that is final."),
    Move.ESCALATE: _(
        "The centre above gets it with your words. You keep sight of it; the resident reads it too."
    ),
    Move.REFER_DOWN: _("The unit below gets it, unless its level already said it cannot settle it."),
    Move.RESOLVE: _("The resident gets your answer and is asked whether it is solved. All clocks stop."),
    Move.CONTACT: _("The first contact stops the contact clock. The resident does not read your note."),
    Move.PAUSE: _("The clocks stand still. The resident reads what you are waiting for."),
    Move.SUPERVISE: _(
        "The owner and the heads of the unit are told and must answer in time. The resident sees that it is "
        "pressed for from above, not your words."
    ),
    Move.SIGN_STATEMENT: _(
        "Read the words out, then hand the phone over. The reporter reads them and is told. A signature is "
        "evidence and judges nothing: whether it is solved the reporter alone says, with the receipt."
    ),
    Move.PUBLISH: _("Everybody can read it. Take out names, telephones and house numbers first."),
    Move.UNPUBLISH: _("Nobody outside reads it any more. The reason stays in the story."),
    Move.CONFIRM: _("Only what the resident told you. Your name is recorded beside it."),
    Move.NOT_SOLVED: _("It is handled again under supervision; the second time it goes one level up."),
    Move.REOPEN: _("It is handled again under supervision."),
    Move.WITHDRAW: _("Only when the resident asked for it. It is filed as withdrawn."),
    Move.SETTLE: _("The resident is asked whether it is solved, as with any answer."),
    Move.JUDGE_ANSWER: _("Not enough: the unit is told why and must answer again in time."),
    Move.CHECK: _("Ask the resident whether it was as written. What you find stands in the story."),
    Move.REISSUE: _("The old code opens nothing any more. The resident reads that it was replaced."),
    Move.PANEL: _("Names and roles stand in the story for colleagues; the resident reads that they met."),
    Move.DECISION: _("With the decision the matter can be answered. The resident reads its words."),
    Move.ASK_EXTENSION: _("The level above decides; until then the clock runs on. Silence is a no."),
    Move.DECIDE_EXTENSION: _("The unit is told, and the resident reads until when and why."),
    Move.ASK_EXPERT: _("Telephone or write to the expert with these words; the answer is written down here."),
    Move.ANSWER_EXPERT: _("The owner is told. The resident does not read it."),
    Move.RATE_EXPERT: _("Counts in the roster. The resident does not read it."),
    Move.CALL_HELP: _(
        "Everyone who handles matters at that unit is told, sees the matter from now on and must answer in "
        "time. The matter stays yours. The resident reads who was called, and not your words."
    ),
    Move.ANSWER_HELP: _("The unit that called you reads it and rates your help. The resident does not."),
    Move.RATE_HELP: _("It counts in the figures of the unit that helped, and cannot be changed."),
    Move.MERGE: _(
        "This matter rests with the main one, and its clocks stand still. Its reporter is told, hears every "
        "answer and judges for themselves. It can be taken apart again at any time."
    ),
    Move.UNMERGE: _("The matter goes on by itself, exactly where it stood when it was merged."),
    Move.JUDGE_MERGED: _("Only what the resident told you. “Not solved” sends the main matter back to work."),
    Move.TAKE_AS_PETITION: _(
        "The times of the petition regulation hold: a written answer within 60 days, and a review by the "
        "level above when the resident asks for one. Accept it or refuse it in the usual time all the same."
    ),
    Move.ASK_REVIEW: _(
        "The level above is told and decides in writing. Only when the resident asked for it."
    ),
    Move.DECIDE_REVIEW: _(
        "The resident reads your decision and can print it. “Handle anew” sends the matter back to the unit."
    ),
    Move.CALL_OFF: _("The unit need not answer any more. It keeps sight of the matter."),
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
    Channel.POSTER: pgettext_lazy("channel", "QR poster"),
    Channel.API: pgettext_lazy("channel", "other system"),
    Channel.IMPORT: pgettext_lazy("channel", "imported"),
}
SPEAKERS = {
    Speaker.SELF: pgettext_lazy("speaker", "the person concerned"),
    Speaker.FAMILY: pgettext_lazy("speaker", "family of the person concerned"),
    Speaker.NEIGHBOUR: pgettext_lazy("speaker", "a neighbour or friend of the person concerned"),
    Speaker.OTHER: pgettext_lazy("speaker", "somebody else for the person concerned"),
    Speaker.STAFF: pgettext_lazy("speaker", "nobody: seen by the one who typed it"),
    Speaker.UNSAID: pgettext_lazy("speaker", "not said where it comes from"),
}
TYPISTS = {
    Typist.PERSON: pgettext_lazy("typist", "the one who spoke"),
    Typist.ACCOUNT: pgettext_lazy("typist", "a member of staff"),
    Typist.SYSTEM: pgettext_lazy("typist", "taken over by the system"),
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
    "helping": pgettext_lazy("sight", "was called to help"),
    "merged": pgettext_lazy("sight", "has a matter about the same thing"),
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
