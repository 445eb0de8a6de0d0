"""Reading the JSON of a text-message gateway. Pure."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from gongzhi.core.errors import Invalid
from gongzhi.core.phones import normal_phone
from gongzhi.core.texts import tidy

_SIGNS = 2000
_KEY_SIGNS = 200


class UnreadableText(Invalid):
    """Not the JSON that is laid down, or a sender that is no telephone number."""

    code = "unreadable_text"
    status = 400


@dataclass(frozen=True, slots=True)
class Text:
    sender: str
    """Digits only."""
    words: str
    key: str


def read(said: Any) -> Text:
    """Return the message in `{"from", "text", "message_id"}`. Raises UnreadableText, naming the input."""
    values = {}
    for name in ("from", "text", "message_id"):
        value = said.get(name) if isinstance(said, dict) else None
        if not isinstance(value, str) or not value.strip():
            raise UnreadableText(field=name)
        values[name] = value.strip()
    if len(values["text"]) > _SIGNS or len(values["message_id"]) > _KEY_SIGNS:
        raise UnreadableText(field="text")
    try:
        sender = normal_phone(values["from"])
    except ValidationError as unusable:
        raise UnreadableText(field="from") from unusable
    words = tidy(values["text"].replace("\x00", "").encode("utf-8", "replace").decode())
    if not words.strip():
        raise UnreadableText(field="text")
    return Text(sender, words, values["message_id"])
