"""What a member of staff enters for a resident: a matter with its photos, registered or settled on the spot.

Each once for a form however often it is pressed, and whole: without its photos nothing is registered.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from gongzhi.cases.actions import intake, proposing, story
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.queries.offering import Offered
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled-in form: what, whose, how it came, with which photos."""

    matter: Matter
    reporter: Reporter
    channel: Channel
    pictures: Sequence[bytes]
    language: str = "zh-hans"
    shown: Offered | None = None
    """What the form proposed."""


def register_for(*, entry: Entry, token: str, by: Actor, at: datetime) -> str:
    """Register a matter for a resident; return its number.

    Raises Invalid, CannotRegisterHere, PictureRefused, TooManyPictures, KeyReused, StillRunning.
    """

    def register() -> Case:
        return intake.register_case(
            matter=entry.matter,
            reporter=entry.reporter,
            channel=entry.channel,
            language=entry.language,
            by=by,
            at=at,
        )

    return _enter(entry, register, "register", token=token, by=by, at=at)


def settle_for(*, entry: Entry, result: str, token: str, by: Actor, at: datetime) -> str:
    """Register and settle a small matter in one step; return its number.

    Raises Invalid, NotYourMove, CannotRegisterHere, PictureRefused, TooManyPictures, KeyReused, StillRunning.
    """

    def settle() -> Case:
        return intake.settle_new_case(
            matter=entry.matter,
            reporter=entry.reporter,
            channel=entry.channel,
            result=result,
            language=entry.language,
            by=by,
            at=at,
        )

    return _enter(entry, settle, f"settle {result}", token=token, by=by, at=at)


def _enter(entry: Entry, write: Callable[[], Case], mark: str, *, token: str, by: Actor, at: datetime) -> str:
    cleaned = story.clean_pictures(entry.pictures, at=at)
    matter = entry.matter
    fingerprint = fingerprint_of(
        mark,
        matter.text,
        matter.title,
        matter.place.code,
        matter.place_detail,
        matter.urgency,
        matter.category.code if matter.category else "",
        matter.spoke,
        entry.channel,
        asdict(entry.reporter),
        [sha256(content).hexdigest() for content in entry.pictures],
    )

    def run() -> Answer:
        case = write()
        proposing.keep_shown(case, entry.shown, at=at)
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, channel=entry.channel, by=by, at=at)
        return Answer(201, case.number)

    answer, _is_repeat = once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)
    return str(answer.body)
