"""Words of mediation for people: names of states, moves, risks and what each press does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.mediation.lifecycle import (
    Authority,
    Confirmation,
    Form,
    Move,
    Origin,
    Part,
    Performance,
    Risk,
    State,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATES: Mapping[State, "_StrPromise"] = {
    State.OPENED: pgettext_lazy("dispute", "Taken up"),
    State.MEDIATING: pgettext_lazy("dispute", "In mediation"),
    State.DRAFTED: pgettext_lazy("dispute", "Being signed"),
    State.AGREED: pgettext_lazy("dispute", "Agreed"),
    State.FINISHED: pgettext_lazy("dispute", "Filed"),
    State.ENDED: pgettext_lazy("dispute", "Ended without agreement"),
}
TONES = {
    State.OPENED: "soon",
    State.MEDIATING: "info",
    State.DRAFTED: "info",
    State.AGREED: "good",
    State.FINISHED: "quiet",
    State.ENDED: "quiet",
}
RISKS = {Risk.LOW: _("low risk"), Risk.MEDIUM: _("medium risk"), Risk.HIGH: _("high risk")}
RISK_TONES = {Risk.LOW: "quiet", Risk.MEDIUM: "soon", Risk.HIGH: "late"}
FORMS = {Form.WRITTEN: _("written agreement"), Form.ORAL: _("oral agreement")}
PERFORMANCES = {
    Performance.PERFORMED: _("performed"),
    Performance.PARTLY: _("partly performed"),
    Performance.NOT: _("not performed"),
}
PERFORMANCE_TONES = {Performance.PERFORMED: "good", Performance.PARTLY: "soon", Performance.NOT: "late"}
CONFIRMATIONS = {
    Confirmation.NONE: _("not asked for"),
    Confirmation.APPLIED: _("asked for, the court decides"),
    Confirmation.CONFIRMED: _("confirmed by the court"),
    Confirmation.REFUSED: _("refused by the court"),
    Confirmation.WITHDRAWN: _("request withdrawn"),
}
ORIGINS = {
    Origin.APPLIED: _("a party asked for it"),
    Origin.OFFERED: _("the committee offered it"),
    Origin.REFERRED: _("a court, the police or another office referred it"),
}
AUTHORITIES = {
    Authority.GENERAL: _("general: speaks for the party, cannot settle"),
    Authority.SPECIAL: _("special: may also agree and sign"),
}
PARTS = {
    Part.PARTIES: _("the basic facts of every party: name and address"),
    Part.FACTS: _("the main facts of the dispute"),
    Part.MATTER: _("the matter in dispute"),
    Part.RESPONSIBILITY: _("the responsibility of each party"),
    Part.TERMS: _("the content of the agreement"),
    Part.WAY_AND_TIME: _("how and by when each promise is kept"),
}
TO_LAW = _("shown the way to the law")

BUTTONS: Mapping[Move, "_StrPromise"] = {
    Move.START: pgettext_lazy("mediation", "Begin mediation"),
    Move.HOLD: pgettext_lazy("mediation", "Record a session"),
    Move.SCHEDULE: pgettext_lazy("mediation", "Arrange a session"),
    Move.DRAFT: pgettext_lazy("mediation", "Draft the agreement"),
    Move.AGREE_ORALLY: pgettext_lazy("mediation", "Register an oral agreement"),
    Move.SIGN: pgettext_lazy("mediation", "Sign"),
    Move.SEAL: pgettext_lazy("mediation", "Seal the agreement"),
    Move.TALK_AGAIN: pgettext_lazy("mediation", "Talk again"),
    Move.PERFORM: pgettext_lazy("mediation", "Record performance"),
    Move.APPLY: pgettext_lazy("mediation", "Record the request to the court"),
    Move.DECIDE: pgettext_lazy("mediation", "Record the court's decision"),
    Move.VISIT: pgettext_lazy("mediation", "Record a follow-up visit"),
    Move.FINISH: pgettext_lazy("mediation", "File the dispute"),
    Move.REFER_UP: pgettext_lazy("mediation", "Pass up one level"),
    Move.TO_LAW: pgettext_lazy("mediation", "Show the way to the law"),
    Move.END: pgettext_lazy("mediation", "End mediation"),
    Move.ADD_PARTY: pgettext_lazy("mediation", "Add a party"),
    Move.ASSIGN: pgettext_lazy("mediation", "Name the mediators"),
    Move.OBJECT: pgettext_lazy("mediation", "A party objects to a mediator"),
    Move.ASSESS: pgettext_lazy("mediation", "Assess the risk"),
    Move.STATEMENT: pgettext_lazy("mediation", "Take a statement"),
}
DONE: Mapping[Move, "_StrPromise"] = {
    Move.OPEN: pgettext_lazy("mediation done", "took the dispute up"),
    Move.START: pgettext_lazy("mediation done", "began mediation; all parties consented"),
    Move.HOLD: pgettext_lazy("mediation done", "held a session"),
    Move.SCHEDULE: pgettext_lazy("mediation done", "arranged the next session"),
    Move.DRAFT: pgettext_lazy("mediation done", "drafted the agreement"),
    Move.AGREE_ORALLY: pgettext_lazy("mediation done", "registered an oral agreement"),
    Move.SIGN: pgettext_lazy("mediation done", "took a signature"),
    Move.SEAL: pgettext_lazy("mediation done", "sealed the agreement"),
    Move.TALK_AGAIN: pgettext_lazy("mediation done", "opened the talks again"),
    Move.PERFORM: pgettext_lazy("mediation done", "recorded how a promise was kept"),
    Move.APPLY: pgettext_lazy("mediation done", "recorded that both parties asked the court"),
    Move.DECIDE: pgettext_lazy("mediation done", "recorded the outcome at the court"),
    Move.VISIT: pgettext_lazy("mediation done", "made a follow-up visit"),
    Move.FINISH: pgettext_lazy("mediation done", "filed the dispute"),
    Move.REFER_UP: pgettext_lazy("mediation done", "passed the dispute up"),
    Move.TO_LAW: pgettext_lazy("mediation done", "showed the parties the way to the law"),
    Move.END: pgettext_lazy("mediation done", "ended mediation"),
    Move.ADD_PARTY: pgettext_lazy("mediation done", "added a party"),
    Move.ASSIGN: pgettext_lazy("mediation done", "named the mediators"),
    Move.OBJECT: pgettext_lazy("mediation done", "noted that a party objects to a mediator"),
    Move.ASSESS: pgettext_lazy("mediation done", "assessed the risk"),
    Move.STATEMENT: pgettext_lazy("mediation done", "took a statement"),
}
CONSEQUENCES: Mapping[Move, "_StrPromise"] = {
    Move.START: _("Nobody is mediated against their will: mark every party that agrees to talk."),
    Move.DRAFT: _("The draft replaces the former one. It binds once all have signed and it is sealed."),
    Move.AGREE_ORALLY: _("An oral agreement binds from this day. What is written here is its record."),
    Move.SEAL: _("From this moment the agreement binds; the time for asking the court begins."),
    Move.TALK_AGAIN: _("The agreement or draft is set aside; what was signed stays in the file."),
    Move.REFER_UP: _("The committee above names its own mediators; this committee keeps sight."),
    Move.TO_LAW: _("Mediation never bars the way to the law. The parties read exactly what you choose here."),
    Move.END: _("Any party may end mediation at any time, without giving grounds."),
    Move.OBJECT: _("The mediator stands down at once; the head of the committee names another."),
    Move.APPLY: _("Only both parties together can ask, and only within the window."),
    Move.ASSESS: _("The risk is that of the gravest sign."),
    Move.FINISH: _("Every promise must have an outcome first."),
}


def name_in(names: Mapping[object, object], code: str) -> str:
    """Return the words of a code; the code itself for one that is not known any more."""
    return str(next((words for key, words in names.items() if str(key) == code), code))


MEASURES = {
    "opened": pgettext_lazy("figure", "taken up"),
    "open": pgettext_lazy("figure", "not settled yet"),
    "agreed": pgettext_lazy("figure", "agreed"),
    "performed": pgettext_lazy("figure", "agreed and performed"),
    "broken": pgettext_lazy("figure", "agreed, not or partly performed"),
    "ended": pgettext_lazy("figure", "ended without agreement"),
}
DEFINITIONS = {
    "opened": _("Disputes taken up in the period, at the level they are at now."),
    "open": _("Of those taken up in the period, the ones still talked about."),
    "agreed": _("Disputes whose agreement began to bind in the period, at the level of the agreement."),
    "performed": _("Of the agreed ones, those whose every promise was kept."),
    "broken": _("Of the agreed ones, those with a promise that was kept partly or not."),
    "ended": _("Disputes that ended in the period without an agreement."),
}
