"""Who calls: what a telephone number is known by, within the sight of the one who takes the call."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gongzhi.cases import words as case_words
from gongzhi.cases.lifecycle import OPEN_STATES, State
from gongzhi.cases.models import Case
from gongzhi.cases.queries import access as case_access
from gongzhi.core import crypto, given
from gongzhi.core.actor import Actor
from gongzhi.hotline.models import Call
from gongzhi.hotline.queries import access
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission

PURPOSE = "cases.phone"
"""The same blind index as that of reporters, so that one look-up finds both."""
_MATTERS = 30
"""Technical: newest matters of a number that are shown; the others are in the list of matters."""
_CALLS = 5
"""Technical: newest calls of a number that are shown."""
_LOOKUP = given.IsGiven.lookup_name


@dataclass(frozen=True, slots=True)
class Matter:
    """An earlier matter of the caller, as the person who takes the call sees it."""

    number: str
    title: str
    state: str
    tone: str
    place: str
    registered_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """What a number is known by. All empty for one that never called."""

    number: str = ""
    name: str = ""
    place: Unit | None = None
    matters: Sequence[Matter] = ()
    calls: Sequence[Call] = ()
    named_by: Case | None = field(default=None)
    """The matter whose reporter's name is shown: the look at it is recorded there."""

    @property
    def is_known(self) -> bool:
        return bool(self.matters or self.calls)

    @property
    def open(self) -> list[Matter]:
        return [matter for matter in self.matters if matter.is_open]

    @property
    def closed(self) -> list[Matter]:
        return [matter for matter in self.matters if not matter.is_open]


def marks_of(number: str) -> tuple[str, ...]:
    """Return the values of the blind index that a number may stand under."""
    return crypto.blind_index_candidates(number, purpose=PURPOSE) if number else ()


def index_of(number: str) -> str:
    """Return the value of the blind index that a number is kept under from now on."""
    return crypto.blind_index(number, purpose=PURPOSE)


def recognise(*, viewer: Actor, number: str, but: Call | None = None) -> Caller:
    """Return what the number is known by in the viewer's sight, the newest first. Two queries.

    The name is that of the newest matter whose reporter the viewer may reach. Whoever shows it records the
    look: `actions.looking.recognise`.
    """
    marks = marks_of(number)
    if not marks:
        return Caller(number)
    asked = {f"reporter_phone_index__{_LOOKUP}": True}
    seen = case_access.visible_cases(viewer, permission=Permission.CASE_WORDS)
    found = seen.filter(reporter_phone_index__in=marks, **asked).select_related("place", "desk", "unit")
    cases = list(found.order_by("-registered_at", "-pk")[:_MATTERS])
    named = next((c for c in cases if c.reporter_name and case_access.may_read_contact(viewer, c)), None)
    return Caller(
        number=number,
        name=named.reporter_name if named else "",
        place=cases[0].place if cases else None,
        matters=[_matter(case) for case in cases],
        calls=_calls(viewer, marks, but),
        named_by=named,
    )


def _calls(viewer: Actor, marks: Sequence[str], but: Call | None) -> list[Call]:
    asked = {f"caller_index__{_LOOKUP}": True}
    found = access.visible_calls(viewer).filter(caller_index__in=marks, **asked)
    if but is not None:
        found = found.exclude(pk=but.pk)
    return list(found.select_related("case").order_by("-started_at", "-pk")[:_CALLS])


def _matter(case: Case) -> Matter:
    state = State(case.status)
    return Matter(
        number=case.number,
        title=case.title,
        state=str(case_words.STATES[state]),
        tone=case_words.STATE_TONES.get(state, "quiet"),
        place=case.place.name,
        registered_at=case.registered_at,
        is_open=state in OPEN_STATES,
    )
