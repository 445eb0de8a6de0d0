"""What comes from the resident's own phone: raising a matter, adding to it, looking it up.

Each with its limit by the hour, counted for all web processes, and safe against a double press.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from gongzhi.cases import numbers, rules
from gongzhi.cases.actions import intake, story
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.pictures import Picture, PictureRefused
from gongzhi.cases.queries import tracking
from gongzhi.core.actions import rates
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import in_force

_RAISE, _ADD, _PICTURES, _LOOK_UP = "cases.raise", "cases.add", "cases.pictures", "cases.look_up"


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
    by: Actor,
    at: datetime,
) -> Raised:
    """Register what a resident sent, once for each `token` however often it is sent, pictures included.

    Only a matter that is really registered counts against the hour's limit of its network. Raises Invalid,
    PictureRefused, TooManyPictures, TooOften, KeyReused, StillRunning.
    """
    cleaned = _clean(pictures, by=by, at=at)
    fingerprint = fingerprint_of(
        matter.text,
        matter.place.code,
        matter.place_detail,
        matter.for_other,
        asdict(reporter),
        [sha256(content).hexdigest() for content in pictures],
    )

    def run() -> Answer:
        limit = in_force(rules.INTAKE, at=at).params.per_network_an_hour
        rates.check_rate(purpose=_RAISE, mark=by.network, limit=limit, at=at)
        rates.note_try(purpose=_RAISE, mark=by.network, at=at)
        case = intake.register_case(
            matter=matter, reporter=reporter, channel=channel, language=language, by=by, at=at
        )
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
        return Answer(201, case.number)

    answer, _is_repeat = once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)
    return Raised(answer.body, numbers.receipt_code(answer.body))


def _clean(contents: Sequence[bytes], *, by: Actor, at: datetime) -> list[Picture]:
    """Decode the pictures; decoding is dear, so files that turn out to be none count against the network."""
    if not contents:
        return []
    limit = in_force(rules.INTAKE, at=at).params.per_network_an_hour
    rates.check_rate(purpose=_PICTURES, mark=by.network, limit=limit, at=at)
    try:
        return story.clean_pictures(contents, at=at)
    except PictureRefused:
        rates.note_try(purpose=_PICTURES, mark=by.network, at=at)
        raise


def add_to_matter(
    *, case: Case, words: str, pictures: Sequence[bytes], token: str, by: Actor, at: datetime
) -> None:
    """Add the resident's words and pictures, once for each `token`.

    Raises Invalid, PictureRefused, TooManyPictures, TooOften, MoveNotPossible, KeyReused, StillRunning.
    """
    cleaned = _clean(pictures, by=by, at=at)
    fingerprint = fingerprint_of(case.number, words, [sha256(content).hexdigest() for content in pictures])

    def run() -> Answer:
        limit = in_force(rules.INTAKE, at=at).params.per_network_an_hour
        rates.check_rate(purpose=_ADD, mark=by.network, limit=limit, at=at)
        rates.note_try(purpose=_ADD, mark=by.network, at=at)
        if words:
            story.comment_case(case=case, words=words, public=True, by=by, at=at)
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
        return Answer(201, case.number)

    once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)


def look_up(*, number: str, secret: str, phone: str, by: Actor, at: datetime) -> Case:
    """Return the case for a number with its receipt code, or with the telephone that was left.

    Wrong tries count, by network and by number, so that neither one phone guesses many matters nor many
    phones one; the words of a refusal never say what was wrong. Raises NoSuchReceipt, TooOften.
    """
    marks = [mark for mark in (by.network, f"number {number}"[:64]) if mark]
    limit = in_force(rules.INTAKE, at=at).params.tracking_tries_an_hour
    for mark in marks:
        rates.check_rate(purpose=_LOOK_UP, mark=mark, limit=limit, at=at)
    try:
        return _found(number, secret, phone)
    except tracking.NoSuchReceipt:
        for mark in marks:
            rates.note_try(purpose=_LOOK_UP, mark=mark, at=at)
        raise


def _found(number: str, secret: str, phone: str) -> Case:
    try:
        return tracking.find_by_receipt(number=number, code=secret)
    except tracking.NoSuchReceipt:
        return tracking.find_by_phone(number=number, phone=phone)
