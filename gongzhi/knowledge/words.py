"""Words of knowledge that pages share."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.knowledge.lifecycle import Audience, Move, State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATES: Mapping[State, "_StrPromise"] = {
    State.DRAFT: pgettext_lazy("article", "being written"),
    State.REVIEW: pgettext_lazy("article", "under review"),
    State.PUBLISHED: pgettext_lazy("article", "published"),
    State.WITHDRAWN: pgettext_lazy("article", "withdrawn"),
}
TONES: Mapping[State, str] = {
    State.DRAFT: "quiet",
    State.REVIEW: "info",
    State.PUBLISHED: "good",
    State.WITHDRAWN: "quiet",
}
AUDIENCES: Mapping[Audience, "_StrPromise"] = {
    Audience.PUBLIC: pgettext_lazy("readers", "everybody"),
    Audience.STAFF: pgettext_lazy("readers", "staff only"),
}
BUTTONS: Mapping[Move, "_StrPromise"] = {
    Move.SAVE: _("Write a new version"),
    Move.SUBMIT: _("Hand in for review"),
    Move.RETURN: pgettext_lazy("article", "Give back"),
    Move.PUBLISH: pgettext_lazy("article", "Publish"),
    Move.CONFIRM: _("It still holds"),
    Move.WITHDRAW: pgettext_lazy("article", "Take it down"),
}
CONSEQUENCES: Mapping[Move, "_StrPromise"] = {
    Move.SUBMIT: _("Who may publish at this unit is told. Until then the words stay as they are."),
    Move.RETURN: _("The author is told what is missing and writes on. What readers see does not change."),
    Move.PUBLISH: _("From now on readers see this version instead of the one before."),
    Move.CONFIRM: _("You have read it and every word still holds. The date of the next look moves on."),
    Move.WITHDRAW: _("Nobody finds it any more. It can be written anew at any time."),
}
STORY: Mapping[Move, "_StrPromise"] = {
    Move.SAVE: _("wrote a version"),
    Move.SUBMIT: _("handed it in for review"),
    Move.RETURN: _("gave it back"),
    Move.PUBLISH: _("published it"),
    Move.CONFIRM: _("saw that it still holds"),
    Move.WITHDRAW: _("took it down"),
}
FIELDS: Mapping[str, "_StrPromise"] = {
    "title": _("Question or title"),
    "summary": _("Short answer"),
    "body": _("All of it"),
    "keywords": _("Other words for it"),
    "subject": pgettext_lazy("article", "Subject"),
    "audience": pgettext_lazy("article", "For whom"),
    "source": _("Rests on"),
    "valid_from": _("Holds from"),
    "last_day": _("Last day on which it holds"),
}
