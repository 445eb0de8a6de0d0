"""What somebody said through a door: words for the matter whose receipt they carry, or a new matter.

The person who spoke typed it too, so nobody of the staff is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gongzhi.cases import rules as case_rules
from gongzhi.cases.actions import intake, raising, story
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.actions.moves import MoveNotPossible
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.pictures import Picture, PictureRefused
from gongzhi.cases.queries import tracking
from gongzhi.channels.actions.open311 import place_detail
from gongzhi.channels.actions.receiving import Outcome
from gongzhi.channels.inbound.references import references
from gongzhi.channels.open311.arguments import Point
from gongzhi.channels.queries import locating
from gongzhi.core.actions.rates import TooOften
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import in_force

_WIDEST = 9999
"""A number as wide as any that is said in the note, to leave room for it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came in, in the form of no protocol."""

    words: str
    reporter: Reporter
    channel: Channel
    search: str = ""
    """Where a number with its code may stand, quoted parts included."""
    title: str = ""
    where: str = ""
    point: Point | None = None
    pictures: Sequence[bytes] = ()
    left_out: int = 0
    """Attachments that were no pictures."""


def say(spoken: Spoken, *, by: Actor, at: datetime) -> Outcome:
    """Add to the matter whose number and code the message carries, or raise a new one.

    Pictures that are none are left out, which the words say, so that nothing is lost unseen. Raises Invalid.
    """
    cleaned, refused = _cleaned(spoken.pictures, at=at)
    left_out = spoken.left_out + refused
    case = _known(spoken, by=by, at=at)
    if case is not None:
        return _added(case, spoken, cleaned, left_out, by=by, at=at)
    case = raised(spoken, cleaned, left_out, by=by, at=at)
    return Outcome("matter", case, reply=receipt_words(case))


def raised(
    spoken: Spoken, cleaned: Sequence[Picture] = (), left_out: int = 0, *, by: Actor, at: datetime
) -> Case:
    """Register a new matter with its pictures. Raises Invalid."""
    place = locating.locate(words=f"{spoken.where} {spoken.title} {spoken.words}", at=at)
    words = _fit(spoken.words or spoken.title, at=at)
    matter = Matter(
        text=_with_note(words or _("(only photos)"), left_out),
        title=spoken.title[: in_force(case_rules.INTAKE, at=at).params.title_signs],
        place=place,
        place_detail=place_detail(spoken.where, spoken.point),
    )
    case = intake.register_case(matter=matter, reporter=spoken.reporter, channel=spoken.channel, by=by, at=at)
    story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
    return case


def _fit(words: str, *, at: datetime) -> str:
    """Words as long as a matter may have; a mail is not sent back for its length; it says that it was cut."""
    most = in_force(case_rules.INTAKE, at=at).params.text_signs
    note = _("(longer in the original)")
    room = most - len(note) - len(_note(_WIDEST)) - 2
    return words if len(words) <= room else f"{words[:room]}{note}"


def _with_note(words: str, left_out: int) -> str:
    return f"{words}\n{_note(left_out)}" if left_out else words


def _note(left_out: int) -> str:
    return _("(attachments that are no photos were left out: %(count)d)") % {"count": left_out}


def _cleaned(contents: Sequence[bytes], *, at: datetime) -> tuple[list[Picture], int]:
    """Return the pictures that can be used, and how many could not or were too many."""
    most = in_force(case_rules.ATTACHMENTS, at=at).params.per_message
    good: list[Picture] = []
    for content in contents[:most]:
        try:
            good += story.clean_pictures([content], at=at)
        except PictureRefused:
            continue
    return good, len(contents) - len(good)


def _known(spoken: Spoken, *, by: Actor, at: datetime) -> Case | None:
    """Return the matter a receipt in the message opens. Wrong guesses count, as on the page."""
    for number, code in references(spoken.search or spoken.words):
        try:
            return raising.look_up(number=number, secret=code, phone=spoken.reporter.phone, by=by, at=at)
        except tracking.NoSuchReceipt:
            continue
        except TooOften:
            return None
    return None


def _added(
    case: Case, spoken: Spoken, cleaned: Sequence[Picture], left_out: int, *, by: Actor, at: datetime
) -> Outcome:
    words = _with_note(_fit(spoken.words, at=at), left_out).strip()
    if words:
        story.comment_case(case=case, words=words, public=True, by=by, at=at)
    reason = ""
    try:
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
    except MoveNotPossible:
        reason = "closed_to_photos"
    return Outcome("comment", case, reason=reason, reply=_("Added to %(number)s.") % {"number": case.number})


def receipt_words(case: Case) -> str:
    """Return the words a person takes home: number, who has it, the link."""
    words = _("We have it. Number %(number)s, receipt code %(code)s. %(unit)s is looking at it.\n%(link)s")
    return words % {
        "number": case.number,
        "code": tracking.code_of(case),
        "unit": case.unit.name,
        "link": tracking.public_address(case),
    }
