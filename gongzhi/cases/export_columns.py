"""The columns of a list taken out as a file: raw values for the parts, words for people, types for machines.

Dated facts for everybody who sees the list; what was said only for who may read it; nothing about how to
reach the reporter, ever.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import numbers, words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TEXT, MOMENT, NUMBER, YES = "text", "moment", "number", "yes"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `field` is what is read; `labels` gives the words for a coded value."""

    key: str
    label: "_StrPromise"
    field: str
    kind: str = TEXT
    labels: Mapping[Any, Any] | None = None


_FACTS = (
    Column("number", _("Number"), "pk"),
    Column("registered_at", _("Registered"), "registered_at", MOMENT),
    Column("state", _("State"), "status", labels=words.STATES),
    Column("place", _("Place"), "place__name"),
    Column("unit", _("Unit"), "unit__name"),
    Column("subject", _("Subject"), "category__code"),
    Column("kind", _("Kind"), "kind", labels=words.KINDS),
    Column("urgency", _("Urgency"), "urgency", labels=words.URGENCIES),
    Column("level", _("Level"), "level", labels=words.LEVELS),
    Column("channel", _("Came by"), "channel", labels=words.CHANNELS),
    Column("spoke", _("Who spoke"), "spoke", labels=words.SPEAKERS),
    Column("typed", _("Who typed"), "typed", labels=words.TYPISTS),
    Column("dispatched_at", _("Dispatched"), "dispatched_at", MOMENT),
    Column("contact_on_time", _("Reached in time"), "contact_on_time", YES),
    Column("resolved_at", _("Resolved"), "resolved_at", MOMENT),
    Column("finish_on_time", _("Answered in time"), "finish_on_time", YES),
    Column("finish_minutes", _("Working minutes"), "finish_minutes", NUMBER),
    Column("outcome", _("Outcome"), "outcome", labels=words.OUTCOMES),
    Column("rated_at", _("Rated"), "rated_at", MOMENT),
    Column("solved", _("Solved"), "solved", YES),
    Column("score", _("Score"), "score", NUMBER),
    Column("returns", _("Returns"), "returns", NUMBER),
    Column("reworks", _("Handled again"), "reworks", NUMBER),
)
_WORDS = (
    Column("title", _("Title"), "title"),
    Column("text", _("What was said"), "text"),
    Column("place_detail", _("Where exactly"), "place_detail"),
    Column("answer", _("Answer"), "answer"),
)


def columns(*, with_words: bool) -> tuple[Column, ...]:
    return (*_FACTS, *(_WORDS if with_words else ()))


def raw(row: Sequence[Any]) -> list[Any]:
    """Return a fetched row as plain JSON values; the key becomes the public number."""
    key, registered_at, *rest = row
    values = [numbers.case_number(key, registered_at), registered_at, *rest]
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


def say(values: Sequence[Any], shown: Sequence[Column], subjects: Mapping[str, str]) -> list[Any]:
    """Return the cells of a row as people read them, none of which a spreadsheet takes for a formula."""
    return [_SAY[column.kind](value, column, subjects) for value, column in zip(values, shown, strict=True)]


def _say_text(value: Any, column: Column, subjects: Mapping[str, str]) -> Any:
    if value in (None, ""):
        return ""
    if column.key == "subject":
        return safe(subjects.get(value, value))
    return safe(str(column.labels[value]) if column.labels else value)


def _say_moment(value: Any, _column: Column, _subjects: Mapping[str, str]) -> Any:
    moment = moment_of(value)
    return "" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _say_yes(value: Any, _column: Column, _subjects: Mapping[str, str]) -> Any:
    return "" if value is None else gettext("yes") if value else gettext("no")


_SAY: dict[str, Callable[[Any, Column, Mapping[str, str]], Any]] = {
    TEXT: _say_text,
    MOMENT: _say_moment,
    YES: _say_yes,
    NUMBER: lambda value, _column, _subjects: value,
}


def moment_of(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, without signs no spreadsheet holds."""
    text = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\n") else text
