"""Words for calls: outcomes, events, directions, figures."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.speaking import Speaker
from gongzhi.hotline.lifecycle import Direction, Event, Outcome

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_MINUTE = 60

OUTCOMES: "Mapping[str, _StrPromise]" = {
    Outcome.MATTER: _("matter registered"),
    Outcome.CONSULT: _("answered in the call"),
    Outcome.ADDED: _("added to a matter"),
    Outcome.EMERGENCY: _("passed on in an emergency"),
    Outcome.WRONG: _("wrong number"),
    Outcome.NUISANCE: _("nuisance call"),
    Outcome.ABANDONED: _("hung up before an answer"),
}
TONES: Mapping[str, str] = {
    Outcome.MATTER: "info",
    Outcome.CONSULT: "good",
    Outcome.ADDED: "info",
    Outcome.EMERGENCY: "late",
    Outcome.ABANDONED: "soon",
}
DIRECTIONS: "Mapping[str, _StrPromise]" = {
    Direction.IN: _("incoming call"),
    Direction.OUT: _("outgoing call"),
}
EVENTS: "Mapping[str, _StrPromise]" = {
    Event.OFFERED: pgettext_lazy("call", "rang"),
    Event.QUEUED: pgettext_lazy("call", "waited for a person"),
    Event.ANSWERED: pgettext_lazy("call", "answered by a person"),
    Event.ENDED: pgettext_lazy("call", "ended"),
    Event.ABANDONED: pgettext_lazy("call", "the caller hung up"),
}
SPEAKERS: "Mapping[str, _StrPromise]" = {
    Speaker.SELF: _("for themselves"),
    Speaker.FAMILY: _("for somebody of the family"),
    Speaker.NEIGHBOUR: _("for a neighbour or a friend"),
    Speaker.OTHER: _("for somebody else"),
}


def span(seconds: int | None) -> str:
    """Return a length as people say it: 12 s, 4 min 5 s; a dash for none."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(seconds, _MINUTE)
    if not minutes:
        return gettext("%(n)s s") % {"n": rest}
    return gettext("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}


MEASURES: "Mapping[str, _StrPromise]" = {
    "offered": _("incoming calls"),
    "answered": _("answered by a person"),
    "in_time": pgettext_lazy("call", "answered in time"),
    "abandoned": _("hung up before an answer"),
    "handled": _("answered in the call"),
    "matters": _("matter registered"),
    "unwritten": _("to be written down"),
    "corrected": pgettext_lazy("call", "corrected afterwards"),
}
DEFINITIONS: "Mapping[str, _StrPromise]" = {
    "offered": _("Calls that the telephone system told of, by the day on which they began."),
    "connected": _("Calls that a person answered, among all that came in."),
    "in_time": _("Calls that a person answered within the seconds of the rule, among those answered."),
    "wait": _("Average from when the caller began to wait for a person until one answered."),
    "corrected": _(
        "Calls of which somebody corrected what was written down. What stood there is on the call."
    ),
    "handled": _("Questions answered in the call, without a matter, among the calls that a person answered."),
}
GROUPS: "Mapping[str, _StrPromise]" = {
    "day": pgettext_lazy("figures", "Day"),
    "agent": _("Taken by"),
    "line": _("Line"),
}
