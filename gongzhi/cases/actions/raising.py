"""What comes from the resident's own phone: raising a matter, adding to it, looking it up.

Each with its limit by the hour, counted for all web processes, and safe against a double press.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from gongzhi.cases import numbers
from gongzhi.cases.actions import intake, limits, pairing, story
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.pictures import PictureRefused
from gongzhi.cases.queries import board, tracking
from gongzhi.core.actions import rates
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import Actor
from gongzhi.core.documents import DocumentRefused
from gongzhi.core.errors import NotFound

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Raised:
    """What the resident takes home: the number and the receipt code."""

    number: str
    code: str


def raise_matter(
    *,
    matter: Matter,
    reporter: Reporter,
    pictures: Sequence[bytes],
    token: str,
    channel: Channel,
    language: str,
    same: str = "",
    by: Actor,
    at: datetime,
) -> Raised:
    """Register what a resident sent, once for each `token` however often it is sent, pictures included.

    Only a matter that is really registered counts against the limits of its network and telephone. `same` is
    the number of a published matter that the resident says is the same; any other number says nothing. Raises
    Invalid, PictureRefused, TooManyPictures, TooOften, KeyReused, StillRunning.
    """
    cleaned = _clean(pictures, by=by, at=at)
    fingerprint = fingerprint_of(
        matter.text,
        matter.place.code,
        matter.place_detail,
        matter.spoke,
        asdict(reporter),
        [sha256(content).hexdigest() for content in pictures],
        *([same] if same else []),
    )

    def run() -> Answer:
        rates.spend(limits.raising(phone=reporter.phone, by=by, at=at), at=at)
        case = intake.register_case(
            matter=matter, reporter=reporter, channel=channel, language=language, by=by, at=at
        )
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
        other = board.find_released(same) if same else None
        if other is not None:
            pairing.say_same(case=case, other=other, by=by, at=at)
        return Answer(201, case.number)

    answer, _is_repeat = once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)
    return Raised(answer.body, numbers.receipt_code(answer.body))


def _clean(
    contents: Sequence[bytes], *, documents_too: bool = False, by: Actor, at: datetime
) -> Sequence[story.Cleaned]:
    """Decode the pictures; decoding is dear, so files that turn out to be none count against the network."""
    if not contents:
        return []
    counted = limits.broken_files(by=by, at=at)
    rates.check(counted, at=at)
    try:
        return story.clean_files(contents, at=at) if documents_too else story.clean_pictures(contents, at=at)
    except (PictureRefused, DocumentRefused):
        rates.spend(counted, at=at)
        raise


def count_comparing(*, by: Actor, at: datetime) -> None:
    """Count that somebody's words are compared with what was raised before. Raises TooOften."""
    rates.spend(limits.comparing(by=by, at=at), at=at)


def add_to_matter(
    *, case: Case, words: str, pictures: Sequence[bytes], token: str, by: Actor, at: datetime
) -> None:
    """Add the resident's words and pictures, once for each `token`.

    Raises Invalid, PictureRefused, TooManyPictures, TooOften, MoveNotPossible, KeyReused, StillRunning.
    """
    cleaned = _clean(pictures, documents_too=True, by=by, at=at)
    fingerprint = fingerprint_of(case.number, words, [sha256(content).hexdigest() for content in pictures])

    def run() -> Answer:
        rates.spend(limits.adding(number=case.number, by=by, at=at), at=at)
        if words:
            story.comment_case(case=case, words=words, public=True, by=by, at=at)
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
        return Answer(201, case.number)

    once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)


def open_matter(*, number: str, code: str, by: Actor, at: datetime) -> Case:
    """Return the case whose receipt this is; a wrong one counts, as in `look_up`. Raises NoSuchReceipt,
    TooOften."""
    return guarded(lambda: tracking.find_by_receipt(number=number, code=code), number=number, by=by, at=at)


def guarded(find: Callable[[], T], *, number: str, by: Actor, at: datetime) -> T:
    """Return what `find` finds by a number and its code; when it finds nothing that counts as a wrong code.

    The limits are asked first, so a refusal says nothing about the code. Raises NotFound as `find` does,
    TooOften.
    """
    counted = limits.wrong_codes(number=number, by=by, at=at)
    rates.check(counted, at=at)
    try:
        return find()
    except NotFound:
        rates.spend(counted, at=at, exact=True)
        raise


def look_up(*, number: str, secret: str, phone: str, by: Actor, at: datetime) -> Case:
    """Return the case for a number with its receipt code, or with the telephone that was left.

    Wrong tries count: by connection, by matter from this connection and by matter from everywhere, and wrong
    telephones by the day as well. The words of a refusal never say what was wrong. Raises NoSuchReceipt,
    TooOften.
    """
    counted = limits.wrong_codes(number=number, by=by, at=at)
    rates.check(counted, at=at)
    try:
        return tracking.find_by_receipt(number=number, code=secret)
    except tracking.NoSuchReceipt:
        guesses = limits.wrong_phones(number=number, by=by, at=at) if phone else []
        rates.check(guesses, at=at)
    try:
        return tracking.find_by_phone(number=number, phone=phone)
    except tracking.NoSuchReceipt:
        rates.spend([*counted, *guesses], at=at, exact=True)
        raise
